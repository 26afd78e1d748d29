#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-diff.sh - every option of pageowner-diff as a user gives it, on made-up
# show_stacks that are small enough to know all answers by heart, and on the
# recorded series of a machine that leaks.
#
# PAGEOWNER_DIFF: the program. PAGEOWNER_DATA: tests/data.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
tool=${PAGEOWNER_DIFF:-pageowner-diff}
real=$PAGEOWNER_DATA/real

# stack PAGES FRAME...: an entry of show_stacks
stack() {
	pages=$1
	shift
	printf ' %s\n' "__alloc_pages+0x10/0x20" "$@"
	printf 'nr_base_pages: %s\n\n' "$pages"
}

# snapshot A B C D: of four stacks, 0 leaves one out, and one that holds a page,
# as there always is
snapshot() {
	stack 1 "always+0x1/0x2"
	[ "$1" = 0 ] || stack "$1" "leak_it+0x8/0x40 [leaky]" "do_work+0x1/0x9"
	[ "$2" = 0 ] || stack "$2" "grow+0x8/0x40" "do_work+0x1/0x9"
	[ "$3" = 0 ] || stack "$3" "shrink+0x8/0x40" "kthread+0x1/0x9"
	[ "$4" = 0 ] || stack "$4" "same+0x8/0x40" "kthread+0x1/0x9"
}

snapshot 100 0 50 7 >old
snapshot 400 5 20 7 >new
# The same stacks of another build
sed 's/+0x8\/0x40/+0xc\/0x44/' new >rebuilt

# page PID ZONE SECONDS ORDER FUNCTION: a record of a dump
page() {
	printf 'Page allocated via order %s, mask 0x0(), pid %s, tgid %s (t), ts %s000000000 ns\n' \
		"$4" "$1" "$1" "$3"
	printf 'PFN 0x100 type Unmovable Block 0 type Movable Flags 0x%s0(|node=0|zone=%s)\n' "$2" "$2"
	printf ' __alloc_pages+0x10/0x20\n %s+0x8/0x40\n\n' "$5"
}
{ page 1 0 10 0 reader; page 2 1 20 1 writer; page 1 1 100 2 reader; } >pages1
{ page 1 0 10 3 reader; page 2 1 20 4 writer; page 1 1 200 0 reader; } >pages2

# --- two snapshots

prints -q old new <<'END'
    CHANGE PAGES FIRST LAST NOTE OWNER   MODULE   STACK
  +1.2 MiB  +300   100  400      leak_it leaky    leak_it [leaky] < do_work
 +20.0 KiB    +5     0    5 new  grow    (kernel) grow < do_work
-120.0 KiB   -30    50   20      shrink  (kernel) shrink
END
prints -q new old <<'END'
    CHANGE PAGES FIRST LAST NOTE OWNER   MODULE   STACK
+120.0 KiB   +30    20   50      shrink  (kernel) shrink
 -20.0 KiB    -5     5    0 gone grow    (kernel) grow < do_work
  -1.2 MiB  -300   400  100      leak_it leaky    leak_it [leaky] < do_work
END
prints -q --all --top=3 old new <<'END'
   CHANGE PAGES FIRST LAST NOTE OWNER   MODULE   STACK
 +1.2 MiB  +300   100  400      leak_it leaky    leak_it [leaky] < do_work
+20.0 KiB    +5     0    5 new  grow    (kernel) grow < do_work
      0 B    +0     1    1      always  (kernel) always
END
prints -q --by=module old new <<'END'
    CHANGE PAGES FIRST LAST NOTE MODULE
  +1.2 MiB  +300   100  400      leaky
-100.0 KiB   -25    58   33      (kernel)
END
prints -q --by=owner --page-size=64K --top=1 old new <<'END'
   CHANGE PAGES FIRST LAST NOTE OWNER
+18.8 MiB  +300   100  400      leak_it
END
prints -q --full --top=1 old new <<'END'
  CHANGE PAGES FIRST LAST NOTE OWNER   MODULE STACK
+1.2 MiB  +300   100  400      leak_it leaky  __alloc_pages+0x10/0x20
                                              leak_it+0x8/0x40 [leaky]
                                              do_work+0x1/0x9
END
prints -q --module=leaky old new <<'END'
  CHANGE PAGES FIRST LAST NOTE OWNER   MODULE STACK
+1.2 MiB  +300   100  400      leak_it leaky  leak_it [leaky] < do_work
END
prints -q --frame='gr*' old new <<'END'
   CHANGE PAGES FIRST LAST NOTE OWNER MODULE   STACK
