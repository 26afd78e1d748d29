# SPDX-License-Identifier: LGPL-2.1-or-later

# Each allocation fails in turn: tests/fault/nomem.h
nomem_tests = \
	tests/fault/test-nomem-reports \
	tests/fault/test-nomem-profile \
	tests/fault/test-nomem

# The tests that take longest begin, so that no processor waits for them in the end.
long_unit_tests = \
	$(nomem_tests) \
	tests/unit/test-load \
	tests/unit/test-load-threads \
	tests/unit/test-window

long_script_tests = \
	tests/fault/test-limits.py \
	tests/fault/test-faults.py \
	tests/guard/python.sh

# One word here adds NAME.c: it is linked with all of the library, hidden
# functions included, and with support.c.
unit_tests = \
	tests/unit/test-reader \
	tests/unit/test-account \
	tests/unit/test-account-details \
	tests/unit/test-account-lines \
	tests/unit/test-account-machine \
	tests/unit/test-attribute \
	tests/unit/test-blame \
	tests/unit/test-capture \
	tests/unit/test-capture-end \
	tests/unit/test-classes \
	tests/unit/test-conditions \
	tests/unit/test-cursor \
	tests/unit/test-dialect \
	tests/unit/test-dialect-groups \
	tests/unit/test-dialect-threads \
	tests/unit/test-diff \
	tests/unit/test-diff-use \
	tests/unit/test-export \
	tests/unit/test-filter \
	tests/unit/test-finish \
	tests/unit/test-input \
	tests/unit/test-intern \
	tests/unit/test-field \
	tests/fault/test-limits \
	tests/fault/test-limits-reader \
	tests/unit/test-live \
	tests/unit/test-memory \
	tests/unit/test-cut \
	tests/unit/test-glued \
	tests/unit/test-mixed \
	tests/unit/test-owner \
	tests/unit/test-pageblock \
	tests/unit/test-pageblock-use \
	tests/unit/test-plumbing \
	tests/unit/test-profile \
	tests/unit/test-profile-values \
	tests/unit/test-record \
	tests/unit/test-repair \
	tests/unit/test-scan \
	tests/unit/test-stack \
	tests/unit/test-text \
	tests/unit/test-units \
	tests/unit/test-words

script_tests = \
	tests/guard/abi.sh \
	tests/guard/symbols.sh \
	tests/guard/headers.sh \
	tests/guard/layers.sh \
	tests/guard/docs.py \
	tests/guard/paths.py \
	tests/guard/voice.py \
	tests/guard/options.py \
	tests/guard/manpages.py \
	tests/guard/examples.sh \
	tests/guard/python-wheel.sh \
	tests/cli/golden.sh \
	tests/cli/test-account.py \
	tests/cli/test-capture.sh tests/cli/test-capture-kernels.sh \
	tests/cli/test-capture-resume.sh \
	tests/cli/test-diff.sh \
	tests/guard/test-fleet.py \
	tests/cli/test-formats.py tests/cli/test-group-table.py tests/cli/test-incomplete.py tests/cli/test-inputs.py \
	tests/cli/test-schema.py \
	tests/cli/test-frag.sh \
	tests/cli/test-options.sh \
	tests/cli/test-plumbing.py tests/cli/test-reread.py \
	tests/guard/test-readme.py \
	tests/cli/test-safety.py \
	tests/cli/test-posted-forms.py \
	tests/cli/test-repair.py \
	tests/cli/test-sort-dialects.sh \
	tests/cli/test-sort-options.sh \
	tests/cli/test-sort-usage.sh \
	tests/cli/test-stacks-top.sh \
	tests/cli/test-top-screen.py \
	tests/cli/test-overwrite.sh tests/cli/test-sort-io.sh

