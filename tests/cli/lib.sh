# SPDX-License-Identifier: LGPL-2.1-or-later
#
# lib.sh - what the tests of the tools share; sourced, with $tool set to the
# program. Works in a folder of its own that is removed at the end.

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0

# verdict TEXT: of the command before it
verdict() {
	if [ $? -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $1"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $1"
		sed 's/^/# out: /' out | head -20
		sed 's/^/# err: /' err | head -5
	fi
}

# run ARGUMENTS...: leaves out, err and $status
run() {
	"$tool" "$@" >out 2>err </dev/null
	status=$?
}

# says STATUS WANT ARGUMENTS...: nothing on standard output, a message on stderr
says() {
	want_status=$1 want=$2
	shift 2
	run "$@"
	[ $status -eq "$want_status" ] && [ ! -s out ] && grep -qF -e "$want" err
	verdict "$* says: $want"
}

# prints ARGUMENTS... <<wanted: the whole output, status 0
prints() {
	cat >want
	run "$@"
	[ $status -eq 0 ] && cmp -s out want || {
		diff want out | sed 's/^/# /'
		false
	}
	verdict "$* prints what was worked out by hand"
}

finish() {
	[ $failed -eq 0 ]
	exit
}
