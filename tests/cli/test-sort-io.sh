#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-sort-io.sh - what pageowner-sort reads from and writes to: files, pipes,
# compressed input, devices, links; damage; and what stays untouched on failure.
#
# PAGEOWNER_SORT: the program. PAGEOWNER_READS_XZ, PAGEOWNER_READS_ZST: "no" if
# the library was built without.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
tool=${PAGEOWNER_SORT:-pageowner-sort}
sort=$tool

# wanted FILE: a clean run left the report in FILE
wanted() {
	[ $status -eq 0 ] && [ ! -s err ] && cmp -s want "$1"
}

# fails WANT: status 1, and the message begins so
fails() {
	[ "$status" -eq 1 ] && grep -qF "pageowner-sort: $1" err
}

nothing_left() {
	[ -z "$(find . -name '.pageowner-*')" ]
}

record() {	# TEXT NUMBER
	cat <<END
Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 10, tgid 10 ($1), ts $2 ns
PFN 0x$2 type Unmovable Block 0 type Unmovable Flags 0x1(node=0|zone=1)
 f1+0x1/0x10
 f2+0x2/0x20

END
}
group() {	# TIMES TEXT
	cat <<END
$1 times, $1 pages, allocated by OTHERS :
Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 10, tgid 10 ($2), ts  ns
 f1+0x1/0x10
 f2+0x2/0x20

END
}
{ record alpha 1; record beta 2; record alpha 3; } >dump
{ group 2 alpha; group 1 beta; } >want

# --- input

run dump
wanted out
verdict "a file"
run - <dump
wanted out
verdict "- is standard input"
run /dev/stdin <dump
wanted out
verdict "/dev/stdin, too"
run - <<END
$(cat dump)

END
wanted out
verdict "a here document"
cat dump | "$sort" - >out 2>err
status=$?
wanted out
verdict "a pipe"
mkfifo fifo
cat dump >fifo &
run fifo
wait
wanted out
verdict "a fifo"
(sleep 0.1; head -n 7 dump; sleep 0.2; tail -n +8 dump) | "$sort" - >out 2>err
status=$?
wanted out
verdict "a pipe that writes now and then"
gzip -c dump >packed
run packed
wanted out
verdict "gzip, known by its content"
"$sort" - <packed >out 2>err
status=$?
wanted out
verdict "gzip on standard input"
for kind in xz:"${PAGEOWNER_READS_XZ:-yes}" zstd:"${PAGEOWNER_READS_ZST:-yes}"; do
	program=${kind%:*}
	if [ "${kind#*:}" = no ]; then
		skip "this build does not read what $program writes"
	elif ! command -v "$program" >/dev/null; then
		skip "no $program here"
	else
		"$program" -c <dump >packed
		run packed
		wanted out
		verdict "$program, known by its content"
	fi
done
sed 's/$/\r/' dump >crlf
run crlf
wanted out
verdict "lines that end in CR LF"
cat dump dump >twice
run twice
{ group 4 alpha; group 2 beta; } >want2
[ $status -eq 0 ] && cmp -s out want2
verdict "two dumps behind each other"
cp dump ./-dump
run ./-dump
wanted out && run -- -dump && wanted out
verdict "a name that begins with -"

# --- no input: the running kernel

mkdir debug
export PAGEOWNER_DEBUGFS="$PWD/debug"
run
unset PAGEOWNER_DEBUGFS
fails "$PWD/debug/page_owner: " && grep -q 'page_owner=on' err &&
grep -q 'name a dump' err
verdict "without INPUT and without page_owner it says what to do"

# --- output

run dump file
wanted file && [ ! -s out ]
verdict "OUTPUT"
run -o file2 dump
wanted file2
verdict "-o FILE"
run dump --output=file3
wanted file3
verdict "--output=FILE"
run dump -
wanted out && run -o - dump && wanted out
verdict "- is standard output"
"$sort" dump /dev/stdout 2>err | cat >out
status=0
wanted out
verdict "/dev/stdout, a pipe"
echo before >out
"$sort" dump /dev/stdout >>out 2>err
{ echo before; cat want; } | cmp -s - out
verdict "/dev/stdout, a file that is appended to"
cat fifo >got &
run dump fifo
wait
wanted got && [ -p fifo ]
verdict "a fifo is written, not replaced"
run dump /dev/null
[ $status -eq 0 ] && [ -c /dev/null ]
verdict "a device is written, not replaced"

earlier='1 times, 1 pages: of an earlier report'
echo "$earlier" >target
chmod 640 target
ln -s target link
run dump link
wanted target && [ -h link ] && [ "$(stat -c %a target)" = 640 ]
verdict "a link stays one, and its file keeps its mode"
mkdir dir
ln -s dir/new away
run dump away
wanted dir/new && [ -h away ]
verdict "a link to a file that is not there yet makes the file"
ln -s loop loop
run dump loop
fails 'loop: '
verdict "a link to itself is an error"
(umask 027; run dump masked; wanted masked && [ "$(stat -c %a masked)" = 640 ])
verdict "a new file has the mode that umask says"
cp dump both
run both both
fails 'both: is an input' && cmp -s both dump
verdict "OUTPUT is not the INPUT by mistake"
run --force both both
wanted both
verdict "with --force INPUT and OUTPUT may be the same file"
: >old
ln old hard
exec 3<old
run dump old
wanted old && [ ! -s hard ]
verdict "the old file is replaced, not overwritten"
exec 3<&-
nothing_left
verdict "no temporary file is left behind"

