#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-overwrite.sh - what a report never replaces by mistake, and what it may.
#
# PAGEOWNER_SORT, PAGEOWNER_DIFF, PAGEOWNER_FRAG, PAGEOWNER_STACKS_TOP: the programs.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
tool=${PAGEOWNER_SORT:-pageowner-sort}
sort=$tool

record() {	# NUMBER
	printf 'Page allocated via order 0, mask 0x0(), pid 1, tgid 1 (sh), ts %d ns\n' "$1"
	printf 'PFN %d type Unmovable Block 0 type Movable Flags 0x0(node=0|zone=1)\n' "$1"
	printf ' f+0x1/0x2\n\n'
}

# kept ARGUMENTS...: refused, and "keep" is what it was
kept() {
	cp keep before
	run "$@"
	[ $status -eq 1 ] && [ ! -s out ] && grep -q 'keep: is .*--force replaces it' err &&
		cmp -s keep before
	verdict "kept: $*"
}

record 5 >a
record 6 >b
record 7 >dump
{ printf 'PFN# pageowner-capture: 1\n'; record 8; printf 'PFN# complete: yes\n'; } >capture
printf ' f+0x1/0x2\n g+0x1/0x2\nnr_base_pages: 5\n\n' >stacks
printf ' f+0x1/0x2\nnr_base_pages: 7\n\n' >stacks2
gzip -c dump >dump.gz
{ xz -c dump 2>/dev/null || gzip -c dump; } >dump.xz
printf '[    1.0] page last allocated via order 0, migratetype Movable, gfp_mask 0x0()\n' >log
for file in dump capture stacks dump.gz dump.xz log; do
	cp $file keep
	kept a keep
	kept -o keep a
	kept --json -o keep a
	run --force -o keep a
	[ $status -eq 0 ] && grep -q '^1 times' keep
	verdict "--force replaces $file"
done

# What only the library recognises: text as people keep it, and late in a log
utf16() { awk '{ for (i = 1; i <= length; i++) printf "%s%c", substr($0, i, 1), 0; printf "\n%c", 0 }'; }
{ printf '\377\376'; LC_ALL=C utf16 <dump; } >dump.utf16
sed 's/^/> /' dump >dump.mail
sed 's/^/[   12.345678] /' dump >dump.dmesg
sed 's/^/<6>[   12.345678] /' dump >dump.kmsg
sed 's/^/<6>/' log >log.kmsg
{ printf '\357\273\277'; cat dump; } >dump.mark
sed 's/$/\r/' stacks >stacks.crlf
{ awk 'BEGIN { for (i = 0; i < 60000; i++) print "[ 1.0] a line", i }'; cat log; } >log.late
printf 'PFN# pageowner-capture: 1\n' >capture.empty
# What no tool of the project wrote
{ printf '# Notes\n\n'; "$sort" a; } >notes.md
printf 'int main(void)\n{\n}\n' >main.c
printf 'a,b\r\n1,2\r\n' >table.csv
printf '{"version":2,"name":"x"}\n' >x.json
printf '<!DOCTYPE html>\n<title>my page</title>\n' >x.html
printf '<svg xmlns="http://www.w3.org/2000/svg">\n</svg>\n' >x.svg
printf 'alpha;beta 17\n' >x.folded
printf '\n' >blank
printf '12 times\n' >few
printf 'SQLite format 3\0%0100d' 0 >x.db
printf '\377\330\377\340' >x.jpg
for file in notes.md main.c table.csv x.json x.html x.svg x.folded blank few x.db x.jpg; do
	cp $file keep
	for with in "a keep" "-o keep a" "--json -o keep a"; do
		# shellcheck disable=SC2086 # several arguments
		run $with
		[ $status -eq 1 ] && cmp -s keep $file &&
			grep -q 'keep: is a file that no tool of pageowner wrote.*--force replaces' err
		verdict "kept: $with, which is $file"
	done
	run --force -o keep a
	[ $status -eq 0 ] && grep -q '^1 times' keep
	verdict "--force replaces $file"
done
printf 'LZIP\001' >dump.lz
printf '\037\235\220' >dump.Z
printf '\177ELF\002' >vmcore
tar cf dump.tar dump
for file in dump.utf16 dump.mail dump.dmesg dump.kmsg log.kmsg dump.mark stacks.crlf \
	    log.late capture.empty dump.lz dump.Z vmcore dump.tar; do
	cp $file keep
	kept -q -o keep a
done
cp a keep
kept keep keep
kept -o keep b keep
ln -s keep link
run link keep
[ $status -eq 1 ] && grep -q 'keep: is an input' err && cmp -s keep a
verdict "an input by another name is kept"
rm link
ln keep link
run ./keep link
[ $status -eq 1 ] && grep -q 'link: is an input' err && cmp -s keep a
verdict "and a hard link to it"
run - keep <"./link"
[ $status -eq 1 ] && grep -q 'keep: is an input' err && cmp -s keep a
verdict "and standard input"
mkdir folder
says 1 'folder: Is a directory' -o folder a
"$tool" -q -o /dev/stdout a >>keep &&
	grep -q "^1 times" keep && grep -q '^Page allocated .* ts 5 ns' keep
verdict "/dev/stdout is appended to as the shell says"
mkfifo pipe
"$tool" -q a pipe &
grep -q '^1 times' pipe
verdict "a FIFO is written"
wait
run a report && run b report
[ $status -eq 0 ] && grep -q '^1 times' report
verdict "a report is replaced by the next"
cp report first
cp report keep
kept first keep
grep -q 'keep: is a report, as the input is' err
verdict "but not if the first input is a report: it says why"
run -o keep first
[ $status -eq 0 ]
verdict "-o names an output, which it replaces"
cp dump.gz keep
run a keep
grep -q 'a second file name is OUTPUT; to read several inputs use -o OUTPUT' err
verdict "two inputs by mistake: it says how"

