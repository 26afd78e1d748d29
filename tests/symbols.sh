#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# symbols.sh - the library exports what its map lists and its headers declare,
# nothing less and nothing more.
set -eu

lib=$top_builddir/libpageowner/.libs/libpageowner.so
if [ ! -e "$lib" ]; then
	echo "no shared library was built: skipped"
	exit 77
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Without its comments a header holds our names only where it declares them.
for header in "$srcdir"/include/pageowner/*.h "$top_builddir/include/pageowner/version.h"; do
	echo "#include \"$header\""
done | $CC -E -P -I"$srcdir/include" -I"$top_builddir/include" -x c - |
	grep -o 'pageowner_[a-z0-9_]*(' | tr -d '(' | sort -u >"$tmp/headers"

sed -n 's/^[[:space:]]*\(pageowner_[a-z0-9_]*\);.*/\1/p' \
	"$srcdir/libpageowner/libpageowner.sym" | sort >"$tmp/map"

# Absolute symbols are the names of the map's sections.
$NM -D --defined-only "$lib" |
	awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u >"$tmp/exports"

failed=0
compare() {
	if [ ! -s "$tmp/$1" ] || ! diff "$tmp/$1" "$tmp/$2"; then
		echo "the $1 (<) and the $2 (>) differ"
		failed=1
	fi
}
compare headers map
compare map exports
[ $failed = 0 ] && echo "$(wc -l <"$tmp/map") functions"
exit $failed