# --- failures

echo "$earlier" >keep
kept() {
	[ "$(cat keep)" = "$earlier" ] && nothing_left
}
run missing keep
fails 'missing: ' && grep -q 'No such file' err && kept
verdict "a missing INPUT does not touch OUTPUT"
run . keep
fails '.: ' && kept
verdict "nor does a directory"
printf 'this is\nno dump\n' >text
run text keep
fails 'text: no page_owner record' && kept
verdict "nor does text without any record"
run --pid=x dump keep
[ $status -eq 1 ] && kept
verdict "nor does wrong usage"
run dump nodir/file
fails 'nodir/file: No such file'
verdict "an OUTPUT in no directory"
run dump dump/file
fails 'dump/file: Not a directory'
verdict "an OUTPUT below a file"
run dump dir
fails 'dir: Is a directory'
verdict "an OUTPUT that is a directory"
if [ -c /dev/full ]; then
	run dump /dev/full
	fails '/dev/full: No space left'
	verdict "a full device as OUTPUT"
	"$sort" dump >/dev/full 2>err
	status=$?
	fails '(standard output): No space left'
	verdict "a full device as standard output"
	"$sort" --help >/dev/full 2>err
	status=$?
	fails '(standard output): No space left'
	verdict "a full device for the help"
	"$sort" --version >/dev/full 2>err
	status=$?
	fails '(standard output): No space left'
	verdict "a full device for the version"
fi
"$sort" dump >&- 2>err
status=$?
fails '(standard output): '
verdict "no standard output at all"
# Larger than a pipe holds
i=0
while [ $i -lt 2000 ]; do
	record "task$i" 1
	i=$((i + 1))
done >many
{ "$sort" many 2>err; echo $? >code; } | head -n 1 >out
status=$(cat code)
[ "$status" -eq $((128 + 13)) ] && [ ! -s err ]
verdict "a reader that goes away ends it silently, by SIGPIPE"
{ (trap '' PIPE; "$tool" many 2>err; echo $? >code); } | head -n 1 >out
status=$(cat code)
fails '(standard output): Broken pipe'
verdict "where that is ignored, with a message"
(
	ulimit -f 16
	trap '' XFSZ
	run many keep
	fails 'keep: File too large' && kept
)
verdict "a report that cannot be completed does not touch OUTPUT"

# --- damage: the report is complete, the status 3

: >empty
run empty file
[ $status -eq 0 ] && [ ! -s file ] && grep -q 'empty: holds no record' err
verdict "an empty INPUT is an empty report with a note"
run -q empty
[ $status -eq 0 ] && [ ! -s out ] && [ ! -s err ]
verdict "-q drops the note"

# damaged PHRASE OFFSET: one line on standard error
damaged() {
	[ $status -eq 3 ] && [ "$(wc -l <err)" -eq 1 ] &&
	grep -qx "pageowner-sort: bad: 1 x $1, first at byte $2" err
}
run dump want
{ echo 'PFN# pageowner-capture: 1'; cat dump; echo 'PFN# complete: yes'; } >captured
run captured out2
wanted out2
verdict "lines of pageowner-capture change nothing, as in page_owner_sort"

{ echo 'some junk'; cat dump; } >bad
run bad file
damaged 'text that is not a record' 0 && cmp -s file want
verdict "junk before the first record"
{ cat dump; echo 'Page allocated via order x'; echo; } >bad
run -q bad
damaged 'record with an unreadable first line' "$(wc -c <dump)" &&
cmp -s out want
verdict "a header that cannot be read, told even with -q"
head -c -1 dump >bad
run bad
damaged 'record cut short by the end of the input' \
	$(($(record alpha 1 | wc -c) + $(record beta 2 | wc -c))) &&
cmp -s out want
verdict "a last record without its blank line"
run - <bad
[ $status -eq 3 ] && grep -q '^pageowner-sort: (standard input): 1 x ' err
verdict "damage of standard input is told as such"
gzip -c many | head -c 3000 >bad
run bad
[ $status -eq 3 ] && grep -q 'bad: 1 x corrupt or cut compressed stream' err &&
[ -s out ]
verdict "a compressed file that is cut short"

# --- a terminal sees no control bytes, a file sees all

record "$(printf 'a\033]0;b\302\233\377')" 1 >odd
run odd
grep -q "$(printf 'a\033]0;b\302\233\377')" out
verdict "a file gets task names as they are"
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	script -qec "'$sort' odd" /dev/null >out 2>err </dev/null
	grep -qF '(a\x1b]0;b\xc2\x9b\xff), ts  ns' out
	verdict "a terminal gets task names without control bytes"
	script -qec "'$sort' dump" /dev/null 2>err </dev/null | tr -d '\r' >out
	cmp -s out want
	verdict "a terminal gets everything else as it is"
else
	skip "no script(1) here"
fi

finish
