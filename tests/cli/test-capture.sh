#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-capture.sh - captures of files that behave as the kernel's: what they hold, how they
# are written, options. How they end is in test-capture-resume.sh, what a kernel may do or
# lack in test-capture-kernels.sh.

# shellcheck source=tests/cli/capture.sh
. "${srcdir:-.}/tests/cli/capture.sh"

# --- a whole capture

run a
whole a && [ ! -s out ] && [ ! -s err ] && [ "$(stat -c %a a)" = 600 ]
verdict "all records, nothing else between, readable for the owner only"
[ "$(sed -n 1p a)" = "PFN# pageowner-capture: 1" ] &&
[ "$(line records a)" = "$all" ] && [ "$(line skipped a)" = 0 ] &&
[ "$(line kernel a)" = 6.12.1 ] && [ "$(line page-size a)" = "$(getconf PAGESIZE)" ] &&
[ "$(line count-threshold a)" = 3 ] && [ "$(line meminfo a | head -1)" = "MemTotal:   1000 kB" ] &&
[ "$(line file a)" = "$work/debug/page_owner" ] && [ "$(line command a)" = "pageowner-capture a" ] &&
line start-time a | grep -qx '20..-..-..T..:..:..\.[0-9]*Z' && [ -n "$(line end-uptime a)" ] &&
[ "$(line boot-id a)" = "$(cat /proc/sys/kernel/random/boot_id)" ] && [ -n "$(line end-clock a)" ]
verdict "the conditions stand in front and behind"
"$sort" a sorted1 2>err && [ ! -s err ] && "$sort" debug/page_owner sorted2 && cmp -s sorted1 sorted2
verdict "pageowner-sort reads it like the kernel's text"

for jobs in 2 4 7; do
	run --jobs=$jobs jobs
	whole jobs
	verdict "--jobs=$jobs writes the same records in the same order"
