#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test-sort-options.sh - every option and key of pageowner-sort as a user gives
# it, on a made-up dump that is small enough to know all answers by heart. Wrong ones:
# test-sort-usage.sh.
#
# PAGEOWNER_SORT: the program.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
tool=${PAGEOWNER_SORT:-pageowner-sort}

# order WANT OPTIONS...: the groups of dump come in this order, see letters()
letters() {
	awk '/^Page allocated/ {
		s = s (/\(beta\)/ ? "B" : /tgid 10 / ? "A" : /tgid 9 / ? "C" : "D")
	} END { print s }' "$1"
}

order() {
	want=$1
	shift
	run "$@" dump
	[ $status -eq 0 ] && [ "$(letters out)" = "$want" ]
	verdict "$* puts the groups in the order $want"
}

# prints OPTIONS... <<wanted: the whole output
prints() {
	cat >want
	run "$@" dump
	[ $status -eq 0 ] && cmp -s out want
	verdict "$* prints what was worked out by hand"
}

# same OPTIONS -- OPTIONS: give the same report
same() {
	first=
	while [ "$1" != -- ]; do
		first="$first $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	run $first dump
	mv out want
	[ $status -eq 0 ] && [ -s want ]
	was=$?
	run "$@" dump
	[ $was -eq 0 ] && [ $status -eq 0 ] && cmp -s out want
	verdict "$* is$first"
}

# A: three records of alpha; B: two of beta; C: slab; D: of an old kernel
record_a() {
	cat <<END
Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 10, tgid 10 (alpha), ts $1 ns
PFN 0x1$1 type Unmovable Block 0 type $2 Flags 0x1(locked|node=0|zone=1)
 f1+0x1/0x10
 f2+0x2/0x20

END
}
record_b() {
	cat <<END
Page allocated via order 2, mask 0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), pid 7, tgid 5 (beta), ts $1 ns
PFN 0x2$1 type Movable Block 4 type Movable Flags 0x2(node=1|zone=2)
 __alloc_pages_noprof+0x157/0x350
 demo_alloc+0x5/0x50 [demo]
 f2+0x2/0x20
Charged to memcg web.service

END
}
{
	record_a 100 Unmovable
	record_b 50
	cat <<'END'
Page allocated via order 1, mask 0xcc0(GFP_KERNEL), pid 10, tgid 9 (alpha), ts 70 ns
PFN 0x300 type Reclaimable Block 6 type Reclaimable Flags 0x1(node=0|zone=2)
 allocate_slab+0x1/0x10
 kmem_cache_alloc_noprof+0x1/0x10
 f3+0x3/0x30
Slab cache page

END
	record_a 300 Movable
	record_b 60
	cat <<'END'
Page allocated via order 0, mask 0x0()
PFN 1024 type Unmovable Block 2 type Unmovable Flags 0x0()
 f1+0x1/0x10
 f2+0x2/0x20

END
	record_a 200 Unmovable
} >dump

# --- sort

order ABDC
order ABDC -t
order BACD -m
order BBCAAA -a --name=alpha,beta
order DBAC -p
order DBCA -P
order DACB -n
order BCDA -s
order DACB -M
order DACB -r
grep -q 'no record carries free_ts' err
verdict "-r says that no record carries free_ts"
run -q -r dump
[ ! -s err ]
verdict "-q drops that note"

for pair in p:DBAC pid:DBAC tg:DBCA tgid:DBCA n:DACB name:DACB st:BCDA \
	stacktrace:BCDA T:DACB txt:DACB \
	ator:CDAB allocator:CDAB mod:DACB module:DACB times:DCBA \
	pages:DCAB o:DACB order:DACB cg:DACB memcg:DACB \
	-pages:BACD -times:ABDC +times:DCBA -pid:ACBD +pid:DBAC \
	-order:BCDA -order,-times:BCAD -name,pid:BACD -times,-pages:ABCD \
	n,+pid,-tgid:DACB name,-pages:DACB
