// SPDX-License-Identifier: GPL-2.0-only
/*
 * show_pages.c - debugfs page_owner and lookup: records as text.
 *
 * The text and its reading rules are those of the in-tree page_owner, so that
 * every reader of it reads this: one record a read, the file position is a
 * PFN, a buffer too small gets ENOMEM. Only lookup adds lines of its own.
 */
#include <linux/cgroup.h>
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/kernfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/uaccess.h>

#include "pageowner.h"
#include "compat.h"

/* The kernel's own table is not exported. */
const char *const po_migratetype_names[MIGRATE_TYPES] = {
	[MIGRATE_UNMOVABLE] = "Unmovable",
	[MIGRATE_MOVABLE] = "Movable",
	[MIGRATE_RECLAIMABLE] = "Reclaimable",
	[MIGRATE_HIGHATOMIC] = "HighAtomic",
#ifdef CONFIG_CMA
	[MIGRATE_CMA] = "CMA",
#endif
#ifdef CONFIG_MEMORY_ISOLATION
	[MIGRATE_ISOLATE] = "Isolate",
#endif
};

/* By number, as later kernels only ever added to the end. */
static const char *const reason_names[] = {
	"compaction", "memory_failure", "memory_hotplug", "syscall_or_cpuset",
	"mempolicy_mbind", "numa_misplaced", "contig_range", "longterm_pin",
	"demotion", "damon",
};

enum print_mode { PRINT_STACK, PRINT_HANDLE, PRINT_STACK_HANDLE };

/* One open file: what it was told to show, and room to write text in. */
struct view {
	struct mutex lock;		/* protects everything below */
	enum print_mode mode;
	bool newest;			/* the newest text form, not this kernel's */
	bool by_node;
	nodemask_t nodes;
	u32 stack_id;			/* whose text is in stack_text */
	u64 enabled_ns;			/* when that number was valid */
	int stack_len;
	char stack_text[PAGE_SIZE];
	char text[PAGE_SIZE];
};

/* Text into a bounded buffer; len runs on beyond size, as with snprintf(). */
struct text {
	char *buf;
	size_t size;
	size_t len;
};

static __printf(2, 3) void put(struct text *t, const char *fmt, ...)
{
	size_t at = min(t->len, t->size);
	va_list args;

	va_start(args, fmt);
	t->len += vsnprintf(t->buf + at, t->size - at, fmt, args);
	va_end(args);
}

/**
 * po_gfp_type() - the migrate type a mask asks for
 * @gfp: allocation mask
 *
 * gfp_migratetype() needs a variable that is not exported. No mask has both
 * bits, but a bug elsewhere must not become one here.
 */
unsigned int po_gfp_type(gfp_t gfp)
{
	if (gfp & __GFP_MOVABLE)
		return gfp & __GFP_RECLAIMABLE ? MIGRATE_HIGHATOMIC : MIGRATE_MOVABLE;
	return gfp & __GFP_RECLAIMABLE ? MIGRATE_RECLAIMABLE : MIGRATE_UNMOVABLE;
}

/**
 * po_stack_print() - the frames of a stack as text
 * @buf:  for the text
 * @size: of it
 * @id:   number of the stack
 *
 * Return: length of the text, what did not fit included.
 */
int po_stack_print(char *buf, size_t size, u32 id)
{
	struct po_stack *stack = po_stack(id);

	return stack ? stack_trace_snprint(buf, size, stack->entries, stack->nr, 0) : 0;
}

/* Consecutive pages often share a stack, and naming frames is slow. */
static void put_stack(struct text *t, struct view *view, u32 id)
{
	if (view->stack_id != id || view->enabled_ns != po_enabled_ns) {
		view->stack_len = min_t(int, po_stack_print(view->stack_text,
							    PAGE_SIZE, id),
					PAGE_SIZE - 1);
		view->stack_id = id;
		view->enabled_ns = po_enabled_ns;
	}
	put(t, "%.*s", view->stack_len, view->stack_text);
}

#if PO_HAVE_MEMCG_DATA

/*
 * The page is not ours, and its memcg word can become anything else while it
 * is looked at: every pointer taken from it is followed by a read that may
 * fail, under RCU, which keeps what was valid alive.
 */
static bool peek(const void *from, void *to, size_t size)
{
	return !copy_from_kernel_nofault(to, from, size);
}

