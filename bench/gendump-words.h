/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gendump-words.h - what gendump puts into its dumps: allocators with their
 * masks, flags and innermost frames, names of functions, tasks and cgroups.
 *
 * Texts and shares only; how they are drawn is gendump-draw.c's affair.
 */
#ifndef GENDUMP_WORDS_H
#define GENDUMP_WORDS_H

#include <stdbool.h>

/* One allocator: what its records have in common, whoever called it. */
struct kind {
	const char *mask;
	const char *type;
	const char *flags[2];		/* single page, head of a block */
	const char *flags_61[2];
	const char *charge;
	bool user;			/* page cache or anonymous */
	bool slab;
	const char *leaf[9];
};

#define LEAF_FRAMES						\
	"get_page_from_freelist+0x1564/0x16f0",			\
	"__alloc_pages_noprof+0x157/0x350",			\
	"alloc_pages_mpol_noprof+0xd6/0x1a0"
#define NODE	"node=0|zone=1|lastcpupid=0x7ff)"
#define NODE_61	"node=0|zone=1|lastcpupid=0x3fffff)"

/* The first five are common to both kinds of dump. */
enum { PAGE_CACHE, ANON, SLAB, VMALLOC, PAGE_TABLE, PIPE, EARLY };

static const struct kind kinds[] = {
	[PAGE_CACHE] = {
		.mask = "0x152c4a(GFP_NOFS|__GFP_HIGHMEM|__GFP_NOWARN|__GFP_NORETRY|"
			"__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE)",
		.type = "Movable",
		.flags = { "0x1ffe00000000082c(referenced|uptodate|lru|owner_2|" NODE,
			   "0x1ffe00000000086c(referenced|uptodate|lru|head|owner_2|" NODE },
		.flags_61 = { "0x17ffffc000002c(referenced|uptodate|lru|" NODE_61,
			      "0x17ffffc001002c(referenced|uptodate|lru|head|" NODE_61 },
		.charge = "Charged to memcg ",
		.user = true,
		.leaf = { LEAF_FRAMES, "folio_alloc_noprof+0x5b/0xa0",
			  "page_cache_ra_unbounded+0x11f/0x1f0",
			  "filemap_get_pages+0x4c5/0x650", "filemap_read+0xea/0x3d0" },
	},
	[ANON] = {
		.mask = "0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO)",
		.type = "Movable",
		.flags = { "0x1ffe000000020828(uptodate|lru|owner_2|swapbacked|" NODE,
			   "0x1ffe000000020868(uptodate|lru|head|owner_2|swapbacked|" NODE },
		.flags_61 = { "0x17ffffc00a0014(uptodate|lru|mappedtodisk|swapbacked|" NODE_61,
			      "0x17ffffc00b0014(uptodate|lru|head|swapbacked|" NODE_61 },
		.charge = "Charged to memcg ",
		.user = true,
		.leaf = { LEAF_FRAMES, "vma_alloc_folio_noprof+0x61/0xb0",
			  "do_anonymous_page+0x4cb/0x8e0", "__handle_mm_fault+0xa8e/0x1000",
			  "handle_mm_fault+0x16b/0x2d0", "do_user_addr_fault+0x1ec/0x5a0" },
	},
	[SLAB] = {
		.mask = "0xd20c0(__GFP_IO|__GFP_FS|__GFP_NOWARN|__GFP_NORETRY|"
			"__GFP_COMP|__GFP_NOMEMALLOC)",
		.type = "Unmovable",
		.flags = { "0x1ffe000000000000(" NODE, "0x1ffe000000000040(head|" NODE },
		.flags_61 = { "0x17ffffc0000200(slab|" NODE_61,
			      "0x17ffffc0010200(slab|head|" NODE_61 },
		.slab = true,
		.leaf = { LEAF_FRAMES, "allocate_slab+0x28d/0x3f0",
			  "___slab_alloc+0x62f/0xa90", "kmem_cache_alloc_noprof+0x16f/0x250" },
	},
	[VMALLOC] = {
		.mask = "0x2cc2(GFP_KERNEL|__GFP_HIGHMEM|__GFP_NOWARN)",
		.type = "Unmovable",
		.flags = { "0x1ffe000000000000(" NODE, "0x1ffe000000000040(head|" NODE },
		.flags_61 = { "0x17ffffc0000000(" NODE_61, "0x17ffffc0010000(head|" NODE_61 },
		.leaf = { LEAF_FRAMES, "__vmalloc_node_range_noprof+0x379/0x7c0",
			  "__vmalloc_node_noprof+0x48/0x60", "vmalloc_noprof+0x20/0x30" },
	},
	[PAGE_TABLE] = {
		.mask = "0x440dc0(GFP_KERNEL_ACCOUNT|__GFP_COMP|__GFP_ZERO)",
		.type = "Unmovable",
		.flags = { "0x1ffe000000000000(" NODE, "0x1ffe000000000040(head|" NODE },
		.flags_61 = { "0x17ffffc0000000(" NODE_61, "0x17ffffc0010000(head|" NODE_61 },
		.charge = "Charged (via objcg) to memcg ",
		.leaf = { LEAF_FRAMES, "pte_alloc_one+0x1e/0x70", "__pte_alloc+0x1a/0xa0",
			  "copy_page_range+0x2ad/0x1a80" },
	},
	[PIPE] = {
		.mask = "0x500cc2(GFP_HIGHUSER|__GFP_ACCOUNT)",
		.type = "Unmovable",
		.flags = { "0x1ffe000000000000(" NODE, "0x1ffe000000000040(head|" NODE },
		.flags_61 = { "0x17ffffc0000000(" NODE_61, "0x17ffffc0010000(head|" NODE_61 },
		.charge = "Charged (via objcg) to memcg ",
		.leaf = { LEAF_FRAMES, "pipe_write+0x380/0x5d0" },
	},
	[EARLY] = {	/* pages taken before page_owner was up */
		.mask = "0x0()",
		.type = "Unmovable",
		.flags = { "0x1ffe000000000000(" NODE, "0x1ffe000000000040(head|" NODE },
		.flags_61 = { "0x17ffffc0000000(" NODE_61, "0x17ffffc0010000(head|" NODE_61 },
		.leaf = { "register_early_stack+0x3b/0x60", "init_page_owner+0x30/0x2e0" },
	},
};

