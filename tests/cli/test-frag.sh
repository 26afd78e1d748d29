#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-frag.sh - pageowner-frag on dumps small enough to work out by hand, and on
# real ones.
tool=${PAGEOWNER_FRAG:-pageowner-frag}
LC_ALL=C
export LC_ALL
. "${srcdir:-.}/tests/cli/lib.sh"

# record PFN ORDER TYPE BLOCK BLOCKTYPE TS FUNCTION [MODULE]
record() {
	printf 'Page allocated via order %s, mask 0x0(), pid 7, tgid 7 (%s), ts %s ns\n' \
		"$2" "${comm:-sh}" "$6"
	printf 'PFN %s type %s Block %s type %s Flags 0x0(node=0|zone=1)\n' \
		"$1" "$3" "$4" "$5"
	printf ' alloc_pages+0x1/0x2\n %s+0x1/0x9%s\n\n' "$7" "${8:+ [$8]}"
}

{
	record 0x200 0 Unmovable 1 Movable 1000000000 pins drv
	record 0x201 0 Unmovable 1 Movable 900000000000 helps
	record 0x210 2 Movable 1 Movable 3000000000 user
	record 0x400 0 Unmovable 2 CMA 2000000000 pins drv
	record 0x800 0 Unmovable 4 Unmovable 1000000000 helps
	record 0x8000 9 Movable 64 Movable 905000000000 user
} >dump

# --- the table

prints -q dump <<'END'
4 pageblocks of 2.0 MiB (order 9) have allocated pages, 2 of them are mixed.
Of 3 movable and CMA ones 2 (4.0 MiB) are pinned by pages that cannot move, 1 by one stack alone.

PINNED ALONE    GAIN PAGES PINNING PER PAGE  AGE OWNER MODULE   STACK
     2     1 2.0 MiB     2       2    1.000 15m! pins  drv      pins [drv]
     1     0     0 B     2       1    0.500   5s helps (kernel) helps
END
prints -q --sort=pages --all --long-lived=0 --by=owner dump <<'END'
4 pageblocks of 2.0 MiB (order 9) have allocated pages, 2 of them are mixed.
Of 3 movable and CMA ones 2 (4.0 MiB) are pinned by pages that cannot move, 1 by one owner alone.

PINNED ALONE    GAIN PAGES PINNING PER PAGE AGE OWNER STACK
     0     0     0 B   516       0    0.000     user  user
     2     1 2.0 MiB     2       2    1.000 15m pins  pins [drv]
     1     0     0 B     2       1    0.500  5s helps helps
END
prints -q --sort=+pages --all --long-lived=0 --by=owner dump <<'END'
4 pageblocks of 2.0 MiB (order 9) have allocated pages, 2 of them are mixed.
Of 3 movable and CMA ones 2 (4.0 MiB) are pinned by pages that cannot move, 1 by one owner alone.

PINNED ALONE    GAIN PAGES PINNING PER PAGE AGE OWNER STACK
     1     0     0 B     2       1    0.500  5s helps helps
     2     1 2.0 MiB     2       2    1.000 15m pins  pins [drv]
     0     0     0 B   516       0    0.000     user  user
END
run -q --top=1 --by=module --page-size=64K --full dump
[ $status -eq 0 ] && grep -q '32.0 MiB' out && grep -q 'alloc_pages+0x1/0x2' out &&
	! grep -q helps out
verdict "--top, --by=module, --page-size and --full"
prints -q --mixed dump <<'END'
Number of mixed blocks    Unmovable      Movable  Reclaimable   HighAtomic          CMA      Isolate 
Node 0, zone        1            0            2            0            0            0            0 
END

# --- damage

{
	record 0x100 0 Movable 3 Movable 1 user
	cat dump
} >damaged
run -q damaged
[ $status -eq 3 ] && grep -q '^4 pageblocks of 2.0 MiB (order 9)' out &&
	grep -q '1 x PFN outside the pageblock' err
