#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# golden.sh - pageowner-sort writes the bytes that page_owner_sort writes.
#
# Each line of golden/CASES is run on a file and on standard input, with one
# thread and with three. golden/README.md says where the expected bytes are
# from. --kernel-labels, because page_owner_sort 6.12 knows slab pages by a page
# flag alone, which kernels since 6.10 lack.

command -v xz >/dev/null || { echo "skipped: no xz to unpack the data"; exit 77; }
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
tool=${PAGEOWNER_SORT:-pageowner-sort}
golden=$srcdir/tests/cli/golden
tab=$(printf '\t')

unpacked() { # unpacked FILE: the name of its plain text, in $plain
	case $1 in
	*.xz)	plain=$(basename "$1" .xz)
		[ -e "$plain" ] || xz -dc "$1" > "$plain" ;;
	*)	plain=$1 ;;
	esac
}

compare() { # compare NAME STATUS
	status=$2
	[ "$status" -eq 0 ] && cmp -s "$expected" out || {
		cmp "$expected" out 2>&1 | sed 's/^/# /'
		LC_ALL=C diff -a "$expected" out | head -n 20 | sed 's/^/# /'
		false
	}
	verdict "$1"
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
		: > out
		# shellcheck disable=SC2086 # several options in one word
		"$tool" --kernel-labels $options --jobs=$jobs "$input" out \
			2> err
		compare "$name: $options, file, jobs=$jobs" $?
		# shellcheck disable=SC2086,SC2002 # and a pipe, no file
		cat "$input" | "$tool" --kernel-labels $options --jobs=$jobs - \
			> out 2> err
		compare "$name: $options, pipe, jobs=$jobs" $?
	done
	case $expected in
	*/*) ;;
	*) rm -f "$expected" ;;
	esac
done < "$golden/CASES"
finish
