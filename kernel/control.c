// SPDX-License-Identifier: GPL-2.0-only
/*
 * control.c - debugfs enabled, reset and filter: text from user space becomes a
 * call.
 *
 * What is called is in main.c and filter.c.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "pageowner.h"

static ssize_t enabled_read(struct file *file, char __user *buf, size_t count,
			    loff_t *ppos)
{
	return simple_read_from_buffer(buf, count, ppos,
				       READ_ONCE(po_enabled) ? "1\n" : "0\n", 2);
}

static ssize_t enabled_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *ppos)
{
	bool on;
	int ret = kstrtobool_from_user(buf, count, &on);

	if (!ret)
		ret = po_set_enabled(on);
	return ret ?: count;
}

static const struct file_operations enabled_fops = {
	.owner = THIS_MODULE,
	.read = enabled_read,
	.write = enabled_write,
	.llseek = default_llseek,
};

static ssize_t reset_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *ppos)
{
	bool on;
	int ret = kstrtobool_from_user(buf, count, &on);

	if (!ret)
		ret = on ? po_reset() : -EINVAL;
	return ret ?: count;
}

static const struct file_operations reset_fops = {
	.owner = THIS_MODULE,
	.write = reset_write,
	.llseek = noop_llseek,
};

static int filter_show(struct seq_file *m, void *unused)
{
	po_filter_show(m);
	return 0;
}

static int filter_open(struct inode *inode, struct file *file)
{
	return single_open(file, filter_show, NULL);
}

static ssize_t filter_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *ppos)
{
	char *text;
	int ret;

	if (count >= PAGE_SIZE)
		return -E2BIG;
	text = memdup_user_nul(buf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	ret = memchr(text, '\0', count) ? -EINVAL : po_filter_set(text);
	kfree(text);
	return ret ?: count;
}

static const struct file_operations filter_fops = {
	.owner = THIS_MODULE,
	.open = filter_open,
	.read = seq_read,
	.write = filter_write,
	.llseek = seq_lseek,
	.release = single_release,
};

void po_control_create(struct dentry *dir)
{
	debugfs_create_file("enabled", 0600, dir, NULL, &enabled_fops);
	debugfs_create_file("reset", 0200, dir, NULL, &reset_fops);
	debugfs_create_file("filter", 0600, dir, NULL, &filter_fops);
}
