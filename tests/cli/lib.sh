# SPDX-License-Identifier: LGPL-2.1-or-later
#
# lib.sh - what the shell tests of the tools share; sourced, with $tool set to the
# program. Changes to a folder of its own, which is removed at the end, and has nothing
# on standard input. TEST_CASE: only verdicts with this text count (tests/run).
#
# It does not know any tool.

work=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
exec </dev/null
passed=0 failed=0

# verdict TEXT: of the command before it
verdict() {
	verdict=$?
	case $1 in
	*"${TEST_CASE-}"*) ;;
	*) return ;;
	esac
	if [ $verdict -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $1"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $((passed + failed)) - $1"
	[ ! -e out ] || sed 's/^/# out: /' out | head -n 20
	[ ! -e err ] || sed 's/^/# err: /' err | head -n 20
	echo "# status: ${status-unknown}"
}

# skip WHY
skip() {
	passed=$((passed + 1))
	echo "ok $((passed + failed)) - # SKIP $1"
}

# run ARGUMENTS...: leaves out, err and $status
run() {
	"$tool" "$@" >out 2>err
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

# The last line of a test
finish() {
	echo "$passed passed, $failed failed"
	[ $failed -eq 0 ] && [ $passed -gt 0 ]
	exit
}