#define peek_member(ptr, member, to) \
	peek(&(ptr)->member, to, sizeof((ptr)->member))

/* Byte by byte: the name may end where nothing is mapped behind it. */
static bool peek_name(const char *from, char *to, size_t size)
{
	size_t i;

	for (i = 0; i < size - 1; i++)
		if (!peek(from + i, to + i, 1))
			return false;
		else if (!to[i])
			return true;
	to[i] = '\0';
	return true;
}

static void put_memcg(struct text *t, struct page *page)
{
	unsigned long data = READ_ONCE(page->memcg_data);
	struct mem_cgroup *memcg = NULL;
	struct cgroup *cgroup;
	struct kernfs_node *kn;
	const char *name;
	char base[80];
	unsigned int flags;

	if (!data || PageTail(page))
		return;
	if (data & PO_MEMCG_SLAB) {
		put(t, "Slab cache page\n");
		return;
	}
	rcu_read_lock();
	data = READ_ONCE(page->memcg_data);
	if (data & PO_MEMCG_KMEM) {
		struct obj_cgroup *objcg = (void *)(data & ~PO_MEMCG_MASK);

		if (!peek_member(objcg, memcg, &memcg))
			goto out;
	} else if (!(data & PO_MEMCG_SLAB)) {
		memcg = (void *)(data & ~PO_MEMCG_MASK);
	}
	if (!memcg || !peek_member(memcg, css.flags, &flags) ||
	    !peek_member(memcg, css.cgroup, &cgroup) ||
	    !peek_member(cgroup, kn, &kn) || !peek_member(kn, name, &name) ||
	    !peek_name(name, base, sizeof(base)))
		goto out;
	put(t, "Charged %sto %smemcg %s\n",
	    data & PO_MEMCG_KMEM ? "(via objcg) " : "",
	    flags & CSS_ONLINE ? "" : "offline ", *base ? base : "/");
out:
	rcu_read_unlock();
}

#else

static void put_memcg(struct text *t, struct page *page)
{
}

#endif

static void put_record(struct text *t, struct view *view, unsigned long pfn,
		       struct page *page, const struct po_page *known,
		       unsigned int order)
{
	const struct po_record *r = &known->record;
	gfp_t gfp = po_state_gfp(r->state);
	u32 stack = FIELD_GET(PO_STATE_STACK, r->state);
	unsigned int reason = FIELD_GET(PO_STATE_REASON, r->state);
	bool early = r->state & PO_STATE_EARLY;
	unsigned int block_type = po_pageblock_type(pfn);
	const char *comm = early ? "swapper" : po_comm(FIELD_GET(PO_TASK_COMM, r->task));

	put(t, "Page allocated via order %u, mask %#x(%pGg), pid %d, tgid %d (%.*s), ts %llu ns",
	    order, (__force u32)gfp, &gfp, (int)FIELD_GET(PO_TASK_PID, r->task),
	    (int)FIELD_GET(PO_TASK_TGID, r->task), TASK_COMM_LEN - 1, comm, r->ts_ns);
	if (PO_TEXT_HAS_FREE_TS && !view->newest)
		put(t, ", free_ts %llu ns",
		    FIELD_GET(PO_FREED_TIME, known->freed) << PO_FREED_SHIFT);
	put(t, PO_TEXT_PFN_DECIMAL && !view->newest ? "\nPFN %lu" : "\nPFN 0x%lx", pfn);
	put(t, " type %s Block %lu type %s Flags %pGp\n",
	    po_migratetype_names[po_gfp_type(gfp)], pfn >> pageblock_order,
	    block_type < MIGRATE_TYPES ? po_migratetype_names[block_type] : "?",
	    &page->flags);
	if (view->mode != PRINT_HANDLE)
		put_stack(t, view, stack);
	if (view->mode != PRINT_STACK)
		put(t, "handle: %u\n", stack);
	if (reason)
		put(t, "Page has been migrated, last migrate reason: %s\n",
		    reason <= ARRAY_SIZE(reason_names) ?
		    reason_names[reason - 1] : "unknown");
	put_memcg(t, page);
	put(t, "\n");
}

/*
 * The order to show for a page, or -1 where it is a tail. Splitting tells
 * nobody: a block recorded as one is taken apart here, when looked at.
 */
