# SPDX-License-Identifier: GPL-2.0-only
# ways.sh - what must hold of each way in which pages change hands: counts move as
# /proc/vmstat does, each free is matched, and afterwards all memory is explained.
value() { # KEY
	sed -n "s/^$1: //p" /tmp/check
}

explained() {
	for try in 1 2 3 4 5 6; do
		cat $po/check >/tmp/check
		[ "$(value missing) $(value stale) $(value unexplained)" = "0 0 0" ] && return
		sleep 1
	done
	cat /tmp/check
	return 1
}

# Compaction frees pages itself that it took and did not use, and so does the allocation of a
# contiguous range.
matched() {
	awk 'BEGIN { RS = "" }
		!/ (release_freepages|release_free_list|alloc_contig_(frozen_)?range(_noprof)?)\+/ { print; bad = 1 }
		END { exit bad }' $stacks/show_unmatched
}

way() { # NAME LEAST-PAGES COMMAND...
	way=$1 least=$2
	shift 2
	LEAST=$least pofile balance $po/stats "$@" >/tmp/out 2>&1
	result=$?
	if grep -q '^command: got 19712,' /tmp/out; then
		note "$way: not on this kernel"
		return
	fi
	note "$way: $(grep 'pages allocated,' /tmp/out)"
	[ $result = 0 ] || sed 's/^/TEST: note /' /tmp/out
	ok $result "$way: counts move as vmstat does"
	check "$way: every free is matched" matched
	check "$way: all memory is explained" explained
}
