# SPDX-License-Identifier: LGPL-2.1-or-later
#
# capture.sh - what the tests of pageowner-capture share; sourced. It makes files that
# behave as the kernel's (tests/fault/fake-kernel.c) and functions that capture them.
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

# What is not a capture
cp debug/page_owner kept
gzip -c kept >kept.gz
tar cf kept.tar kept
echo '# Notes' >kept.md
echo '1 times, 1 pages:' >kept.report
