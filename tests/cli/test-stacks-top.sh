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
     SIZE PAGES SHARE OWNER         MODULE   STACK
240.0 KiB    60 60.0% page_pool_get mydrv    page_pool_get < rx_poll [mydrv]
100.0 KiB    25 25.0% page_pool_get mydrv    page_pool_get < tx_poll [mydrv]
 40.0 KiB    10 10.0% shmem_fault   (kernel) shmem_fault
 20.0 KiB     5  5.0% page_pool_get (kernel) page_pool_get < init
END
prints -q --by=owner stacks <<'END'
     SIZE PAGES SHARE STACKS OWNER         STACK
360.0 KiB    90 90.0%      3 page_pool_get page_pool_get < rx_poll [mydrv]
 40.0 KiB    10 10.0%      1 shmem_fault   shmem_fault
END
prints -q --by=module --page-size=16K stacks <<'END'
     SIZE PAGES SHARE STACKS MODULE   STACK
  1.3 MiB    85 85.0%      2 mydrv    page_pool_get < rx_poll [mydrv]
240.0 KiB    15 15.0%      2 (kernel) shmem_fault
END
prints -q --top=1 --full stacks <<'END'
     SIZE PAGES SHARE OWNER         MODULE STACK
240.0 KiB    60 60.0% page_pool_get mydrv  __alloc_pages+0x10/0x20
                                           page_pool_get+0x8/0x40
                                           rx_poll+0x1/0x9 [mydrv]
                                           entry_SYSCALL_64_after_hwframe+0x1/0x2
END
prints -q --threshold=25 --sort=owner stacks <<'END'
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
# Records by any field, rows by what a stack determines: the share tells which
cat >dump <<'END'
Page allocated via order 0, mask 0x0(), pid 1, tgid 1 (a), ts 1000000000 ns
PFN 0x100 type Unmovable Block 0 type Movable Flags 0x0(|node=0|zone=0)
 reader+0x8/0x40

Page allocated via order 1, mask 0x0(), pid 2, tgid 2 (b), ts 90000000000 ns
PFN 0x102 type Unmovable Block 0 type Movable Flags 0x10(|node=0|zone=1)
 reader+0x8/0x40

Page allocated via order 3, mask 0x0(), pid 2, tgid 2 (b), ts 91000000000 ns
PFN 0x108 type Unmovable Block 0 type Movable Flags 0x10(|node=0|zone=1)
 writer+0x8/0x40

END
prints -q --zone=1 --owner=reader dump <<'END'
   SIZE PAGES SHARE OWNER  MODULE   STACK
8.0 KiB     2 20.0% reader (kernel) reader
END
prints -q --age=1m- dump <<'END'
   SIZE PAGES  SHARE OWNER  MODULE   STACK
4.0 KiB     1 100.0% reader (kernel) reader
END
prints -q --format=folded --pid=2 --exclude=owner=writer dump <<'END'
reader 8192
END
says 1 '--age: no record has a time' --age=1m- stacks
cp stacks stacks2
prints -q --top=1 stacks stacks2 <<'END'
     SIZE PAGES SHARE OWNER         MODULE STACK
480.0 KiB   120 60.0% page_pool_get mydrv  page_pool_get < rx_poll [mydrv]
END

# A word has the order that suits it; a sign decides.
# A stack counts for each of its modules; one module that is there twice, once.
printf ' f+0x1/0x2 [a]\n g+0x1/0x2\n f+0x3/0x4 [a]\n h+0x1/0x2 [b]\nnr_base_pages: 30\n\n' >any
printf ' f+0x1/0x2 [b]\nnr_base_pages: 8\n\n f+0x1/0x2\nnr_base_pages: 2\n\n' >>any
prints --by=module-any --page-size=4K any <<'END'
     SIZE PAGES SHARE STACKS ANY MODULE STACK
152.0 KiB    38 95.0%      2 b          f [a] < g < f [a] < h [b]
120.0 KiB    30 75.0%      1 a          f [a] < g < f [a] < h [b]
  8.0 KiB     2  5.0%      1 (kernel)   f