done
with FAKE_ENOMEM=5 FAKE_EINTR=3 -- --jobs=3 odd
whole odd
verdict "ENOMEM and EINTR are tried again"
run b.gz
whole b.gz && gzip -tq b.gz
verdict "FILE.gz is compressed"
run --compress=gz -o b
[ $status -eq 0 ] && gzip -dc <b | grep -v '^PFN#' | cmp -s - debug/page_owner
verdict "--compress=gz, whatever FILE is called"
run --compress=none -o c
[ $status -eq 0 ] && grep -v '^PFN#' c | cmp -s - debug/page_owner
verdict "--compress=none"
for pair in gz:y.xz gz:y.zst zst:y.gz zst:y.bz2 none:y.gz none:y.xz; do
	run --compress=${pair%:*} ${pair#*:}
	[ $status -eq 2 ] && grep -q "compress=${pair%:*} contradicts y.* without \.${pair#*.}," err &&
		[ ! -e ${pair#*:} ] && [ ! -e ${pair#*:}.part ]
	verdict "--compress=${pair%:*} ${pair#*:} is refused"
done
for name in c.xz c.bz2; do
	for what in -q --stacks; do
		run $what $name
		[ $status -eq 1 ] && grep -q "$name: .${name#c.} is not written" err &&
			[ ! -e $name ] && [ ! -e $name.part ]
		verdict "$what $name is refused, not written without compression"
	done
done
for name in kept kept.gz kept.tar kept.md kept.report debug/page_owner; do
	for what in -q --stacks --resume --plain; do
		cp $name before
		run $what -o $name
		[ $status -eq 1 ] && grep -q "$name: is .*: not replaced, because only captures are" err &&
			cmp -s $name before && [ ! -e $name.part ]
		verdict "$what -o $name: not replaced"
	done
done
run kept2.gz && run kept2.gz
whole kept2.gz
verdict "a capture is replaced by the next"
: >kept3
run kept3
whole kept3
verdict "and an empty file"
run --compress=zst c.zst
if grep -q 'no zstd' err; then
	[ $status -eq 1 ]
	verdict "--compress=zst is refused where the build has none"
elif ! command -v zstd >/dev/null; then
	[ $status -eq 0 ]
	verdict "FILE.zst is written (there is no zstd to look into it)"
else
	whole c.zst
	verdict "FILE.zst is compressed"
fi
run
[ $status -eq 0 ] && text out | cmp -s - debug/page_owner && [ "$(line complete out)" = yes ]
verdict "no FILE is standard output"
run --plain plain
[ $status -eq 0 ] && cmp -s plain debug/page_owner
verdict "--plain is the kernel's text alone"
run /dev/full
[ $status -eq 1 ] && grep -q '/dev/full: No space left' err
verdict "a full device is told of"
ln -s linked link && run link
[ $status -eq 0 ] && [ -L link ] && [ "$(line complete linked)" = yes ]
verdict "a link to where it goes stays one"

# --- series

run --interval=1s --count=2 series.txt
[ $status -eq 0 ] && [ "$(ls series-20??????T??????Z.txt | wc -l)" = 2 ] &&
for file in series-*; do whole "$file" || break; done
verdict "--interval --count: a file a time"
run --interval=1 --count=2 --stacks n/x 2>/dev/null
[ $status -eq 1 ] && grep -q 'n/x-20.*part: No such file' err
verdict "a series ends at a failure"
run --interval=1 --count=2 -o 'n%n.%t'
[ $status -eq 0 ] && ls n0001.20* >/dev/null && ls n0002.20* >/dev/null
verdict "with %n and %t in FILE"
run --interval=0.0003h --count=2 -o 'part%n'
[ $status -eq 0 ] && [ -e part0001 ] && [ -e part0002 ]
verdict "a TIME may have a fraction"

# --- terminals

if command -v script >/dev/null; then
	status=0
	env LD_PRELOAD="$FAKE_KERNEL" FAKE_DELAY_US=1000 script -qec \
		"$capture --jobs=2 tty" /dev/null >out 2>err </dev/null
	grep -q '^.*\[#*  *\]  *[0-9]*% ETA 0:.*PFN 0x.*records' out && whole tty
	verdict "progress with the time left, where standard error is a terminal"
	env LD_PRELOAD="$FAKE_KERNEL" FAKE_DELAY_US=1000 script -qec \
		"$capture -q tty" /dev/null >out 2>err </dev/null
	[ ! -s out ]
	verdict "but not with -q"
	LD_PRELOAD=$FAKE_KERNEL script -qec "$capture" /dev/null >out 2>err </dev/null
	grep -q 'standard output is a terminal' out && ! grep -q '^Page' out
	verdict "nothing is written to a terminal"
fi

# --- options that are wrong

good=0 bad=0
while read -r words; do
	run $words
	if [ $status -eq 2 ] && [ -s err ] && [ ! -e x ]; then
		good=$((good + 1))
	else
		bad=$((bad + 1))
		echo "# not refused: $words"
	fi
done <<END
--jobs=0 x
--jobs=65 x
--compress=xz x
--interval=0 x
--interval=10x x
--interval=m x
--count=2 x
--interval=1 --count=0 x
--interval=1
--mode=stack;rm x
--mode= x
--node=a x
--timeout=soon x
--stacks --handles x
--stacks --mode=handle x
--stacks --resume x
--stacks --jobs=2 x
--resume
--resume --plain x
--resume --interval=1 x
--nonsense x
x y
-o x y
END
[ $bad = 0 ] && [ $good = 23 ]
verdict "wrong usage is status 2 and leaves nothing"
run --help
[ $status -eq 0 ] && grep -q '^Usage: pageowner-capture' out && [ ! -s err ]
verdict "--help"
run --version
[ $status -eq 0 ] && grep -q '^pageowner-capture (libpageowner) ' out
verdict "--version"

finish
