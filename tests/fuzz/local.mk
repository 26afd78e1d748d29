# SPDX-License-Identifier: LGPL-2.1-or-later

# One word here adds tests/fuzz/NAME.c. With a compiler's fuzzer these are its programs;
# else programs that try what was found once, and the files of tests/data.
fuzz_targets = \
	tests/fuzz/fuzz-account \
	tests/fuzz/fuzz-capture \
	tests/fuzz/fuzz-compressed \
	tests/fuzz/fuzz-diff \
	tests/fuzz/fuzz-machine \
	tests/fuzz/fuzz-options \
	tests/fuzz/fuzz-pageblock \
	tests/fuzz/fuzz-profile \
	tests/fuzz/fuzz-reader

if HAVE_CHECK
check_PROGRAMS += $(fuzz_targets)
check_LTLIBRARIES += tests/fuzz/libfuzz.la
tests_fuzz_libfuzz_la_SOURCES = tests/fuzz/fuzz.c tests/fuzz/fuzz.h
tests_fuzz_libfuzz_la_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_libfuzz_la_LIBADD = tests/unit/libsupport.la export/libexport.la \
	libpageowner/libpo.la $(CHECK_LIBS) $(JANSSON_LIBS) -lm
if FUZZING
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer -Wl,--wrap=read
else
TESTS += $(fuzz_targets)
tests_fuzz_libfuzz_la_SOURCES += tests/fuzz/replay.c
fuzz_ldflags = $(AM_LDFLAGS) -Wl,--wrap=read
endif
endif

tests_fuzz_fuzz_account_SOURCES = tests/fuzz/fuzz-account.c
tests_fuzz_fuzz_account_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_fuzz_fuzz_account_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_account_LDADD = tests/fuzz/libfuzz.la
tests_fuzz_fuzz_capture_SOURCES = tests/fuzz/fuzz-capture.c
tests_fuzz_fuzz_capture_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_fuzz_fuzz_capture_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_capture_LDADD = tests/fuzz/libfuzz.la
tests_fuzz_fuzz_compressed_SOURCES = tests/fuzz/fuzz-compressed.c
tests_fuzz_fuzz_compressed_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS) $(ZLIB_CFLAGS) $(LZMA_CFLAGS) $(ZSTD_CFLAGS)
tests_fuzz_fuzz_compressed_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_compressed_LDADD = tests/fuzz/libfuzz.la
tests_fuzz_fuzz_diff_SOURCES = tests/fuzz/fuzz-diff.c
tests_fuzz_fuzz_diff_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_fuzz_fuzz_diff_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_diff_LDADD = tests/fuzz/libfuzz.la
tests_fuzz_fuzz_machine_SOURCES = tests/fuzz/fuzz-machine.c
tests_fuzz_fuzz_machine_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_fuzz_fuzz_machine_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_machine_LDADD = tests/fuzz/libfuzz.la
tests_fuzz_fuzz_options_SOURCES = tests/fuzz/fuzz-options.c
tests_fuzz_fuzz_options_CFLAGS = $(tools_cflags) $(CHECK_CFLAGS)
tests_fuzz_fuzz_options_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_options_LDADD = tools/libcli.la tests/fuzz/libfuzz.la $(tools_libs)
tests_fuzz_fuzz_pageblock_SOURCES = tests/fuzz/fuzz-pageblock.c
tests_fuzz_fuzz_pageblock_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_fuzz_fuzz_pageblock_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_pageblock_LDADD = tests/fuzz/libfuzz.la
tests_fuzz_fuzz_profile_SOURCES = tests/fuzz/fuzz-profile.c
tests_fuzz_fuzz_profile_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_fuzz_fuzz_profile_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_profile_LDADD = tests/fuzz/libfuzz.la
tests_fuzz_fuzz_reader_SOURCES = tests/fuzz/fuzz-reader.c
tests_fuzz_fuzz_reader_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_fuzz_fuzz_reader_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_reader_LDADD = tests/fuzz/libfuzz.la

# With libFuzzer, each target for FUZZ_SECONDS
.PHONY: fuzz
fuzz:
	$(srcdir)/tests/fuzz/run

EXTRA_DIST += tests/fuzz/options tests/fuzz/page_owner.dict tests/fuzz/replay.c tests/fuzz/run