static int order_now(unsigned long pfn, struct page *page, u64 state)
{
	unsigned int order = FIELD_GET(PO_STATE_ORDER, state);

	if (!order)
		return 0;
	if (PageTail(page))
		return -1;
	if (PageHead(page))
		return min_t(unsigned int, order, compound_order(page));
	if ((po_state_gfp(state) & __GFP_COMP) || (state & PO_STATE_EARLY))
		return 0;		/* was compound, and is no more */
	if (!IS_ALIGNED(pfn, 1UL << order))
		return page_count(page) ? 0 : -1;
	return page_count(pfn_to_page(pfn + 1)) ? 0 : order;
}

static bool wanted(struct view *view, unsigned long pfn, struct page *page,
		   struct po_page *known, int *order)
{
	if (!po_page_get(pfn, known) ||
	    po_status_of(known->record.state) != PO_LIVE)
		return false;
	if (view->by_node && !node_isset(page_to_nid(page), view->nodes))
		return false;
	*order = order_now(pfn, page, known->record.state);
	return *order >= 0;
}

static ssize_t give(struct view *view, struct text *t, char __user *buf)
{
	if (t->len >= t->size)
		return -ENOMEM;
	if (copy_to_user(buf, view->text, t->len))
		return -EFAULT;
	return t->len;
}

static ssize_t read_record(struct view *view, char __user *buf, size_t count,
			   loff_t *ppos)
{
	struct text t = { .buf = view->text, .size = min(count, PAGE_SIZE) };
	unsigned long end = po_chunks_end();
	unsigned long pfn;

	for (pfn = *ppos; pfn < end; pfn++) {
		struct page *page;
		struct po_page known;
		int order;

		if (!(pfn % 1024)) {
			cond_resched();
			if (fatal_signal_pending(current))
				return -EINTR;
		}
		page = pfn_to_online_page(pfn);
		if (!page)
			continue;
		if (PageBuddy(page)) {
			unsigned long free_order = READ_ONCE(page_private(page));

			/* Read without the lock: it may be anything by now. */
			if (free_order <= PO_MAX_ORDER)
				pfn += (1UL << free_order) - 1;
			continue;
		}
		if (!wanted(view, pfn, page, &known, &order))
			continue;
		put_record(&t, view, pfn, page, &known, order);
		*ppos = pfn + 1;
		return give(view, &t, buf);
	}
	return 0;
}

static ssize_t page_owner_read(struct file *file, char __user *buf,
			       size_t count, loff_t *ppos)
{
	struct view *view = file->private_data;
	ssize_t ret = -EINVAL;

	mutex_lock(&view->lock);
	down_read(&po_lock);
	if (po_enabled)
		ret = read_record(view, buf, count, ppos);
	up_read(&po_lock);
	mutex_unlock(&view->lock);
	return ret;
}

static int set_mode(struct view *view, const char *name)
{
	static const char *const names[] = {
		[PRINT_STACK] = "stack",
		[PRINT_HANDLE] = "handle",
		[PRINT_STACK_HANDLE] = "stack_handle",
	};
	int mode = match_string(names, ARRAY_SIZE(names), name);

	if (mode < 0)
		return -EINVAL;
	view->mode = mode;
	return 0;
}

static int set_nodes(struct view *view, const char *list)
{
	if (nodelist_parse(list, view->nodes) || nodes_empty(view->nodes) ||
	    !nodes_subset(view->nodes, node_states[N_MEMORY]))
		return -EINVAL;
	view->by_node = true;
	return 0;
}

static int command(struct view *view, const char *word)
{
	if (!strncmp(word, "mode=", 5))
		return set_mode(view, word + 5);
	if (!strncmp(word, "nid=", 4))
		return set_nodes(view, word + 4);
	if (!strcmp(word, "format=newest") || !strcmp(word, "format=kernel")) {
		view->newest = word[7] == 'n';
		return 0;
	}
	return -EINVAL;
}