# A name that promises compression
for name in new.xz new.gz new.zst; do
	run a $name
	[ $status -eq 1 ] && [ ! -e $name ] && grep -q "$name: a report is not compressed" err &&
		grep -q 'a second file name is OUTPUT' err
	verdict "a $name: no text under that name"
	run -q --json -o $name a
	[ $status -eq 1 ] && [ ! -e $name ]
	verdict "nor JSON"
done
run --force a new.xz
[ $status -eq 0 ] && grep -q '^1 times' new.xz
verdict "--force writes it"
if "$sort" --format=help | grep pprof | grep -vq 'built without'; then
	run -q --format=pprof -o new.pb.gz a && gzip -t new.pb.gz
	verdict "pprof is compressed"
fi

# What is replaced: reports, whatever their format, and empty files
for format in text json ndjson csv html folded speedscope prometheus sqlite; do
	rm -f report
	[ "$format" != html ] && [ "$format" != sqlite ] || "$sort" --format=help | grep "^$format" | grep -vq 'built without' ||
		continue
	run -q --format=$format a report
	cp report first
	run -q --format=$format a report
	[ $status -eq 0 ] && { [ "$format" = prometheus ] || cmp -s report first; }
	verdict "an earlier report in $format is replaced"
done
run -q --cull=pid a report && run -q a report
[ $status -eq 0 ] && head -n 1 report | grep -q '^1 times'
verdict "and so is a culled one"
printf '12 times:\nPage allocated via order 0, mask 0x0()\n f+0x1/0x2\n\n' >report
run -q a report
[ $status -eq 0 ]
verdict "and one of an old page_owner_sort"
for options in "--by=pid,name --format=csv" "--records --format=csv" \
	       "--records --format=ndjson" "stacks"; do
	rm -f report
	# shellcheck disable=SC2086 # several arguments
	run -q -o report a $options
	# shellcheck disable=SC2086
	run -q -o report a $options
	[ $status -eq 0 ]
	verdict "and one of $options"
done
: >report
run -q a report
[ $status -eq 0 ] && [ -s report ]
verdict "and an empty file"

# Several inputs
cat a b >both
"$sort" both want
run -o report a b
[ $status -eq 0 ] && cmp -s report want
verdict "-o: several inputs"
run -- a b
[ $status -eq 0 ] && cmp -s out want
verdict "--: several inputs"
record 6 | cmp -s - b
verdict "and the second is not written"
says 1 'too many file names: dump (several inputs need -o OUTPUT' a b dump
says 1 '--records reads one input' --records --format=csv -- a b
run -q -o report a /nonexistent
[ $status -eq 1 ] && cmp -s report want
verdict "one that cannot be read: no report"

# The other tools
cp dump keep
tool=${PAGEOWNER_FRAG:-pageowner-frag}
kept -o keep a
cp dump keep.svg
run --map=keep.svg a
[ $status -eq 1 ] && cmp -s keep.svg dump
verdict "kept: --map=keep.svg"
tool=${PAGEOWNER_STACKS_TOP:-pageowner-stacks-top}
kept -o keep a
tool=${PAGEOWNER_DIFF:-pageowner-diff}
kept -o keep a b
kept -o keep --baseline=keep a b
printf 'frame:f\n' >keep
kept -o keep --suppress=keep a b
tool=${PAGEOWNER_STACKS_TOP:-pageowner-stacks-top}
printf 'MemTotal: 5 kB\n' >keep
kept -o keep --account --meminfo=keep a
for format in table json ndjson csv folded prometheus speedscope sqlite; do
	rm -f report
	run -q --once --full --format=$format -o report a
	[ ! -s report ] && continue	# built without it
	run -q --once --full --format=$format -o report a
	[ $status -eq 0 ]
	verdict "pageowner-stacks-top replaces its report in $format"
done

# replaces NAME ARGUMENTS...: of the report NAME that it wrote itself
replaces() {
	file=$1
	shift
	rm -f "$file"
	run -q "$@" && [ -s "$file" ] && run -q "$@"
	[ $status -eq 0 ]
	verdict "$(basename "$tool") $* replaces its report"
}

printf 'MemTotal: 5 kB\n' >meminfo
for by in stack owner module process memcg order node module-any; do
	replaces report --once --by=$by --color=always -o report a
done
replaces report --account --meminfo=meminfo -o report a
replaces report --account --meminfo=meminfo --format=csv -o report a
tool=${PAGEOWNER_DIFF:-pageowner-diff}
for format in table json ndjson csv folded-diff; do
	replaces report --all --format=$format -o report stacks2 stacks
done
replaces report --all --by=owner -o report stacks2 stacks stacks2
replaces report -o report stacks stacks
cp notes.md keep
kept -o keep stacks2 stacks
tool=${PAGEOWNER_FRAG:-pageowner-frag}
replaces report -o report a
replaces report --mixed -o report a
replaces report --map -o report a
replaces report --show-block=0 -o report a
replaces report --show-block=9 -o report a
replaces report --show-pfn=5 -o report a
replaces report --show-pfn=77 -o report a
replaces report --json -o report a
replaces map.svg --map=map.svg a
run --map=map.png a
[ ! -e map.png ] || replaces map.png --map=map.png a
cp x.svg keep.svg
run --map=keep.svg a
[ $status -eq 1 ] && cmp -s keep.svg x.svg
verdict "and keeps a picture that it did not draw"

finish
