// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - parameters, load and unload, enable, disable and reset.
 *
 * Loaded but not enabled, nothing is attached and no memory is held. Enabling
 * allocates everything first and attaches last; disabling undoes that in reverse.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/sched/clock.h>
#include <linux/sizes.h>

#include "pageowner.h"

DECLARE_RWSEM(po_lock);
bool po_enabled;
u64 po_enabled_ns;

static bool ready;		/* loading is done; under the parameter lock */
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

/* Under lockdown its debugfs file cannot be opened for writing; this still works. */
unsigned long long po_count_threshold;
module_param_named(count_threshold, po_count_threshold, ullong, 0600);
MODULE_PARM_DESC(count_threshold, "show only stacks with at least this many base pages (0)");

static int start(void)
{
	int ret;

	po_counts_clear();
	ret = po_probes_attach();
	if (ret)
		return ret;
	/* From here on nothing is missed. */
	po_enabled_ns = local_clock();
	ret = po_early_scan();
	if (ret) {
		po_probes_detach();
		return ret;
	}
	po_enabled = true;
	return 0;
}

/*
 * Checked before anything is allocated: filling memory until none is left would
 * starve others first.
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

static void free_all(void)
{
	po_chunks_exit();
	po_trie_exit();
	po_comm_exit();
	po_stacks_exit();
}

static void disable(void)
{
	po_enabled = false;
	po_probes_detach();
	free_all();
	pr_info("disabled\n");
}

/**
 * po_set_enabled() - enable or disable tracking
 * @on: true to enable
 *
 * Return: 0, also if nothing is to be done, or a negative errno.
 */
int po_set_enabled(bool on)
{
	int ret = 0;

	if (down_write_killable(&po_lock))
		return -EINTR;
	if (on && !po_enabled)
		ret = enable();
	else if (!on && po_enabled)
		disable();
	up_write(&po_lock);
	return ret;
}

/**
 * po_reset() - start a new baseline: all pages in use now count as early
 *
 * Allocates nothing, so it works where enabling again might not.
 *
 * Return: 0, -EINVAL if not enabled, or a negative errno with tracking disabled.
 */
int po_reset(void)
{
	int ret = -EINVAL;

	if (down_write_killable(&po_lock))
		return -EINTR;
	if (po_enabled) {
		po_enabled = false;
		po_probes_detach();
		po_chunks_clear();
		po_trie_clear();
		po_comm_clear();
		po_stacks_clear();
		ret = start();
		if (ret) {
			free_all();
			pr_err("disabled: reset failed: %d\n", ret);
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
	return po_set_enabled(on);
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

static void create_files(void)
{
	dir = debugfs_create_dir("pageowner", NULL);
	po_control_create(dir);
	po_stats_create(dir);
	po_check_create(dir);
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
		pr_err("refused: the kernel's own page_owner is on; use force=1 to load anyway\n");
		po_filter_exit();
		return -EBUSY;
	}
	po_arena_kb = max(po_arena_kb, 4U);
	po_trie_verify = clamp(po_trie_verify, 1U, (unsigned int)INT_MAX);
	create_files();
	if (enable_at_load)
		ret = po_set_enabled(true);
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
	/* The parameters still exist and must not enable it again. */
	kernel_param_lock(THIS_MODULE);
	ready = false;
	kernel_param_unlock(THIS_MODULE);
	debugfs_remove(dir);
	down_write(&po_lock);
	if (po_enabled)
		disable();
	up_write(&po_lock);
	po_filter_exit();
}

module_init(pageowner_init);
module_exit(pageowner_exit);

MODULE_DESCRIPTION("Who allocated each page, on kernels without CONFIG_PAGE_OWNER");
MODULE_LICENSE("GPL");