END
grep -q 'note: a stack counts for each of its modules: rows overlap' err
verdict "--by=module-any says that its rows overlap"
printf 'pages,bytes,change_pages,change_bytes,unknown,pages_per_second,stacks,module_any,largest_stack,complete\r
38,155648,,,,,2,"b","f+0x1/0x2 [a];g+0x1/0x2;f+0x3/0x4 [a];h+0x1/0x2 [b]",\r
2,8192,,,,,1,,"f+0x1/0x2",\r
' >want
run -q --by=module-any --format=csv any
sed 3d out | cmp -s - want && sed -n 3p out | grep -q '^30,122880,,,,,1,"a",'
verdict "--by=module-any as CSV: rows that overlap are in a column of their own"
run --by=module-any --json --page-size=4K any
[ $status -eq 0 ] && grep -q '"by":\["module-any"\],"page_size":4096,"total_pages":40,' out &&
grep -q '"module_any":"b"' out && ! grep -q '"module":' out && grep -q 'rows overlap' err
verdict "and as JSON"

order() {	# PAGES... OPTION
	for option; do :; done
	want=
	for pages; do want="$want$pages "; done
	run -q --json --by=owner "$option" stacks
	got=$(grep -o '"pages":[0-9]*' out | sed 's/.*://' | tr '\n' ' ')
	[ "$got$option " = "$want" ]
	verdict "$option"
}
order 90 10 --sort=pages
order 90 10 --sort=-pages
order 10 90 --sort=+pages
order 90 10 --sort=-stacks
order 10 90 --sort=+stacks
order 90 10 --sort=owner
order 90 10 --sort=+owner
order 10 90 --sort=-owner
says 2 '--sort=+page: not one of' --sort=+page stacks
says 2 'did you mean "pages"' --sort=+page stacks

sed 's/: 60/: 90/' stacks >later
prints -q --replay --delay=10 --top=2 --sort=rate stacks later <<'END'
     SIZE PAGES SHARE     CHANGE PER SECOND OWNER         MODULE   STACK
360.0 KiB    90 69.2% +120.0 KiB  +12.0 KiB page_pool_get mydrv    page_pool_get < rx_poll [mydrv]
 20.0 KiB     5  3.8%        0 B        0 B page_pool_get (kernel) page_pool_get < init
END

# A stack below the count_threshold of one sample is unknown, not gone and not new.
sample() {	# THRESHOLD STACKS
	printf 'PFN# pageowner-capture: 1\nPFN# page-size: 4096\nPFN# count-threshold: %s\n\n' "$1"
	awk -v RS= -v ORS='\n\n' -v least="$1" '$NF >= least' "$2"
	printf 'PFN# complete: yes\n'
}
sample 1 stacks >sample-1
sample 20 later >sample-20
prints -q --replay --delay=10 --sort=change sample-1 sample-20 <<'END'
     SIZE PAGES SHARE     CHANGE PER SECOND OWNER         MODULE   STACK
360.0 KiB    90 78.3% +120.0 KiB  +12.0 KiB page_pool_get mydrv    page_pool_get < rx_poll [mydrv]
100.0 KiB    25 21.7%        0 B        0 B page_pool_get mydrv    page_pool_get < tx_poll [mydrv]
      0 B     0  0.0%    unknown    unknown page_pool_get (kernel) page_pool_get < init
      0 B     0  0.0%    unknown    unknown shmem_fault   (kernel) shmem_fault
END
prints -q --replay --delay=10 --sort=+change sample-1 sample-20 <<'END'
     SIZE PAGES SHARE     CHANGE PER SECOND OWNER         MODULE   STACK
100.0 KiB    25 21.7%        0 B        0 B page_pool_get mydrv    page_pool_get < tx_poll [mydrv]
360.0 KiB    90 78.3% +120.0 KiB  +12.0 KiB page_pool_get mydrv    page_pool_get < rx_poll [mydrv]
      0 B     0  0.0%    unknown    unknown page_pool_get (kernel) page_pool_get < init
      0 B     0  0.0%    unknown    unknown shmem_fault   (kernel) shmem_fault
END
prints -q --replay --delay=10 --sort=change --top=3 sample-20 sample-1 <<'END'
     SIZE PAGES SHARE     CHANGE PER SECOND OWNER         MODULE   STACK
100.0 KiB    25 25.0%        0 B        0 B page_pool_get mydrv    page_pool_get < tx_poll [mydrv]
240.0 KiB    60 60.0% -120.0 KiB  -12.0 KiB page_pool_get mydrv    page_pool_get < rx_poll [mydrv]
 20.0 KiB     5  5.0%    unknown    unknown page_pool_get (kernel) page_pool_get < init
END

# --- page size