static const char *const tails[][5] = {
	{ "__x64_sys_read+0x6d/0xf0", "do_syscall_64+0x3b/0xc0",
	  "entry_SYSCALL_64_after_hwframe+0x4b/0x53" },
	{ "exc_page_fault+0x77/0x140", "asm_exc_page_fault+0x26/0x30" },
	{ "worker_thread+0x15c/0x2b0", "kthread+0xbb/0xe0", "ret_from_fork+0x31/0x50",
	  "ret_from_fork_asm+0x11/0x20" },
};

static const char *const builtin_areas[] = {
	"vfs", "inode", "dentry", "path", "kernfs", "seq", "proc", "pipe", "mem_cgroup",
	"shmem", "folio", "vma", "blk_mq", "bio", "skb", "sock", "tcp_v4", "ip", "unix",
	"netlink", "cgroup", "bpf_prog", "perf_event", "io_uring", "tty", "device", "pci",
	"__x64_sys", "security", "copy",
};
static const char *const module_areas[] = {
	"ext4", "xfs", "btrfs", "nf_conntrack", "nvme", "kvm", "i915", "overlay", "fuse", "sunrpc",
};
static const char *const verbs[] = {
	"alloc", "get", "prepare", "init", "create", "add", "submit", "process", "lookup", "open",
	"read", "write", "send", "queue", "insert", "expand", "do", "setup", "begin", "resolve",
};
static const char *const nouns[] = {
	"page", "block", "node", "entry", "request", "buffer", "iter", "range", "cache", "extent",
	"msg", "pages", "state", "object", "file", "map", "work", "slot", "segment", "one",
};
static const char *const comms[] = {
	"systemd", "(sd-pam)", "kworker/0:1", "kworker/u8:3", "kworker/1:2H", "kswapd0",
	"ksoftirqd/1", "migration/0", "rcu_preempt", "jbd2/sda1-8", "bash", "sshd", "postgres",
	"nginx: worker", "nginx: master", "java", "C2 CompilerThre", "G1 Main Marker", "redis-server",
	"python3", "node", "Web Content", "Isolated Web Co", "tmux: server", "dockerd",
	"containerd-shim", "runc:[2:INIT]", "mysqld", "ib_io_rd-1", "gcc", "cc1plus", "ld", "make",
	"git", "rsync", "dbus-daemon", "pool-1-thread-#", "worker #12", "qemu-system-x86", "CPU 0/KVM",
};
static const char *const cgroups[] = {
	"/", "batch.slice", "web.slice", "db.slice", "user-1000.slice", "session-4.scope",
};

/* The most frequent stacks of a real dump (512 MiB guest, 6.12), per 64155 records. */
static const struct real_top {
	unsigned int weight, kind, depth, tasks;
} real_top[] = {
	{ 23555, ANON, 10, 1 }, { 7900, ANON, 10, 12 }, { 7557, PAGE_CACHE, 13, 1 },
	{ 4500, PAGE_CACHE, 13, 1 }, { 3472, ANON, 14, 1 }, { 3104, PIPE, 8, 1 },
	{ 3072, ANON, 16, 1 }, { 2370, EARLY, 4, 1 }, { 1700, ANON, 10, 8 },
	{ 1300, ANON, 10, 12 }, { 1023, VMALLOC, 12, 1 }, { 934, ANON, 10, 10 },
	{ 500, ANON, 10, 6 }, { 340, PAGE_CACHE, 13, 2 }, { 257, ANON, 16, 1 },
	{ 160, PAGE_TABLE, 12, 8 },
};
/* The others, which together are a few percent of its records. */
static const unsigned int real_rest[] = {
	SLAB, SLAB, SLAB, SLAB, VMALLOC, PAGE_TABLE, PAGE_CACHE, ANON,
};

#endif
