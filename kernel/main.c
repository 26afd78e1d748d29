// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - load and unload, and the parameters that do something when written.
 *
 * Loaded but not enabled, nothing is attached and no memory is held; enabling is in
 * enable.c, the other parameters are in state.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/module.h>

#include "pageowner.h"

static bool ready;		/* loading is done; under the parameter lock */
static bool enable_at_load;
static struct dentry *dir;

static bool force;
module_param(force, bool, 0400);
MODULE_PARM_DESC(force, "load beside the in-tree page_owner");

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
	po_chunks_set_size();
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
	po_disable();
	po_filter_exit();
}

module_init(pageowner_init);
module_exit(pageowner_exit);

MODULE_DESCRIPTION("Who allocated each page, on kernels without CONFIG_PAGE_OWNER");
MODULE_LICENSE("GPL");