run stacks
[ $status -eq 0 ] && grep -q 'assuming 4 KiB pages' err
verdict "an assumed page size is said"
run --page-size=64K stacks
[ $status -eq 0 ] && [ ! -s err ] && grep -q '3.8 MiB' out
verdict "one that was given is not"
{ printf 'PFN# pageowner-capture: 1\nPFN# page-size: 65536\n\n'; cat stacks; printf 'PFN# complete: yes\n'; } >capture
run capture
[ $status -eq 0 ] && [ ! -s err ] && grep -q '3.8 MiB' out
verdict "nor one out of a capture's header"

# --- JSON

if command -v python3 >/dev/null; then
	run -q --json --by=owner stacks
	python3 - <<'END' >>err 2>&1
import json
d = json.load(open("out"))
assert d["by"] == ["owner"] and d["total_pages"] == 100 and d["page_size"] == 4096
a, b = d["rows"]
assert a["pages"] == 90 and a["bytes"] == 90 * 4096 and a["stacks"] == 3
assert a["owner"] == "page_pool_get" and "module" not in a
assert b["largest_stack"][1] == "shmem_alloc_folio+0x1/0x2"
END
	verdict "--json can be read and holds the same"
	for options in "" --by=owner --by=portable --by=module --sort=owner --replay "--threshold=40 --by=owner"; do
		run -q --json --frame='?x_poll' --top=1 $options stacks
		python3 -c 'import json; d = json.load(open("out")); assert d["total_pages"] == 85, d["total_pages"]' 2>>err
		verdict "the total is that of what is selected: $options"
	done
	run -q --format=json --replay stacks later
	python3 -c 'import json; r = json.load(open("out"))["rows"][0]; assert r["change_pages"] == 30 and r["stack"][2] == "rx_poll+0x1/0x9 [mydrv]" and r["module"] == "mydrv"' 2>>err
	verdict "--json of a replay holds the change"
	run -q --json --replay sample-1 sample-20
	python3 - <<'END' >>err 2>&1
import json
rows = json.load(open("out"))["rows"]
assert [r["unknown"] for r in rows] == [False, False, True, True]
assert rows[0]["change_pages"] == 30 and "change_pages" not in rows[2]
assert "pages_per_second" not in rows[2]
END
	verdict "--json of a replay says what is unknown"
fi

# --- usage, damage, what is no such file

says 2 '--by=pid: not one of stack, portable, owner, module, module-any, process, memcg, order, node' --by=pid stacks
says 2 '--sort=x: not one of pages, change, rate, stacks, owner' --sort=x stacks
says 2 '--threshold=-1: not a number' --threshold=-1 stacks
says 2 '--page-size=0: not a power of two' --page-size=0 stacks
says 2 '--delay=0: not a time, such as 90s, 10m, 1.5h or 2d, of at least 0.1s' -d 0 stacks
says 2 '--color=red: not one of auto, always, never' --color=red stacks
says 2 'needs the samples' --replay
for order in change -rate; do
	says 2 "--sort=${order#-} needs --replay or the full screen" --sort=$order stacks
done
# Formats that show one profile would add the samples up, and have a row for each stack.
for format in folded html speedscope pprof prometheus report sqlite; do
	for option in --replay --by=owner --by=portable --by=module-any --sort=owner --sort=+pages --threshold=7; do
		says 2 "--format=$format cannot be combined with ${option%%=*}" $option --format=$format stacks later
	done
done
run -q --format=folded --by=stack --sort=pages --threshold=0 stacks
[ $status -eq 0 ] && [ -s out ]
verdict "what a format does anyway may be asked for"
says 1 'nothere' nothere
printf ' f+0x1/0x2\nstack_count: 5\n\n' >counts
says 1 'but not of pages' -q counts
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
[ $status -eq 0 ] && grep -q 'rx_poll' out && ! grep -q assuming err
verdict "with one it reads that, in pages of this machine"

# --- --account

