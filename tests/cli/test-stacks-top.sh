#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-stacks-top.sh - the tables of pageowner-stacks-top as a user gets them, on
# made-up show_stacks that are small enough to know all answers by heart, and on
# real captures. Its view is tested by test-top-screen.py.
#
# PAGEOWNER_STACKS_TOP: the program. PAGEOWNER_DATA: tests/data.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
tool=${PAGEOWNER_STACKS_TOP:-pageowner-stacks-top}
real=$PAGEOWNER_DATA/real

# stack PAGES FRAME...: an entry of show_stacks
stack() {
	pages=$1
	shift
	printf ' %s\n' "__alloc_pages+0x10/0x20" "$@"
	printf 'nr_base_pages: %s\n\n' "$pages"
}

{
	stack 60 "page_pool_get+0x8/0x40" "rx_poll+0x1/0x9 [mydrv]" "entry_SYSCALL_64_after_hwframe+0x1/0x2"
	stack 25 "page_pool_get+0x8/0x40" "tx_poll+0x1/0x9 [mydrv]"
	stack 10 "shmem_alloc_folio+0x1/0x2" "shmem_fault+0x8/0x40"
	stack 5 "page_pool_get+0x8/0x40" "init+0x1/0x9"
} >stacks

prints -q stacks <<'END'
     SIZE PAGES SHARE OWNER         MODULE STACK
240.0 KiB    60 60.0% page_pool_get mydrv  page_pool_get < rx_poll [mydrv]
100.0 KiB    25 25.0% page_pool_get mydrv  page_pool_get < tx_poll [mydrv]
 40.0 KiB    10 10.0% shmem_fault   -      shmem_fault
 20.0 KiB     5  5.0% page_pool_get -      page_pool_get < init
END
prints -q --by=owner stacks <<'END'
     SIZE PAGES SHARE STACKS OWNER         STACK
360.0 KiB    90 90.0%      3 page_pool_get page_pool_get < rx_poll [mydrv]
 40.0 KiB    10 10.0%      1 shmem_fault   shmem_fault
END
prints -q --by=module --page-size=16K stacks <<'END'
     SIZE PAGES SHARE STACKS MODULE STACK
  1.3 MiB    85 85.0%      2 mydrv  page_pool_get < rx_poll [mydrv]
240.0 KiB    15 15.0%      2 -      shmem_fault
END
prints -q --top=1 --full stacks <<'END'
     SIZE PAGES SHARE OWNER         MODULE STACK
240.0 KiB    60 60.0% page_pool_get mydrv  __alloc_pages+0x10/0x20
                                           page_pool_get+0x8/0x40
                                           rx_poll+0x1/0x9 [mydrv]
                                           entry_SYSCALL_64_after_hwframe+0x1/0x2
END
prints -q --threshold=25 --sort=name stacks <<'END'
     SIZE PAGES SHARE OWNER         MODULE STACK
240.0 KiB    60 60.0% page_pool_get mydrv  page_pool_get < rx_poll [mydrv]
100.0 KiB    25 25.0% page_pool_get mydrv  page_pool_get < tx_poll [mydrv]
END
prints -q --frame='tx_*' stacks <<'END'
     SIZE PAGES SHARE OWNER         MODULE STACK
100.0 KiB    25 25.0% page_pool_get mydrv  page_pool_get < tx_poll [mydrv]
END
prints -q --module=mydrv --by=module stacks <<'END'
     SIZE PAGES SHARE STACKS MODULE STACK
340.0 KiB    85 85.0%      2 mydrv  page_pool_get < rx_poll [mydrv]
END
prints -q --top=1 stacks stacks <<'END'
     SIZE PAGES SHARE OWNER         MODULE STACK
480.0 KiB   120 60.0% page_pool_get mydrv  page_pool_get < rx_poll [mydrv]
END

sed 's/: 60/: 90/' stacks >later
prints -q --replay --delay=10 --top=2 --sort=rate stacks later <<'END'
     SIZE PAGES SHARE     CHANGE PER SECOND OWNER         MODULE STACK
360.0 KiB    90 69.2% +120.0 KiB  +12.0 KiB page_pool_get mydrv  page_pool_get < rx_poll [mydrv]
 20.0 KiB     5  3.8%        0 B        0 B page_pool_get -      page_pool_get < init