if HAVE_CHECK
tests_fault_test_limits_SOURCES = tests/fault/test-limits.c tests/fault/limits.h
tests_fault_test_limits_reader_SOURCES = tests/fault/test-limits-reader.c tests/fault/limits.h
tests_unit_test_memory_LDADD = tools/libcli.la $(LDADD) $(tools_libs)
# Its files behave as the kernel's.
kernel_sources = tests/unit/capture.c tests/unit/capture.h tests/fault/fake-kernel.c
tests_unit_test_capture_SOURCES = tests/unit/test-capture.c $(kernel_sources)
tests_unit_test_capture_LDADD = $(LDADD) -ldl
tests_unit_test_capture_end_SOURCES = tests/unit/test-capture-end.c $(kernel_sources)
tests_unit_test_capture_end_LDADD = $(LDADD) -ldl
tests_unit_test_export_LDADD = tests/unit/libsupport.la export/libexport.la \
	libpageowner/libpo.la $(CHECK_LIBS) -lm
tests_unit_test_account_SOURCES = tests/unit/test-account.c tests/unit/account.h
tests_unit_test_account_details_SOURCES = tests/unit/test-account-details.c tests/unit/account.h
tests_unit_test_account_lines_SOURCES = tests/unit/test-account-lines.c tests/unit/account.h
tests_unit_test_account_machine_SOURCES = tests/unit/test-account-machine.c tests/unit/account.h
tests_unit_test_units_LDADD = tools/libcli.la $(LDADD) $(tools_libs)
tests_unit_test_words_LDADD = tools/libcli.la $(LDADD) $(tools_libs)
nomem_sources = tests/fault/nomem.c tests/fault/nomem.h tests/fault/samples.c \
	tests/fault/samples.h
tests_fault_test_nomem_SOURCES = tests/fault/test-nomem.c $(nomem_sources)
tests_fault_test_nomem_profile_SOURCES = tests/fault/test-nomem-profile.c $(nomem_sources)
tests_fault_test_nomem_reports_SOURCES = tests/fault/test-nomem-reports.c $(nomem_sources)
# Their allocations are in these functions' hands.
nomem_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS) $(ZLIB_CFLAGS) $(LZMA_CFLAGS) $(ZSTD_CFLAGS) \
	$(SQLITE_CFLAGS)
tests_fault_test_nomem_CFLAGS = $(nomem_cflags)
tests_fault_test_nomem_profile_CFLAGS = $(nomem_cflags)
tests_fault_test_nomem_reports_CFLAGS = $(nomem_cflags)
nomem_ldadd = tests/unit/libsupport.la export/libexport.la libpageowner/libpo.la \
	$(CHECK_LIBS) -lm
tests_fault_test_nomem_LDADD = $(nomem_ldadd)
tests_fault_test_nomem_profile_LDADD = $(nomem_ldadd)
tests_fault_test_nomem_reports_LDADD = $(nomem_ldadd)
nomem_ldflags = $(AM_LDFLAGS) $(wrapped:%=-Wl,--wrap=%)
tests_fault_test_nomem_LDFLAGS = $(nomem_ldflags)
tests_fault_test_nomem_profile_LDFLAGS = $(nomem_ldflags)
tests_fault_test_nomem_reports_LDFLAGS = $(nomem_ldflags)
wrapped = malloc calloc realloc reallocarray free strdup strndup asprintf \
	__asprintf_chk pthread_create inflateInit2_ inflate deflateInit2_ \
	lzma_stream_decoder lzma_code ZSTD_createDStream ZSTD_decompressStream
