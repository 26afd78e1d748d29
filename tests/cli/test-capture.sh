#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-capture.sh - pageowner-capture on files that behave as the kernel's
# (tests/fault/fake-kernel.c): every option, every failure, and what remains.
#
# PAGEOWNER_CAPTURE, PAGEOWNER_SORT: the programs. FAKE_KERNEL: what is preloaded.

capture=${PAGEOWNER_CAPTURE:-pageowner-capture}
sort=${PAGEOWNER_SORT:-pageowner-sort}
if [ ! -e "$FAKE_KERNEL" ]; then
	echo "tests/fault/fake-kernel.c was not built as a shared object: skipped"
	exit 77
fi
# What was ignored where this was started stays so in a shell, and in what it starts.
if [ -z "${SIGNALS_ARE_DEFAULT-}" ] && env --default-signal true 2>/dev/null; then
	export SIGNALS_ARE_DEFAULT=1
	exec env --default-signal "$BASH" "$0" "$@"
fi
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
set -m	# else what runs in the background ignores SIGINT
# What is preloaded comes before the sanitizer's library; both can stand that.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
export PAGEOWNER_DEBUGFS=$work/debug FAKE_UNAME=6.12.1 FAKE_ROOT=$work/root
stacks=debug/page_owner_stacks/show_stacks

run() {
	LD_PRELOAD=$FAKE_KERNEL "$capture" "$@" >out 2>err </dev/null
	status=$?
}

# Environment for one run: with NAME=VALUE... -- ARGUMENTS
with() {
	local set=()
	while [ "$1" != -- ]; do
		set+=("$1")
		shift
	done
	shift
	env "${set[@]}" LD_PRELOAD="$FAKE_KERNEL" "$capture" "$@" >out 2>err </dev/null
	status=$?
}

# The kernel's text alone
text() {
	case $1 in
	*.gz) gzip -dc "$1" ;;
	*.zst) zstd -qdc "$1" ;;
	*) cat "$1" ;;
	esac | grep -av '^PFN#'
}

# line NAME FILE: the values of such lines
line() {
	case $2 in
	*.gz) gzip -dc "$2" ;;
	*.zst) zstd -qdc "$2" ;;
	*) cat "$2" ;;
	esac | sed -n "s/^PFN# $1: //p"
}

# All records of the kernel in FILE, and a clean end
whole() {
	[ "$status" -eq 0 ] && text "$1" | cmp -s - debug/page_owner &&
	[ "$(line complete "$1")" = yes ] && [ ! -e "$1.part" ]
}

# wait_for TEXT FILE: until it is there, ten seconds at most
wait_for() {
	for _ in $(seq 200); do
		grep -q "$1" "$2" 2>/dev/null && return
		sleep 0.05
	done
	return 1
}

# The process that really runs: the build tree's program may be a script before it.
processes() {
	for dir in /proc/[0-9]*; do
		tr '\0' ' ' 2>/dev/null <"$dir/cmdline" |
			grep -q "pageowner-capture .*$1" && basename "$dir"
	done
}