+20.0 KiB    +5     0    5 new  grow  (kernel) grow < do_work
END
prints -q --exclude=owner=grow,leak_it old new <<'END'
    CHANGE PAGES FIRST LAST NOTE OWNER  MODULE   STACK
-120.0 KiB   -30    50   20      shrink (kernel) shrink
END
# Selectors of single records, each snapshot by its own clock
prints -q --pid=1 pages1 pages2 <<'END'
   CHANGE PAGES FIRST LAST NOTE OWNER  MODULE   STACK
+16.0 KiB    +4     5    9      reader (kernel) reader
END
prints -q --age=85s- pages1 pages2 <<'END'
   CHANGE PAGES FIRST LAST NOTE OWNER  MODULE   STACK
+64.0 KiB   +16     0   16 new  writer (kernel) writer
+28.0 KiB    +7     1    8      reader (kernel) reader
END
prints -q --order=3- --exclude=owner=reader pages1 pages2 <<'END'
   CHANGE PAGES FIRST LAST NOTE OWNER  MODULE   STACK
+64.0 KiB   +16     0   16 new  writer (kernel) writer
END
says 1 '--age: no record has a time' --age=1h- old new
says 2 '--migratetype=Bogus' --migratetype=Bogus pages1 pages2
prints -q old old <<'END'
no change
END

# --- order

# order FIRSTS OPTION...: the pages of the first snapshot, in the order of the rows
order() {
	firsts=$1
	shift
	run -q "$@" --format=csv old new
	# Frames of a stack begin with a blank.
	[ "$(sed -n 's/^\([0-9]*\),.*/\1/p' out | paste -sd ' ' -)" = "$firsts" ]
	verdict "$* has the order $firsts"
}
order "100 0 50" --sort=change
order "50 0 100" --sort=+change
order "100 0 50" --sort=-rate
order "100 50 0" --sort=first
order "0 50 100" --sort=+First
order "100 50 0" --sort=-last
order "0 100 50" --sort=owner
order "50 100 0" --sort=-owner
order "0 50 100" --sort=module
order "100 0 50" --sort=-module
order "58 100" --by=module --sort=module
says 2 '--sort=chnage: not one of change, trend, rate, first, last, owner, module; did you mean "change"?' --sort=chnage old new
says 2 '--by=owner cannot be combined with --sort=module' --by=owner --sort=module old new
says 2 '--by=module cannot be combined with --sort=owner' --by=module --sort=-owner old new

# --- matching

run -q old rebuilt
[ $status -eq 0 ] && [ "$(grep -c gone out)" -eq 3 ] && [ "$(grep -c new out)" -eq 4 ]
verdict "another build's stacks do not match exactly"
run -q old new
sed 's/^/-/' out >exact
run -q --by=portable old rebuilt
sed 's/^/-/' out | cmp -s exact -
verdict "--by=portable matches them"
run -q --by=portable --full --top=1 old rebuilt
grep -q 'leak_it+0xc/0x44' out
verdict "--by=portable shows the frames of the latest snapshot"

# --- three snapshots and more

snapshot 200 0 50 7 >mid
prints -q --at=0,30m,1h --top=2 old mid new <<'END'
   CHANGE PAGES FIRST LAST  PER HOUR FIT NOTE OWNER   MODULE   STACK
 +1.2 MiB  +300   100  400  +1.2 MiB 96%      leak_it leaky    leak_it [leaky] < do_work
+20.0 KiB    +5     0    5 +20.0 KiB 75% new  grow    (kernel) grow < do_work
END
for n in 1 2 3; do cp "$(echo old mid new | cut -d' ' -f$n)" "s-20261123-10${n}000"; done
run -q s-*
sed 's/^/-/' out >named
grep -q 'PER HOUR' out && run -q --at=10m,20m,30m old mid new &&
	sed 's/^/-/' out | cmp -s named -
verdict "times are found in the names of the files"
run -q old mid new
grep -q 'PER SNAPSHOT' out
verdict "without times a slope is per snapshot"
run old mid new
grep -q 'snapshot times unknown' err
verdict "and that is said"
for at in 0,1,2 2026-11-23T10:00,2026-11-23T11:00,2026-11-23T12:00 1.5h,2h,3h \
	1700000000,1700003600,1700007200; do
	run -q --at=$at old mid new
	[ $status -eq 0 ] && grep -q 'PER HOUR' out
	verdict "--at=$at is understood"