check_LTLIBRARIES += tests/unit/libsupport.la
tests_unit_test_dialect_SOURCES = tests/unit/test-dialect.c tests/unit/dialect.h
tests_unit_test_dialect_groups_SOURCES = tests/unit/test-dialect-groups.c tests/unit/dialect.h
tests_unit_test_dialect_threads_SOURCES = tests/unit/test-dialect-threads.c tests/unit/dialect.h
tests_unit_test_diff_SOURCES = tests/unit/test-diff.c tests/unit/diff.h
tests_unit_test_diff_use_SOURCES = tests/unit/test-diff-use.c tests/unit/diff.h
tests_unit_test_load_SOURCES = tests/unit/test-load.c tests/unit/load.h
tests_unit_test_load_threads_SOURCES = tests/unit/test-load-threads.c tests/unit/load.h
tests_unit_test_pageblock_SOURCES = tests/unit/test-pageblock.c tests/unit/pageblock.h
tests_unit_test_pageblock_use_SOURCES = tests/unit/test-pageblock-use.c tests/unit/pageblock.h
tests_unit_test_profile_SOURCES = tests/unit/test-profile.c tests/unit/profile.h
tests_unit_test_profile_values_SOURCES = tests/unit/test-profile-values.c tests/unit/profile.h
tests_unit_test_reader_SOURCES = tests/unit/test-reader.c tests/unit/reader.h
tests_unit_test_window_SOURCES = tests/unit/test-window.c tests/unit/reader.h
tests_unit_libsupport_la_SOURCES = tests/unit/print.c tests/unit/support.c \
	tests/unit/support.h
tests_unit_libsupport_la_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
check_PROGRAMS += $(long_unit_tests) $(unit_tests)
all_programs = $(long_unit_tests) $(unit_tests) $(fuzz_targets)
TESTS += $(long_unit_tests) $(long_script_tests) $(unit_tests) $(script_tests)
# A program waits for a rule that make has yet to run (config.h's, if no other), a script
# for none: without this all scripts would be started before the first program. (Scripts
# need not wait if that is not among the TESTS.)
script_logs = $(long_script_tests:%=%.log) $(script_tests:%=%.log)
$(script_logs): | $(filter $(nomem_tests:%=%$(EXEEXT)),$(TESTS))
# For each program that has no LDADD of its own: the unit tests.
LDADD = tests/unit/libsupport.la libpageowner/libpo.la $(CHECK_LIBS) -lm
else
TESTS += $(long_script_tests) $(script_tests)
check-local:
	@echo "Check was not found when this was configured: the unit tests are skipped."
endif

# Preloaded into the tools: built for the tests alone, without run-time checks of
# its own.
if HAVE_SHARED
check_LTLIBRARIES += tests/fault/fake-kernel.la
tests_fault_fake_kernel_la_SOURCES = tests/fault/fake-kernel.c
tests_fault_fake_kernel_la_CFLAGS = $(WARN_CFLAGS)
tests_fault_fake_kernel_la_LDFLAGS = -module -avoid-version -shared -rpath $(abs_builddir)
tests_fault_fake_kernel_la_LIBADD = -ldl
check_LTLIBRARIES += tests/fault/faults.la
tests_fault_faults_la_SOURCES = tests/fault/faults.c
tests_fault_faults_la_CFLAGS = $(WARN_CFLAGS)
tests_fault_faults_la_LDFLAGS = -module -avoid-version -shared -rpath $(abs_builddir)
tests_fault_faults_la_LIBADD = -ldl
endif

# Sets of tests for `make check TESTS='$(quick_tests)'`. The quick ones are all but those
# that take longest and look at what neither a compiler nor a choice of libraries changes:
# allocations, calls and bounds that fail.
slow_tests = $(nomem_tests) %/test-limits %/test-limits-reader \
	%/test-limits.py %/test-faults.py
quick_tests = $(filter-out $(slow_tests),$(all_programs) $(long_script_tests) $(script_tests))
# What a checker, a compiler or its flags may change: tests/guard looks at sources, at
# documents, and at the Python package.
code_tests = $(filter-out tests/guard/%,$(quick_tests))
program_tests = $(filter-out $(slow_tests),$(all_programs))

EXTRA_DIST += $(long_script_tests) $(script_tests) tests/cli tests/data \
	tests/python/samples.py tests/python/test_live.py tests/python/test_memory.py \
	tests/python/test_package.py tests/python/test_profiles.py \
	tests/python/test_records.py tests/python/test_reports.py

# They install, for which libtool takes a library away and links it anew: by then
# nobody may be using it. (Under their own names automake would take these for the
# rules that run the tests.)
last_log = tests/guard/examples.sh.log
very_last_log = tests/guard/python-wheel.sh.log
$(last_log): $(filter-out $(last_log) $(very_last_log),$(TEST_LOGS))
$(very_last_log): $(last_log)