# interrupted SIGNAL ARGUMENTS: a slow run, and the signal when records have come
interrupted() {
	local signal=$1
	shift
	rm -f out err "${!#}.part"	# or an earlier run's would pass for records that came
	LD_PRELOAD=$FAKE_KERNEL FAKE_DELAY_US=2000 "$capture" "$@" >out 2>err </dev/null &
	local pid=$!
	for _ in $(seq 100); do
		[ -s "${!#}.part" ] && [ "$(stat -c %s "${!#}.part")" -gt "${enough:-30000}" ] && break
		sleep 0.05
	done
	kill "-$signal" "$pid"
	wait "$pid" 2>/dev/null
	status=$?
}

record() {	# PFN [FRAMES]
	printf 'Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid %d, tgid %d (a task), ts %d ns\n' \
		"$1" "$1" "$1"
	printf 'PFN 0x%x type Unmovable Block %d type Movable Flags 0x0(node=%d|zone=1)\n' \
		"$1" $(($1 >> 9)) $(($1 % 2))
	printf ' %s+0x1/0x10\n' alloc_pages f$(($1 % 7)) caller ${2:-}
	[ $(($1 % 5)) -ne 0 ] || printf 'Charged to memcg a.slice\n'
	printf '\n'
}

mkdir -p debug/page_owner_stacks root/proc root/boot root/sys/kernel/security
for pfn in $(seq 1000 3 1600) $(seq 5000 5400) $(seq 40000 2 40200); do
	record "$pfn"
done >debug/page_owner
all=$(grep -c '^Page' debug/page_owner)
for i in $(seq 300); do
	printf ' frame%d+0x1/0x2\n caller+0x3/0x4\nnr_base_pages: %d\n\n' "$i" "$((i * 10))"
done >$stacks
echo -n 3 >debug/page_owner_stacks/count_threshold
cat >root/proc/zoneinfo <<END
Node 0, zone      DMA
        spanned  4095
  start_pfn:           1
Node 0, zone   Normal
        spanned  40000
  start_pfn:           4096
END
printf 'MemTotal:   1000 kB\nMemFree:   10 kB\n' >root/proc/meminfo
printf '#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t1\t1\n' >root/proc/cgroups
echo quiet >root/proc/cmdline

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
cp debug/page_owner kept
gzip -c kept >kept.gz
tar cf kept.tar kept
echo '# Notes' >kept.md
echo '1 times, 1 pages:' >kept.report
for name in kept kept.gz kept.tar kept.md kept.report debug/page_owner; do
	for what in -q --stacks --resume --plain; do
		cp $name before
		run $what -o $name
		[ $status -eq 1 ] && grep -q "$name: is .*, but not a capture: not replaced" err &&
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
	packed=gz
elif ! command -v zstd >/dev/null; then
	packed=gz
	[ $status -eq 0 ]
	verdict "FILE.zst is written (there is no zstd to look into it)"
else
	packed=zst
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

# --- what cannot be read

with FAKE_BAD_PFN=1300,5100,5101,40100 -- -q --jobs=2 bad
[ $status -eq 3 ] && [ "$(line complete bad)" = yes ] && [ ! -e bad.part ] &&
[ "$(line records bad)" = $((all - 4)) ] && [ "$(line skipped bad)" -ge 3 ] &&
[ "$(text bad | grep -c '^Page')" = $((all - 4)) ] &&
grep -q 'PFN 0x512-0x514: Input/output error' err && line skipped-pfn bad | grep -q '^0x13ec'
verdict "pages that cannot be read are skipped and reported, also with -q; status 3"
record 700 "$(printf 'x%.0s' $(seq 5000))" >long; cat long debug/page_owner >both
cp debug/page_owner saved; cp both debug/page_owner
run long.out
[ $status -eq 3 ] && text long.out | cmp -s - saved && line skipped-pfn long.out | grep -q 'Cannot allocate memory'
verdict "a record longer than a page is skipped"
cp saved debug/page_owner
with FAKE_ENOMEM=1 -- never
[ $status -eq 1 ] && [ ! -e never ] && line complete never.part | grep -q '^no, .*Cannot allocate memory'
verdict "a kernel without memory ends it, and the part says so"
with FAKE_NO_SEEK=1 -- --jobs=4 old
whole old && grep -q 'before 6.1' err
verdict "a kernel that cannot seek is read by one process"
with FAKE_NO_SEEK=1 FAKE_BAD_PFN=5100 -- old2
[ $status -eq 1 ] && [ "$(text old2.part | grep -c '^Page')" = 301 ]
verdict "and cannot pass over what it does not give"
with FAKE_OOPS_PFN=5100 -- --jobs=2 oops
[ $status -eq 1 ] && grep -q 'killed by signal 9' err && line complete oops.part | grep -q '^no, .*oops' &&
text oops.part | tail -1 | grep -qx '' && [ "$(line next-pfn oops.part)" -le 5100 ]
verdict "a reader that the kernel kills is survived"
run --resume oops
whole oops && grep -q 'going on at PFN' err
verdict "and --resume goes on with it"
with FAKE_HANG_PFN=5100 -- --timeout=1 hang
[ $status -eq 1 ] && grep -q 'not answered for 1 seconds' err && [ -s hang.part ]
verdict "a read that never returns is given up"

# --- signals, --resume

for signal in INT TERM HUP; do
	interrupted $signal cut
	[ $status -eq $((128 + $(kill -l $signal))) ] && [ ! -e cut ] &&
	line complete cut.part | grep -q '^no, interrupted' &&
	[ "$(line records cut.part)" = "$(text cut.part | grep -c '^Page')" ] &&
	text cut.part | cmp -s -n "$(text cut.part | wc -c)" - debug/page_owner
	verdict "SIG$signal ends it with whole records and their conditions"
done
start=$(line start-time cut.part)
run --resume cut
whole cut && [ "$(line start-time cut)" = "$start" ] && [ -n "$(line resumed-time cut)" ] &&
[ "$(line records cut)" = "$all" ] && [ "$(stat -c %a cut)" = 600 ]
verdict "--resume makes it as whole as one that was not interrupted"
interrupted INT --jobs=4 cut4
run --resume --jobs=4 cut4
whole cut4
verdict "with several processes, too"
enough=100
interrupted INT pack.$packed
unset enough
[ -e pack.$packed.part ] && run --resume pack.$packed
whole pack.$packed
verdict "a compressed one, too"
interrupted KILL kill
[ ! -e kill ] && [ -e kill.part ] && run --resume kill
whole kill
verdict "one that was killed, too"
rm -f skip.part
FAKE_BAD_PFN=1003 interrupted TERM skip
run --resume skip
[ $status -eq 3 ] && [ "$(line skipped-pfn skip)" = "0x3e9-0x3eb: Input/output error" ] &&
[ "$(line skipped skip)" = 1 ] && [ "$(line records skip)" = $((all - 1)) ]
verdict "what was skipped before is still reported after --resume"
run whole1
size=$(stat -c %s whole1)
good=0
for cut in 1 7 13 31; do
	head -c $((size * cut / 32)) whole1 >again.part
	chmod 600 again.part
	rm -f again
	run --resume again
	whole again && good=$((good + 1))
done
[ $good = 4 ]
verdict "one that was cut anywhere, too"
run --resume again
[ $status -eq 0 ] && grep -q 'nothing to resume' err
verdict "a whole FILE needs no --resume"
sed 's/^PFN# boot-id: ./&x/' whole1 >boot.part
chmod 600 boot.part; cp boot.part boot.saved
run --resume boot
[ $status -eq 1 ] && grep -q 'of another boot' err && cmp -s boot.part boot.saved && [ ! -e boot.part.resumed ]
verdict "another boot's part is refused and left alone"
head -c 9000 whole1 >mode.part; chmod 600 mode.part
run --resume --mode=handle mode
[ $status -eq 1 ] && grep -q 'another mode or other nodes' err
verdict "and one of another --mode"
with FAKE_NO_SEEK=1 -- --resume mode
[ $status -eq 1 ] && grep -q 'without --resume' err
verdict "a kernel that cannot seek cannot resume"
run --resume fresh
whole fresh
verdict "--resume with nothing to resume begins"
echo foreign >foreign && ln -s foreign sym.part && run sym
[ $status -eq 1 ] && [ "$(cat foreign)" = foreign ]
verdict "FILE.part that is a link is not followed"
ln foreign hard.part && run hard
[ $status -eq 1 ] && [ "$(cat foreign)" = foreign ]
verdict "nor one with another name"
run whole2.part
for file in kept kept.gz kept.md kept.report whole2.part; do
	cp $file own.part
	for what in -q --stacks --plain; do
		run $what own
		[ $status -eq 1 ] && [ ! -e own ] && cmp -s own.part $file &&
			grep -q 'own.part: exists, and was not left by an interrupted capture' err
		verdict "$what: an own.part that is $file is kept"
	done
	rm own.part
done
for name in left left.gz; do
	enough=20 interrupted KILL $name
	rm -f $name
	run $name
	whole $name
	verdict "$name.part of an interrupted capture is replaced"
done
: >empty.part
run empty
whole empty
verdict "and an empty one"
LD_PRELOAD=$FAKE_KERNEL FAKE_DELAY_US=3000 "$capture" -q busy 2>/dev/null &
pid=$!
wait_for '^Page' busy.part
run busy
[ $status -eq 1 ] && grep -q 'another pageowner-capture is writing it' err &&
run --resume busy && [ $status -eq 1 ] && grep -q 'is writing it' err && [ ! -e busy.part.resumed ]
verdict "two do not write the same FILE, nor does one go on with what is being written"
kill $pid
wait $pid

# --- settings of the kernel

run --mode=handle handle
[ $status -eq 0 ] && [ "$(line mode handle)" = handle ] && [ "$(grep -c '^handle: 7$' handle)" = "$all" ] &&
! grep -q alloc_pages handle
verdict "--mode=handle"
run --mode=stack_handle --jobs=3 handle2
[ $status -eq 0 ] && [ "$(grep -c '^handle: 7$' handle2)" = "$all" ] && grep -q alloc_pages handle2
verdict "--mode=stack_handle, in every process"
run --node=1 --mode=stack node
[ $status -eq 0 ] && [ "$(line nodes node)" = 1 ] && ! grep -q '(node=0' node &&
[ "$(line records node)" = "$(grep -c '(node=1' debug/page_owner)" ]
verdict "--node="
with FAKE_READ_ONLY=1 -- --mode=handle node2
[ $status -eq 1 ] && grep -q 'does not accept mode=handle: Invalid argument' err && [ ! -e node2.part ]
verdict "a kernel that takes neither says so"

# --- stacks

export FAKE_LOG=$work/log
run --stacks s
[ $status -eq 0 ] && text s | cmp -s - $stacks && [ "$(line complete s)" = yes ] &&
[ "$(line count-threshold s)" = 3 ] && wait_for closed log && [ "$(tr '\n' ' ' <log)" = "opened read to its end closed " ]
verdict "--stacks reads show_stacks to its end"
rm -f log
LD_PRELOAD=$FAKE_KERNEL FAKE_STACKS_DELAY_US=100000 "$capture" --stacks s2 >out 2>err &
pid=$!
wait_for frame s2.part
kill -INT $pid
wait $pid
status=$?
[ $status -eq 130 ] && [ ! -e s2 ] && line complete s2.part | grep -q '^no, ' &&
! grep -q closed log && wait_for closed log && [ "$(tr '\n' ' ' <log)" = "opened read to its end closed " ]
verdict "interrupted, its end is still read"
rm -f log
LD_PRELOAD=$FAKE_KERNEL FAKE_STACKS_DELAY_US=100000 "$capture" --stacks s3 >out 2>err &
pid=$!
wait_for frame s3.part
kill -KILL $pid $(processes s3) 2>/dev/null
wait $pid 2>/dev/null
wait_for opened log && ! grep -q 'closed early' log
verdict "what is killed with it does not close it early by itself"
rm -f log
with FAKE_STACKS_DELAY_US=2000000 -- --timeout=1 --stacks s4
[ $status -eq 1 ] && grep -q 'not answered in time' err && ! grep -q 'closed' log
verdict "stacks that do not come are given up, and their end is still read"
with FAKE_RING=1 -- --stacks s5
[ $status -eq 1 ] && grep -q 'has no end: the kernel.s list of stacks is damaged' err &&
! grep -q 'closed early' log && [ ! -e s5 ] && [ "$(stat -c %s s5.part)" -lt 20000000 ]
verdict "a list without end is noticed"
sleeper=$(processes s5)
[ -n "$sleeper" ] && kill -KILL $sleeper
verdict "and what keeps it open sleeps"
LD_PRELOAD=$FAKE_KERNEL FAKE_RING=1 timeout 20 "$sort" $PAGEOWNER_DEBUGFS/page_owner_stacks/show_stacks sorted 2>err >out
status=$?
[ $status -eq 1 ] && grep -q 'has no end' err
verdict "pageowner-sort, given that file, notices it as well"
for dir in /proc/[0-9]*; do
	tr '\0' ' ' 2>/dev/null <"$dir/cmdline" | grep -q "pageowner-sort $work.*sorted" &&
		kill -KILL "$(basename "$dir")"
done
unset FAKE_LOG
run --handles h
[ $status -eq 1 ] && grep -q 'since 6.19' err
verdict "--handles on a kernel that has none"
sed 's/^nr_base.*/handle: 7/' $stacks >debug/page_owner_stacks/show_stacks_handles
sed '/^ /d; s/^nr_base/handle: 7\n&/' $stacks >debug/page_owner_stacks/show_handles
run --handles h
[ $status -eq 0 ] && text h | cmp -s - <(cat debug/page_owner_stacks/show_stacks_handles debug/page_owner_stacks/show_handles) &&
[ "$(line pageowner-capture h | wc -l)" = 2 ] && [ "$(line complete h | sort -u)" = yes ]
verdict "--handles is stacks, then pages"

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
--resume
--resume --plain x
--resume --interval=1 x
--nonsense x
x y
-o x y
END
[ $bad = 0 ] && [ $good = 22 ]
verdict "wrong usage is status 2 and leaves nothing"
run --help
[ $status -eq 0 ] && grep -q '^Usage: pageowner-capture' out && [ ! -s err ]
verdict "--help"
run --version
[ $status -eq 0 ] && grep -q '^pageowner-capture (libpageowner) ' out
verdict "--version"

# --- kernels one should not read

printf '#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t12\t1\n' >root/proc/cgroups
with FAKE_UNAME=6.12.117 -- risk
[ $status -eq 1 ] && grep -q 'this kernel has a fault: at the first page that is charged' err && [ ! -e risk.part ]
verdict "6.12.117 with memory cgroups is not read without --force"
with FAKE_UNAME=6.12.117 -- --force risk
whole risk
verdict "but with it"
with FAKE_UNAME=6.12.90-generic -- risk2
[ $status -eq 1 ] && grep -q 'may have a fault' err
verdict "kernels near it may have the fault"
FAKE_UNAME=6.12.117 LD_PRELOAD=$FAKE_KERNEL "$sort" >out 2>err
[ $? -eq 1 ] && grep -q 'pageowner-capture --force' err && [ ! -s out ]
verdict "and pageowner-sort does not read it by itself"
for version in 6.12.63 6.13.117 6.1.192 6.19.4; do
	with FAKE_UNAME=$version -- -q risk3
	whole risk3 || break
done
verdict "others have not"
printf '#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t1\t1\n' >root/proc/cgroups
with FAKE_UNAME=6.12.117 -- risk4
whole risk4
verdict "nor 6.12.117 without memory cgroups"
LD_PRELOAD=$FAKE_KERNEL "$sort" --cull=pid >out 2>err
[ $? -eq 0 ] && [ ! -s err ] && [ -s out ]
verdict "pageowner-sort without INPUT reads the kernel's file"

# --- where there is nothing to read

mkdir gone; mv debug/* gone
says() {
	local text
	[ $status -eq 1 ] && [ ! -s out ] && [ ! -e x.part ] || return 1
	for text; do
		grep -qF -e "$text" err || return 1
	done
}
run x
says "page_owner: No such file" "boot one that has CONFIG_PAGE_OWNER=y with page_owner=on" \
	"modprobe pageowner" "echo 1 > $work/debug/pageowner/enabled"
verdict "no page_owner: what to do"
echo 'quiet page_owner=on' >root/proc/cmdline; run x
says "must have been built without it"
verdict "page_owner=on and still none"
echo 'CONFIG_PAGE_OWNER=y' >root/boot/config-6.12.1; run x
says "is built into this kernel but off: boot with page_owner=on"
verdict "built in, but off"
echo '# CONFIG_PAGE_OWNER is not set' >root/boot/config-6.12.1; run x
says "built without page_owner"
verdict "not built in"
run --stacks x
says "show_stacks: No such file" "built without page_owner"
verdict "likewise for --stacks"
with PAGEOWNER_DEBUGFS="$work/nowhere" -- x
says "$work/nowhere: No such file" "PAGEOWNER_DEBUGFS can name another place"
verdict "no debugfs at all"
with FAKE_DENY=1 -- x
says "Permission denied" "only root may read it"
verdict "not root"
mkdir debug/pageowner; cp -r gone/* debug/pageowner; echo 0 >debug/pageowner/enabled
run x
says "loaded but not enabled" "echo 1 > $work/debug/pageowner/enabled"
verdict "the module is there, but not enabled"
echo 1 >debug/pageowner/enabled; cp gone/page_owner debug/same
with FAKE_UNAME=6.12.117 -- --jobs=2 module
[ $status -eq 0 ] && text module | cmp -s - debug/same && [ "$(line file module)" = "$work/debug/pageowner/page_owner" ]
verdict "the module's files are read where there are no others"

finish
