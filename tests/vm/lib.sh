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
