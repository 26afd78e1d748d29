# SPDX-License-Identifier: GPL-2.0-only
# balloon.sh - have the host change this guest's memory, and wait until it has.
#
# Usage: balloon.sh MIB      of 6144
. /lib.sh

inflated() { # MIB
	awk -v want="$1" '
		/^balloon_inflate / { pages += $2 }
		/^balloon_deflate / { pages -= $2 }
		END { got = 6144 - pages / 256; print got; exit got > want + 8 || got < want - 8 }' \
		/proc/vmstat
}

echo "HOST: balloon $1" >/dev/console
within 60 inflated $1
