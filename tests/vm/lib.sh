# SPDX-License-Identifier: GPL-2.0-only
#
# lib.sh - where the VM tests keep what they fetched, and how they say what
# went wrong. Sourced by the scripts beside it; does nothing by itself.

vm_here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
vm_top=$(CDPATH= cd -- "$vm_here/../.." && pwd)
: "${PAGEOWNER_VM_CACHE:=${XDG_CACHE_HOME:-$HOME/.cache}/pageowner-vm}"

# The kernels a plain run tests; "debug" is added where vm-kernel has built it.
vm_stock_kernels="6.1 6.12"

vm_die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# Each kernel has a folder holding vmlinuz, modules/ and, as kdir, what
# `make KDIR=` wants.
vm_kernel_dir() {
	echo "$PAGEOWNER_VM_CACHE/kernel-$1"
}

vm_have_kernel() {
	test -e "$(vm_kernel_dir "$1")/complete"
}

download() { # FOLDER PACKAGE...
	folder=$1
	shift
	mkdir -p "$folder"
	(cd "$folder" && apt-get -q -o APT::Sandbox::User=root download "$@") >&2 ||
		vm_die "cannot download $*"
}

depends_of() { # PACKAGE PATTERN
	apt-cache depends --no-recommends --no-suggests "$1" |
		sed -n "s/^ *Depends: \($2\)\$/\1/p" | head -n 1
}

# The headers packages name each other by absolute path, made for an
# installed system; here they live under the cache folder.
relocate_headers() { # ROOT FLAVOUR-FOLDER
	root=$1
	kdir=$2
	for file in "$kdir/Makefile" "$root"/usr/src/linux-headers-*/Makefile; do
		sed -i "s,\([ =]\)/usr/src/,\1$root/usr/src/,g" "$file"
	done
	for link in $(find "$root/usr/src" -type l); do
		target=$(readlink "$link")
		case $target in
		/*) ln -sfn "$root$target" "$link" ;;
		esac
	done
}
