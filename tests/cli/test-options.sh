#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-options.sh - what all tools have in common: the same mistake gets the same sentence
# and the same status, known words may have any case, a reader that goes away ends a tool
# silently, and what cannot be written is an error with its reason.
#
# PAGEOWNER_SORT, _DIFF, _STACKS_TOP, _FRAG, _CAPTURE: the programs.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

record() { # TEXT NUMBER
	cat <<END
Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 10, tgid 10 ($1), ts $2 ns
PFN 0x$2 type Unmovable Block 0 type Movable Flags 0x1(node=0|zone=1)
 f$2+0x1/0x10
 demo_$2+0x2/0x20 [demo]

END
}
{ record alpha 1; record beta 2; } >dump
i=100
while [ $i -lt 1500 ]; do	# a report of more bytes than a pipe holds
	record "task$i" $i
	i=$((i + 1))
done >many

# each NAME: sets $tool, $usage (the status of wrong usage), and arguments that work
each() {
	input=dump usage=2
	case $1 in
	sort) tool=${PAGEOWNER_SORT:-pageowner-sort} usage=1 ;;
	diff) tool=${PAGEOWNER_DIFF:-pageowner-diff} input="dump many" ;;
	stacks-top) tool=${PAGEOWNER_STACKS_TOP:-pageowner-stacks-top} ;;
	frag) tool=${PAGEOWNER_FRAG:-pageowner-frag} ;;
	account)
		tool=${PAGEOWNER_ACCOUNT:-pageowner-account}
		input=$PAGEOWNER_DATA/machine/linux-6.12-work
		;;
	capture) tool=${PAGEOWNER_CAPTURE:-pageowner-capture} ;;
	esac
}

# --- nothing to report

: >empty
for name in sort diff stacks-top frag; do
	each $name
	inputs=empty
	[ $name != diff ] || inputs="empty empty"
	for format in "" --format=json --format=csv; do
		# shellcheck disable=SC2086 # two words
		run $format $inputs
		[ $status -eq 0 ] && grep -qx "pageowner-$name: empty: holds no record" err
		verdict "$name $format: an empty input is an empty report with a note"
		# shellcheck disable=SC2086
		run -q $format $inputs
		[ $status -eq 0 ] && [ ! -s err ]
		verdict "$name $format: -q drops the note"
	done
done
for option in --show-pfn=1 --show-block=1 --map; do
	says 1 'empty: no page_owner record has a place in memory' -q $option empty
done

# --- mistakes

for name in sort diff stacks-top frag account capture; do
	each $name
	says $usage "pageowner-$name: unrecognized option '--outptu'; did you mean --output?" --outptu
	says $usage "pageowner-$name: unrecognized option '--zzz'" --zzz
	! grep -q 'did you mean' err
	verdict "$name: what resembles nothing is not guessed"
	says $usage "pageowner-$name: invalid option -- '%'" -%
	says $usage "pageowner-$name: option '--output' requires an argument" --output
	says $usage "pageowner-$name: option '--output' requires an argument" -o
	says $usage "pageowner-$name: option '--quiet' doesn't allow an argument" --quiet=yes
	grep -qx "Try \"pageowner-$name --help\"." err
	verdict "$name: points to --help"
	says $usage '--print-options=csh: not one of bash, zsh, fish, table' --print-options=csh
done
for name in sort diff stacks-top; do
	each $name
	for bad in 0 257 x -1 '' 1x 99999999999999999999; do
		says $usage "pageowner-$name: --jobs=$bad: not a number from 1 to 256" "--jobs=$bad"
	done
done
for name in sort diff stacks-top frag account; do
	each $name
	for bad in -1 x '' 99999999999999999999; do
		says $usage "pageowner-$name: --top=$bad: not a number" "--top=$bad"
	done
	says $usage "--page-size=0: not a power of two" --page-size=0
	says $usage "--page-size=4: not a power of two of at least 1K" --page-size=4
	says $usage "--max-memory=1000: not a size of at least 1M" --max-memory=1000
	says $usage "--format=jsno: not one of " --format=jsno
	grep -q ', json, .*; did you mean "json"?$' err
	verdict "$name: the formats are listed, and the nearest one is named"
	run -q --top=0 $input
	[ $status -eq 0 ] && [ -s out ]
	verdict "$name: --top=0 is all"
	run -q --FORMAT=json $input
	[ $status -eq $usage ]
	verdict "$name: options are lower case"
	run -q --format=JSON $input
	[ $status -eq 0 ] && grep -q '"version"' out
	verdict "$name: words of options may have any case"
	run -q --json $input
	[ $status -eq 0 ] && grep -q '"version"' out
	verdict "$name: --json"
