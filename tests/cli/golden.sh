#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# golden.sh - pageowner-sort writes the bytes that page_owner_sort writes.
#
# Each line of golden/CASES is run on a file and on standard input, with one
# thread and with three. golden/README.md says where the expected bytes are
# from. --kernel-labels, because page_owner_sort 6.12 knows slab pages by a page
# flag alone, which kernels since 6.10 lack.

: "${srcdir:=.}"
: "${PAGEOWNER_SORT:=${top_builddir:-.}/tools/pageowner-sort}"
golden=$srcdir/tests/cli/golden

command -v xz >/dev/null || { echo "1..0 # skipped: no xz to unpack the data"; exit 77; }
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

number=0 passed=0 failed=0
tab=$(printf '\t')

result() { # result ok|not\ ok NAME
	number=$((number + 1))
	echo "$1 $number - $2"
	if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

unpacked() { # unpacked FILE: the name of its plain text, in $plain
	case $1 in
	*.xz)	plain=$tmp/$(basename "$1" .xz)
		[ -e "$plain" ] || xz -dc "$1" > "$plain" ;;
	*)	plain=$1 ;;
	esac
}

compare() { # compare NAME STATUS
	if [ "$2" -eq 0 ] && cmp -s "$expected" "$tmp/out"; then
		result ok "$1"
		return
	fi
	result "not ok" "$1"
	echo "# exit status $2, $(cmp "$expected" "$tmp/out" 2>&1)"
	sed 's/^/# /' "$tmp/err"
	LC_ALL=C diff -a "$expected" "$tmp/out" | head -n 20 | sed 's/^/# /'
}

while IFS=$tab read -r name path options; do
	unpacked "$srcdir/$path"
	input=$plain
	if [ -e "$golden/$name.expected" ]; then
		expected=$golden/$name.expected
	else
		unpacked "$golden/$name.expected.xz"
		expected=$plain
	fi
	for jobs in 1 3; do
		: > "$tmp/out"
		# shellcheck disable=SC2086 # several options in one word
		"$PAGEOWNER_SORT" --kernel-labels $options --jobs=$jobs "$input" "$tmp/out" \
			< /dev/null 2> "$tmp/err"
		compare "$name: $options, file, jobs=$jobs" $?
		# shellcheck disable=SC2086,SC2002 # and a pipe, no file
		cat "$input" | "$PAGEOWNER_SORT" --kernel-labels $options --jobs=$jobs - \
			> "$tmp/out" 2> "$tmp/err"
		compare "$name: $options, pipe, jobs=$jobs" $?
	done
	case $expected in "$tmp"/*) rm -f "$expected" ;; esac
done < "$golden/CASES"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
