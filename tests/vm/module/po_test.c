// SPDX-License-Identifier: GPL-2.0-only
/*
 * po_test.c - allocate pages by every path the kernel offers a module, and
 * hold them until told to let go.
 *
 * Each path is a function of its own name, so that the guest's script finds
 * the pages under it in show_stacks and compares their number with what
 * reading debugfs po_test says is held:
 *
 *   echo "hold bulk_array" >/sys/kernel/debug/po_test
 *   cat /sys/kernel/debug/po_test		NAME PAGES FIRST-PFN, for each held
 *   echo "drop bulk_array" >/sys/kernel/debug/po_test
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

#define MANY 64
#define LARGEST_ORDER 10

/* 5.13 brought the bulk allocator, 6.14 took the list out of it. */
#define HAVE_BULK_ARRAY	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0))
#define HAVE_BULK_LIST	(HAVE_BULK_ARRAY && LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0))
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define alloc_pages_bulk_array	alloc_pages_bulk
#endif

/* 6.17 made migrate types flags. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define CONTIG_MOVABLE	ACR_FLAGS_NONE
#else
#define CONTIG_MOVABLE	MIGRATE_MOVABLE
#endif

struct held {
	struct page *page;		/* first, or only */
	struct page *pages[MANY];
	void *mem;
	unsigned long count;		/* base pages now held */
	struct list_head list;
};

struct alloc_path {
	const char *name;
	int (*hold)(struct held *held);
	void (*drop)(struct held *held);
	struct held held;		/* protected by mutex */
};

static DEFINE_MUTEX(mutex);

static noinline int po_test_single(struct held *h)
{
	h->page = alloc_page(GFP_KERNEL);
	h->count = 1;
	return h->page ? 0 : -ENOMEM;
}

static void drop_single(struct held *h)
{
	__free_page(h->page);
}

static noinline int po_test_order3(struct held *h)
{
	h->page = alloc_pages(GFP_KERNEL, 3);
	h->count = 8;
	return h->page ? 0 : -ENOMEM;
}

static noinline int po_test_compound(struct held *h)
{
	h->page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	h->count = 8;
	return h->page ? 0 : -ENOMEM;
}

static void drop_order3(struct held *h)
{
	__free_pages(h->page, 3);
}

static noinline int po_test_exact(struct held *h)
{
	h->mem = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);
	h->count = 5;
	if (!h->mem)
		return -ENOMEM;
	h->page = virt_to_page(h->mem);
	return 0;
}

static void drop_exact(struct held *h)
{
	free_pages_exact(h->mem, 5 * PAGE_SIZE);
}

/* A block taken apart: two of its eight pages go at once. */
static noinline int po_test_split(struct held *h)
{
	int ret = po_test_order3(h);

	if (ret)
		return ret;
	split_page(h->page, 3);
	__free_page(h->page + 2);
	__free_page(h->page + 7);
	h->count = 6;
	barrier();	/* not a tail call: this name is to be in the stack */
	return 0;
}

static void drop_split(struct held *h)
{
	int i;

	for (i = 0; i < 7; i++)
		if (i != 2)
			__free_page(h->page + i);
}

/* Freed while somebody else still refers to it: the tails go first. */
static noinline int po_test_raised(struct held *h)
{
	h->page = alloc_pages(GFP_KERNEL, 2);
	if (!h->page)
		return -ENOMEM;
	get_page(h->page);
	__free_pages(h->page, 2);
	h->count = 1;
	return 0;
}

static void drop_raised(struct held *h)
{
	put_page(h->page);
}

#if HAVE_BULK_ARRAY
static noinline int po_test_bulk_array(struct held *h)
{
	unsigned long n;

	h->pages[3] = NULL;
	n = alloc_pages_bulk_array(GFP_KERNEL, MANY, h->pages);
	h->page = h->pages[0];
	h->count = n;
	return n == MANY ? 0 : -ENOMEM;
}

static void drop_array(struct held *h)
{
	int i;

	for (i = 0; i < MANY; i++)
		if (h->pages[i])
			__free_page(h->pages[i]);
}
#endif

#if HAVE_BULK_LIST
static noinline int po_test_bulk_list(struct held *h)
{
	INIT_LIST_HEAD(&h->list);
	h->count = alloc_pages_bulk_list(GFP_KERNEL, MANY, &h->list);
	h->page = list_first_entry_or_null(&h->list, struct page, lru);
	return h->count ? 0 : -ENOMEM;
}
#endif

static void drop_list(struct held *h)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &h->list, lru)
		__free_page(page);
}

static noinline int po_test_contig(struct held *h)
{
	int tries, ret = -EBUSY;

	/*
	 * Who gets a page of it meanwhile makes it busy. Before 5.18 all of the largest
	 * block of the free lists in which it lies must be free or movable.
	 */
	for (tries = 0; tries < 100 && ret; tries++) {
		struct page *block;
		unsigned long pfn;

		if (tries)
			msleep(20);
		block = alloc_pages(GFP_KERNEL | __GFP_MOVABLE, LARGEST_ORDER);
		if (!block)
			return -ENOMEM;
		pfn = page_to_pfn(block);
		__free_pages(block, LARGEST_ORDER);
		ret = alloc_contig_range(pfn, pfn + 512, CONTIG_MOVABLE, GFP_KERNEL);
		h->page = block;
	}
	h->count = 512;
	return ret;
}

