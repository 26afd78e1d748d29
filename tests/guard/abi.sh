#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# abi.sh - what was compiled against the public headers as they were last described
# (*.abi) still works with them as they are now.
#
# Described are pointers to all functions of the libraries' maps: so what their
# parameters lead to is looked at, and nothing that the headers only name. A function may
# be added; whatever else changes is shown and fails. What was meant, such as a member at
# the end of a struct that the library alone allocates, is made the new description by
# make abi-update (--update here), and so stands in the commit.
set -eu

skip() {
	echo "$*: skipped"
	exit 77
}
command -v abidiff >/dev/null || skip "there is no abidiff (Debian: abigail-tools)"
[ "$(echo __x86_64__ | $CC -E -P -x c -)" = 1 ] || skip "the descriptions are of an x86-64"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

# describe LIBRARY HEADER: $tmp/abi, and $tmp/functions.so that it is of
describe() {
	{
		echo "#include <pageowner/$2>"
		sed -n 's/^[[:space:]]*\(pageowner_[a-z0-9_]*\);.*/\1/p' "$srcdir/$1.sym" |
			sort | sed 's/.*/__typeof__(&) *abi_&;/'
	} >"$tmp/functions.c"
	(cd "$tmp" && $CC -g -shared -fPIC -I"$srcdir/include" -I"$top_builddir/include" \
		functions.c -o functions.so)
	abidw --no-show-locs --no-corpus-path --no-comp-dir-path --no-elf-needed \
		"$tmp/functions.so" | sed "s, path='[^']*',," >"$tmp/abi"
}

# try LIBRARY HEADER
try() {
	describe "$@"
	if [ "${update-}" ]; then
		cp "$tmp/abi" "$srcdir/$1.abi"
		return
	fi
	abidiff --no-added-syms "$srcdir/$1.abi" "$tmp/abi" >"$tmp/out" || {
		echo "$1 has changed:"
		cat "$tmp/out"
		failed=1
	}
	abidiff "$srcdir/$1.abi" "$tmp/abi" | sed -n "s/^ *\[A\].* abi_/new: /p"
}

[ "${1-}" != --update ] || update=yes
try libpageowner/libpageowner pageowner.h
try export/libpageowner-export export.h
exit $failed
