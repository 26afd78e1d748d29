# SPDX-License-Identifier: LGPL-2.1-or-later

# What all tools share.
cli_sources = tools/cli.c tools/cli.h tools/output.c tools/privilege.c tools/terminal.c
cli_cflags = $(GLIB_CFLAGS) $(CAP_NG_CFLAGS)
cli_libs = $(GLIB_LIBS) $(CAP_NG_LIBS)

# And those that read dumps
memory_sources = tools/memory.c tools/memory.h

# And those that show tables or JSON
report_sources = tools/fold.c tools/fold.h export/json.c export/json.h \
	tools/table.c tools/table.h tools/units.c tools/units.h
report_cflags = $(AM_CFLAGS) $(cli_cflags) $(JANSSON_CFLAGS) $(SMARTCOLS_CFLAGS)
report_libs = $(cli_libs) $(JANSSON_LIBS) $(SMARTCOLS_LIBS) -lm

# And those that write the formats of other programs
format_sources = tools/format.c tools/format.h
format_libs = export/libpageowner-export.la

# Tools see only what the library exports: anything else fails the link.
bin_PROGRAMS += tools/pageowner-sort
tools_pageowner_sort_SOURCES = $(cli_sources) $(format_sources) \
	tools/pageowner-sort.c tools/sort-report.c tools/sort-report.h \
	$(memory_sources) tools/units.c tools/units.h
tools_pageowner_sort_CFLAGS = $(AM_CFLAGS) $(cli_cflags)
tools_pageowner_sort_LDADD = libpageowner/libpageowner.la $(format_libs) $(cli_libs) -lm

bin_PROGRAMS += tools/pageowner-diff
tools_pageowner_diff_SOURCES = $(cli_sources) $(report_sources) $(format_sources) \
	$(memory_sources) \
	tools/pageowner-diff.c tools/diff-report.c tools/diff-report.h
tools_pageowner_diff_CFLAGS = $(report_cflags)
tools_pageowner_diff_LDADD = libpageowner/libpageowner.la $(format_libs) \
	$(report_libs)

bin_PROGRAMS += tools/pageowner-stacks-top
tools_pageowner_stacks_top_SOURCES = $(cli_sources) $(report_sources) \
	$(format_sources) $(memory_sources) \
	tools/account.c tools/account.h tools/account-report.c tools/account-report.h \
	export/hash.c export/hash.h \
	tools/pageowner-stacks-top.c tools/top-model.c tools/top-model.h \
	tools/top-report.c tools/top-report.h
if HAVE_CURSES
tools_pageowner_stacks_top_SOURCES += tools/top-screen.c tools/top-screen.h
endif
EXTRA_DIST += tools/top-screen.c tools/top-screen.h
tools_pageowner_stacks_top_CFLAGS = $(report_cflags) $(CURSES_CFLAGS) \
	$(XXHASH_CFLAGS)
tools_pageowner_stacks_top_LDADD = libpageowner/libpageowner.la $(format_libs) \
	$(report_libs) \
	$(CURSES_LIBS)

bin_PROGRAMS += tools/pageowner-frag
tools_pageowner_frag_SOURCES = $(cli_sources) $(report_sources) $(format_sources) \
	$(memory_sources) \
	tools/frag-image.c tools/frag-map.c tools/frag-map.h tools/frag-place.c \
	tools/frag-place.h tools/frag-report.c tools/frag-report.h \
	tools/pageowner-frag.c
tools_pageowner_frag_CFLAGS = $(report_cflags) $(PNG_CFLAGS)
tools_pageowner_frag_LDADD = libpageowner/libpageowner.la $(format_libs) \
	$(report_libs) $(PNG_LIBS)
dist_man1_MANS += tools/pageowner-frag.1

dist_man1_MANS += tools/pageowner-diff.1 tools/pageowner-sort.1 \
	tools/pageowner-stacks-top.1

bin_PROGRAMS += tools/pageowner-capture
tools_pageowner_capture_SOURCES = $(cli_sources) \
	tools/capture-header.c tools/capture-output.c tools/capture-pages.c \
	tools/capture-take.c tools/capture-worker.c tools/capture.h \
	tools/pageowner-capture.c
tools_pageowner_capture_CFLAGS = $(AM_CFLAGS) $(cli_cflags) $(ZLIB_CFLAGS) $(ZSTD_CFLAGS)
tools_pageowner_capture_LDADD = libpageowner/libpageowner.la $(cli_libs) $(ZLIB_LIBS) \
	$(ZSTD_LIBS)
dist_man1_MANS += tools/pageowner-capture.1