verdict "a damaged Block number does not make the rest drop"

# --- one place

prints -q --show-block=1 dump <<'END'
Pageblock 1, PFN 0x200 to 0x3ff, node 0, zone 1: Movable, mixed, 6 of 512 pages are allocated, by several that pin it.

PAGES ALLOCATIONS TYPE      OWNER STACK
    4           1 Movable   user  user
    1           1 Unmovable helps helps
    1           1 Unmovable pins  pins [drv]
END
prints -q --show-block=0x3 dump <<'END'
Pageblock 3, PFN 0x600 to 0x7ff: nothing in it is known to be allocated.
END
prints -q --show-pfn=0x212 dump <<'END'
     PFN PAGES TYPE      PID COMM OWNER STACK
   0x200     1 Unmovable   7 sh   pins  pins [drv]
   0x201     1 Unmovable   7 sh   helps helps
>  0x210     4 Movable     7 sh   user  user
   0x400     1 Unmovable   7 sh   pins  pins [drv]
   0x800     1 Unmovable   7 sh   helps helps
  0x8000   512 Movable     7 sh   user  user
END
run -q --by=portable dump
[ $status -eq 0 ] && grep -q ', 1 by one portable stack alone\.' out
verdict "what a row is, is said of each grouping"
run -q --show-pfn=1025 dump
[ $status -eq 0 ] && grep -q 'PFN 0x401 is not known to be allocated' out
verdict "a page that is free is said to be"

# --- selection: who is listed; what is in memory stays

prints -q --module=drv dump <<'END'
4 pageblocks of 2.0 MiB (order 9) have allocated pages, 2 of them are mixed.
Of 3 movable and CMA ones 2 (4.0 MiB) are pinned by pages that cannot move, 1 by one stack alone.

PINNED ALONE    GAIN PAGES PINNING PER PAGE  AGE OWNER MODULE STACK
     2     1 2.0 MiB     2       2    1.000 15m! pins  drv    pins [drv]
END
prints -q --exclude=owner=pins --all dump <<'END'
4 pageblocks of 2.0 MiB (order 9) have allocated pages, 2 of them are mixed.
Of 3 movable and CMA ones 2 (4.0 MiB) are pinned by pages that cannot move, 0 by one stack alone.

PINNED ALONE GAIN PAGES PINNING PER PAGE AGE OWNER MODULE   STACK
     1     0  0 B     2       1    0.500  5s helps (kernel) helps
     0     0  0 B   516       0    0.000     user  (kernel) user
END
prints -q --owner=helps --show-block=1 dump <<'END'
Pageblock 1, PFN 0x200 to 0x3ff, node 0, zone 1: Movable, mixed, 6 of 512 pages are allocated, by several that pin it.

PAGES ALLOCATIONS TYPE      OWNER STACK
    1           1 Unmovable helps helps
END
prints -q --owner=helps --show-block=2 dump <<'END'
Pageblock 2, PFN 0x400 to 0x5ff, node 0, zone 1: CMA, mixed, 1 of 512 pages are allocated, and only what is not selected pins it.

END
prints -q --age=10m- --block=1 dump <<'END'
4 pageblocks of 2.0 MiB (order 9) have allocated pages, 2 of them are mixed.
Of 3 movable and CMA ones 2 (4.0 MiB) are pinned by pages that cannot move, 0 by one stack alone.

PINNED ALONE GAIN PAGES PINNING PER PAGE  AGE OWNER MODULE STACK
     1     0  0 B     1       1    1.000 15m! pins  drv    pins [drv]
END
run -q --json --module=drv dump
[ $status -eq 0 ] && grep -q '"owner":"pins"' out && ! grep -q helps out
verdict "--json has the selected ones"
for report in --map --mixed --show-pfn=1; do
	says 2 'cannot select records' $report --pid=7 dump
