# SPDX-License-Identifier: LGPL-2.1-or-later

pageownerincludedir = $(includedir)/pageowner
pageownerinclude_HEADERS = \
	include/pageowner/account.h \
	include/pageowner/account_file.h \
	include/pageowner/budget.h \
	include/pageowner/capture.h \
	include/pageowner/conditions.h \
	include/pageowner/diff.h \
	include/pageowner/filter.h \
	include/pageowner/field.h \
	include/pageowner/live.h \
	include/pageowner/pageblock.h \
	include/pageowner/pageowner.h \
	include/pageowner/plumbing.h \
	include/pageowner/profile.h \
	include/pageowner/reader.h \
	include/pageowner/record.h \
	include/pageowner/stack.h \
	include/pageowner/suppress.h \
	include/pageowner/text.h
nodist_pageownerinclude_HEADERS = include/pageowner/version.h

# The insides are a convenience library, for the unit tests; the installed one
# adds the map.
noinst_LTLIBRARIES += libpageowner/libpo.la
libpageowner_libpo_la_SOURCES = \
	libpageowner/account/account.c \
	libpageowner/account/state.h \
	libpageowner/account/allocinfo.c \
	libpageowner/account/captures.c \
	libpageowner/account/cgroups.c \
	libpageowner/account/classes.c \
	libpageowner/account/derive.c \
	libpageowner/account/fact.h \
	libpageowner/account/gpu.c \
	libpageowner/account/holders.c \
	libpageowner/account/holders.h \
	libpageowner/account/hugepages.c \
	libpageowner/account/iomem.c \
	libpageowner/account/lines.c \
	libpageowner/account/machine.c \
	libpageowner/account/meminfo.c \
	libpageowner/account/mounts.c \
	libpageowner/account/numbers.c \
	libpageowner/account/parts.c \
	libpageowner/account/parts.h \
	libpageowner/account/refresh.c \
	libpageowner/account/shm.c \
	libpageowner/account/slabinfo.c \
	libpageowner/account/source.h \
	libpageowner/account/sources.c \
	libpageowner/account/vmallocinfo.c \
	libpageowner/account/zones.c \
	libpageowner/base/arena.c \
	libpageowner/base/arena.h \
	libpageowner/base/budget.c \
	libpageowner/base/buffer.c \
	libpageowner/base/buffer.h \
	libpageowner/base/charge.c \
	libpageowner/base/charge.h \
	libpageowner/base/child.c \
	libpageowner/base/child.h \
	libpageowner/base/cursor.h \
	libpageowner/base/grow.c \
	libpageowner/base/grow.h \
	libpageowner/base/intern.c \
	libpageowner/base/intern.h \
	libpageowner/base/po.h \
	libpageowner/base/text.c \
	libpageowner/change.c \
	libpageowner/change.h \
	libpageowner/change_sort.c \
	libpageowner/diff.c \
	libpageowner/diff_private.h \
	libpageowner/field.c \
	libpageowner/field_private.h \
	libpageowner/filter.c \
	libpageowner/filter_clock.c \
	libpageowner/filter_items.c \
	libpageowner/filter_items.h \
	libpageowner/filter_private.h \
	libpageowner/group/body.c \
	libpageowner/group/body.h \
	libpageowner/group/groups.c \
	libpageowner/group/groups.h \
	libpageowner/group/handles.c \
	libpageowner/group/handles.h \
	libpageowner/group/label.c \
	libpageowner/group/label.h \
	libpageowner/group/merge.c \
	libpageowner/group/merge.h \
	libpageowner/group/show.c \
	libpageowner/group/show.h \
	libpageowner/group/sort.c \
	libpageowner/group/sort.h \
	libpageowner/group/texts.c \
	libpageowner/group/texts.h \
	libpageowner/group/value.c \
	libpageowner/group/value.h \
	libpageowner/holder.c \
	libpageowner/holder_show.c \
	libpageowner/inputs.c \
	libpageowner/inputs.h \
	libpageowner/intake.c \
	libpageowner/intake.h \
	libpageowner/live/capture.c \
	libpageowner/live/capture_private.h \
	libpageowner/live/conditions.c \
	libpageowner/live/live.c \
	libpageowner/live/outcome.c \
	libpageowner/live/pages.c \
	libpageowner/live/resume.c \
	libpageowner/live/stacks.c \
	libpageowner/live/worker.c \
	libpageowner/load.c \
	libpageowner/migratetype.c \
	libpageowner/pageblock.c \
	libpageowner/pins.c \
	libpageowner/pageblock_private.h \
	libpageowner/parse/callers.c \
	libpageowner/parse/callers.h \
	libpageowner/parse/condition.c \
	libpageowner/parse/condition.h \
	libpageowner/parse/dialect.c \
	libpageowner/parse/dialect.h \
	libpageowner/parse/dump_front.c \
	libpageowner/parse/dump_front.h \
	libpageowner/parse/dump_header.c \
	libpageowner/parse/dump_header.h \
	libpageowner/parse/dump_mixed.c \
	libpageowner/parse/dump_mixed.h \
	libpageowner/parse/dump_page.c \
	libpageowner/parse/header.c \
	libpageowner/parse/header.h \
	libpageowner/parse/meminfo.c \
	libpageowner/parse/notes.c \
	libpageowner/parse/notes.h \
	libpageowner/parse/page_owner.c \
	libpageowner/parse/page_owner.h \
	libpageowner/parse/pfn_line.c \
	libpageowner/parse/pfn_line.h \
	libpageowner/parse/repair.c \
	libpageowner/parse/repair.h \
	libpageowner/parse/repair_count.c \
	libpageowner/parse/repair_count.h \
	libpageowner/parse/repair_done.h \
	libpageowner/parse/repair_cut.c \
	libpageowner/parse/repair_doubt.c \
	libpageowner/parse/repair_elision.c \
	libpageowner/parse/repair_entry.c \
	libpageowner/parse/repair_entry.h \
	libpageowner/parse/repair_frame.c \
	libpageowner/parse/repair_frame.h \
	libpageowner/parse/repair_head.c \
	libpageowner/parse/repair_line.c \
	libpageowner/parse/repair_line.h \
	libpageowner/parse/repair_markup.c \
	libpageowner/parse/repair_markup.h \
	libpageowner/parse/repair_put.c \
	libpageowner/parse/repair_put.h \
	libpageowner/parse/repair_shape.c \
	libpageowner/parse/repair_shape.h \
	libpageowner/parse/repair_stack.c \
	libpageowner/parse/repair_text.c \
	libpageowner/parse/repair_text.h \
	libpageowner/parse/repair_front.c \
	libpageowner/parse/repair_tool.c \
	libpageowner/parse/result.h \
	libpageowner/parse/scan.c \
	libpageowner/parse/scan.h \
	libpageowner/parse/show_stacks.c \
	libpageowner/parse/report_header.c \
	libpageowner/parse/report_header.h \
	libpageowner/parse/sort_report.c \
	libpageowner/parse/starts.c \
	libpageowner/parse/starts.h \
	libpageowner/profile.c \
	libpageowner/profile_load.h \
	libpageowner/read/capture_lines.c \
	libpageowner/read/capture_lines.h \
	libpageowner/read/captures.c \
	libpageowner/read/captures.h \
	libpageowner/read/crlf.c \
	libpageowner/read/damage.c \
	libpageowner/read/damage.h \
	libpageowner/read/drain.c \
	libpageowner/read/drain.h \
	libpageowner/read/diff_text.c \
	libpageowner/read/diff_text.h \
	libpageowner/read/explain.c \
	libpageowner/read/explain.h \
	libpageowner/read/input.c \
	libpageowner/read/input.h \
	libpageowner/read/json_text.c \
	libpageowner/read/json_text.h \
	libpageowner/read/one_line.c \
	libpageowner/read/one_line.h \
	libpageowner/read/part.h \
	libpageowner/read/posted.c \
	libpageowner/read/reader.c \
	libpageowner/read/skip.c \
	libpageowner/read/together.c \
	libpageowner/read/together.h \
	libpageowner/read/unpack.c \
	libpageowner/read/unpack.h \
	libpageowner/read/quoted.c \
	libpageowner/read/encoding.h \
	libpageowner/read/quoted.h \
	libpageowner/read/utf16.c \
	libpageowner/read/utf16.h \
	libpageowner/read/window.h \
	libpageowner/record.c \
	libpageowner/record_get.c \
	libpageowner/stack/attribute.c \
	libpageowner/stack/attribute.h \
	libpageowner/stack/dispatch.c \
	libpageowner/stack/dispatch.h \
	libpageowner/stack/fold.c \
	libpageowner/stack/frame.c \
	libpageowner/stack/id.c \
	libpageowner/stack/owner.c \
	libpageowner/stack/path.c \
	libpageowner/stack/path.h \
	libpageowner/stack/patterns.h \
	libpageowner/stack/plumbing.c \
	libpageowner/stack/symbol.h \
	libpageowner/suppress.c \
	libpageowner/trend.c \
	libpageowner/trend.h \
	libpageowner/zone.c \
	libpageowner/version.c
libpageowner_libpo_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden \
	$(GLIB_CFLAGS) $(ZLIB_CFLAGS) $(LZMA_CFLAGS) $(ZSTD_CFLAGS) $(XXHASH_CFLAGS)
libpageowner_libpo_la_LIBADD = \
	$(GLIB_LIBS) $(ZLIB_LIBS) $(LZMA_LIBS) $(ZSTD_LIBS)

lib_LTLIBRARIES += libpageowner/libpageowner.la
libpageowner_libpageowner_la_SOURCES =
libpageowner_libpageowner_la_LIBADD = libpageowner/libpo.la
libpageowner_libpageowner_la_LDFLAGS = $(AM_LDFLAGS) \
	-version-info $(LIBPAGEOWNER_VERSION_INFO) \
	-Wl,--version-script=$(srcdir)/libpageowner/libpageowner.sym
EXTRA_libpageowner_libpageowner_la_DEPENDENCIES = libpageowner/libpageowner.sym
EXTRA_DIST += libpageowner/libpageowner.sym

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = libpageowner/libpageowner.pc

dist_man3_MANS += libpageowner/libpageowner.3
