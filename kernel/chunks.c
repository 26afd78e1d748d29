// SPDX-License-Identifier: GPL-2.0-only
/*
 * chunks.c - where records live: a chunk for each memory section, on its node.
 *
 * Chunks are made when tracking is enabled or a section goes online, and freed when
 * it goes offline or tracking is disabled. What is in a record is pages.c's business.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "records.h"
#include "compat.h"

/*
 * A lock of its own: the hotplug notifier runs under the hotplug locks, which
 * attaching a probe takes while po_lock is held.
 */
static DEFINE_MUTEX(chunks_mutex);
struct po_table __rcu *po_table;	/* written under chunks_mutex */
static atomic_long_t bytes;
unsigned int po_record_size __ro_after_init;

/**
 * po_chunks_set_size() - how large a record is, by the parameters
 */
void __init po_chunks_set_size(void)
{
	po_record_size = sizeof(struct po_record) + (po_times ? sizeof(u64) : 0);
}

/**
 * po_chunks_end() - first PFN after all that can have a record
 */
unsigned long po_chunks_end(void)
{
	unsigned long end;
	struct po_table *t;

	preempt_disable();
	t = rcu_dereference_sched(po_table);
	end = t ? t->nr << PO_CHUNK_SHIFT : 0;
	preempt_enable();
	return end;
}

/**
 * po_chunk_is_there() - check whether a page has a place for a record
 * @pfn: its number
 */
bool po_chunk_is_there(unsigned long pfn)
{
	bool is_there;

	rcu_read_lock();
	is_there = po_chunk_of(pfn);
	rcu_read_unlock();
	return is_there;
}

u64 po_chunks_needed(void)
{
	const struct po_chunk *chunk;
	size_t size = po_record_size;

	if (po_free_stacks)
		size += sizeof(*chunk->freed);
	return (u64)totalram_pages() * size;
}

size_t po_chunks_bytes(void)
{
	return atomic_long_read(&bytes);
}

/*
 * Zeroed memory of one node, by single pages: on a machine short of memory it
 * fails instead of calling the OOM killer, and wastes nothing by rounding.
 */
static void *map_pages(size_t size, int nid)
{
	unsigned int nr = PAGE_ALIGN(size) >> PAGE_SHIFT;
	struct page **pages;
	unsigned int i;
	void *mem;

	/* VM_MAP_PUT_PAGES has vfree() free the pages and this array. */
	pages = kvmalloc_array(nr, sizeof(*pages), GFP_KERNEL | __GFP_NOWARN);
	if (!pages)
		return NULL;
	for (i = 0; i < nr; i++) {
		pages[i] = alloc_pages_node(nid, GFP_KERNEL | __GFP_HIGHMEM |
					    __GFP_ZERO | __GFP_NOWARN |
					    __GFP_RETRY_MAYFAIL, 0);
		if (!pages[i])
			goto undo;
	}
	mem = vmap(pages, nr, VM_MAP_PUT_PAGES, PAGE_KERNEL);
	if (!mem)
		goto undo;
	atomic_long_add((long)nr << PAGE_SHIFT, &bytes);
	return mem;
undo:
	while (i--)
		__free_page(pages[i]);
	kvfree(pages);
	return NULL;
}

static void unmap_pages(void *mem, size_t size)
{
	if (!mem)
		return;
	vfree(mem);
	atomic_long_sub(PAGE_ALIGN(size), &bytes);
}

static void free_chunk(struct po_chunk *chunk)
{
	if (!chunk)
		return;
	unmap_pages(chunk->freed, PO_CHUNK_PAGES * sizeof(*chunk->freed));
	unmap_pages(chunk->records, PO_CHUNK_PAGES * po_record_size);
	kfree(chunk);
}

static struct po_chunk *new_chunk(int nid)
{
	struct po_chunk *chunk = kzalloc_node(sizeof(*chunk), GFP_KERNEL, nid);

	if (!chunk)
		return NULL;
	chunk->records = map_pages(PO_CHUNK_PAGES * po_record_size, nid);
	if (!chunk->records)
		goto undo;
	if (po_free_stacks) {
		chunk->freed = map_pages(PO_CHUNK_PAGES * sizeof(*chunk->freed), nid);
		if (!chunk->freed)
			goto undo;
	}
	return chunk;
undo:
	free_chunk(chunk);
	return NULL;
}

/* Make the table reach chunk number @nr - 1, by a larger copy if it is too short. */
static int reach(unsigned long nr)
{
	struct po_table *old = rcu_dereference_protected(po_table,
					lockdep_is_held(&chunks_mutex));
	struct po_table *new;

	if (old && nr <= old->nr)
		return 0;
	new = kvzalloc(struct_size(new, chunks, nr), GFP_KERNEL | __GFP_NOWARN);
	if (!new)
		return -ENOMEM;
	new->nr = nr;
	if (old)
		memcpy(new->chunks, old->chunks, old->nr * sizeof(old->chunks[0]));
	rcu_assign_pointer(po_table, new);
	if (old) {
		synchronize_rcu();
		kvfree(old);
	}
	return 0;
}

static int add_chunks(unsigned long start, unsigned long end, int nid)
{
	unsigned long nr = start >> PO_CHUNK_SHIFT;
	struct po_table *t;
	int ret;

	lockdep_assert_held(&chunks_mutex);
	ret = reach(DIV_ROUND_UP(end, PO_CHUNK_PAGES));
	if (ret)
		return ret;
	t = rcu_dereference_protected(po_table, lockdep_is_held(&chunks_mutex));
	for (; nr << PO_CHUNK_SHIFT < end; nr++) {
		struct po_chunk *chunk;

		if (t->chunks[nr])
			continue;
		chunk = new_chunk(nid);
		if (!chunk)
			return -ENOMEM;
		if (fatal_signal_pending(current)) {
			free_chunk(chunk);
			return -EINTR;
		}
		/* After the chunk is whole; readers depend on its address. */
		smp_store_release(&t->chunks[nr], chunk);
		cond_resched();
	}
	return 0;
}

