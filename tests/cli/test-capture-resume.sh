#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-capture-resume.sh - captures that are interrupted: what remains, how they are
# continued, and what is not replaced.

# shellcheck source=tests/cli/capture.sh
. "${srcdir:-.}/tests/cli/capture.sh"

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

# How this build can write and this machine can read
packed=gz
run --compress=zst c.zst
if ! grep -q 'no zstd' err && command -v zstd >/dev/null; then
	packed=zst
fi

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

finish
