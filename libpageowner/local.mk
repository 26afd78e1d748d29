# SPDX-License-Identifier: LGPL-2.1-or-later

pageownerincludedir = $(includedir)/pageowner
pageownerinclude_HEADERS = \
	include/pageowner/capture.h \
	include/pageowner/diff.h \
	include/pageowner/filter.h \
	include/pageowner/key.h \
	include/pageowner/live.h \
	include/pageowner/pageblock.h \
	include/pageowner/pageowner.h \
	include/pageowner/profile.h \
	include/pageowner/reader.h \
	include/pageowner/record.h \
	include/pageowner/stack.h \
	include/pageowner/suppress.h
nodist_pageownerinclude_HEADERS = include/pageowner/version.h

# The insides are a convenience library, for the unit tests; the installed one
# adds the map.
noinst_LTLIBRARIES += libpageowner/libpo.la
libpageowner_libpo_la_SOURCES = \
	libpageowner/arena.c \
	libpageowner/arena.h \
	libpageowner/budget.h \
	libpageowner/capture.c \
	libpageowner/capture.h \
	libpageowner/console.c \
	libpageowner/cursor.h \
	libpageowner/dialect.c \
	libpageowner/dialect.h \
	libpageowner/diff.c \
	libpageowner/drain.c \
	libpageowner/drain.h \
	libpageowner/filter.c \
	libpageowner/filter.h \
	libpageowner/handles.c \
	libpageowner/handles.h \
	libpageowner/input.c \
	libpageowner/input.h \
	libpageowner/intern.c \
	libpageowner/intern.h \
	libpageowner/key.c \
	libpageowner/key.h \
	libpageowner/live.c \
	libpageowner/load.c \
	libpageowner/merge.c \
	libpageowner/owner.c \
	libpageowner/owner.h \
	libpageowner/pageblock.c \
	libpageowner/plumbing.c \
	libpageowner/plumbing.h \
	libpageowner/po.h \
	libpageowner/profile.c \
	libpageowner/profile.h \
	libpageowner/reader.c \
	libpageowner/reader.h \
	libpageowner/report.c \
	libpageowner/scan.c \
	libpageowner/scan.h \
	libpageowner/sort.c \
	libpageowner/stack.c \
	libpageowner/suppress.c \
	libpageowner/stacks.c \
	libpageowner/stats.c \
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