done
says 2 '--at=0,1: not a time for each of 3 snapshots' --at=0,1 old mid new
says 2 '--at=0,1,2,3: not a time for each' --at=0,1,2,3 old mid new
says 1 'order of time' --at=0,2,1 old mid new
says 2 '--at=0,x,1: not a time for each' --at=0,x,1 old mid new

# A header of pageowner-capture also has it.
for n in 1 2 3; do
	{
		printf 'PFN# pageowner-capture: 1\n'
		printf 'PFN# start-time: 2026-11-23T%d:00:00Z\n' $((10 + n))
		printf 'PFN# page-size: 65536\nPFN# count-threshold: 1\n'
		printf 'PFN# kernel: 6.1%d.0\n' $n
		cat "$(echo old mid new | cut -d' ' -f$n)"
		printf 'PFN# complete: yes\n'
	} >c$n
done
run c1 c2 c3
[ $status -eq 0 ] && grep -q 'PER HOUR' out && grep -q '+18.8 MiB .*leak_it' out &&
	! grep -q 'assuming' err && grep -q 'of kernel 6.11.0, c2 of 6.12.0' err
verdict "the header of a capture tells time, page size and kernel"
says 1 'c1: taken before' -q c2 c1
run -q --force c2 c1
[ $status -eq 0 ]
verdict "--force compares them in any order"

# --- baseline and patterns

snapshot 90 0 0 0 >base
prints -q --baseline=base --by=module --all old new <<'END'
    CHANGE PAGES FIRST LAST NOTE MODULE
  +1.2 MiB  +300    10  310      leaky
-100.0 KiB   -25    57   32      (kernel)
END
prints -q --baseline=old new <<'END'
    CHANGE PAGES FIRST LAST NOTE OWNER   MODULE   STACK
  +1.2 MiB  +300   100  400      leak_it leaky    leak_it [leaky] < do_work
 +20.0 KiB    +5     0    5 new  grow    (kernel) grow < do_work
-120.0 KiB   -30    50   20      shrink  (kernel) shrink
END
says 2 'two snapshots' new
cat >patterns <<'END'
# what is known
module:leak* frame:do_work   # the test module

owner:shr?nk
END
prints -q --suppress=patterns old new <<'END'
   CHANGE PAGES FIRST LAST NOTE OWNER MODULE   STACK
+20.0 KiB    +5     0    5 new  grow  (kernel) grow < do_work
END
run --suppress=patterns old new
grep -q '420 pages were left out' err
verdict "how much was left out is told"
echo 'frame:grow' >>patterns
run -q --suppress=patterns --fail-if-growth=1 old new
[ $status -eq 0 ]
verdict "what is left out does not fail"
echo 'functon:x' >wrong
says 1 'wrong:1: expected frame:GLOB' --suppress=wrong old new
says 1 'nothere' --suppress=nothere old new

# --- exit status for scripts

for size in 1228799 1M 1.1MiB 0; do
	run -q --fail-if-growth=$size old new
	[ $status -eq 4 ] && [ -s out ]
	verdict "growth by 1.2 MiB is more than $size"
done
for size in 1228800 1.2M 1G; do
	run -q --fail-if-growth=$size old new
	[ $status -eq 0 ]
	verdict "growth by 1.2 MiB is not more than $size"
done
run -q --fail-if-growth=1M/h --at=0,2h old new
[ $status -eq 0 ]
verdict "1.2 MiB in two hours is not more than 1M/h"
run -q --fail-if-growth=1M/h --at=0,1h old new
[ $status -eq 4 ]
verdict "1.2 MiB in an hour is more than 1M/h"
says 1 'snapshot times unknown' --fail-if-growth=1M/h old new
says 2 '--fail-if-growth=1X: not a size' --fail-if-growth=1X old new

run -q --fail-if-growth=1M old new
grep -q 'grew too much: +1.2 MiB: leak_it \[leaky\] < do_work' err &&
	[ "$(grep -c 'grew too much' err)" -eq 1 ]
verdict "the rows that grew are named, the others are not"
run -q --by=module --fail-if-growth=1M/h --at=0,1h old new
grep -q 'grew too much: +1.2 MiB (+1.2 MiB/h): leaky$' err
verdict "and so are modules"

# What passes: nothing that is empty, cut, or hidden
: >nothing
for pair in 'old nothing' 'nothing new' '--baseline=nothing old new'; do
	# shellcheck disable=SC2086 # a list
	says 1 'nothing: holds no record' -q --fail-if-growth=1G $pair
