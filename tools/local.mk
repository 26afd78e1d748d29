# SPDX-License-Identifier: LGPL-2.1-or-later

# What all tools share.
cli_sources = tools/cli.c tools/cli.h tools/output.c

# Tools see only what the library exports: anything else fails the link.
bin_PROGRAMS += tools/pageowner-sort
tools_pageowner_sort_SOURCES = $(cli_sources) \
	tools/pageowner-sort.c tools/sort-report.c tools/sort-report.h
tools_pageowner_sort_LDADD = libpageowner/libpageowner.la

dist_man1_MANS += tools/pageowner-sort.1