done
for name in diff stacks-top frag; do
	each $name
	says 2 "--by=onwer: not one of stack, " --by=onwer $input
	grep -Eq ', owner, module(, module-any, process, memcg, order, node)?; did you mean "owner"[?]$' err
	verdict "$name: the words of --by are listed, and the nearest one is named"
	says 2 "--exclude=pdi=7: \"pdi\" is not one of pid, " --exclude=pdi=7 $input
	grep -q '; did you mean "pid"?$' err
	verdict "$name: the names of --exclude are listed, and the nearest one is named"
	# Not an error, as the report of nothing is right; each format says so.
	for format in "" --format=json --format=csv "--by=module --format=ndjson"; do
		run --page-size=4K --pid=4711 $format $input
		[ $status -eq 0 ] && [ "$(grep -c "^pageowner-$name: note: no record matches the selection ([0-9]* records read)\$" err)" -eq 1 ]
		verdict "$name $format: that no record matches is said once"
	done
	run -q --pid=4711 $input
	[ $status -eq 0 ] && [ ! -s err ]
	verdict "$name: and not with --quiet"
	for option in --migratetype=unmovabel --exclude=migratetype=unmovabel; do
		says 2 "$option: \"unmovabel\" is not one of Unmovable, " $option $input
		grep -q ', CMA, Isolate; did you mean "Unmovable"?$' err
		verdict "$name: $option: the same mistake gets the same sentence"
	done
	run -q --MigrateType=UNMOVABLE $input
	[ $status -eq 2 ]
	verdict "$name: options are lower case, as everywhere"
	run -q --exclude=PID=7 --exclude=Module-Any=ext4 --migratetype=UNMOVABLE $input
	[ $status -eq 0 ] && grep -q demo out
	verdict "$name: fields may have any case"
	run -q --by=OWNER $input
	[ $status -eq 0 ] && grep -q OWNER out
	verdict "$name: --by=OWNER"
	for by in portable stack module; do
		run -q --by=$by $input
		[ $status -eq 0 ] && grep -q MODULE out
		verdict "$name: --by=$by"
	done
	run -q --by=owner '--plumbing=f1,f1*,f[2-9]*' $input
	[ $status -eq 0 ] && grep -q demo_ out && ! grep -q ' f[0-9]' out
	verdict "$name: --plumbing"
	says 2 "--plumbing=a,,b: \"\" is not a pattern" --plumbing=a,,b $input
done
for sort in pages -PAGES +pages -pages; do
	each stacks-top
	[ $sort = +pages ] && each frag
	run -q --sort=$sort $input
	[ $status -eq 0 ] && [ -s out ]
	verdict "$tool: --sort=$sort: a word may have a sign"
done
each capture
for bad in 5x '' -1 0 1e9; do
	says 2 "--interval=$bad: not a time, such as 90s, 10m, 1.5h or 2d" "--interval=$bad" x
done
each stacks-top
for bad in 5x '' -1 0; do
	says 2 "--delay=$bad: not a time, such as 90s, 10m, 1.5h or 2d" "--delay=$bad" dump
done

# --- what cannot be written

for name in sort diff stacks-top frag account capture; do
	each $name
	if [ -c /dev/full ]; then
		for option in --help --version --print-options=bash; do
			"$tool" $option >/dev/full 2>err
			status=$?
			[ $status -eq 1 ] &&
			grep -qx "pageowner-$name: (standard output): No space left on device" err
			verdict "$name: a full device for $option"
		done
	fi
	"$tool" --help >&- 2>err
	[ $? -eq 1 ] && grep -q "(standard output): Bad file descriptor" err
	verdict "$name: no standard output"
	run --help
	[ $status -eq 0 ] && [ ! -s err ] && grep -q "^Usage: pageowner-$name " out
	verdict "$name: --help"
	run --version
	[ $status -eq 0 ] && [ ! -s err ] && grep -q "^pageowner-$name (libpageowner) [0-9]" out
	verdict "$name: --version"
done
for name in sort diff stacks-top frag; do
	each $name
	[ $name = diff ] || input=many
	if [ -c /dev/full ]; then
		for format in "" --json; do
			"$tool" -q --top=0 $format $input >/dev/full 2>err
			status=$?
			[ $status -eq 1 ] &&
			grep -qx "pageowner-$name: (standard output): No space left on device" err
			verdict "$name: a full device for the report $format"
		done
	fi
	(ulimit -f 1; "$tool" -q --top=0 --json -o limited $input) 2>err
	[ $? -eq 1 ] && [ ! -e limited ] && grep -qx "pageowner-$name: limited: File too large" err
	verdict "$name: a report that is too large for a file"

	# As cat: ended by SIGPIPE, or with a message where that is ignored
	{ "$tool" -q --top=0 --json $input 2>err; echo $? >code; } | head -n 1 >out
	status=$(cat code)
	[ "$status" -eq 141 ] && [ ! -s err ]
	verdict "$name | head ends silently"
	{ (trap '' PIPE; "$tool" -q --top=0 --json $input 2>err; echo $? >code); } | head -n 1 >out
	status=$(cat code)
	[ "$status" -eq 1 ] && grep -qx "pageowner-$name: (standard output): Broken pipe" err
	verdict "$name | head where SIGPIPE is ignored"
done
finish
