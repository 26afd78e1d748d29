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

# vm_apt SUITE ARCHITECTURE - from here on apt knows one suite of Debian and one
# architecture, through a configuration of its own in the cache: the machine's
# suites and architectures do not matter and do not change.
vm_apt() {
	apt_dir=$PAGEOWNER_VM_CACHE/apt/$1-$2
	mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
	mkdir -p "$apt_dir/lists/partial" "$apt_dir/archives/partial" "$apt_dir/none"
	: >"$apt_dir/status"
	key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
	{
		echo "deb $key $mirror ${1%-backports} main"
		case $1 in
		*-backports) echo "deb $key $mirror $1 main" ;;
		sid) ;;
		*) echo "deb $key $mirror-security $1-security main"
			echo "deb $key $mirror $1-updates main" ;;
		esac
	} >"$apt_dir/sources"
	cat >"$apt_dir/apt.conf" <<-END
		APT::Architecture "$2";
		APT::Architectures { "$2"; };
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Dir::State "$apt_dir";
		Dir::State::status "$apt_dir/status";
		Dir::Cache "$apt_dir";
		Dir::Etc::sourcelist "$apt_dir/sources";
		Dir::Etc::sourceparts "$apt_dir/none";
		Dir::Etc::preferencesparts "$apt_dir/none";
	END
	case $1 in
	*-backports) echo "APT::Default-Release \"$1\";" >>"$apt_dir/apt.conf" ;;
	esac
	export APT_CONFIG=$apt_dir/apt.conf
	# Once a day, as packages of yesterday may be gone from the mirror.
	if [ -z "$(find "$apt_dir/updated" -mtime -1 2>/dev/null)" ]; then
		apt-get -q update >&2 || vm_die "cannot update apt's lists of $1 $2"
		touch "$apt_dir/updated"
	fi
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