done
run old nothing
[ $status -eq 0 ] && grep -q 'nothing: holds no record' err
verdict "an empty snapshot is reported"
for end in '' 'PFN# complete: no, interrupted'; do
	{ printf 'PFN# pageowner-capture: 1\n'; cat new; printf '%s\n' "$end"; } >cut
	run -q --fail-if-growth=1G old cut
	[ $status -eq 3 ] && grep -qE 'cut: 1 x capture (that is incomplete|without its last)' err
	verdict "a capture that ends with '$end' never passes"
done
grep -q 'cut: incomplete: interrupted' err
verdict "and why it is incomplete is said"
{ printf 'PFN# pageowner-capture: 1\nPFN# count-threshold: 50\n'; cat old
  printf 'PFN# complete: yes\n'; } >high
stack 5000 "hidden+0x1/0x2 [bad]" "do_work+0x1/0x9" | cat new - >low
run -q --top=1 --fail-if-growth=10M high low
[ $status -eq 4 ] && grep -q '^+19.3 MiB +4951 .*at least hidden' out &&
	grep -q 'grew too much: +19.3 MiB: hidden' err
verdict "growth from under the threshold is certain"
run -q --fail-if-growth=20M high low
[ $status -eq 0 ]
verdict "and only that much of it"
says 1 'taken at the same time' -q --at=0,0 old new
says 1 'taken at the same time' -q --at=2026-02-28T10:00:00,2026-02-28T10:00:00 old new
says 2 'for each of 2 snapshots: there is no such day' -q --at=2026-02-28T10:00:00,2026-02-30T10:00:00 old new
says 2 ': not a time for each of 2 snapshots' -q --at=2026-02-28T10:00:00+02:00,2026-02-28T11:00:00+03:00 old new
run -q --fail-if-growth=1M --pid=1 old new
[ $status -eq 0 ] && grep -q 'if-growth: no record matches the selection (9 records read)' err
verdict "--fail-if-growth of nothing is not silent"
cp old s-20260230T101010
cp new s-20260302T101010
run s-20260230T101010 s-20260302T101010
[ $status -eq 0 ] && ! grep -q 'PER HOUR' out
verdict "a day that does not exist is no time, in a file's name either"
says 2 '--page-size=5000: not a power of two' --page-size=5000 old new

# What is not in the way of an answer
run -q old old --force
[ $status -eq 0 ] && [ "$(cat out)" = 'no change' ]
verdict "no change is said"
for n in 1 2 3; do
	for i in $(seq 30); do stack $((i + n)) "f$i+0x1/0x2" "do_work+0x1/0x9"; done >many$n
done
run many1 many2
[ "$(wc -l <out)" -eq 21 ] && grep -q 'note: 10 more rows (--top=0 shows all)' err
verdict "a table has 20 rows, and the rest is counted"
run --top=0 many1 many2
[ "$(wc -l <out)" -eq 31 ] && ! grep -q 'more rows' err
verdict "--top=0 shows all"
run many2 many1 --top=3
[ "$(wc -l <out)" -eq 4 ] && grep -q '^-4.0 KiB' out
verdict "a diff of losses has rows"
for n in 1 2 3; do stack $((100 * n)) "g$n+0x1/0x2" "do_work+0x1/0x9"; done >many
stack 1 "always+0x1/0x2" >few
run -q --top=2 many few
sed -n 2p out | grep -q '^ *-1.2 MiB' && sed -n 3p out | grep -q '^ *-800.0 KiB'
verdict "of losses alone the largest are first"
run -q --top=1 --sort=change many few
sed -n 2p out | grep -q '^ *-400.0 KiB'
verdict "and --sort is as it says"
run --json many1 many2
[ "$(grep -c '"stack_id"' out)" -eq 30 ]
verdict "JSON has all"
for n in 1 2 3 4; do
	{
		stack $((1000 + 100 * n)) "grows+0x8/0x40" "do_work+0x1/0x9"
		stack $((1000 + n)) "wobbles+0x8/0x40" "do_work+0x1/0x9"
		stack $((9000 - (n == 1 || n == 4) * 9000 + 5)) "noise+0x8/0x40" "do_work+0x1/0x9"
		stack $((5 + (n > 2))) "once+0x8/0x40" "do_work+0x1/0x9"
	} >n$n
done
run -q --all n1 n2 n3 n4
[ $status -eq 0 ] && sed -n 2p out | grep -q ' steady *grows ' &&
	grep 'noise' out | grep -qv '%' && ! grep -q 'steady.*once\|steady.*wobbles' out
verdict "noise is not praised"

# --- what does not compare