# Of the programs that our formats are for: not part of `make check`, since it takes
# packages of npm from the network, as pinned.
.PHONY: check-consumers
check-consumers: all tests/env
	$(AM_TESTS_ENVIRONMENT) \
	$(srcdir)/tests/consumers/check.py '$(abs_builddir)/tests/consumers/npm'

# Once a change to the interface is meant
.PHONY: abi-update
abi-update: all tests/env
	$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/guard/abi.sh --update
EXTRA_DIST += libpageowner/libpageowner.abi export/libpageowner-export.abi

# What compilers and checkers find without running anything
.PHONY: lint
lint: all
	srcdir='$(abs_srcdir)' CPPFLAGS='$(lint_cppflags)' $(srcdir)/tests/guard/lint
lint_cppflags = -D_GNU_SOURCE -DHAVE_CONFIG_H -include config.h -I$(abs_builddir) \
	-I$(abs_builddir)/include -I. -Iinclude -Ilibpageowner $(GLIB_CFLAGS) $(CAP_NG_CFLAGS) $(CURSES_CFLAGS) \
	$(SMARTCOLS_CFLAGS) $(PNG_CFLAGS) $(PROTOBUF_C_CFLAGS) \
	$(SQLITE_CFLAGS)
EXTRA_DIST += tests/guard/lint .clang-tidy

# All tests with the compiler's run-time checks, in builds of their own: build-check-asan,
# build-check-tsan
.PHONY: check-asan check-tsan
check-asan: sanitizers = address,undefined
check-tsan: sanitizers = thread
check-asan check-tsan:
	rm -rf build-$@
	mkdir build-$@
	cd build-$@ && $(abs_srcdir)/configure -q --enable-sanitizers=$(sanitizers)
	$(MAKE) -C build-$@ check VERBOSE=1

# Of library and tools on other machines, under QEMU: fetches Debian's packages for them
.PHONY: check-cross
check-cross:
	$(srcdir)/tests/cross/run

# Under valgrind, as built here. Left out is what is about compilers, packages and
# preloading, what measures memory, and $(nomem_tests), which look for leaks themselves,
# twenty thousand times.
.PHONY: check-valgrind
not_under_valgrind = headers.sh symbols.sh abi.sh examples.sh python.sh python-wheel.sh \
	test-capture.sh test-capture-kernels.sh test-capture-resume.sh test-faults.py test-limits.py
valgrind_tests = $(filter-out $(nomem_tests) $(not_under_valgrind:%=\%/%), \
	$(all_programs) $(long_script_tests) $(script_tests))
check-valgrind:
	EMULATED=valgrind $(MAKE) check LOG_COMPILER='$(abs_srcdir)/tests/under-valgrind' \
		TESTS='$(valgrind_tests)'

# For tests/run: what the scripts need, and the names of all tests
.PHONY: check-scripts print-tests
check-scripts: all $(check_LTLIBRARIES) tests/env
print-tests:
	@echo $(strip $(TESTS))

EXTRA_DIST += tests/cross/run tests/valgrind.supp tests/results tests/run tests/under-valgrind

EXTRA_DIST += tests/consumers/browser.py tests/consumers/captures.py \
	tests/consumers/check.py tests/consumers/package.json \
	tests/consumers/package-lock.json tests/consumers/profilers.py \
	tests/consumers/prometheus.py tests/consumers/read-pprof.mjs \
	tests/consumers/read-speedscope.mjs tests/consumers/use-html.mjs

clean-local:
	rm -rf tests/consumers/npm build-check-asan build-check-tsan

# Results of tests lie in the folder that is taken as a whole.
dist-hook:
	$(dist_page)
	rm -f $(distdir)/tests/cli/*.log $(distdir)/tests/cli/*.trs
	rm -rf $(distdir)/tests/cli/__pycache__

# The whole environment is in one file, which config.status makes; tests/run uses it too.
check_DATA = tests/env
AM_TESTS_ENVIRONMENT = . '$(abs_top_builddir)/tests/env';
