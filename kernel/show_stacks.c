// SPDX-License-Identifier: GPL-2.0-only
/*
 * show_stacks.c - debugfs page_owner_stacks/: stacks with their counts.
 *
 * In-tree text and rules for the files that the kernel has; show_stacks_full and
 * show_unmatched are this module's own. The position of a reader is kept per open file, so a reader
 * that stops early has no effect on others.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>

#include "pageowner.h"

enum part {
	PART_STACK = BIT(0),
	PART_HANDLE = BIT(1),
	PART_PAGES = BIT(2),
	PART_FULL = BIT(3),
	PART_UNMATCHED = BIT(4),
};

struct place {
	unsigned long parts;
	bool locked;		/* po_lock, between start and stop */
	u64 enabled_ns;		/* when @next was valid */
	loff_t pos;		/* of @next */
	u32 next;
};

/* Protects oldest_ns of all stacks during the walk. */
static DEFINE_MUTEX(po_oldest_mutex);

static void *stacks_start(struct seq_file *m, loff_t *pos)
{
	struct place *place = m->private;

	place->locked = !down_read_killable(&po_lock);
	if (!place->locked)
		return ERR_PTR(-EINTR);
	if (!po_enabled || (*pos && place->enabled_ns != po_enabled_ns))
		return NULL;
	if (!*pos || *pos < place->pos) {
		place->enabled_ns = po_enabled_ns;
		place->next = po_stack_newest();
		place->pos = 0;
	}
	for (; place->pos < *pos && place->next; place->pos++)
		place->next = po_stack(place->next)->older;
	return po_stack(place->next);
}

static void *stacks_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct place *place = m->private;
	struct po_stack *stack = v;

	place->next = stack->older;
	place->pos = ++*pos;
	return po_stack(place->next);
}

static void stacks_stop(struct seq_file *m, void *v)
{
	struct place *place = m->private;

	if (place->locked)
		up_read(&po_lock);
}

static void put_frames(struct seq_file *m, u32 id)
{
	char *buf;
	size_t room = seq_get_buf(m, &buf);
	int len = room ? po_stack_print(buf, room, id) : 0;

	seq_commit(m, room && len < room ? len : -1);
}

static void put_full(struct seq_file *m, const struct po_stack *stack, s64 pages)
{
	seq_printf(m, "allocations: %lld\n", atomic64_read(&stack->allocs));
	seq_printf(m, "base_pages_allocated: %lld\n", atomic64_read(&stack->pages_in));
	seq_printf(m, "base_pages_freed: %lld\n", atomic64_read(&stack->pages_out));
	seq_printf(m, "peak_base_pages: %lld\n", READ_ONCE(stack->peak));
	seq_printf(m, "peak_ts: %llu ns\n", READ_ONCE(stack->peak_ns));
	if (pages > 0 && READ_ONCE(stack->oldest_ns) != U64_MAX)
		seq_printf(m, "oldest_ts: %llu ns\n", READ_ONCE(stack->oldest_ns));
}

static int stacks_show(struct seq_file *m, void *v)
{
	struct place *place = m->private;
	struct po_stack *stack = v;
	s64 pages = place->parts & PART_UNMATCHED ?
		atomic64_read(&stack->unmatched) : po_stack_pages(stack);
	s64 threshold = min_t(u64, READ_ONCE(po_count_threshold), S64_MAX);

	if (place->parts & PART_PAGES) {
		/* The full file also shows stacks that hold nothing: they are churn. */
		if (pages < threshold ||
		    (pages < 1 && !((place->parts & PART_FULL) &&
				    atomic64_read(&stack->allocs))))
			return 0;
	}
	if (place->parts & PART_STACK)
		put_frames(m, place->next);
	if (place->parts & PART_HANDLE)
		seq_printf(m, "handle: %u\n", place->next);
	if (place->parts & PART_PAGES)
		seq_printf(m, "nr_base_pages: %lld\n", pages);
	if (place->parts & PART_FULL)
		put_full(m, stack, pages);
	seq_putc(m, '\n');
	return 0;
}

static const struct seq_operations stacks_ops = {
	.start = stacks_start,
	.next = stacks_next,
	.stop = stacks_stop,
	.show = stacks_show,
};

static void look_at_age(unsigned long pfn)
{
	struct po_page known;
	struct po_stack *stack;
	u64 state;

	if (!po_page_get(pfn, &known))
		return;
	state = known.state;
	if (po_status_of(state) != PO_LIVE || (state & PO_STATE_EARLY))
		return;
	stack = po_stack(FIELD_GET(PO_STATE_STACK, state));
	if (known.ts_ns < stack->oldest_ns)
		WRITE_ONCE(stack->oldest_ns, known.ts_ns);
}

/*
 * Times are kept per page only, so the oldest page of each stack is searched for
 * when the file is opened.
 */
static int find_oldest(void)
{
	unsigned long start, end, pfn;
	u32 id;
	int ret = 0;

	if (mutex_lock_killable(&po_oldest_mutex))
		return -EINTR;
	if (down_read_killable(&po_lock)) {
		ret = -EINTR;
		goto out;
	}
	if (!po_enabled)
		goto unlock;
	for (id = po_stack_newest(); id; id = po_stack(id)->older)
		WRITE_ONCE(po_stack(id)->oldest_ns, U64_MAX);
	if (!po_has_times())
		goto unlock;
	end = po_chunks_end();
	for (start = 0; start < end; start += PO_CHUNK_PAGES) {
		if (!po_chunk_is_there(start))
			continue;
		for (pfn = start; pfn < start + PO_CHUNK_PAGES; pfn++)
			look_at_age(pfn);
		cond_resched();
		if (fatal_signal_pending(current)) {
			ret = -EINTR;
			break;
		}
	}
unlock:
	up_read(&po_lock);
out:
	mutex_unlock(&po_oldest_mutex);
	return ret;
}

static int stacks_open(struct inode *inode, struct file *file)
{
	unsigned long parts = (unsigned long)inode->i_private;
	struct place *place;
	int ret = parts & PART_FULL ? find_oldest() : 0;

	if (ret)
		return ret;
	place = __seq_open_private(file, &stacks_ops, sizeof(*place));
	if (!place)
		return -ENOMEM;
	place->parts = parts;
	return 0;
}

static const struct file_operations stacks_fops = {
	.owner = THIS_MODULE,
	.open = stacks_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

static int get_threshold(void *data, u64 *value)
{
	*value = READ_ONCE(po_count_threshold);
	return 0;
}

static int set_threshold(void *data, u64 value)
{
	WRITE_ONCE(po_count_threshold, value);
	return 0;
}

DEFINE_SIMPLE_ATTRIBUTE(threshold_fops, get_threshold, set_threshold, "%llu");

void po_show_stacks_create(struct dentry *dir)
{
	static const struct {
		const char *name;
		unsigned long parts;
	} files[] = {
		{ "show_stacks", PART_STACK | PART_PAGES },
		{ "show_handles", PART_HANDLE | PART_PAGES },
		{ "show_stacks_handles", PART_STACK | PART_HANDLE },
		{ "show_stacks_full", PART_STACK | PART_HANDLE | PART_PAGES | PART_FULL },
		{ "show_unmatched", PART_STACK | PART_PAGES | PART_UNMATCHED },
	};
	unsigned int i;

	dir = debugfs_create_dir("page_owner_stacks", dir);
	for (i = 0; i < ARRAY_SIZE(files); i++)
		debugfs_create_file(files[i].name, 0400, dir,
				    (void *)files[i].parts, &stacks_fops);
	debugfs_create_file("count_threshold", 0600, dir, NULL, &threshold_fops);
}
