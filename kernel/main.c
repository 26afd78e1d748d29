// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - parameters, enable and disable, load and unload, statistics.
 *
 * Loaded but not enabled, nothing is attached and no memory held. Enabling
 * takes all memory first and attaches last; disabling goes the same way back.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/clock.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include "pageowner.h"

DECLARE_RWSEM(po_lock);
bool po_enabled;
u64 po_enabled_ns;
DEFINE_PER_CPU(struct po_counts, po_counts);

static bool ready;		/* module is set up; under the parameter lock */
static bool enable_at_load;
static struct dentry *dir;

bool po_free_stacks;
module_param_named(free_stacks, po_free_stacks, bool, 0400);
MODULE_PARM_DESC(free_stacks, "also keep the stack and time of each page's last free (8 more bytes a page)");

unsigned int po_arena_kb = 8192;
module_param_named(arena_kb, po_arena_kb, uint, 0400);
MODULE_PARM_DESC(arena_kb, "room for distinct stacks, in KiB (8192)");

bool po_trie = true;
module_param_named(trie, po_trie, bool, 0400);
MODULE_PARM_DESC(trie, "learn call paths instead of unwinding each time (on)");

unsigned int po_trie_bits = 14;
module_param_named(trie_bits, po_trie_bits, uint, 0400);
MODULE_PARM_DESC(trie_bits, "log2 of the places in the call-path trie, 16 bytes each (14)");

unsigned int po_trie_verify = 1024;
module_param_named(trie_verify, po_trie_verify, uint, 0400);
MODULE_PARM_DESC(trie_verify, "check one trie result in this many with the unwinder (1024)");

static bool force;
module_param(force, bool, 0400);
MODULE_PARM_DESC(force, "load beside the in-tree page_owner");

/* Writable debugfs files cannot be opened under lockdown; this one still can. */
unsigned long long po_count_threshold;
module_param_named(count_threshold, po_count_threshold, ullong, 0600);
MODULE_PARM_DESC(count_threshold, "show only stacks with at least this many base pages (0)");

/* In the order of enum po_count. */
static const char *const count_names[PO_COUNTS] = {
	"pages_allocated", "pages_freed", "allocations", "frees", "early_found",
	"early_freed", "unmatched_frees", "filtered_pages", "untracked_pages",
	"replaced_pages", "migrated_pages", "bulk_pages", "contig_pages",
	"stack_overflows", "comm_overflows", "trie_hits", "trie_misses",
	"trie_bypassed", "trie_verified", "trie_mismatches", "trie_overflows",
};

u64 po_count_sum(enum po_count what)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(&po_counts, cpu)->n[what]);
	return sum;
}

static void clear_counts(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&po_counts, cpu), 0, sizeof(struct po_counts));
}

static int start(void)
{
	int ret;

	clear_counts();
	ret = po_probes_attach();
	if (ret)
		return ret;
	/* From here on nothing is missed. */
	po_enabled_ns = local_clock();
	po_early_scan();
	po_enabled = true;
	return 0;
}

/*
 * Asked before any of it is taken: if memory were filled until none is left, others
 * would run out of it first.
 */
static int check_memory(void)
{
	u64 needed = (u64)po_arena_kb * SZ_1K + po_chunks_needed() +
		po_trie_needed() + SZ_1M;	/* and the small tables */
	u64 available = (u64)si_mem_available() << PAGE_SHIFT;

	if (needed < available - available / 8)
		return 0;
	pr_notice("%llu MiB are needed, %llu MiB are available\n", needed >> 20,
		  available >> 20);
	return -ENOMEM;
}

static int enable(void)
{
	int ret;

	ret = check_memory();
	if (ret)
		goto fail;
	ret = po_stacks_init();
	if (ret)
		goto fail;
	ret = po_comm_init();
	if (ret)
		goto undo_stacks;
	ret = po_trie_init();
	if (ret)
		goto undo_comm;
	ret = po_chunks_init();
	if (ret)
		goto undo_trie;
	ret = start();
	if (ret)
		goto undo_chunks;
	pr_info("enabled, %zu KiB of records\n", po_chunks_bytes() >> 10);
	return 0;

undo_chunks:
	po_chunks_exit();
undo_trie:
	po_trie_exit();
undo_comm:
	po_comm_exit();
undo_stacks:
	po_stacks_exit();
fail:
	pr_notice("not enabled: %d\n", ret);
	return ret;
}

static void disable(void)
{
	po_enabled = false;
	po_probes_detach();
	po_chunks_exit();
	po_trie_exit();
	po_comm_exit();
	po_stacks_exit();
	pr_info("disabled\n");
}

static int set_enabled(bool on)
{
	int ret = 0;

	down_write(&po_lock);
	if (on && !po_enabled)
		ret = enable();
	else if (!on && po_enabled)
		disable();
	up_write(&po_lock);
	return ret;
}

/*
 * A new baseline: whatever is in use now counts as early. Takes no memory, so
 * it works where enabling anew might not.
 */
static int reset(void)
{
	int ret = -EINVAL;

	down_write(&po_lock);
	if (po_enabled) {
		po_enabled = false;
		po_probes_detach();
		po_chunks_clear();
		po_trie_clear();
		po_stacks_clear();
		ret = start();
		if (ret) {
			po_chunks_exit();
			po_trie_exit();
			po_comm_exit();
			po_stacks_exit();
			pr_err("disabled: could not attach again: %d\n", ret);
		}
	}
	up_write(&po_lock);
	return ret;
}

static int set_enabled_param(const char *text, const struct kernel_param *kp)
{
	bool on;
	int ret = kstrtobool(text ?: "1", &on);

	if (ret)
		return ret;
	if (!ready) {
		enable_at_load = on;
		return 0;
	}
	return set_enabled(on);
}