cat >meminfo <<'END'
MemTotal:         100000 kB
MemFree:           10000 kB
Buffers:            1000 kB
Cached:            19000 kB
AnonPages:          8000 kB
Slab:               4000 kB
PageTables:          400 kB
KernelStack:         160 kB
VmallocUsed:        1160 kB
Percpu:              280 kB
END
{
	stack 4500 "filemap_alloc_folio_noprof+0x1/0x2" "page_cache_ra_unbounded+0x1/0x2" "ext4_readahead+0x1/0x2 [ext4]"
	stack 300 "vma_alloc_folio+0x1/0x2" "shmem_alloc_folio+0x1/0x2" "shmem_fault+0x1/0x2"
	stack 2000 "vma_alloc_folio+0x1/0x2" "do_anonymous_page+0x1/0x2" "__handle_mm_fault+0x1/0x2"
	stack 1000 "allocate_slab+0x1/0x2" "___slab_alloc+0x1/0x2" "kmem_cache_alloc_noprof+0x1/0x2" "alloc_thing+0x1/0x2 [mydrv]"
	stack 90 "pte_alloc_one+0x1/0x2" "__pte_alloc+0x1/0x2" "do_anonymous_page+0x1/0x2"
	stack 40 "__vmalloc_node_range_noprof+0x1/0x2" "dup_task_struct+0x1/0x2" "copy_process+0x1/0x2"
	stack 200 "vm_area_alloc_pages+0x1/0x2" "vmalloc_noprof+0x1/0x2" "load_tables+0x1/0x2 [mydrv]"
	stack 60 "pcpu_populate_chunk.constprop.0+0x1/0x2" "pcpu_alloc_noprof+0x1/0x2" "init_thing+0x1/0x2 [mydrv]"
	stack 12000 "alloc_pages_noprof+0x1/0x2" "rx_refill+0x8/0x40 [mydrv]" "napi_poll+0x1/0x2"
	stack 1500 "alloc_pages_noprof+0x1/0x2" "rx_refill+0x8/0x40 [mydrv]" "open+0x1/0x2"
	stack 500 "alloc_pages_noprof+0x1/0x2" "pipe_write+0x8/0x40" "vfs_write+0x1/0x2"
	stack 700 "register_early_stack+0x1/0x2" "init_page_owner+0x1/0x2"
} >all
cat >want <<'END'
unaccounted: 54.9 MiB, of which 52.7 MiB rx_refill [mydrv]; 200.0 KiB have no record, 2.7 MiB were allocated before tracking began

WHAT                    MEMINFO  RECORDED DIFFERENCE MODULE   STACK
free                    9.8 MiB
page cache             19.5 MiB  18.8 MiB  800.0 KiB          allocated before tracking began, or freed about when meminfo was read
anonymous               7.8 MiB   7.8 MiB        0 B
slab                    3.9 MiB   3.9 MiB        0 B
page tables           400.0 KiB 360.0 KiB   40.0 KiB          allocated before tracking began, or freed about when meminfo was read
kernel stacks         160.0 KiB 160.0 KiB        0 B
vmalloc              1000.0 KiB 800.0 KiB  200.0 KiB          allocated before tracking began, or freed about when meminfo was read
per-CPU               240.0 KiB 240.0 KiB   40.0 KiB          40.0 KiB: the first chunk is not part of MemTotal
not named by meminfo   54.9 MiB  54.7 MiB  200.0 KiB
  rx_refill                      52.7 MiB            mydrv    rx_refill [mydrv] < napi_poll
  pipe_write                      2.0 MiB            (kernel) pipe_write < vfs_write
before tracking                   2.7 MiB   -2.7 MiB
all memory             97.7 MiB  89.4 MiB   -1.5 MiB
END
run -q --account --meminfo=meminfo all
[ $status -eq 0 ] && sed 's/ *$//' out | cmp -s - want
verdict "--account prints what was worked out by hand"
run -q --account --meminfo=meminfo --top=1 all
[ $status -eq 0 ] && grep -q '^  1 others  *2.0 MiB' out && ! grep -q pipe_write out
verdict "with --top the rest of it is one row"
sed 's/^MemTotal:.*/MemTotal: 50000 kB/' meminfo >half
# A capture has its own; without vmalloc's figure (Linux 4.4 to 5.2) its pages have no name.
{
	printf 'PFN# pageowner-capture: 1\nPFN# page-size: 4096\n'
	sed 's/^VmallocUsed:.*/VmallocUsed: 0 kB/; s/^/PFN# meminfo: /' meminfo
	cat all
	printf 'PFN# complete: yes\n'
} >captured
run --account captured
[ $status -eq 0 ] && [ ! -s err ] && grep -q '^  load_tables  *800.0 KiB  *mydrv' out &&
grep -q '^kernel stacks  *160.0 KiB 160.0 KiB' out && ! grep -q '^vmalloc' out
verdict "meminfo and page size out of the capture's header, and only what that tells"
sed 's/^MemTotal:.*/MemTotal: 8000000 kB/' meminfo >large
run -q --account --meminfo=large captured
[ $status -eq 3 ] && [ "$(wc -l <err)" -eq 1 ] &&
grep -q 'large: MemTotal is 7.6 GiB, that of the capture 97.7 MiB: they are of different machines' err
verdict "a meminfo with more memory than the capture's own is of another machine"
sed 's/^MemTotal:.*/MemTotal: 105000 kB/' meminfo >large
run -q --account --meminfo=large captured
[ $status -eq 0 ] && [ ! -s err ]
verdict "about as much memory is not"
cp captured captured2
run --account captured captured2
[ $status -eq 0 ] && grep -q '^all memory  *195.3 MiB' out
verdict "several captures are added up"
if command -v python3 >/dev/null; then
	run --account --json captured
	python3 - <<'END' >>err 2>&1