says 1 'a dump of pages' -q old "$PAGEOWNER_DATA/odd/../dialects/$(ls "$PAGEOWNER_DATA/dialects" | grep -m1 '6.7.*page_owner$')"
{ stack 100 "leak_it+0x8/0x40 [leaky]" "do_work+0x1/0x9"; stack 50 "shrink+0x8/0x40" "kthread+0x1/0x9"; } >above
run old above
[ $status -eq 0 ] && grep -q 'count_threshold differs' err &&
	grep -q '^ *? .*unknown' out && ! grep -q gone out
verdict "what a higher threshold hides is not reported as freed"
printf ' f+0x1/0x2\nstack_count: 5\n\n' >counts
says 1 'but not of pages' -q old counts
says 1 'nothere' -q old nothere

# How much was compared is always said; what differs by the build alone is no change.
for build in isra.86 constprop.0; do
	for frame in get_page_from_freelist __slab_alloc.$build kmem_cache_alloc foo.$build end; do
		echo " $frame+0x1$(echo $build | tr -dc 0-9)/0x20"
	done
	printf 'nr_base_pages: 100\n\n'
done | awk -v RS= '{ print $0 "\n" >("build" NR) }'
run build1 build2
grep -q 'note: 0 of 2 stacks, 0.0% of the pages, are in both snapshots: use --by=portable' err
verdict "what would compare them is said"
for way in 'portable call paths' 'owner owners'; do
	run --match="${way%% *}" build1 build2
	[ $status -eq 0 ] && [ "$(cat out)" = 'no change' ] &&
		grep -qF "note: 1 of 1 ${way#* }, 100.0% of the pages, are in both snapshots" err
	verdict "all of one build is in the other, by ${way%% *}"
done
for way in portable owner; do
	echo 'no change' | prints -q --match=$way build1 build2
done

says 2 '--by=nobody: not one of stack, portable, owner, module' --by=nobody old new
says 2 'did you mean "owner"?' --by=onwer old new
says 2 'Try' --nothing
printf 'junk\n' >junk
cat junk new >damaged
run -q old damaged
[ $status -eq 3 ] && grep -q leak_it out && grep -q 'first at byte 0' err
verdict "damage is told, with its place, and the report is complete"
run -q - new <old
"$tool" -q - new <old >out 2>err && grep -q leak_it out
verdict "- is standard input"

# --- forms of output

if command -v python3 >/dev/null; then
	run -q --json old new
	python3 - <<'END' >>err 2>&1
import json
d = json.load(open("out"))
assert d["page_size"] == 4096 and d["by"] == ["stack"]
assert [s["pages"] for s in d["snapshots"]] == [158, 433]
row = d["rows"][0]
assert row["pages"] == [100, 400] and row["change_bytes"] == 300 * 4096
assert row["owner"] == "leak_it" and row["module"] == "leaky"
assert row["stack"][1] == "leak_it+0x8/0x40 [leaky]" and not row["new"]
assert len(d["rows"]) == 3 and d["rows"][1]["new"]
END
	verdict "--json can be read and holds the same"
	printf ' \377\033[31m+0x1/0x2\nnr_base_pages: 3\n\n' >hostile
	run -q --json old hostile
	python3 -c 'import json; d = json.load(open("out")); assert any("\x1b" in r["owner"] for r in d["rows"])' 2>>err
	verdict "bytes that are no UTF-8 do not break JSON"
fi
run -q -o report old new
[ $status -eq 0 ] && [ ! -s out ] && grep -q leak_it report
verdict "-o writes a file"

# --- a machine that leaks: the stack that does comes first

if [ "$PAGEOWNER_READS_XZ" = yes ]; then
	at=$(for n in 0 1 2 3 4 5; do cut -d' ' -f1 "$real/linux-6.12-leak-$n.uptime"; done | paste -sd,)
	run -q --at="$at" "$real"/linux-6.12-leak-[0-5].show_stacks.xz
	[ $status -eq 0 ] && sed -n 2p out | grep -q '18578 .*steady do_anonymous_page' &&
		sed -n '3,4p' out | grep -q '2400 .*steady pipe_write'
	verdict "the leak that was planted comes first"
	run -q --at="$at" --fail-if-growth=100M/h "$real"/linux-6.12-leak-[0-5].show_stacks.xz
	[ $status -eq 4 ]
	verdict "and fails a script"
	run --top=0 "$real"/linux-6.12-leak-5.show_stacks.xz "$real"/linux-6.12-leak-6-killed.show_stacks.xz
	sed -n '$p' out | grep -q '^-.*do_anonymous_page'
	verdict "when it is killed its pages are free again"
fi
finish
