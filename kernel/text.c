// SPDX-License-Identifier: GPL-2.0-only
/*
 * text.c - one record as text, exactly as this kernel's page_owner would write it.
 *
 * Writes into a buffer of its own; which pages are shown, and to whom, is decided
 * by the show files.
 */
#include <linux/cgroup.h>
#include <linux/io.h>
#include <linux/kernfs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/uaccess.h>

#include "pageowner.h"
#include "compat.h"

/**
 * po_text_new() - an empty text
 *
 * Return: the text, free it with kvfree(); NULL if out of memory.
 */
struct po_text *po_text_new(void)
{
	struct po_text *t = kvzalloc(sizeof(*t), GFP_KERNEL);

	if (t)
		t->size = sizeof(t->buf);
	return t;
}

/**
 * po_text_put() - append to a text
 * @t:   the text; its len runs on beyond its size, as with snprintf()
 * @fmt: as printf()
 */
void po_text_put(struct po_text *t, const char *fmt, ...)
{
	size_t at = min(t->len, t->size);
	va_list args;

	va_start(args, fmt);
	t->len += vsnprintf(t->buf + at, t->size - at, fmt, args);
	va_end(args);
}

/**
 * po_stack_print() - the frames of a stack as text
 * @buf:  for the text
 * @size: of @buf
 * @id:   number of the stack
 *
 * Return: length of the whole text, even if it did not fit.
 */
int po_stack_print(char *buf, size_t size, u32 id)
{
	struct po_stack *stack = po_stack(id);

	return stack ? stack_trace_snprint(buf, size, stack->entries, stack->nr, 0) : 0;
}

/**
 * po_text_stack() - append the frames of a stack
 * @t:  the text
 * @id: number of the stack
 *
 * Consecutive pages often share a stack, and resolving symbols is slow, so the
 * text of the last stack is kept.
 */
void po_text_stack(struct po_text *t, u32 id)
{
	if (t->stack_id != id || t->enabled_ns != po_enabled_ns) {
		t->stack_len = min_t(int, po_stack_print(t->stack, sizeof(t->stack), id),
				     sizeof(t->stack) - 1);
		t->stack_id = id;
		t->enabled_ns = po_enabled_ns;
	}
	po_text_put(t, "%.*s", t->stack_len, t->stack);
}

#if PO_HAVE_MEMCG_DATA

/*
 * The page is not ours and its memcg word may change meanwhile, so every pointer
 * taken from it is followed by a read that may fail. RCU keeps alive what was
 * valid.
 */
static bool peek(const void *from, void *to, size_t size)
{
	return !copy_from_kernel_nofault(to, from, size);
}

#define peek_member(ptr, member, to) \
	peek(&(ptr)->member, to, sizeof((ptr)->member))

/* Byte by byte, as nothing may be mapped after the end of the name. */
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

static void put_memcg(struct po_text *t, struct page *page)
{
	unsigned long data = READ_ONCE(page->memcg_data);
	struct mem_cgroup *memcg;
	struct cgroup *cgroup;
	struct kernfs_node *kn;
	const char *name;
	char base[80];
	unsigned int flags;

	if (!data || PageTail(page))
		return;
	if (data & PO_MEMCG_SLAB) {
		po_text_put(t, "Slab cache page\n");
		return;
	}
	rcu_read_lock();
	data = READ_ONCE(page->memcg_data);
	if (data & PO_MEMCG_SLAB)
		goto out;
	memcg = (void *)(data & ~PO_MEMCG_MASK);
	if (po_memcg_has_objcg(data)) {
		struct obj_cgroup *objcg = (void *)memcg;

		if (!peek_member(objcg, memcg, &memcg))
			goto out;
	}
	if (!memcg || !peek_member(memcg, css.flags, &flags) ||
	    !peek_member(memcg, css.cgroup, &cgroup) ||
	    !peek_member(cgroup, kn, &kn) || !peek_member(kn, name, &name) ||
	    !peek_name(name, base, sizeof(base)))
		goto out;
	po_text_put(t, "Charged %sto %smemcg %s\n",
		    data & PO_MEMCG_KMEM ? "(via objcg) " : "",
		    flags & CSS_ONLINE ? "" : "offline ", *base ? base : "/");
out:
	rcu_read_unlock();
}

