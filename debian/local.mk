# SPDX-License-Identifier: LGPL-2.1-or-later
# Debian's packages, made from the release and nothing else.

EXTRA_DIST += \
	debian/changelog \
	debian/control \
	debian/copyright \
	debian/libpageowner-dev.install \
	debian/libpageowner-export0.install \
	debian/libpageowner-export0.symbols \
	debian/libpageowner0.install \
	debian/libpageowner0.symbols \
	debian/not-installed \
	debian/pageowner-dkms.dkms \
	debian/pageowner-dkms.install \
	debian/pageowner-tools.install \
	debian/pageowner-tools.links \
	debian/python3-pageowner.install \
	debian/rules \
	debian/source/format \
	debian/tests/control \
	debian/tests/library \
	debian/tests/python \
	debian/tests/tools \
	tests/packages/in-debian \
	tests/packages/run

.PHONY: check-packages deb
deb: dist
	$(srcdir)/tests/packages/run $(distdir).tar.xz packages
check-packages: dist
	$(srcdir)/tests/packages/run $(distdir).tar.xz || test $$? = 77
