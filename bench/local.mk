# SPDX-License-Identifier: LGPL-2.1-or-later
# Measuring: not built by "make all"; bench/README.md says how to use it.
EXTRA_PROGRAMS += bench/flood bench/gendump bench/measure bench/stages
bench_flood_SOURCES = bench/flood.c
bench_flood_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(XXHASH_CFLAGS)
bench_flood_LDADD = libpageowner/libpo.la
bench_gendump_SOURCES = bench/gendump.c bench/gendump.h bench/gendump-draw.c bench/gendump-text.c \
	bench/gendump-words.h
bench_gendump_LDADD = -lm
bench_measure_SOURCES = bench/measure.c
bench_measure_LDADD =
# With the insides of the library, and the report as pageowner-sort writes it
bench_stages_SOURCES = bench/stages.c
bench_stages_CFLAGS = $(tools_cflags)
bench_stages_LDADD = tools/libcli.la export/libexport.la libpageowner/libpo.la $(tools_libs)

CLEANFILES += bench/flood$(EXEEXT) bench/gendump$(EXEEXT) bench/measure$(EXEEXT) bench/stages$(EXEEXT)
EXTRA_DIST += bench/account bench/compare bench/fleet bench/python-records bench/repair-cost bench/README.md
