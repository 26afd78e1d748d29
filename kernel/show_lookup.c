// SPDX-License-Identifier: GPL-2.0-only
/*
 * show_lookup.c - debugfs lookup: everything known of one page, by PFN or kernel
 * address.
 *
 * Adds lines of its own to the text of a record, so it is not for the readers of
 * page_owner.
 */
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "pageowner.h"

/* What was asked for last, for a reader that opens the file anew. */
static unsigned long last_pfn = ULONG_MAX;	/* READ_ONCE */

struct lookup {
	unsigned long pfn;	/* READ_ONCE; asked for by this open file */
};

static int pfn_of(const char *text, unsigned long *pfn)
{
	unsigned long value;
	int ret = kstrtoul(text, 0, &value);

	if (ret)
		return ret;
	if (value < PAGE_OFFSET)
		*pfn = value;
	else if (is_vmalloc_addr((void *)value))
		*pfn = vmalloc_to_pfn((void *)value);
	else if (virt_addr_valid((void *)value))
		*pfn = PHYS_PFN(virt_to_phys((void *)value));
	else
		return -EINVAL;
	return 0;
}

static ssize_t lookup_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *ppos)
{
	struct lookup *lookup = ((struct seq_file *)file->private_data)->private;
	char text[32];
	unsigned long pfn;
	int ret;

	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, count))
		return -EFAULT;
	text[count] = '\0';
	ret = pfn_of(strim(text), &pfn);
	if (ret)
		return ret;
	if (!pfn_to_online_page(pfn))
		return -ENXIO;
	WRITE_ONCE(lookup->pfn, pfn);
	WRITE_ONCE(last_pfn, pfn);
	return count;
}

/* The first page of the allocation that a page belongs to, as far as known. */
static unsigned long head_of(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);
	struct po_page known;
	unsigned int order;

	if (PageCompound(page))
		return page_to_pfn(compound_head(page));
	if (!po_page_get(pfn, &known) ||
	    po_order_now(pfn, page, known.state) >= 0)
		return pfn;
	order = FIELD_GET(PO_STATE_ORDER, known.state);
	return ALIGN_DOWN(pfn, 1UL << order);
}

static void put_freed(struct po_text *t, u64 freed)
{
	if (!freed)
		return;
	po_text_put(t, "Page last freed at ts %llu ns\n",
		    FIELD_GET(PO_FREED_TIME, freed) << PO_FREED_SHIFT);
	po_text_stack(t, FIELD_GET(PO_FREED_STACK, freed));
	po_text_put(t, "\n");
}

static void put_lookup(struct po_text *t, unsigned long pfn)
{
	static const char *const names[] = {
		[PO_NEVER] = "nothing is known",
		[PO_FREE] = "free, last owner below",
		[PO_LIVE] = "allocated",
		[PO_SKIPPED] = "allocated, not recorded: filtered out",
	};
	unsigned long head = head_of(pfn);
	struct page *page = pfn_to_page(head);
	struct po_page known = {};
	enum po_status status;
	u64 state;

	po_page_get(head, &known);
	state = known.state;
	status = po_status_of(state);
	po_text_put(t, "Page 0x%lx: %s%s\n", pfn, names[status],
		    status == PO_LIVE && (state & PO_STATE_EARLY) ?
		    " before tracking began" : "");
	if (FIELD_GET(PO_STATE_STACK, state)) {
		int order = po_order_now(head, page, state);

		po_text_record(t, head, page, &known, max(order, 0));
	}
	put_freed(t, known.freed);
}

static int lookup_show(struct seq_file *m, void *unused)
{
	const struct lookup *lookup = m->private;
	unsigned long pfn = READ_ONCE(lookup->pfn);
	struct po_text *text = po_text_new();
	int ret = -EINVAL;

	if (!text)
		return -ENOMEM;
	text->mode = PO_PRINT_STACK_HANDLE;
	if (down_read_killable(&po_lock)) {
		kvfree(text);
		return -EINTR;
	}
	rcu_read_lock();
	if (po_enabled && pfn != ULONG_MAX && po_page_at(pfn)) {
		put_lookup(text, pfn);
		ret = 0;
	}
	rcu_read_unlock();
	up_read(&po_lock);
	if (!ret)
		seq_write(m, text->buf, min(text->len, text->size - 1));
	kvfree(text);
	return ret;
}

static int lookup_open(struct inode *inode, struct file *file)
{
	struct lookup *lookup = kmalloc(sizeof(*lookup), GFP_KERNEL);
	int ret;

	if (!lookup)
		return -ENOMEM;
	lookup->pfn = READ_ONCE(last_pfn);
	ret = single_open(file, lookup_show, lookup);
	if (ret)
		kfree(lookup);
	return ret;
}

static int lookup_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kfree(m->private);
	return single_release(inode, file);
}

static const struct file_operations lookup_fops = {
	.owner = THIS_MODULE,
	.open = lookup_open,
	.read = seq_read,
	.write = lookup_write,
	.llseek = seq_lseek,
	.release = lookup_release,
};

void po_show_lookup_create(struct dentry *dir)
{
	debugfs_create_file("lookup", 0600, dir, NULL, &lookup_fops);
}
