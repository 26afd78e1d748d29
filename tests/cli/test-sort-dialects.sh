#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-sort-dialects.sh - pageowner-sort on what is not page_owner's text.
#
# PAGEOWNER_SORT: the program. srcdir: where its source is. PAGEOWNER_DATA: tests/data.
# PAGEOWNER_READS_XZ: "no" if the library was built without.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
tool=${PAGEOWNER_SORT:-pageowner-sort}
sort=$tool

# gives WANT [OPTIONS]: exactly this report and no message
gives() {
	want=$1
	shift
	"$sort" "$@" >out 2>err || return 1
	printf '%s\n' "$want" | cmp -s - out && [ ! -s err ]
}

# --- stacks

cat >stacks <<'END'
 small+0x1/0x10
nr_base_pages: 9

 large+0x1/0x10 [mod]
 caller+0x2/0x20
nr_base_pages: 9643

END
cat >counts <<'END'
 small+0x1/0x10
stack_count: 7

END
cat >dump <<'END'
Page allocated via order 1, mask 0xcc0(GFP_KERNEL), pid 10, tgid 10 (sh), ts 1 ns
PFN 0x10 type Unmovable Block 0 type Unmovable Flags 0x1(node=0|zone=1)
 small+0x1/0x10

END

gives "9643 pages, allocated by OTHERS :
 large+0x1/0x10 [mod]
 caller+0x2/0x20

9 pages, allocated by OTHERS :
 small+0x1/0x10
" stacks
verdict "show_stacks: the pages of each stack, most first, and no times"

gives "9643 pages, module mod
9 pages, module (none)" --cull=module stacks
verdict "show_stacks can be culled"

# Two builds, and a stack of other functions that ends alike
cat >builds <<'END'
 f+0x1/0x10 [mod]
 g+0x2/0x20
nr_base_pages: 5

 f.isra.0+0x2/0x30 [mod]
 g+0x5/0x28
nr_base_pages: 3

 f+0x1/0x10
 g+0x2/0x20
nr_base_pages: 7

END
gives "8 pages:
 f+0x1/0x10 [mod]
 g+0x2/0x20

7 pages:
 f+0x1/0x10
 g+0x2/0x20
" --by=portable --jobs=3 builds
verdict "stacks of several builds are one group by portable"
gives "7 pages:
 f+0x1/0x10
 g+0x2/0x20

5 pages:
 f+0x1/0x10 [mod]
 g+0x2/0x20

3 pages:
 f.isra.0+0x2/0x30 [mod]
 g+0x5/0x28
" --by=callstack --sort=portable,-pages builds
verdict "and can be sorted by it"
"$sort" -q --by=po --format=ndjson builds >out &&
	[ "$(grep -c '"stack":\["f+0x1/0x10 \[mod\]","g+0x2/0x20"\]' out)" -eq 1 ] &&
	[ "$(grep -c '"owner":"f"' out)" -eq 2 ] && ! grep -q stack_id_exact out
verdict "in NDJSON it has a stack, and an id of the call path alone"

gives "9 pages:
 small+0x1/0x10
" --cull=callstack --frame='sm*' stacks
verdict "show_stacks can be selected from"

gives "7 times, allocated by OTHERS :
 small+0x1/0x10
" counts
verdict "stack_count: the times of each stack, and no pages"

cat stacks dump counts >all
gives "8 times, 11 pages:
 small+0x1/0x10

9643 pages:
 large+0x1/0x10 [mod]
 caller+0x2/0x20
" --cull=callstack all
verdict "stacks and a dump in one input: what each tells is added"

"$sort" -t stacks >out 2>err
[ $? -eq 0 ] && [ "$(sed -n 5p out)" = "9 pages, allocated by OTHERS :" ] &&
	grep -q 'no allocation counts' err
verdict "an order by times that nothing tells is said to have no effect"

gives "9652 pages, PID -1, task_comm_name: , order (none)" -q --cull=pid,name,order stacks
verdict "a stack has no process ID"
"$sort" --cull=pid,name,order stacks 2>&1 >out | grep -q 'no record has the key pid'
verdict "and that is said"

# --- handles

cat >handles <<'END'
handle: 7
nr_base_pages: 70

handle: 8
nr_base_pages: 8

END
cat >stacks_handles <<'END'
 small+0x1/0x10
handle: 8

 large+0x1/0x10 [mod]
 caller+0x2/0x20
handle: 7

END