do
	order "${pair#*:}" "--sort=${pair%:*}"
done
order BBCAAA --sort=alloc_ts --name=alpha,beta
order AAACBB --sort=-at --name=alpha,beta
same -m -- --sort=-pages
same -a -- --sort=alloc_ts
same -m -- --sort=pid -m
same -m -- -m --sort=pid
same -m -- -mm
same -m -- -m -m
same --sort=pid -- --sort=name --sort=p
same --sort=name,pid -- --sort name,pid
for key in st cs own gfp mt bt node zone; do
	run -q "--sort=$key" dump
	[ $status -eq 0 ] && [ ! -s err ] && [ "$(grep -c ' times, ' out)" -eq 4 ]
	verdict "--sort=$key is accepted"
done
order DACB --sort=node
order BACD --sort=-node
prints -q --cull=node --sort=-node <<'END'
2 times, 8 pages, node 1
4 times, 5 pages, node 0
1 times, 1 pages, node (none)
END

# --- the full report

prints --pid=7 <<'END'
2 times, 8 pages, allocated by OTHERS :
Page allocated via order 2, mask 0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), pid 7, tgid 5 (beta), ts  ns
 __alloc_pages_noprof+0x157/0x350
 demo_alloc+0x5/0x50 [demo]
 f2+0x2/0x20
Charged to memcg web.service

END
prints -a --name=alpha --tgid=9 <<'END'
1 times, 2 pages, allocated by SLAB :
Page allocated via order 1, mask 0xcc0(GFP_KERNEL), pid 10, tgid 9 (alpha), ts 70 ns
 allocate_slab+0x1/0x10
 kmem_cache_alloc_noprof+0x1/0x10
 f3+0x3/0x30
Slab cache page

END
run --tgid=9 --kernel-labels dump
grep -q '^1 times, 2 pages, allocated by OTHERS :$' out
verdict "--kernel-labels labels as the kernel's tool"

# --- cull

prints --cull=stacktrace <<'END'
4 times, 4 pages:
 f1+0x1/0x10
 f2+0x2/0x20

2 times, 8 pages:
 __alloc_pages_noprof+0x157/0x350
 demo_alloc+0x5/0x50 [demo]
 f2+0x2/0x20
Charged to memcg web.service

1 times, 2 pages:
 allocate_slab+0x1/0x10
 kmem_cache_alloc_noprof+0x1/0x10
 f3+0x3/0x30
Slab cache page

END
prints --cull=callstack -m <<'END'
2 times, 8 pages:
 __alloc_pages_noprof+0x157/0x350
 demo_alloc+0x5/0x50 [demo]
 f2+0x2/0x20

4 times, 4 pages:
 f1+0x1/0x10
 f2+0x2/0x20

1 times, 2 pages:
 allocate_slab+0x1/0x10
 kmem_cache_alloc_noprof+0x1/0x10
 f3+0x3/0x30

END
prints --cull=name,tgid,pid <<'END'
3 times, 3 pages, PID 10, TGID 10, task_comm_name: alpha
2 times, 8 pages, PID 7, TGID 5, task_comm_name: beta
1 times, 1 pages, PID -1, TGID -1, task_comm_name: 
1 times, 2 pages, PID 10, TGID 9, task_comm_name: alpha
END
prints --cull=ator -m <<'END'
6 times, 12 pages, allocated by OTHERS 
1 times, 2 pages, allocated by SLAB 
END
prints --cull=name --pid=10,7 --tgid=9 <<'END'
1 times, 2 pages, PID 10, TGID 9, task_comm_name: alpha
END
prints --cull=st,ator,mod,own --pid=7 <<'END'
2 times, 8 pages, PID 7, allocated by OTHERS , module demo, owner demo_alloc:
 __alloc_pages_noprof+0x157/0x350
 demo_alloc+0x5/0x50 [demo]
 f2+0x2/0x20
Charged to memcg web.service

