#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-capture-kernels.sh - what kernels do when they are captured: pages that cannot be
# read, settings, lists of stacks, faults, and files that are not there.

# shellcheck source=tests/cli/capture.sh
. "${srcdir:-.}/tests/cli/capture.sh"

# The process that really runs: the build tree's program may be a script before it.
processes() {
	for dir in /proc/[0-9]*; do
		tr '\0' ' ' 2>/dev/null <"$dir/cmdline" |
			grep -q "pageowner-capture .*$1" && basename "$dir"
	done
}

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