done
says 2 '--age=5: "5" is not a range of times' --age=5 dump
cat dump | "$tool" -q --age=10m- - >out 2>err
[ $? -eq 1 ] && [ -s err ]
verdict "--age needs a file that can be read twice"

# --- the map

prints -q --map dump <<'END'
node 0, zone 1
           0 .**.u...........................................................
      0x8000 M...............................................................

A cell is 1 pageblock, a row 128.0 MiB from the PFN in front.
U M R H C I: type of the pageblock; small: less than half full; *: movable
or CMA, but pinned by unmovable pages
END
run -q --map --scale=2 dump
[ $status -eq 0 ] && grep -q '^ *0 \*\*u\.' out && grep -q 'A cell is 2 pageblocks' out
verdict "--scale makes a cell of several pageblocks"
LC_ALL=C.UTF-8 "$tool" -q --map --color=always dump >out 2>err
grep -q '\[38;5;' out && grep -q '░' out
verdict "--color=always colours, and shades tell how much is allocated"
LC_ALL=C.UTF-8 "$tool" -q --map --color=always --no-color dump >out 2>err
! grep -q '\[38;5;' out
verdict "--no-color does not"
run -q --map=map.svg dump
[ $status -eq 0 ] && [ ! -s out ] && grep -q '#d62728' map.svg && tail -1 map.svg | grep -q '</svg>'
verdict "--map=FILE.svg writes a picture"
if command -v python3 >/dev/null; then
	python3 -c 'import xml.dom.minidom as m; m.parse("map.svg")' 2>err
	verdict "that is XML"
fi
sed '/^ *$/q' dump >part
printf 'PFN# pageowner-capture: 1\nPFN# file: x\n\n' | cat - part >cut
for picture in cut.svg cut.png; do
	run -q --map=$picture cut
	[ -e $picture ] || continue
	[ $status -eq 3 ] && grep -aq 'INCOMPLETE: one of the captures' $picture
	verdict "$picture says that its capture is incomplete"
done
run -q --map=map.png dump
if [ "${PAGEOWNER_HAVE_PNG:-yes}" = yes ]; then
	[ $status -eq 0 ] && [ "$(head -c 4 map.png | od -An -c | tr -d ' ')" = '211PNG' ]
	verdict "--map=FILE.png writes a picture"

	# A row for each, and a gap: as a picture more than 2^32 bytes
	awk 'BEGIN { for (i = 1; i <= 300000; i++) printf "Page allocated via order 0, " \
		"mask 0x0(), pid 1, tgid 1 (a), ts 1 ns\nPFN %.0f type Movable Block %.0f " \
		"type Movable Flags 0x0()\n a+0x1/0x2\n\n", i * 2^33, i * 2^24 }' >far-apart
	says 1 'File too large' -q --map=far.png far-apart
	[ ! -e far.png ]
	verdict "a picture that would be too large is not written in part"
	rm far-apart
else
	[ $status -eq 1 ] && [ ! -e map.png ] && [ -s err ]
	verdict "--map=FILE.png is refused without libpng"
fi
says 2 'neither .svg nor .png' -q --map=map.gif dump

# --- JSON

if command -v python3 >/dev/null; then
	run -q --json dump
	python3 - <<'END' >>err 2>&1
import json
d = json.load(open("out"))
assert d["version"] == 2 and d["pageblock_order"] == 9 and d["blocks"] == 4
assert d["mixed_blocks"] == 2 and d["pinned_blocks"] == 2 and d["alone_blocks"] == 1
assert d["zones"][0]["blocks"]["CMA"] == 1 and d["zones"][0]["mixed_blocks"]["Movable"] == 2
a, b = d["rows"]
assert a["owner"] == "pins" and a["module"] == "drv" and a["alone_blocks"] == 1
assert a["oldest_ns"] == 1000000000 and a["stack"][1] == "pins+0x1/0x9 [drv]"
END
	verdict "--json holds the same"
fi

# --- usage, damage, what is no such file

