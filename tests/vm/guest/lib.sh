# SPDX-License-Identifier: GPL-2.0-only
# lib.sh - how guest tests say what they found, and the few things all need.
debugfs=/sys/kernel/debug
po=$debugfs/pageowner
stacks=$po/page_owner_stacks

ok() { # RESULT NAME
	if [ "$1" = 0 ]; then
		echo "TEST: ok $2"
	else
		echo "TEST: not_ok $2"
	fi
}

# Run a command; what it prints is shown only when it fails.
check() { # NAME COMMAND...
	name=$1
	shift
	"$@" >/tmp/out 2>&1
	result=$?
	[ $result = 0 ] || sed 's/^/TEST: note /' /tmp/out | head -n 30
	ok $result "$name"
}

# Try for a while: a guest on a busy machine gets little time.
within() { # SECONDS COMMAND...
	seconds=$1
	shift
	for try in $(seq "$seconds"); do
		"$@" >/tmp/within && return
		sleep 1
	done
	cat /tmp/within
	return 1
}

note() {
	echo "TEST: note $*"
}

stat() { # KEY
	sed -n "s/^$1: //p" $po/stats
}

# Records in the newest kernel's form, which names their tasks
records() {
	sh -c "echo format=newest >&3 && cat <&3" 3<>$po/page_owner
}

load() { # PARAMETERS...
	insmod /modules/pageowner.ko "$@"
}

# Free memory, with that on the processors' lists: since 6.7 that can be much.
free_kb() {
	sleep 1
	echo 3 >/proc/sys/vm/drop_caches
	awk '$1 == "nr_free_pages" { pages += $2 }
		$1 == "count:" { pages += $2 }
		END { print pages * 4 }' /proc/zoneinfo
}

# All is given back that was taken; KASAN keeps freed objects for a while, so the debug
# kernel gets more leave.
given_back() { # KIB-BEFORE KIB-AFTER
	leave=3000
	[ "$KERNEL" = debug ] && leave=12000
	[ $(($1 - $2)) -lt $leave ]
}

# Base pages of the stacks that have this function in them; not the page tables and slabs
# that the kernel needed on the way, and keeps.
pages_of() { # FUNCTION
	awk -v f=" $1+0x" '
		index($0, f) { mine = 1 }
		/^ __p(te|md|ud|4d)_alloc/ || / (new_slab|allocate_slab|___slab_alloc)/ { other = 1 }
		/^nr_base_pages: / { if (mine && !other) sum += $2; mine = other = 0 }
		END { print sum + 0 }' $stacks/show_stacks
}

equal() { # WHAT GOT WANT
	[ "$2" = "$3" ] && return
	echo "$1: got '$2', want '$3'"
	return 1
}
