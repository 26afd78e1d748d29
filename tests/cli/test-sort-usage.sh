#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-sort-usage.sh - what pageowner-sort says of wrong options, keys and selectors:
# status 1, as page_owner_sort's, and nothing is read or written. Mistakes that all tools
# have in common: test-options.sh.
#
# PAGEOWNER_SORT: the program.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
tool=${PAGEOWNER_SORT:-pageowner-sort}

# says WANT OPTIONS...: status 1, nothing on standard output, message on stderr
says() {
	want=$1
	shift
	run "$@"
	[ $status -eq 1 ] && [ ! -s out ] && grep -qF "pageowner-sort: $want" err
	verdict "$* says: $want"
}

cat >dump <<'END'
Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 10, tgid 10 (alpha), ts 100 ns
PFN 0x1 type Unmovable Block 0 type Unmovable Flags 0x1(locked|node=0|zone=1)
 f1+0x1/0x10

END

# the item that is wrong, and the nearest one
run --cull=pid,nmae dump
grep -qF -e '--cull=pid,nmae: "nmae" is not one of stacktrace, pid, ' err &&
	grep -qF 'did you mean "name"?' err
verdict "the wrong key of a list is named, with all keys and the nearest"
run --sort=-pgaes dump
grep -qF 'did you mean "pages"?' err
verdict "also if it has a sign"
says '--order=1,2x,3: "2x" is not a number, or a range such as 3-10' --order=1,2x,3 dump
says '--migratetype=movable,unmovabl: "unmovabl" is not one of Unmovable, Movable' \
	--migratetype=movable,unmovabl dump
grep -qF 'did you mean "Unmovable"?' err
verdict "and the nearest migratetype"

two='only one of -a -m -M -n -p -P -r -s -t can be given'
says "$two" -m -p dump
says "$two" -mp dump
says "$two" -a -t dump
for bad in x '' 'pid,' ',pid' +-pid --pid 'pid name' Pids; do
	says "--sort=$bad: \"" "--sort=$bad" dump
	[ "$(wc -l <err)" -eq 2 ]
	verdict "and has one message"
done
for bad in x '' 'pid,' ',pid' +pid comm txt T at alloc_ts ft free_ts; do
	says "--cull=$bad: \"" "--cull=$bad" dump
done
for bad in '' '1,' ',1' x 0x7 1x '1 2' 4294967302 99999999999999999999; do
	says "--pid=$bad: \"" "--pid=$bad" dump
	says "--tgid=$bad: \"" "--tgid=$bad" dump
	says "--order=$bad: " "--order=$bad" dump
	says "--node=$bad: " "--node=$bad" dump
done
says '--pid=x: "x" is not a number, or a range such as 3-10' --pid=x --pid=1 dump
for option in module memcg frame; do
	for bad in '' 'a,' ',a' 'a,,b'; do
		says "--$option=$bad: \"\" is not " "--$option=$bad" dump
	done
done
for bad in '' -1 x 1x 99999999999999999999; do
	says "--top=$bad: not a number" "--top=$bad" dump
	says "--jobs=$bad: not a number from 1 to 256" "--jobs=$bad" dump
done
says '--jobs=0: not a number from 1 to 256' --jobs=0 dump
for bad in '' 'a,' ',a' 'a,,b'; do
	says "--migratetype=$bad: \"" "--migratetype=$bad" dump
done
says '--exclude=pdi=7: "pdi" is not one of pid, tgid, name, released' --exclude=pdi=7 dump
grep -qF 'blocktype, node, zone, memcg, alloc-ts, free-ts' err
verdict "and lists names as the options have them"
grep -qF 'did you mean "pid"?' err
verdict "and the nearest selector"
says '--exclude=pid: no list' --exclude=pid dump
says '--exclude=pid=x: ' --exclude=pid=x dump
says '--age=5: "5" is not a range of times, such as 10m-1.5h' --age=5 dump
says '--released=perhaps: "perhaps" is not one of no, yes' --released=perhaps dump
says "invalid option -- 'x'" -x dump
says "unrecognized option '--nonsense'" --nonsense dump
says "option '--sort' requires an argument" dump --sort
says "unrecognized option '--formt'; did you mean --format?" --formt dump
says 'too many file names: c' dump b c
says '--records reads one input' --records --format=csv -o x dump b
[ ! -e b ] && [ ! -e c ] && [ ! -e x ]
verdict "wrong usage writes no file"
run --sort=x dump
grep -q '^Try "pageowner-sort --help"' err
verdict "wrong usage points to --help"

finish
