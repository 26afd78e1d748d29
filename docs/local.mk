# SPDX-License-Identifier: LGPL-2.1-or-later

# Installed, because the man pages cite them; in the folders that they have here, with
# what they link to, so that their links hold (tests/guard/paths.py).
nobase_dist_doc_DATA = CHANGELOG COPYING COPYING.LESSER HACKING.md README.md SECURITY.md \
	bench/README.md bindings/python/README.md docs/capture.md docs/flame-graph.png \
	docs/flame-graphs.md docs/fleet.md docs/formats.md docs/install.md docs/monitoring.md \
	docs/pageblocks.png docs/pageowner.schema.json docs/reliability.md docs/tour.md \
	examples/pageowner-rules.yml examples/take-snapshot.c examples/top-owners.c \
	kernel/README.md
dist_man7_MANS += docs/pageowner-formats.7

# A page of section 3 for each public header, and a page that refers to it for each
# function and type. A release has them; docs/man3/pages lists them.
EXTRA_DIST += docs/kerneldoc.py docs/man3.py
if HAVE_MAN3
EXTRA_DIST += docs/man3
docs/man3: docs/man3/pages
all-local: docs/man3/pages
if HAVE_PYTHON3
docs/man3/pages: docs/kerneldoc.py docs/man3.py libpageowner/libpageowner.3 \
		$(pageownerinclude_HEADERS) include/pageowner/version.h.in
	$(AM_V_GEN)$(PYTHON3) $(srcdir)/docs/man3.py $(srcdir)/libpageowner/libpageowner.3 \
		docs/man3 $(pageownerinclude_HEADERS:%=$(srcdir)/%) \
		$(srcdir)/include/pageowner/version.h.in
endif

# Those made here, or those of the release
man3_pages = man3=docs/man3; test -f $$man3/pages || man3=$(srcdir)/docs/man3
install-data-local: docs/man3/pages
	@$(MKDIR_P) '$(DESTDIR)$(man3dir)'
	@$(man3_pages); echo " $(INSTALL_DATA) $$man3/*.3 '$(DESTDIR)$(man3dir)'"; \
	$(INSTALL_DATA) `sed "s,^,$$man3/," $$man3/pages` '$(DESTDIR)$(man3dir)'
uninstall-local:
	@$(man3_pages); pages=`cat $$man3/pages`; \
	cd '$(DESTDIR)$(man3dir)' && rm -f $$pages
endif
maintainer-clean-local:
	rm -rf docs/man3

# The picture in the README, in the source tree: needs Chromium, and xz support.
.PHONY: picture
picture: tools/pageowner-sort
	tools/pageowner-sort -q --format=html -o picture.html \
		$(srcdir)/tests/data/real/linux-6.12-2-leak.page_owner.xz
	chromium --headless --no-sandbox --hide-scrollbars --window-size=1280,900 \
		--screenshot='$(abs_srcdir)/docs/flame-graph.png' \
		"file://$$PWD/picture.html"
	rm picture.html
