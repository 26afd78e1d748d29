#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# examples.sh - the examples compile against an installed tree as a stranger
# would compile them, and tell the truth about real captures.
set -eu

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fail() {
	echo "$*"
	exit 1
}

# A make of its own, not a part of the one that runs this test.
unset MAKEFLAGS MFLAGS MAKELEVEL
make -C "$top_builddir" install DESTDIR="$tmp/root" >"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	fail "make install failed"
}

# pkg-config reads the installed file and puts the new root in front of all its
# directories, whichever prefix this was configured for.
pc=$(find "$tmp/root" -name libpageowner.pc)
[ -n "$pc" ] || fail "libpageowner.pc was not installed"
PKG_CONFIG_PATH=${pc%/*}${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
PKG_CONFIG_SYSROOT_DIR=$tmp/root
PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS PKG_CONFIG_ALLOW_SYSTEM_LIBS
: "${PKG_CONFIG:=pkg-config}"
if ! find "$tmp/root" -name libpageowner.so | grep -q .; then
	echo "no shared library was built: skipped"
	exit 77
fi
LD_LIBRARY_PATH=${pc%/pkgconfig/*}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH

# compile NAME PACKAGE
compile() {
	$CC ${SANITIZER_CFLAGS:-} -Wall -Wextra -Werror "$srcdir/examples/$1.c" \
		-o "$tmp/$1" $($PKG_CONFIG --cflags --libs "$2") ||
		fail "$1 does not compile"
}

for name in top-owners follow-stack my-filter take-snapshot; do
	compile $name libpageowner
done
compile convert libpageowner-export

work=$PAGEOWNER_DATA/real/linux-6.12-1-work.page_owner.xz
leak=$PAGEOWNER_DATA/real/linux-6.12-2-leak.page_owner.xz
if [ "${PAGEOWNER_READS_XZ:-yes}" != yes ]; then
	command -v xz >/dev/null || {
		echo "they compile; without liblzma and xz the captures cannot be read"
		exit 77
	}
	xz -dc "$work" >"$tmp/work"
	xz -dc "$leak" >"$tmp/leak"
	work=$tmp/work leak=$tmp/leak
fi

# expect NAME PATTERN: a line of NAME's output is this
expect() {
	grep -Eqx "$2" "$tmp/$1.out" || {
		cat "$tmp/$1.out"
		fail "$1: no line fits: $2"
	}
}

# The numbers below were counted when the captures were taken, or with a few
# lines of Perl, not by this library.
"$tmp/top-owners" "$work" >"$tmp/top-owners.out"
expect top-owners ' *47092 pages  in all 36250 records'
[ "$(wc -l <"$tmp/top-owners.out")" = 11 ] || fail "top-owners: not ten owners"
head -n 10 "$tmp/top-owners.out" | sort -c -n -r -k 1,1 ||
	fail "top-owners: not in order"

# Pipes are what leaks between the two.
"$tmp/follow-stack" pipe_write "$work" "$leak" >"$tmp/follow-stack.out"
expect follow-stack " *160 pages  [0-9a-f]{16}  $work"
expect follow-stack " *3264 pages  [0-9a-f]{16}  $leak"
id=$(sed -n 's/.* pages  \([0-9a-f]*\)  .*/\1/p' "$tmp/follow-stack.out" | sort -u)
mv "$tmp/follow-stack.out" "$tmp/by-name"
"$tmp/follow-stack" "$id" "$work" "$leak" >"$tmp/follow-stack.out"
cmp "$tmp/by-name" "$tmp/follow-stack.out" ||
	fail "follow-stack: the stack $id is not the one found by name"

# Twelve huge pages; those of java do not count.
"$tmp/my-filter" 9 redis "$work" >"$tmp/my-filter.out"
expect my-filter ' *6144 pages  redis-server +[a-z].*'
[ "$(wc -l <"$tmp/my-filter.out")" = 1 ] || fail "my-filter: lets others pass"

# All that was captured comes out; and the .pc file tells what a format needs.
"$tmp/convert" folded "$work" >"$tmp/convert.out"
[ "$(awk '{ sum += $NF } END { print sum / 4096 }' "$tmp/convert.out")" = 47092 ] ||
	fail "convert: not 47092 pages"
"$tmp/convert" >"$tmp/convert.out"
expect convert 'prometheus  .*'
needs=$($PKG_CONFIG --print-requires-private libpageowner-export)
for pair in pprof:libprotobuf-c sqlite:sqlite3; do
	! grep -q "^${pair%:*} " "$tmp/convert.out" ||
		echo "$needs" | grep -q "^${pair#*:} >= " ||
		fail "libpageowner-export.pc does not require ${pair#*:}"
done

# A snapshot of what stands in for a kernel: its text, with conditions that are read.
mkdir "$tmp/debug"
printf '%s\n' 'Page allocated via order 2, mask 0x0(GFP_KERNEL), pid 1, tgid 1 (a), ts 1 ns' \
	'PFN 0x10 type Movable Block 0 type Movable Flags 0x0()' ' f+0x1/0x2' '' \
	>"$tmp/debug/page_owner"
PAGEOWNER_DEBUGFS=$tmp/debug "$tmp/take-snapshot" --force >"$tmp/take-snapshot.out" 2>"$tmp/err"
grep -qx complete "$tmp/err" || fail "take-snapshot: $(cat "$tmp/err")"
expect take-snapshot 'PFN# complete: yes'
grep -v '^PFN#' "$tmp/take-snapshot.out" | cmp - "$tmp/debug/page_owner"
"$tmp/top-owners" "$tmp/take-snapshot.out" >"$tmp/top-owners.out"
expect top-owners ' *4 pages  in all 1 records'
