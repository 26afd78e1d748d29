# SPDX-License-Identifier: GPL-2.0-only
# The module's tests. Not part of `make check`: they need the network once, for
# Debian's packages, and minutes of an emulated machine.

.PHONY: check-vm check-module vm-kernel bench-kernel

check-vm:
	PAGEOWNER_TOOLS_DIR='$(abs_top_builddir)/tools' $(srcdir)/tests/vm/run

check-module:
	$(srcdir)/tests/vm/lint
	$(srcdir)/tests/vm/cross
	$(srcdir)/tests/vm/dkms

vm-kernel:
	$(srcdir)/tests/vm/build-kernel debug

bench-kernel:
	$(srcdir)/bench/kernel-cost
	$(srcdir)/bench/kernel-read

EXTRA_DIST += \
	bench/kernel-cost bench/kernel-read \
	kernel/Kbuild kernel/Makefile kernel/README.md kernel/dkms.conf \
	kernel/base.h kernel/check.c kernel/chunks.c kernel/comm.c kernel/compat.h \
	kernel/control.c kernel/counts.c kernel/early.c kernel/enable.c kernel/filter.c \
	kernel/main.c kernel/pageowner.h kernel/pages.c kernel/probe.c kernel/recent.c \
	kernel/records.h kernel/scan.c kernel/show_blocks.c kernel/show_lookup.c kernel/show_pages.c \
	kernel/show_stacks.c kernel/stack.c kernel/stacks.c kernel/stacks.h kernel/state.c \
	kernel/stats.c kernel/text.c kernel/trie.c kernel/trim.c kernel/types.c \
	tests/vm/act.c tests/vm/build-kernel tests/vm/debug.config tests/vm/fetch \
	tests/vm/guest/balloon.sh tests/vm/guest/init tests/vm/guest/lib.sh tests/vm/guest/ways.sh \
	tests/vm/guest/tests/agree tests/vm/guest/tests/basic \
	tests/vm/guest/tests/check \
	tests/vm/guest/tests/compact \
	tests/vm/guest/tests/cost tests/vm/guest/tests/cost-in-tree \
	tests/vm/guest/tests/filters tests/vm/guest/tests/hands \
	tests/vm/guest/tests/devices \
	tests/vm/guest/tests/hotplug \
	tests/vm/guest/tests/input tests/vm/guest/tests/lockdown tests/vm/guest/tests/paths \
	tests/vm/guest/tests/read tests/vm/guest/tests/read-in-tree \
	tests/vm/guest/tests/readme tests/vm/guest/tests/storm \
	tests/vm/guest/tests/stress tests/vm/guest/tests/tools \
	tests/vm/guest/tests/tools-in-tree tests/vm/guest/tests/undo \
	tests/vm/guest/tests/users \
	tests/vm/cross tests/vm/dkms tests/vm/host tests/vm/lib.sh tests/vm/lint \
	tests/vm/module/Kbuild tests/vm/module/Makefile tests/vm/module/po_fail.c \
	tests/vm/module/po_test.c tests/vm/owner.config \
	tests/vm/pofile/balance.c tests/vm/pofile/input.c tests/vm/pofile/main.c \
	tests/vm/pofile/pages.c tests/vm/pofile/pofile.h tests/vm/pofile/pressure.c \
	tests/vm/pofile/readers.c \
	tests/vm/run tests/vm/touchloop.c tests/vm/vm.config
