#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# python.sh - the Python package, as it was built here: tests/python/, by pytest.
set -eu

skip() {
	echo "skipped: $*"
	exit 77
}

[ "$PAGEOWNER_HAVE_PYTHON" = yes ] ||
	skip "configured without the Python package: $PAGEOWNER_NO_PYTHON"
[ -z "${SANITIZER_CFLAGS-}" ] || skip "Python itself is not built with $SANITIZER_CFLAGS"
"$PYTHON" -c 'import pytest' 2>/dev/null || skip "$PYTHON has no pytest"

PYTHONPATH=$top_builddir/bindings/python/.libs:$srcdir/bindings/python
PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH PYTHONDONTWRITEBYTECODE
# Also of what is imported: a forgotten file or fd is a failure.
"$PYTHON" -W error -m pytest -p no:cacheprovider -ra -v --tb=short \
		${TEST_CASE:+-k "$TEST_CASE"} "$srcdir/tests/python" |
	awk '{ print; fflush() }
	/ PASSED / { n++; sub(/.*::/, ""); sub(/ PASSED.*/, ""); print "ok " n " - " $0 }
	/ (FAILED|ERROR) / { n++; sub(/.*::/, ""); print "not ok " n " - " $0; bad = 1 }
	/^=.* (passed|failed|error|skipped)/ { ended = 1 }
	END { exit bad || !ended }'
