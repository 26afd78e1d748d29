// SPDX-License-Identifier: GPL-2.0-only
/*
 * show_pages.c - debugfs page_owner: which records a reader gets.
 *
 * The reading rules are those of the in-tree page_owner: one record a read, the
 * file position is a PFN, a buffer that is too small gets -ENOMEM. The text of a
 * record is written by text.c.
 */
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/overflow.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "pageowner.h"
#include "compat.h"

/* What a user may ask for by writing to an open page_owner. */
struct wishes {
	enum po_print mode;
	bool newest;
	bool by_node;
	nodemask_t nodes;
};

/* One open page_owner. */
struct view {
	struct mutex lock;		/* protects everything below */
	struct wishes wishes;
	struct po_text *text;
};

static bool is_wanted(const struct wishes *wishes, unsigned long pfn,
		      struct page *page, struct po_page *known, int *order)
{
	if (!po_page_get(pfn, known) ||
	    po_status_of(known->state) != PO_LIVE)
		return false;
	if (wishes->by_node && !node_isset(page_to_nid(page), wishes->nodes))
		return false;
	*order = po_order_now(pfn, page, known->state);
	return *order >= 0;
}

/*
 * Write the record of a page into the view's text, if it is to be shown. Sets *next
 * to the first PFN that is not covered by what was found here.
 */
static bool put_record(struct view *view, unsigned long pfn, unsigned long *next)
{
	struct page *page = po_page_at(pfn);
	struct po_page known;
	int order;

	*next = pfn + 1;
	po_window();
	if (!page) {
		if (!po_chunk_of(pfn))
			*next = ALIGN(pfn + 1, PO_CHUNK_PAGES);
		return false;
	}
	if (PageBuddy(page)) {
		unsigned long free_order = READ_ONCE(page_private(page));

		/* Read without the zone lock, so it may be anything. */
		if (free_order <= PO_MAX_ORDER)
			*next = pfn + (1UL << free_order);
		return false;
	}
	if (!is_wanted(&view->wishes, pfn, page, &known, &order))
		return false;
	po_text_record(view->text, pfn, page, &known, order);
	return true;
}

/* Find the next record from *ppos on; 0 if there is none. */
static int find_record(struct view *view, loff_t *ppos)
{
	unsigned long end = po_chunks_end();
	unsigned long pfn, next, looked = 0;
	bool found;

	for (pfn = *ppos; pfn < end; pfn = next) {
		rcu_read_lock();
		found = put_record(view, pfn, &next);
		rcu_read_unlock();
		if (found) {
			*ppos = next;
			return 1;
		}
		if (!(++looked % 1024)) {
			cond_resched();
			if (fatal_signal_pending(current))
				return -EINTR;
		}
	}
	return 0;
}

/* User memory is touched after po_lock is released: it may take for ever. */
static ssize_t page_owner_read(struct file *file, char __user *buf,
			       size_t count, loff_t *ppos)
{
	struct view *view = file->private_data;
	struct po_text *text = view->text;
	loff_t pos = *ppos;
	ssize_t ret = -EINVAL;

	if (mutex_lock_killable(&view->lock))
		return -EINTR;
	text->len = 0;
	text->size = min(count, sizeof(text->buf));
	if (down_read_killable(&po_lock)) {
		ret = -EINTR;
		goto out;
	}
	if (po_enabled)
		ret = find_record(view, &pos);
	up_read(&po_lock);
	if (ret <= 0)
		goto out;
	ret = text->len;
	if (text->len >= text->size)
		ret = -ENOMEM;
	else if (copy_to_user(buf, text->buf, text->len))
		ret = -EFAULT;
	else
		*ppos = pos;
out:
	mutex_unlock(&view->lock);
	return ret;
}

static int parse_mode(struct wishes *wishes, const char *name)
{
	static const char *const names[] = {
		[PO_PRINT_STACK] = "stack",
		[PO_PRINT_HANDLE] = "handle",
		[PO_PRINT_STACK_HANDLE] = "stack_handle",
	};
	int mode = match_string(names, ARRAY_SIZE(names), name);

	if (mode < 0)
		return -EINVAL;
	wishes->mode = mode;
	return 0;
}

static int parse_nodes(struct wishes *wishes, const char *list)
{
	if (nodelist_parse(list, wishes->nodes) || nodes_empty(wishes->nodes) ||
	    !nodes_subset(wishes->nodes, node_states[N_MEMORY]))
		return -EINVAL;
	wishes->by_node = true;
	return 0;
}

static int parse_command(struct wishes *wishes, const char *word)
{
	if (!strncmp(word, "mode=", 5))
		return parse_mode(wishes, word + 5);
	if (!strncmp(word, "nid=", 4))
		return parse_nodes(wishes, word + 4);
	if (!strcmp(word, "format=newest") || !strcmp(word, "format=kernel")) {
		wishes->newest = !strcmp(word, "format=newest");
		return 0;
	}
	return -EINVAL;
}

/* All commands of one write take effect, or none. */
static ssize_t page_owner_write(struct file *file, const char __user *buf,
				size_t count, loff_t *ppos)
{
	struct view *view = file->private_data;
	struct wishes wishes;
	char *text, *rest, *word;
	int ret = 0;

	if (count > 32 + 6 * MAX_NUMNODES)
		return -EINVAL;
	text = memdup_user_nul(buf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	mutex_lock(&view->lock);
	wishes = view->wishes;
	for (rest = text; !ret && (word = strsep(&rest, " \t\n")); )
		if (*word)
			ret = parse_command(&wishes, word);
	if (!ret) {
		view->wishes = wishes;
		view->text->mode = wishes.mode;
		view->text->newest = wishes.newest;
	}
	mutex_unlock(&view->lock);
	kfree(text);
	return ret ?: count;
}

static loff_t page_owner_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR) {
		if (check_add_overflow(file->f_pos, offset, &offset))
			return -EINVAL;
	} else if (whence != SEEK_SET) {
		return -EINVAL;
	}
	if (offset < 0)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

static int page_owner_release(struct inode *inode, struct file *file)
{
	struct view *view = file->private_data;

	kvfree(view->text);
	kfree(view);
	return 0;
}

static int page_owner_open(struct inode *inode, struct file *file)
{
	struct view *view = kzalloc(sizeof(*view), GFP_KERNEL);

	if (!view)
		return -ENOMEM;
	view->text = po_text_new();
	if (!view->text) {
		kfree(view);
		return -ENOMEM;
	}
	mutex_init(&view->lock);
	file->private_data = view;
	return 0;
}

static const struct file_operations page_owner_fops = {
	.owner = THIS_MODULE,
	.open = page_owner_open,
	.read = page_owner_read,
	.write = page_owner_write,
	.llseek = page_owner_llseek,
	.release = page_owner_release,
};

/*
 * The file is 0400 although it can be written: root may open it for writing
 * anyway, and under lockdown a file of this mode can still be read.
 */
void po_show_pages_create(struct dentry *dir)
{
	debugfs_create_file("page_owner", 0400, dir, NULL, &page_owner_fops);
}
