# SPDX-License-Identifier: GPL-2.0-only
#
# lib.sh - where the VM tests keep what they fetched, and how they say what
# went wrong. Sourced by the scripts beside it; does nothing by itself.

vm_here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
vm_top=$(CDPATH= cd -- "$vm_here/../.." && pwd)
: "${PAGEOWNER_VM_CACHE:=${XDG_CACHE_HOME:-$HOME/.cache}/pageowner-vm}"
vm_mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

# What a plain run tests; "debug" is added if build-kernel has built it.
vm_stock_kernels="6.1 6.12"
# All that fetch can get. The newest one is the newest that Debian has as a backport.
vm_all_kernels="5.10 6.1 6.12 6.12-trixie newest
	arm64-5.10 arm64-6.1 arm64-6.12 arm64-newest"

vm_die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# vm_origin KERNEL - where a stock kernel comes from: vm_suite of Debian, vm_arch, and
# vm_meta, what the names of its metapackages end in.
vm_origin() {
	case $1 in
	arm64-*) vm_arch=arm64 ;;
	*) vm_arch=amd64 ;;
	esac
	vm_meta=cloud-$vm_arch
	case ${1#arm64-} in
	5.10) vm_suite=bullseye ;;
	6.1) vm_suite=bookworm ;;
	6.12) vm_suite=bookworm vm_meta=6.12-cloud-$vm_arch ;;
	6.12-trixie) vm_suite=trixie ;;
	newest) vm_suite=trixie-backports ;;
	*) vm_die "unknown kernel $1; known are" $vm_all_kernels debug owner ;;
	esac
}

# Each kernel has a folder with vmlinuz, modules/ and, as kdir, what `make KDIR=`
# wants.
vm_kernel_dir() {
	echo "$PAGEOWNER_VM_CACHE/kernel-$1"
}

vm_have_kernel() {
	test -e "$(vm_kernel_dir "$1")/complete"
}

# vm_make KERNEL SOURCE FOLDER [ARGUMENT]... - build a module for a kernel with the
# compiler of the kernel's own suite, from SOURCE into FOLDER. If this machine runs
# another suite that compiler is in a tree that fetch has made, and root is needed.
vm_make() (
	kernel=$1 source=$2 folder=$3
	shift 3
	kdir=$(readlink -f "$(vm_kernel_dir "$kernel")/kdir")
	mkdir -p "$folder"
	set -- make -s -C "$source" KDIR="$kdir" MO="$folder" "$@"
	case $kernel in
	debug | owner) exec "$@" ;;
	arm64-*) set -- "$@" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- ;;
	esac
	vm_origin "$kernel"
	tree=$(vm_tree)
	[ -n "$tree" ] || exec "$@"
	# The mounts are seen by this shell only and go with it.
	exec unshare --mount sh -e -c '
		tree=$1
		shift
		for dir in "$1" "$2" "$3" /proc /dev; do
			mkdir -p "$tree$dir"
			mount --rbind "$dir" "$tree$dir"
		done
		shift 3
		exec chroot "$tree" /usr/bin/env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin "$@"
	' sh "$tree" "$vm_top" "$PAGEOWNER_VM_CACHE" "$folder" "$@"
)

# The tree with the compiler of vm_suite; nothing if this machine's own is that.
vm_tree() {
	suite=${vm_suite%-backports}
	[ "$suite" = "$(. /etc/os-release && echo "${VERSION_CODENAME-}")" ] ||
		echo "$PAGEOWNER_VM_CACHE/tree-$suite"
}

# vm_apt SUITE ARCHITECTURE - from here on apt knows one suite of Debian and one
# architecture, through a configuration of its own in the cache: the machine's
# suites and architectures do not matter and do not change.
vm_apt() {
	apt_dir=$PAGEOWNER_VM_CACHE/apt/$1-$2
	mkdir -p "$apt_dir/lists/partial" "$apt_dir/archives/partial" "$apt_dir/none"
	: >"$apt_dir/status"
	key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
	{
		echo "deb $key $vm_mirror ${1%-backports} main"
		case $1 in
		*-backports) echo "deb $key $vm_mirror $1 main" ;;
		*) echo "deb $key $vm_mirror-security $1-security main"
			echo "deb $key $vm_mirror $1-updates main" ;;
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