cat stacks_handles handles >all
gives "70 pages, allocated by OTHERS :
 large+0x1/0x10 [mod]
 caller+0x2/0x20
handle: 7

8 pages, allocated by OTHERS :
 small+0x1/0x10
handle: 8
" all
verdict "handles and their stacks"

"$sort" handles >out 2>err
[ $? -eq 0 ] && grep -q '2 handles with 78 pages have no stack' err &&
	[ "$(sed -n 2p out)" = "handle: 7" ]
verdict "handles without stacks are groups, and it is said"

"$sort" stacks_handles >out 2>err
[ $? -eq 0 ] && grep -q 'no counts' err && [ ! -s out ]
verdict "stacks of handles alone count nothing, and it is said"

# --- reports

# again [OPTIONS]: a report of a report is the same report
again() {
	"$sort" -q "$@" "$dump" >want 2>err && [ -s want ] &&
		"$sort" -q "$@" want >out 2>err && cmp -s want out
}

# same_of_report [OPTIONS]: of the report that has all of the text, as of the dump
same_of_report() {
	"$sort" -q "$dump" >full && "$sort" -q "$@" "$dump" >want 2>err && [ -s want ] &&
		"$sort" -q "$@" full >out 2>err && cmp -s want out
}

if [ "$PAGEOWNER_READS_XZ" != no ]; then
	for capture in linux-6.12-1-work-sample linux-6.1-0-boot; do
		dump=$PAGEOWNER_DATA/real/$capture.page_owner.xz
		for options in -t -m -a -p -s --cull=st --cull=cs,pid,name \
			--cull=owner,module,memcg --cull=pid,tgid,name,ator \
			--cull=order,gfp,mt,bt,node,zone --cull=memcg,st \
			'--cull=ator,st --kernel-labels' '--cull=name -n'; do
			# shellcheck disable=SC2086
			again $options
			verdict "$capture: a report of the report with $options is the same"
		done
		for options in -m --cull=st --cull=cs,pid,name --cull=owner,module,memcg \
			--cull=pid,tgid,name --cull=order,gfp; do
			# shellcheck disable=SC2086
			same_of_report $options
			verdict "$capture: the report tells $options as the dump does"
		done
	done
fi

# What page_owner_sort itself wrote: each group is read, with its counts
for report in "$srcdir"/tests/cli/golden/*.expected; do
	want=$(grep -a '^[0-9]* times, [0-9]* pages' "$report" |
	       awk '{ t += $1; p += $3 } END { printf "%d %d", t, p }')
	"$sort" -q --cull=module "$report" >out 2>err
	[ $? -eq 0 ] && [ ! -s err ] && [ "$want" = "$(awk '
		{ t += $1; p += $3 } END { printf "%d %d", t, p }' out)" ]
	verdict "page_owner_sort's report ${report##*/}: all of its counts"
done

# A page that the kernel log says is free is released, wherever the log has the time.
cat >freed <<'END'
page: refcount:0 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x1003
flags: 0x200(workingset|node=1|zone=2)
page_owner tracks the page as freed
page last allocated via order 0, migratetype Movable, gfp_mask 0xcc0(GFP_KERNEL), pid 24, ts 2812
 prep_new_page+0x1/0x2
 foo_fault+0x1/0x2
page last free pid 7 tgid 6 stack trace:
 __free_pages+0x1/0x2
 foo_free+0x1/0x2 [foo]

END
{ cat freed; sed 's/as freed/as allocated/; s/pfn:0x1003/pfn:0x1004/; s/foo_fault/bar_fault/' freed; } >log
prints -q --cull=free,owner log <<'END'
1 times, 1 pages (UNRELEASED), owner bar_fault
1 times, 1 pages (RELEASED), owner foo_fault
END
prints -q -f --cull=owner log <<'END'
1 times, 1 pages, owner bar_fault
END
prints -q --pfn=0x1003 --node=1 --cull=owner,zone log <<'END'
1 times, 1 pages, owner foo_fault, zone 2
END
prints -q --free-pid=7 --free-tgid=5- --free-stack='foo_*' --cull=free_pid,free_tgid,free_stack log <<'END'
2 times, 2 pages, free_pid 7, free_tgid 6, free_stack __free_pages<foo_free[foo]
END
run -q --cull=free_stack,free_pid log
cp out report
prints -q --cull=free_pid,free_stack report <<'END'
2 times, 2 pages, free_pid 7, free_stack __free_pages<foo_free[foo]
END
prints -q --free-stack=other --cull=owner log </dev/null

finish
