#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# python-wheel.sh - pip makes a wheel of the source, for an installed library, and it
# works; so does what make installs, and make uninstall takes it away.
set -eu

skip() {
	echo "skipped: $*"
	exit 77
}

[ "$PAGEOWNER_HAVE_PYTHON" = yes ] ||
	skip "configured without the Python package: $PAGEOWNER_NO_PYTHON"
[ -z "${SANITIZER_CFLAGS-}" ] || skip "Python itself is not built with $SANITIZER_CFLAGS"
"$PYTHON" -c 'import setuptools, wheel, pip' 2>/dev/null ||
	skip "$PYTHON lacks pip, setuptools or wheel"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL
make -C "$top_builddir" install DESTDIR="$tmp/root" >"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	exit 1
}
pc=$(find "$tmp/root" -name libpageowner.pc)
PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$tmp/root
LD_LIBRARY_PATH=${pc%/pkgconfig/*}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
PYTHONDONTWRITEBYTECODE=1
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR LD_LIBRARY_PATH PYTHONDONTWRITEBYTECODE
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1

count=0
try() { # WHAT FOLDER
	PYTHONPATH=$2 "$PYTHON" - "$2" <<'END'
import sys
import pageowner
import _pageowner
assert pageowner.__file__.startswith(sys.argv[1]), pageowner.__file__
assert _pageowner.__file__.startswith(sys.argv[1]), _pageowner.__file__
text = b"Page allocated via order 1, mask 0x0(), pid 7, tgid 7 (sh), ts 1 ns\n\n"
assert [r.pages for r in pageowner.open_bytes(text)] == [2]
END
	count=$((count + 1))
	echo "ok $count - $1 works"
}

installed=$(find "$tmp/root" -name _pageowner.so)
try "what make installed" "${installed%/*}"

# pip writes beside the source.
cp -r "$srcdir/bindings/python" "$tmp/source"
chmod -R u+w "$tmp/source"
"$PYTHON" -m pip -q wheel --no-build-isolation --no-deps --no-index \
	-w "$tmp/wheels" "$tmp/source" >"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	exit 1
}
"$PYTHON" -m pip -q install --no-deps --no-index --target "$tmp/site" \
	"$tmp"/wheels/pageowner-*.whl >"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	exit 1
}
try "the wheel" "$tmp/site"

make -C "$top_builddir" uninstall DESTDIR="$tmp/root" >"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	exit 1
}
left=$(find "$tmp/root" ! -type d)
[ -z "$left" ] || {
	echo "not ok $((count + 1)) - make uninstall leaves: $left"
	exit 1
}
echo "ok $((count + 1)) - make uninstall leaves nothing"
