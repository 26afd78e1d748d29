#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# headers.sh - each public header compiles alone and twice, as C99, C11 and
# C++17, without a warning of any compiler that is here, and has no line over 100 columns.
set -eu

failed=0
for header in "$srcdir"/include/pageowner/*.h "$top_builddir/include/pageowner/version.h"; do
	names="${names-} $(basename "$header")"
done

for header in "$srcdir"/include/pageowner/*; do
	expand "$header" | awk -v name="${header##*/}" '
		length > 100 { print name ":" NR ": " length " columns"; wrong = 1 }
		END { exit wrong }' || failed=1
done

# try LANGUAGE STANDARD COMPILER...
try() {
	language=$1 standard=$2
	shift 2
	for name in $names; do
		printf '#include <pageowner/%s>\n#include <pageowner/%s>\n' "$name" "$name" |
			"$@" -std="$standard" -x "$language" -fsyntax-only \
				-Wall -Wextra -pedantic -Werror \
				-I"$srcdir/include" -I"$top_builddir/include" - || {
			echo "$name does not compile alone as $standard with $*"
			failed=1
		}
	done
}

# CC may be several words, as in "ccache gcc"
for cc in "$CC" gcc clang; do
	if command -v "${cc%% *}" >/dev/null; then
		try c c99 $cc
		try c c11 $cc
	fi
done
has_cxx=
for cxx in "${CXX:-}" g++ clang++; do
	if [ -n "$cxx" ] && command -v "${cxx%% *}" >/dev/null; then
		try c++ c++17 $cxx
		has_cxx=yes
	fi
done
[ $failed = 0 ] || exit $failed
[ -z "$has_cxx" ] || exit 0
echo "C99 and C11 are good; there is no C++ compiler for the rest"
exit 77