/* All commands of one write take effect, or none. */
static ssize_t page_owner_write(struct file *file, const char __user *buf,
				size_t count, loff_t *ppos)
{
	struct view *view = file->private_data;
	struct view *old;
	char *text, *rest, *word;
	int ret = 0;

	if (count > 32 + 6 * MAX_NUMNODES)
		return -EINVAL;
	text = memdup_user_nul(buf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	mutex_lock(&view->lock);
	old = kmemdup(view, offsetof(struct view, stack_id), GFP_KERNEL);
	if (!old)
		ret = -ENOMEM;
	for (rest = text; !ret && (word = strsep(&rest, " \t\n")); )
		if (*word)
			ret = command(view, word);
	if (ret && old) {
		view->mode = old->mode;
		view->newest = old->newest;
		view->by_node = old->by_node;
		view->nodes = old->nodes;
	}
	mutex_unlock(&view->lock);
	kfree(old);
	kfree(text);
	return ret ?: count;
}

static loff_t page_owner_llseek(struct file *file, loff_t offset, int whence)
{
	switch (whence) {
	case SEEK_SET:
		file->f_pos = offset;
		break;
	case SEEK_CUR:
		file->f_pos += offset;
		break;
	default:
		return -EINVAL;
	}
	return file->f_pos;
}

static struct view *new_view(void)
{
	struct view *view = kvzalloc(sizeof(*view), GFP_KERNEL);

	if (view)
		mutex_init(&view->lock);
	return view;
}

static int page_owner_open(struct inode *inode, struct file *file)
{
	file->private_data = new_view();
	return file->private_data ? 0 : -ENOMEM;
}

static int page_owner_release(struct inode *inode, struct file *file)
{
	kvfree(file->private_data);
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

/* ---- lookup: one page, by PFN or kernel address --------------------------- */

static DEFINE_MUTEX(lookup_mutex);
static unsigned long lookup_pfn = ULONG_MAX;	/* protected by lookup_mutex */

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
	mutex_lock(&lookup_mutex);
	lookup_pfn = pfn;
	mutex_unlock(&lookup_mutex);
	return count;
}

/* The first page of what a page belongs to, where the kernel or a record says. */
static unsigned long head_of(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);
	struct po_page known;
	unsigned int order;

	if (PageCompound(page))
		return page_to_pfn(compound_head(page));
	if (!po_page_get(pfn, &known) || order_now(pfn, page, known.record.state) >= 0)
		return pfn;
	order = FIELD_GET(PO_STATE_ORDER, known.record.state);
	return ALIGN_DOWN(pfn, 1UL << order);
}

static void put_freed(struct text *t, struct view *view, u64 freed)
{
	if (!freed)
		return;
	put(t, "Page last freed at ts %llu ns\n",
	    FIELD_GET(PO_FREED_TIME, freed) << PO_FREED_SHIFT);
	put_stack(t, view, FIELD_GET(PO_FREED_STACK, freed));
	put(t, "\n");
}

static void put_lookup(struct text *t, struct view *view, unsigned long pfn)
{
	static const char *const states[] = {
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
	state = known.record.state;
	status = po_status_of(state);
	put(t, "Page 0x%lx: %s%s\n", pfn, states[status],
	    status == PO_LIVE && (state & PO_STATE_EARLY) ?
	    " before tracking began" : "");
	if (FIELD_GET(PO_STATE_STACK, state)) {
		int order = order_now(head, page, state);

		put_record(t, view, head, page, &known, max(order, 0));
	}
	put_freed(t, view, known.freed);
}

static int lookup_show(struct seq_file *m, void *unused)
{
	struct view *view = new_view();
	struct text t = { .size = PAGE_SIZE };
	unsigned long pfn;
	int ret = -EINVAL;

	if (!view)
		return -ENOMEM;
	t.buf = view->text;
	view->mode = PRINT_STACK_HANDLE;
	mutex_lock(&lookup_mutex);
	pfn = lookup_pfn;
	mutex_unlock(&lookup_mutex);
	down_read(&po_lock);
	if (po_enabled && pfn != ULONG_MAX && pfn_to_online_page(pfn)) {
		put_lookup(&t, view, pfn);
		seq_write(m, view->text, min(t.len, t.size - 1));
		ret = 0;
	}
	up_read(&po_lock);
	kvfree(view);
	return ret;
}

static int lookup_open(struct inode *inode, struct file *file)
{
	return single_open(file, lookup_show, NULL);
}

static const struct file_operations lookup_fops = {
	.owner = THIS_MODULE,
	.open = lookup_open,
	.read = seq_read,
	.write = lookup_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/*
 * page_owner stays 0400 though it can be written: root may open it for both,
 * and under lockdown a file of this mode can still be opened for reading.
 */
void po_show_pages_create(struct dentry *dir)
{
	debugfs_create_file("page_owner", 0400, dir, NULL, &page_owner_fops);
	debugfs_create_file("lookup", 0600, dir, NULL, &lookup_fops);
}