static void drop_contig(struct held *h)
{
	free_contig_range(page_to_pfn(h->page), 512);
}

static noinline int po_test_vmalloc(struct held *h)
{
	h->mem = vmalloc(256 * PAGE_SIZE);
	h->count = 256;
	if (!h->mem)
		return -ENOMEM;
	h->page = vmalloc_to_page(h->mem);
	return 0;
}

static void drop_vmalloc(struct held *h)
{
	vfree(h->mem);
}

static noinline int po_test_kmalloc(struct held *h)
{
	h->mem = kmalloc(64 * 1024, GFP_KERNEL);
	h->count = 64 * 1024 / PAGE_SIZE;
	if (!h->mem)
		return -ENOMEM;
	h->page = virt_to_page(h->mem);
	return 0;
}

static void drop_kmalloc(struct held *h)
{
	kfree(h->mem);
}

static struct held *irq_held;

static noinline void po_test_irq(struct irq_work *work)
{
	irq_held->page = alloc_page(GFP_ATOMIC);
	irq_held->count = 1;
}

static DEFINE_IRQ_WORK(irq_work, po_test_irq);

static int hold_irq(struct held *h)
{
	irq_held = h;
	irq_work_queue(&irq_work);
	irq_work_sync(&irq_work);
	return h->page ? 0 : -ENOMEM;
}

/* What a leak looks like: pages nobody will ever ask for again, until drop. */
static noinline int po_test_leak(struct held *h)
{
	INIT_LIST_HEAD(&h->list);
	for (h->count = 0; h->count < 1000; h->count++) {
		struct page *page = alloc_page(GFP_KERNEL);

		if (!page)
			break;
		list_add(&page->lru, &h->list);
		h->page = page;
	}
	return 0;
}

static struct alloc_path paths[] = {
	{ "single", po_test_single, drop_single },
	{ "order3", po_test_order3, drop_order3 },
	{ "compound", po_test_compound, drop_order3 },
	{ "exact", po_test_exact, drop_exact },
	{ "split", po_test_split, drop_split },
	{ "raised", po_test_raised, drop_raised },
#if HAVE_BULK_ARRAY
	{ "bulk_array", po_test_bulk_array, drop_array },
#endif
#if HAVE_BULK_LIST
	{ "bulk_list", po_test_bulk_list, drop_list },
#endif
	{ "contig", po_test_contig, drop_contig },
	{ "vmalloc", po_test_vmalloc, drop_vmalloc },
	{ "kmalloc", po_test_kmalloc, drop_kmalloc },
	{ "irq", hold_irq, drop_single },
	{ "leak", po_test_leak, drop_list },
};

static int drop(struct alloc_path *path)
{
	if (!path->held.count)
		return -ENOENT;
	path->drop(&path->held);
	memset(&path->held, 0, sizeof(path->held));
	return 0;
}

static int hold(struct alloc_path *path)
{
	int ret;

	if (path->held.count)
		return -EEXIST;
	ret = path->hold(&path->held);
	if (ret)
		memset(&path->held, 0, sizeof(path->held));
	return ret;
}

static int command(const char *verb, const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		if (!strcmp(paths[i].name, name))
			return !strcmp(verb, "hold") ? hold(&paths[i]) :
			       !strcmp(verb, "drop") ? drop(&paths[i]) : -EINVAL;
	return -ENOENT;
}

static ssize_t po_test_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *ppos)
{
	char text[64] = {}, verb[8], name[32];
	int ret;

	if (count >= sizeof(text) || copy_from_user(text, buf, count))
		return -EINVAL;
	if (sscanf(text, "%7s %31s", verb, name) != 2)
		return -EINVAL;
	mutex_lock(&mutex);
	ret = command(verb, name);
	mutex_unlock(&mutex);
	return ret ?: count;
}

static int po_test_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	mutex_lock(&mutex);
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		if (paths[i].held.count)
			seq_printf(m, "%s %lu 0x%lx 0x%lx\n", paths[i].name,
				   paths[i].held.count,
				   page_to_pfn(paths[i].held.page),
				   (unsigned long)page_address(paths[i].held.page));
	mutex_unlock(&mutex);
	return 0;
}

static int po_test_open(struct inode *inode, struct file *file)
{
	return single_open(file, po_test_show, NULL);
}

static const struct file_operations po_test_fops = {
	.owner = THIS_MODULE,
	.open = po_test_open,
	.read = seq_read,
	.write = po_test_write,
	.release = single_release,
};

static struct dentry *file;

static int __init po_test_init(void)
{
	file = debugfs_create_file("po_test", 0600, NULL, NULL, &po_test_fops);
	return 0;
}

static void __exit po_test_exit(void)
{
	unsigned int i;

	debugfs_remove(file);
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		drop(&paths[i]);
}

module_init(po_test_init);
module_exit(po_test_exit);

MODULE_DESCRIPTION("Allocates pages by every path, for the tests of pageowner");
MODULE_LICENSE("GPL");