END
prints --cull=module <<'END'
5 times, 6 pages, module (none)
2 times, 8 pages, module demo
END
prints --cull=owner <<'END'
4 times, 4 pages, owner f1
2 times, 8 pages, owner demo_alloc
1 times, 2 pages, owner f3
END
prints --cull=owner '--plumbing=demo_*,f1' <<'END'
6 times, 12 pages, owner f2
1 times, 2 pages, owner f3
END
prints --cull=order --sort=-order <<'END'
2 times, 8 pages, order 2
1 times, 2 pages, order 1
4 times, 4 pages, order 0
END
prints --cull=gfp <<'END'
4 times, 5 pages, gfp GFP_KERNEL
2 times, 8 pages, gfp GFP_HIGHUSER_MOVABLE|__GFP_ZERO
1 times, 1 pages, gfp 0x0
END
prints --cull=mt --sort=migratetype <<'END'
2 times, 8 pages, migratetype Movable
1 times, 2 pages, migratetype Reclaimable
4 times, 4 pages, migratetype Unmovable
END
prints --cull=bt --sort=blocktype <<'END'
3 times, 9 pages, blocktype Movable
1 times, 2 pages, blocktype Reclaimable
3 times, 3 pages, blocktype Unmovable
END
prints --cull=zone,node --sort=zone,node <<'END'
1 times, 1 pages, node (none), zone (none)
3 times, 3 pages, node 0, zone 1
1 times, 2 pages, node 0, zone 2
2 times, 8 pages, node 1, zone 2
END
prints --cull=memcg <<'END'
5 times, 6 pages, memcg (none)
2 times, 8 pages, memcg web.service
END
prints --cull=name,times,pages -m <<'END'
2 times, 8 pages, task_comm_name: beta
3 times, 3 pages, task_comm_name: alpha
1 times, 2 pages, task_comm_name: alpha
1 times, 1 pages, task_comm_name: 
END
same --cull=st,pid -- --cull=st --cull=pid
same --cull=st,pid -- --cull=pid,stacktrace
same --cull=st,pid -- --cull st,p
same --cull=st -- --cu=st
same --cull=st -- --c=st
same --cull=cs,own -- --by=stack --by=owner
same --cull=name,pid -- --by=name,pid

# --- select

count() {	# WANT OPTIONS...: so many records in all groups
	want=$1
	shift
	run -q "$@" dump
	[ $status -eq 0 ] &&
	[ "$(awk '/ times, / { n += $1 } END { print n + 0 }' out)" -eq "$want" ]
	verdict "$* selects $want records"
}
count 4 --pid=10
count 4 --pid 10
count 6 --pid=10,7
count 6 --pid=+10,\ 7
count 1 --pid=-1
count 2 --pid=10 --pid=7
count 3 --tgid=10
count 1 --tgid=9 --pid=10
count 0 --tgid=9 --pid=7
count 4 --name=alpha
count 6 --name alpha,beta
count 0 --name=alph
count 0 '--name=alph*'
count 2 --name=alpha --name=beta
count 3 --order=1,2
count 2 --node=1
count 4 --node=0
count 2 --module=demo
count 2 '--module=d*'
count 2 --memcg=web.service
count 2 '--memcg=*.service,x'
count 4 --migratetype=Unmovable
count 3 '--migratetype=*ova*ble,Recl*' --order=1,2
count 7 '--frame=f[123]'
count 6 --frame=f2
count 1 --frame=allocate_slab
count 7 -f
count 3 --exclude=order=0
count 1 --exclude=order=0 --exclude=module=demo
count 4 --exclude=order=1,2
count 4 --order=0,1 --exclude=tgid=9
count 3 --order=1-2
count 3 --order=1-
count 4 --order=-0
count 2 --owner=demo_alloc
count 5 --exclude=owner=demo_alloc
count 3 --zone=2
count 2 --blocktype=movable --order=2
count 7 --released=no
count 2 --module-any=demo
count 2 --alloc-ts=50ns-60ns
count 2 --age=240ns-
run --pid=4 dump
[ $status -eq 0 ] && [ ! -s out ] && grep -q 'no record matches the selection' err
verdict "a selection without records is an empty report with a note"

