#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# symbols.sh - each library exports what its map lists and its headers declare,
# nothing less and nothing more.
set -eu

if [ ! -e "$top_builddir/libpageowner/.libs/libpageowner.so" ]; then
	echo "no shared library was built: skipped"
	exit 77
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0
: >"$tmp/others"

compare() {
	if [ ! -s "$tmp/$1" ] || ! diff "$tmp/$1" "$tmp/$2"; then
		echo "the $1 (<) and the $2 (>) of $name differ"
		failed=1
	fi
}

# check FOLDER NAME HEADER...
check() {
	folder=$1 name=$2
	shift 2
	# Without its comments a header holds our names only where it declares them.
	for header; do
		echo "#include \"$header\""
	done | $CC -E -P -I"$srcdir/include" -I"$top_builddir/include" -x c - |
		grep -o 'pageowner_[a-z0-9_]*(' | tr -d '(' | sort -u >"$tmp/all"
	# What it includes is another library's.
	sort -u "$tmp/others" "$tmp/all" | comm -13 "$tmp/others" - >"$tmp/headers"
	cp "$tmp/all" "$tmp/others"
	sed -n 's/^[[:space:]]*\(pageowner_[a-z0-9_]*\);.*/\1/p' \
		"$srcdir/$folder/$name.sym" | sort >"$tmp/map"
	# Absolute symbols are the names of the map's sections.
	$NM -D --defined-only "$top_builddir/$folder/.libs/$name.so" |
		awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u >"$tmp/exports"
	compare headers map
	compare map exports
	echo "$name: $(wc -l <"$tmp/map") functions"
}

own=
for header in "$srcdir"/include/pageowner/*.h; do
	[ "$(basename "$header")" = export.h ] || own="$own $header"
done
check libpageowner libpageowner $own "$top_builddir/include/pageowner/version.h"
check export libpageowner-export "$srcdir/include/pageowner/export.h"
exit $failed
