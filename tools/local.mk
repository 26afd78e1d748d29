# SPDX-License-Identifier: LGPL-2.1-or-later

# What tools share, compiled once. A program takes from it what it calls.
noinst_LTLIBRARIES += tools/libcli.la
tools_libcli_la_SOURCES = \
	tools/lib/format.c tools/lib/format.h \
	tools/lib/memory.c tools/lib/memory.h \
	tools/lib/compare.c tools/lib/compare.h \
	tools/lib/message.c tools/lib/message.h \
	tools/lib/options.c tools/lib/options.h tools/lib/options-private.h \
	tools/lib/options-common.c tools/lib/options-completion.c tools/lib/options-help.c \
	tools/lib/options-refuse.c tools/lib/options-select.c \
	tools/lib/output.c tools/lib/output.h \
	tools/lib/overwrite.c tools/lib/overwrite.h \
	tools/lib/own-report.c tools/lib/own-report.h \
	tools/lib/privilege.c tools/lib/privilege.h \
	tools/lib/progress.c tools/lib/progress.h \
	tools/lib/signals.c tools/lib/signals.h \
	tools/lib/source.c tools/lib/source.h \
	tools/lib/table.c tools/lib/table.h \
	tools/lib/terminal.c tools/lib/terminal.h \
	tools/lib/units.c tools/lib/units.h \
	tools/lib/words.c tools/lib/words.h \
	tools/sort-options.c tools/sort-options.h
tools_cflags = $(AM_CFLAGS) $(CAP_NG_CFLAGS) \
	$(SMARTCOLS_CFLAGS)
tools_libs = $(CAP_NG_LIBS) $(SMARTCOLS_LIBS) -lm
tools_libcli_la_CFLAGS = $(tools_cflags)

# Tools see only what the libraries export: anything else fails the link.
tools_ldadd = tools/libcli.la export/libpageowner-export.la \
	libpageowner/libpageowner.la $(tools_libs)

bin_PROGRAMS += tools/pageowner-sort
tools_pageowner_sort_SOURCES = tools/sort.c tools/group-table.c tools/group-table.h
tools_pageowner_sort_CFLAGS = $(tools_cflags)
tools_pageowner_sort_LDADD = $(tools_ldadd)
dist_man1_MANS += tools/pageowner-sort.1

bin_PROGRAMS += tools/pageowner-account
tools_pageowner_account_SOURCES = tools/account.c
tools_pageowner_account_CFLAGS = $(tools_cflags)
tools_pageowner_account_LDADD = $(tools_ldadd)
dist_man1_MANS += tools/pageowner-account.1

bin_PROGRAMS += tools/pageowner-diff
tools_pageowner_diff_SOURCES = tools/diff/diff_private.h \
	tools/diff/load.c tools/diff/main.c tools/diff/notes.c \
	tools/diff/table.c tools/diff/table.h
tools_pageowner_diff_CFLAGS = $(tools_cflags)
tools_pageowner_diff_LDADD = $(tools_ldadd)
dist_man1_MANS += tools/pageowner-diff.1

bin_PROGRAMS += tools/pageowner-stacks-top
tools_pageowner_stacks_top_SOURCES = \
	tools/account-table.c tools/account-table.h \
	tools/group-table.c tools/group-table.h \
	tools/top/account.c tools/top/by.c tools/top/by.h tools/top/load.c tools/top/main.c \
	tools/top/model.c tools/top/model.h tools/top/model_private.h tools/top/print.c \
	tools/top/rows.c tools/top/screen.h tools/top/table.c tools/top/table.h \
	tools/top/top_private.h
if HAVE_CURSES
tools_pageowner_stacks_top_SOURCES += $(top_screen_sources)
endif
EXTRA_DIST += $(top_screen_sources)
top_screen_sources = tools/top/cells.c tools/top/draw.c tools/top/head.c tools/top/keys.c \
	tools/top/page.c tools/top/sample.c tools/top/screen.c tools/top/view.h
tools_pageowner_stacks_top_CFLAGS = $(tools_cflags) $(CURSES_CFLAGS)
tools_pageowner_stacks_top_LDADD = $(tools_ldadd) $(CURSES_LIBS)
dist_man1_MANS += tools/pageowner-stacks-top.1

bin_PROGRAMS += tools/pageowner-frag
tools_pageowner_frag_SOURCES = \
	tools/frag/frag_private.h tools/frag/image.c tools/frag/load.c tools/frag/main.c \
	tools/frag/map.c tools/frag/map.h \
	tools/frag/place.c tools/frag/place.h tools/frag/table.c tools/frag/table.h
tools_pageowner_frag_CFLAGS = $(tools_cflags) $(PNG_CFLAGS)
tools_pageowner_frag_LDADD = $(tools_ldadd) $(PNG_LIBS)
dist_man1_MANS += tools/pageowner-frag.1

bin_PROGRAMS += tools/pageowner-capture
tools_pageowner_capture_SOURCES = \
	tools/capture/capture_private.h tools/capture/earlier.c tools/capture/main.c \
	tools/capture/output.c \
	tools/capture/stop.c tools/capture/take.c
tools_pageowner_capture_CFLAGS = $(tools_cflags) $(ZLIB_CFLAGS) $(ZSTD_CFLAGS)
tools_pageowner_capture_LDADD = $(tools_ldadd) $(ZLIB_LIBS) $(ZSTD_LIBS)
dist_man1_MANS += tools/pageowner-capture.1