static int get_enabled_param(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%c\n", READ_ONCE(po_enabled) ? 'Y' : 'N');
}

static const struct kernel_param_ops enabled_ops = {
	.set = set_enabled_param,
	.get = get_enabled_param,
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
};
module_param_cb(enabled, &enabled_ops, NULL, 0600);
MODULE_PARM_DESC(enabled, "track pages (off)");

static int set_filter_param(const char *text, const struct kernel_param *kp)
{
	return po_filter_set(text);
}

static const struct kernel_param_ops filter_ops = { .set = set_filter_param };
module_param_cb(filter, &filter_ops, NULL, 0200);
MODULE_PARM_DESC(filter, "record only these: order=LIST migratetype=NAMES nid=LIST pid=LIST comm=NAMES");

/* ---- debugfs: enabled, reset, filter, stats --------------------------- */

static ssize_t read_enabled(struct file *file, char __user *buf, size_t count,
			    loff_t *ppos)
{
	return simple_read_from_buffer(buf, count, ppos,
				       READ_ONCE(po_enabled) ? "1\n" : "0\n", 2);
}

static ssize_t write_enabled(struct file *file, const char __user *buf,
			     size_t count, loff_t *ppos)
{
	bool on;
	int ret = kstrtobool_from_user(buf, count, &on);

	if (!ret)
		ret = set_enabled(on);
	return ret ?: count;
}

static const struct file_operations enabled_fops = {
	.owner = THIS_MODULE,
	.read = read_enabled,
	.write = write_enabled,
	.llseek = default_llseek,
};

static ssize_t write_reset(struct file *file, const char __user *buf,
			   size_t count, loff_t *ppos)
{
	bool on;
	int ret = kstrtobool_from_user(buf, count, &on);

	if (!ret)
		ret = on ? reset() : -EINVAL;
	return ret ?: count;
}

static const struct file_operations reset_fops = {
	.owner = THIS_MODULE,
	.write = write_reset,
	.llseek = noop_llseek,
};

static int show_filter(struct seq_file *m, void *unused)
{
	po_filter_show(m);
	return 0;
}

static int open_filter(struct inode *inode, struct file *file)
{
	return single_open(file, show_filter, NULL);
}

static ssize_t write_filter(struct file *file, const char __user *buf,
			    size_t count, loff_t *ppos)
{
	char *text;
	int ret;

	if (count >= PAGE_SIZE)
		return -E2BIG;
	text = memdup_user_nul(buf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	ret = po_filter_set(text);
	kfree(text);
	return ret ?: count;
}

static const struct file_operations filter_fops = {
	.owner = THIS_MODULE,
	.open = open_filter,
	.read = seq_read,
	.write = write_filter,
	.llseek = seq_lseek,
	.release = single_release,
};

static int stats_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	down_read(&po_lock);
	seq_printf(m, "enabled: %d\n", po_enabled);
	if (po_enabled) {
		u64 in = po_count_sum(PO_EARLY_FOUND);

		seq_printf(m, "enabled_ns: %llu\n", po_enabled_ns);
		seq_printf(m, "pages_live_early: %llu\n",
			   in - po_count_sum(PO_EARLY_FREED));
		seq_printf(m, "pages_live: %llu\n", po_stacks_live());
		seq_printf(m, "record_bytes: %zu\n", po_chunks_bytes());
		seq_printf(m, "stacks: %llu\n", po_stacks_number());
		seq_printf(m, "arena_used: %zu\n", po_stacks_used());
		seq_printf(m, "arena_size: %zu\n", po_stacks_size());
		for (i = 0; i < PO_COUNTS; i++)
			seq_printf(m, "%s: %llu\n", count_names[i], po_count_sum(i));
		po_trie_show(m);
		seq_printf(m, "free_stacks: %d\n", po_free_stacks);
	}
	po_probes_show(m);
	up_read(&po_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static void create_files(void)
{
	dir = debugfs_create_dir("pageowner", NULL);
	debugfs_create_file("enabled", 0600, dir, NULL, &enabled_fops);
	debugfs_create_file("reset", 0200, dir, NULL, &reset_fops);
	debugfs_create_file("filter", 0600, dir, NULL, &filter_fops);
	debugfs_create_file("stats", 0400, dir, NULL, &stats_fops);
	po_show_pages_create(dir);
	po_show_lookup_create(dir);
	po_show_stacks_create(dir);
	po_show_blocks_create(dir);
}

static bool in_tree_is_on(void)
{
	struct dentry *dentry = debugfs_lookup("page_owner", NULL);

	dput(dentry);
	return dentry;
}

static int __init pageowner_init(void)
{
	int ret = 0;

	if (!force && in_tree_is_on()) {
		pr_err("refused: the kernel's own page_owner is on; force=1 to load all the same\n");
		po_filter_exit();
		return -EBUSY;
	}
	po_arena_kb = max(po_arena_kb, 4U);
	po_trie_verify = max(po_trie_verify, 1U);
	create_files();
	if (enable_at_load)
		ret = set_enabled(true);
	if (ret) {
		debugfs_remove(dir);
		po_filter_exit();
	}
	kernel_param_lock(THIS_MODULE);
	ready = !ret;
	kernel_param_unlock(THIS_MODULE);
	return ret;
}

static void __exit pageowner_exit(void)
{
	/* The parameters are still there and must not enable it again. */
	kernel_param_lock(THIS_MODULE);
	ready = false;
	kernel_param_unlock(THIS_MODULE);
	debugfs_remove(dir);
	set_enabled(false);
	po_filter_exit();
}

module_init(pageowner_init);
module_exit(pageowner_exit);

MODULE_DESCRIPTION("Who allocated each page, on kernels without CONFIG_PAGE_OWNER");
MODULE_LICENSE("GPL");