# Prefixes that page_owner_sort knows, and longer ones that stay unique
same --pid=10 -- --p=10
same --pid=10 -- --pi=10
same --tgid=10 -- --t=10
same --tgid=10 -- --tg 10
same --name=alpha -- --n=alpha
same --name=alpha -- --na=alpha
same --module=demo -- --m=demo
same --module=demo -- --mo=demo
same --sort=-pages -- --s=-pages
same --sort=-pages -- --so=-pages
same --top=1 -- --to=1
same --plumbing=x -- --pl=x

# --- the rest

run --top=2 dump
[ "$(letters out)" = AB ]
verdict "--top=2 leaves the first two groups"
same -m -- -m --top=0
run -m --top=99 dump
[ "$(letters out)" = BACD ]
verdict "--top=99 leaves all there are"
same -t -- --jobs=1
same -t -- --jobs 7
run dump -m
[ "$(letters out)" = BACD ]
verdict "options may follow the names"
run -- dump
[ $status -eq 0 ] && [ -s out ]
verdict "-- ends the options"
for option in -h --help --he; do
	run $option
	[ $status -eq 0 ] && grep -q '^Usage: pageowner-sort ' out && [ ! -s err ]
	verdict "$option prints the usage"
done
sed -n '/^Keys/,/^$/s/^  ....  \([a-z_]*\) .*/\1/p' out >keys
[ "$(wc -l <keys)" -ge 21 ]
verdict "the help lists the keys"
while read -r key; do
	run -q "--sort=$key" dump
	[ $status -eq 0 ]
	verdict "the key $key of the help is one"
done <keys
for option in -V --version --vers; do
	run $option
	[ $status -eq 0 ] && grep -q '^pageowner-sort (libpageowner) [0-9]' out
	verdict "$option prints the version"
done

# --- free_ts

freed() {
	cat <<END
Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (x), ts $1 ns, free_ts $2 ns
PFN 7 type Unmovable Block 0 type Unmovable Flags 0x1(node=0|zone=1)
 f$3+0x1/0x10

END
}
cp dump keep
{ freed 100 90 1; freed 100 0 1; freed 100 200 1; freed 30 20 2; } >dump
prints --cull=free <<'END'
3 times, 3 pages (UNRELEASED)
1 times, 1 pages (RELEASED)
END
prints --cull=f,ator -f <<'END'
3 times, 3 pages, allocated by OTHERS  (UNRELEASED)
END
prints -f <<'END'
2 times, 2 pages, allocated by OTHERS :
Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (x), ts  ns, free_ts  ns
 f1+0x1/0x10

1 times, 1 pages, allocated by OTHERS :
Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (x), ts  ns, free_ts  ns
 f2+0x1/0x10

END
[ ! -s err ]
verdict "-f needs no note where there is free_ts"
prints -a -f --frame=f2 <<'END'
1 times, 1 pages, allocated by OTHERS :
Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (x), ts 30 ns, free_ts  ns
 f2+0x1/0x10

END
prints -r --cull=st <<'END'
1 times, 1 pages:
 f2+0x1/0x10

3 times, 3 pages:
 f1+0x1/0x10

END
same -r -- --sort=ft
same -r -- --sort=free_ts
mv keep dump

# Unlike in page_owner_sort, names may have any case.
run --cull=pid,stacktrace --sort=-times,pid dump
cp out culled
for lists in "Pid,StackTrace -Times,PID" "P,ST -TIMES,P"; do
	run "--cull=${lists% *}" "--sort=${lists#* }" dump
	[ $status -eq 0 ] && cmp -s out culled
	verdict "--cull=${lists% *} --sort=${lists#* }"
done

finish