END

# --- page size

run stacks
[ $status -eq 0 ] && grep -q 'taken to be of 4 KiB' err
verdict "an assumed page size is said"
run --page-size=64K stacks
[ $status -eq 0 ] && [ ! -s err ] && grep -q '3.8 MiB' out
verdict "one that was given is not"
{ printf 'PFN# pageowner-capture: 1\nPFN# page-size: 65536\n\n'; cat stacks; } >capture
run capture
[ $status -eq 0 ] && [ ! -s err ] && grep -q '3.8 MiB' out
verdict "nor one out of a capture's header"

# --- JSON

if command -v python3 >/dev/null; then
	run -q --json --by=owner stacks
	python3 - <<'END' >>err 2>&1
import json
d = json.load(open("out"))
assert d["by"] == "owner" and d["total_pages"] == 100 and d["page_size"] == 4096
a, b = d["rows"]
assert a["pages"] == 90 and a["bytes"] == 90 * 4096 and a["stacks"] == 3
assert a["share"] == 0.9 and a["owner"] == "page_pool_get" and "module" not in a
assert b["largest_stack"][1] == "shmem_alloc_folio+0x1/0x2"
END
	verdict "--json can be read and holds the same"
	run -q --format=json --replay stacks later
	python3 -c 'import json; r = json.load(open("out"))["rows"][0]; assert r["change_pages"] == 30 and r["stack"][2] == "rx_poll+0x1/0x9 [mydrv]" and r["module"] == "mydrv"' 2>>err
	verdict "--json of a replay holds the change"
fi

# --- usage, damage, what is no such file

says 2 'wrong argument for --by: pid' --by=pid stacks
says 2 'wrong argument for --sort' --sort=x stacks
says 2 'wrong argument for --threshold' --threshold=-1 stacks
says 2 'wrong argument for --page-size' --page-size=0 stacks
says 2 'wrong argument for --delay' -d 0 stacks
says 2 'wrong argument for --color' --color=red stacks
says 2 'needs the samples' --replay
says 1 'nothere' nothere
printf ' f+0x1/0x2\nstack_count: 5\n\n' >counts
says 1 'not how many pages' -q counts
printf 'no such thing\n' >junk
says 1 'no page_owner record' -q junk
cat junk stacks >damaged
run -q damaged
[ $status -eq 3 ] && grep -q 'first at byte 0' err && grep -q rx_poll out
verdict "damage is told, and what is there is shown"
"$tool" -q - <stacks >out 2>err && grep -q rx_poll out
verdict "- is standard input"
run -q -o table stacks
[ $status -eq 0 ] && [ ! -s out ] && grep -q rx_poll table
verdict "-o writes a file"
printf ' e\033[31mvil+0x1/0x2\nnr_base_pages: 5\n\n' >hostile
run -q hostile
! grep -q "$(printf '\033')" out
verdict "no control bytes in a table"
PAGEOWNER_DEBUGFS=$PWD/nothing
export PAGEOWNER_DEBUGFS
run --once
[ $status -eq 1 ] && [ -s err ]
verdict "without a kernel's file it says so"
mkdir -p kernel/page_owner_stacks
cp stacks kernel/page_owner_stacks/show_stacks
cp /dev/null kernel/page_owner
PAGEOWNER_DEBUGFS=$PWD/kernel
run
[ $status -eq 0 ] && grep -q 'rx_poll' out && ! grep -q taken err
verdict "with one it reads that, in pages of this machine"

# --- real captures

if [ "$PAGEOWNER_READS_XZ" = yes ]; then
	run -q --top=2 "$real/linux-6.12-1-work.show_stacks.xz"
	[ $status -eq 0 ] && sed -n 2p out | grep -q '39.4 MiB 10096 22.6% do_anonymous_page'
	verdict "who holds most of a real machine"
	run -q --by=owner --top=1 "$real/linux-6.12-1-work.page_owner.xz"
	[ $status -eq 0 ] && grep -q ' 11250 .*filemap_splice_read' out
	verdict "and in a dump of it"
	run -q --replay --sort=change --top=1 "$real"/linux-6.12-leak-[0-5].show_stacks.xz
	grep -q '112.0 MiB 28675 .*+72.6 MiB .*do_anonymous_page' out
	verdict "and what leaks"
fi
finish