#else

static void put_memcg(struct po_text *t, struct page *page)
{
}

#endif

static void put_flags(struct po_text *t, struct page *page)
{
#if PO_TEXT_FLAGS_APART
	po_text_put(t, "%#lx(%pGp)\n", page->flags, &page->flags);
#else
	po_text_put(t, "%pGp\n", &page->flags);
#endif
}

/**
 * po_text_record() - append a record
 * @t:     the text
 * @pfn:   of the page
 * @page:  the page
 * @known: its record
 * @order: to show
 */
void po_text_record(struct po_text *t, unsigned long pfn, struct page *page,
		    const struct po_page *known, unsigned int order)
{
	gfp_t gfp = po_state_gfp(known->state);
	u32 stack = FIELD_GET(PO_STATE_STACK, known->state);
	unsigned int reason = FIELD_GET(PO_STATE_REASON, known->state);
	bool early = known->state & PO_STATE_EARLY;
	unsigned int block_type = po_pageblock_type(pfn);
	const char *comm = early ? "swapper" : po_comm(FIELD_GET(PO_TASK_COMM, known->task));

	po_text_put(t, "Page allocated via order %u, mask %#x(%pGg)", order,
		    (__force u32)gfp, &gfp);
	if (PO_TEXT_HAS_PID || t->newest)
		po_text_put(t, ", pid %d", (int)FIELD_GET(PO_TASK_PID, known->task));
	if (PO_TEXT_HAS_COMM || t->newest)
		po_text_put(t, ", tgid %d (%.*s)", (int)FIELD_GET(PO_TASK_TGID, known->task),
			    TASK_COMM_LEN - 1, comm);
	if (po_has_times() && (PO_TEXT_HAS_PID || t->newest))
		po_text_put(t, ", ts %llu ns", known->ts_ns);
	if (po_has_times() && PO_TEXT_HAS_FREE_TS && !t->newest)
		po_text_put(t, ", free_ts %llu ns",
			    FIELD_GET(PO_FREED_TIME, known->freed) << PO_FREED_SHIFT);
	po_text_put(t, PO_TEXT_PFN_DECIMAL && !t->newest ? "\nPFN %lu" : "\nPFN 0x%lx", pfn);
	po_text_put(t, " type %s Block %lu type %s Flags ",
		    po_migratetype_names[po_gfp_type(gfp)], pfn >> pageblock_order,
		    block_type < MIGRATE_TYPES ? po_migratetype_names[block_type] : "?");
	put_flags(t, page);
	if (t->mode != PO_PRINT_HANDLE)
		po_text_stack(t, stack);
	if (t->mode != PO_PRINT_STACK)
		po_text_put(t, "handle: %u\n", stack);
	if (reason)
		po_text_put(t, "Page has been migrated, last migrate reason: %s\n",
			    po_reason_name(reason - 1));
	put_memcg(t, page);
	po_text_put(t, "\n");
}

/**
 * po_order_now() - the order of the allocation that a page now begins
 * @pfn:   its number
 * @page:  the page
 * @state: of its record
 *
 * No event reports a split, so a block that was recorded as one is taken apart
 * here, when it is shown.
 *
 * Return: the order, or -1 for a tail.
 */
int po_order_now(unsigned long pfn, struct page *page, u64 state)
{
	unsigned int order = FIELD_GET(PO_STATE_ORDER, state);

	if (!order)
		return 0;
	if (PageTail(page))
		return -1;
	if (PageHead(page))
		return min_t(unsigned int, order, compound_order(page));
	if ((po_state_gfp(state) & __GFP_COMP) || (state & PO_STATE_EARLY))
		return 0;		/* was compound, was split */
	if (!IS_ALIGNED(pfn, 1UL << order))
		return page_count(page) ? 0 : -1;
	return page_count(pfn_to_page(pfn + 1)) ? 0 : order;
}