/* Pages still live in an offlined chunk were isolated, not freed: uncount them. */
static void uncount_chunk(struct po_chunk *chunk)
{
	unsigned long i;

	for (i = 0; i < PO_CHUNK_PAGES; i++) {
		u64 state = po_record_of(chunk, i)->state;

		if (po_status_of(state) == PO_LIVE)
			po_uncount(state, 1);
	}
}

static void remove_chunks(unsigned long start, unsigned long end)
{
	struct po_table *t = rcu_dereference_protected(po_table,
					lockdep_is_held(&chunks_mutex));
	unsigned long nr;

	for (nr = start >> PO_CHUNK_SHIFT; nr << PO_CHUNK_SHIFT < end; nr++) {
		struct po_chunk *chunk;

		if (!t || nr >= t->nr || !t->chunks[nr])
			continue;
		chunk = t->chunks[nr];
		WRITE_ONCE(t->chunks[nr], NULL);
		synchronize_rcu();
		uncount_chunk(chunk);
		free_chunk(chunk);
	}
}

/* Memory goes online and offline in blocks of whole sections. */
static int on_hotplug(struct notifier_block *nb, unsigned long action, void *arg)
{
	struct memory_notify *mem = arg;
	unsigned long end = mem->start_pfn + mem->nr_pages;

	mutex_lock(&chunks_mutex);
	switch (action) {
	case MEM_GOING_ONLINE:
	case MEM_ONLINE:	/* if it was going online while tracking was enabled */
		/* Without records the memory is only untracked, so allow it. */
		if (rcu_access_pointer(po_table) &&
		    add_chunks(mem->start_pfn, end,
			       page_to_nid(pfn_to_page(mem->start_pfn))))
			pr_notice("no memory for records of new PFNs %#lx-%#lx\n",
				  mem->start_pfn, end - 1);
		break;
	case MEM_OFFLINE:
	case MEM_CANCEL_ONLINE:
		remove_chunks(mem->start_pfn, end);
		break;
	}
	mutex_unlock(&chunks_mutex);
	return NOTIFY_OK;
}

static struct notifier_block hotplug_block = { .notifier_call = on_hotplug };

static bool any_online(unsigned long start, unsigned long end)
{
	for (; start < end; start += pageblock_nr_pages)
		if (pfn_to_online_page(start))
			return true;
	return false;
}

static int add_node(int nid)
{
	unsigned long start = NODE_DATA(nid)->node_start_pfn;
	unsigned long end = start + NODE_DATA(nid)->node_spanned_pages;
	unsigned long pfn;
	int ret;

	for (pfn = ALIGN_DOWN(start, PO_CHUNK_PAGES); pfn < end; pfn += PO_CHUNK_PAGES) {
		if (!any_online(max(pfn, start), min(pfn + PO_CHUNK_PAGES, end)))
			continue;
		ret = add_chunks(pfn, pfn + PO_CHUNK_PAGES, nid);
		if (ret)
			return ret;
	}
	return 0;
}

static void drop_table(void)
{
	struct po_table *t = rcu_dereference_protected(po_table,
					lockdep_is_held(&chunks_mutex));
	unsigned long nr;

	if (!t)
		return;
	RCU_INIT_POINTER(po_table, NULL);
	for (nr = 0; nr < t->nr; nr++)
		free_chunk(t->chunks[nr]);
	kvfree(t);
}

/**
 * po_chunks_init() - allocate records for all memory
 *
 * Return: 0, or a negative errno with nothing allocated.
 */
int po_chunks_init(void)
{
	unsigned long end = 0;
	int nid, ret;

	for_each_online_node(nid)
		end = max(end, NODE_DATA(nid)->node_start_pfn +
			       NODE_DATA(nid)->node_spanned_pages);

	ret = register_memory_notifier(&hotplug_block);
	if (ret)
		return ret;
	mutex_lock(&chunks_mutex);
	ret = reach(DIV_ROUND_UP(end, PO_CHUNK_PAGES));
	for_each_online_node(nid)
		if (!ret)
			ret = add_node(nid);
	if (ret)
		drop_table();
	mutex_unlock(&chunks_mutex);
	if (ret)
		unregister_memory_notifier(&hotplug_block);
	return ret;
}

/**
 * po_chunks_exit() - free all records; no probe may be attached
 */
void po_chunks_exit(void)
{
	unregister_memory_notifier(&hotplug_block);
	mutex_lock(&chunks_mutex);
	drop_table();
	mutex_unlock(&chunks_mutex);
}

/**
 * po_chunks_clear() - zero all records; no probe may be attached
 */
void po_chunks_clear(void)
{
	struct po_table *t;
	unsigned long nr;

	mutex_lock(&chunks_mutex);
	t = rcu_dereference_protected(po_table, lockdep_is_held(&chunks_mutex));
	for (nr = 0; nr < t->nr; nr++) {
		struct po_chunk *chunk = t->chunks[nr];

		if (!chunk)
			continue;
		memset(chunk->records, 0, PO_CHUNK_PAGES * po_record_size);
		if (chunk->freed)
			memset(chunk->freed, 0, PO_CHUNK_PAGES * sizeof(*chunk->freed));
		cond_resched();
	}
	mutex_unlock(&chunks_mutex);
}