import json
d = json.load(open("out"))
classes, rows = d["classes"], d["rows"]
assert sum(c.get("meminfo_bytes", 0) for c in classes) == d["total_bytes"] == 100000 * 1024
assert sum(c.get("recorded_pages", 0) for c in classes) == d["recorded_pages"]
other = [c for c in classes if c["class"] == "other"][0]
assert other["label"] == "not named by meminfo"
assert other["meminfo_bytes"] == d["unaccounted_bytes"]
assert other["recorded_pages"] == sum(r["recorded_pages"] for r in rows)
assert [r["owner"] for r in rows] == ["rx_refill", "pipe_write", "load_tables"]
END
	verdict "JSON: both sums are whole"
fi
# Of another machine, or another time
sed 's/^AnonPages:.*/AnonPages: 100 kB/; s/^Cached:.*/Cached: 3000 kB/' meminfo >other
run -q --account --meminfo=other all
[ $status -eq 3 ] && [ "$(wc -l <err)" -eq 2 ] &&
grep -q ': page cache: 18.8 MiB are recorded, meminfo has 3.9 MiB: ' err &&
grep -q ': anonymous: 7.8 MiB are recorded, meminfo has 100.0 KiB: ' err &&
grep -q '^anonymous  *100.0 KiB  *7.8 MiB  *-7.7 MiB  *contradicts: ' out
verdict "lines of another meminfo contradict: both figures, and status 3"
run -q --account --meminfo=other --json all
[ $status -eq 3 ] && [ "$(grep -c '"contradicts":true' out)" -eq 2 ]
verdict "JSON: lines that contradict"
says 1 '89 MiB are recorded, MemTotal is 48 MiB' --account --meminfo=half all
says 1 'pages are not of 65536 bytes' --account --meminfo=meminfo --page-size=64K all
says 1 "has no meminfo" --account all
printf 'PFN# pageowner-capture: 1\nPFN# meminfo: MemTotal: 100 kB\n\n' | cat - stacks >with
says 1 "only 1 of 2 inputs have a meminfo" --account with stacks
says 1 "no-such: No such file" --account --meminfo=no-such all
says 1 "has no MemTotal" --account --meminfo=all all
says 2 "--meminfo needs --account" --meminfo=meminfo all
for option in --replay --frame=x --module=x --by=owner --sort=rate; do
	says 2 "--account covers all memory" --account --meminfo=meminfo $option all
done
says 2 "--format=folded cannot be combined with --account" --account --meminfo=meminfo --format=folded all

# --- what the kernel log says is free is not held

cat >log <<'END'
page_owner tracks the page as freed
page last allocated via order 0, migratetype Movable, gfp_mask 0xcc0(GFP_KERNEL), pid 24, ts 2812
 foo_fault+0x1/0x2
page_owner tracks the page as allocated
page last allocated via order 1, migratetype Movable, gfp_mask 0xcc0(GFP_KERNEL), pid 24, ts 2812
 bar_fault+0x1/0x2
END
prints -q log <<'END'
   SIZE PAGES  SHARE OWNER     MODULE   STACK
8.0 KiB     2 100.0% bar_fault (kernel) bar_fault
END
prints -q --released=yes log <<'END'
   SIZE PAGES  SHARE OWNER     MODULE   STACK
4.0 KiB     1 100.0% foo_fault (kernel) foo_fault
END

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
	run -q --account "$real/linux-6.12-account.page_owner.xz"
	[ $status -eq 0 ] && grep -q '^page cache  *53.4 MiB  *53.6 MiB' out &&
	grep -q '^slab  *4.7 MiB  *4.8 MiB' out && grep -q '^vmalloc  *32.0 KiB  *32.0 KiB' out &&
	grep -q '^  po_test_leak  *3.9 MiB  *po_test' out
	verdict "records agree with what meminfo names, and who leaks is left over"
fi
finish