says 2 '--by=pid: not one of stack, portable, owner, module' --by=pid dump
says 2 '--show-pfn=12x: not a number' --show-pfn=12x dump
says 2 '--show-block=-1: not a number' --show-block=-1 dump
says 2 '--scale=3: not a power of two' --scale=3 dump
says 2 '--page-size=0: not a power of two' --page-size=0 dump
says 2 '--map cannot be combined with --mixed' --mixed --map dump
says 2 '--map cannot be combined with --show-pfn' --map --show-pfn=1 dump
says 2 '--show-block cannot be combined with --show-pfn' --show-pfn=1 --show-block=1 dump
says 2 '--mixed cannot be combined with --by' --mixed --by=owner dump
says 2 '--show-pfn cannot be combined with --by' --show-pfn=1 --by=owner dump
says 2 '--map cannot be combined with --top' --map --top=3 dump
says 2 '--show-pfn cannot be combined with --sort' --show-pfn=1 --sort=pages dump
says 2 '--map cannot be combined with --output' --map=a.svg --output=a.txt dump
says 2 '--scale is for --map' --scale=4 dump
says 2 'one dump at a time' dump dump
says 2 '--format=json cannot be combined with --map' --json --map dump
says 2 '--format=folded: not one of table, json' --format=folded dump
says 2 '--format=csv cannot be combined with --mixed' --format=csv --mixed dump
if "$tool" --format=help | grep -q '^html .*browser'; then
	run -q --format=html -o page.html dump
	[ $status -eq 0 ] && grep -q '"kind":"pageblocks"' page.html && [ ! -s out ]
	verdict "--format=html writes a page"
	says 2 '--format=html cannot be combined with --show-pfn' --format=html --show-pfn=1 dump
else
	says 2 'built without it' --format=html dump
fi
says 1 'nothere' nothere
printf ' f+0x1/0x2\nnr_base_pages: 5\n\n' >stacks
says 1 'no page_owner record has a place in memory' -q stacks
{ cat dump; record 0x9000 0 Movable 3 Movable 5 bad; } >wrong
run -q wrong
[ $status -eq 3 ] && grep -q 'PFN outside the pageblock named, first at byte' err
verdict "a PFN outside its pageblock is told"
cat dump dump >twice
run -q twice
[ $status -eq 3 ] && grep -q 'more than one dump' err
verdict "two dumps in one file are told"
{ cat dump; printf 'junk\n'; } >damaged
run -q damaged
[ $status -eq 3 ] && grep -q 'first at byte' err && grep -q pins out
verdict "damage is told, and what is there is shown"
run dump
grep -q 'assuming 4 KiB pages' err
verdict "an assumed page size is said"
{ printf 'PFN# pageowner-capture: 1\nPFN# page-size: 65536\n\n'; cat dump; printf 'PFN# complete: yes\n'; } >capture
run capture
[ $status -eq 0 ] && [ ! -s err ] && grep -q '32.0 MiB' out
verdict "one out of a capture's header is used"
comm=$(printf 'a\033[31m') && export comm
record 0x200 0 Movable 1 Movable 5 f >escape
if command -v script >/dev/null; then
	script -qec "$tool -q --show-pfn=0x200 escape" /dev/null >out 2>err </dev/null
	! grep -q "$(printf '\033\\[31m')" out && grep -q 'x1b' out
	verdict "control bytes of a name do not reach a terminal"
fi
"$tool" -q - <dump >out 2>err && grep -q pins out
verdict "- is standard input"

# --- real ones

if [ "${PAGEOWNER_READS_XZ:-yes}" = yes ]; then
	run -q "$PAGEOWNER_DATA/real/linux-6.12-2-leak.page_owner.xz"
	[ $status -eq 0 ] && grep -q ' 1 of them are mixed' out && grep -q 'ext4' out
	verdict "a real capture has the one mixed pageblock that its kernel counted"
fi
finish
