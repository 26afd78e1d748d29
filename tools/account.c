// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * account.c - where all memory is, by meminfo and by page_owner.
 *
 * The one place that knows which functions hand out what /proc/meminfo has a line for.
 * A stack is looked at from the page allocator up to its owner (stack.h): who asked for
 * slab pages says nothing of what they are. Lines and functions as in
 * Documentation/filesystems/proc.rst and mm/ of Linux 4.4 to 6.19.
 */
#include "tools/account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A name that ends in '*' stands for all that begin so; without "_noprof" and what
 * compilers put behind a dot. */
static const struct {
	const char *name;
	enum account_class class;
} functions[] = {
	/* What folios for a user's address are, unless the next frames know better */
	{ "vma_alloc_*", ACCOUNT_ANON }, { "alloc_pages_vma", ACCOUNT_ANON },
	{ "alloc_anon_folio", ACCOUNT_ANON }, { "do_anonymous_page", ACCOUNT_ANON },
	{ "do_huge_pmd_anonymous_page", ACCOUNT_ANON }, { "do_wp_page", ACCOUNT_ANON },
	{ "wp_page_copy", ACCOUNT_ANON }, { "do_cow_fault", ACCOUNT_ANON },
	{ "do_swap_page", ACCOUNT_ANON }, { "__read_swap_cache_async", ACCOUNT_ANON },
	{ "swap_cache_alloc_folio", ACCOUNT_ANON }, { "alloc_charge_*", ACCOUNT_ANON },
	{ "alloc_swap_folio", ACCOUNT_ANON }, { "folio_prealloc", ACCOUNT_ANON },
	{ "ksm_might_need_to_copy", ACCOUNT_ANON },
	{ "khugepaged_alloc_page", ACCOUNT_ANON },

	{ "filemap_alloc_folio*", ACCOUNT_CACHE }, { "__page_cache_alloc", ACCOUNT_CACHE },
	{ "page_cache_ra_*", ACCOUNT_CACHE }, { "ra_alloc_folio", ACCOUNT_CACHE },
	{ "__do_page_cache_readahead", ACCOUNT_CACHE },
	{ "__filemap_get_folio*", ACCOUNT_CACHE }, { "filemap_get_pages", ACCOUNT_CACHE },
	{ "filemap_create_folio", ACCOUNT_CACHE }, { "filemap_fault", ACCOUNT_CACHE },
	{ "pagecache_get_page", ACCOUNT_CACHE }, { "find_or_create_page", ACCOUNT_CACHE },
	{ "do_read_cache_*", ACCOUNT_CACHE }, { "grow_dev_*", ACCOUNT_CACHE },
	{ "grow_buffers", ACCOUNT_CACHE }, { "__getblk_*", ACCOUNT_CACHE },
	{ "shmem_alloc_folio*", ACCOUNT_CACHE }, { "shmem_alloc_page", ACCOUNT_CACHE },
	{ "shmem_alloc_huge*", ACCOUNT_CACHE }, { "shmem_alloc_and_*", ACCOUNT_CACHE },

	{ "allocate_slab", ACCOUNT_SLAB }, { "new_slab*", ACCOUNT_SLAB },
	{ "___slab_alloc", ACCOUNT_SLAB }, { "cache_grow*", ACCOUNT_SLAB },
	{ "kmem_getpages", ACCOUNT_SLAB }, { "kmalloc_large*", ACCOUNT_SLAB },
	{ "__kmalloc_large*", ACCOUNT_SLAB }, { "___kmalloc_large*", ACCOUNT_SLAB },
	{ "kmalloc_order*", ACCOUNT_SLAB },

	{ "pte_alloc_one", ACCOUNT_PAGE_TABLES }, { "__pte_alloc", ACCOUNT_PAGE_TABLES },
	{ "__pte_alloc_one", ACCOUNT_PAGE_TABLES }, { "__pmd_alloc", ACCOUNT_PAGE_TABLES },
	{ "pmd_alloc_one", ACCOUNT_PAGE_TABLES }, { "__pud_alloc", ACCOUNT_PAGE_TABLES },
	{ "mmu_memory_cache_alloc_obj", ACCOUNT_PAGE_TABLES },

	{ "alloc_thread_stack_node", ACCOUNT_STACKS },
	{ "dup_task_struct", ACCOUNT_STACKS }, { "copy_process", ACCOUNT_STACKS },
	{ "scs_alloc", ACCOUNT_STACKS },

	{ "__vmalloc_*", ACCOUNT_VMALLOC }, { "vm_area_alloc_pages", ACCOUNT_VMALLOC },
	{ "vmalloc*", ACCOUNT_VMALLOC }, { "vzalloc*", ACCOUNT_VMALLOC },

	{ "pcpu_alloc_pages", ACCOUNT_PERCPU }, { "pcpu_populate_chunk", ACCOUNT_PERCPU },
	{ "pcpu_alloc", ACCOUNT_PERCPU }, { "pcpu_balance_*", ACCOUNT_PERCPU },
	{ "pcpu_create_chunk", ACCOUNT_PERCPU },

	{ "alloc_buddy_hugetlb_folio", ACCOUNT_HUGETLB },
	{ "alloc_buddy_huge_page*", ACCOUNT_HUGETLB },
	{ "alloc_fresh_huge*", ACCOUNT_HUGETLB }, { "only_alloc_fresh_*", ACCOUNT_HUGETLB },
	{ "alloc_pool_huge_*", ACCOUNT_HUGETLB }, { "alloc_gigantic_*", ACCOUNT_HUGETLB },
	{ "alloc_surplus_huge*", ACCOUNT_HUGETLB },

	{ "zswap_*", ACCOUNT_ZSWAP },
	{ "ttm_pool_alloc*", ACCOUNT_GPU }, { "__ttm_pool_alloc", ACCOUNT_GPU },
	{ "balloon_page_alloc", ACCOUNT_BALLOON },
	{ "__blk_queue_bounce", ACCOUNT_BOUNCE },

	{ "register_early_stack", ACCOUNT_BEFORE },
	{ "register_dummy_stack", ACCOUNT_BEFORE },
	{ "register_failure_stack", ACCOUNT_BEFORE },
};

/* Lines of meminfo; a class that has none of them there is not told. */
static const struct {
	const char *name;
	const char *lines[2];
} classes[ACCOUNT_CLASSES] = {
	[ACCOUNT_FREE] = { "free", { "MemFree" } },
	[ACCOUNT_CACHE] = { "page cache", { "Cached", "Buffers" } },
	[ACCOUNT_ANON] = { "anonymous", { "AnonPages" } },
	[ACCOUNT_SLAB] = { "slab", { "Slab" } },
	[ACCOUNT_PAGE_TABLES] = { "page tables", { "PageTables", "SecPageTables" } },
	[ACCOUNT_STACKS] = { "kernel stacks", { "KernelStack", "ShadowCallStack" } },
	[ACCOUNT_VMALLOC] = { "vmalloc", { "VmallocUsed" } },
	[ACCOUNT_PERCPU] = { "per-CPU", { "Percpu" } },
	[ACCOUNT_HUGETLB] = { "huge pages (hugetlb)", { "Hugetlb" } },
	[ACCOUNT_ZSWAP] = { "compressed swap", { "Zswap" } },
	[ACCOUNT_GPU] = { "graphics", { "GPUActive", "GPUReclaim" } },
	[ACCOUNT_BALLOON] = { "balloon", { "Balloon" } },
	[ACCOUNT_BOUNCE] = { "bounce buffers", { "Bounce" } },
	[ACCOUNT_BAD] = { "broken hardware", { "HardwareCorrupted" } },
	[ACCOUNT_OTHER] = { "not named by meminfo", { NULL } },
	[ACCOUNT_BEFORE] = { "before tracking", { NULL } },
};

const char *account_name(enum account_class class)
{
	return classes[class].name;
}

/* --- stacks */

static struct pageowner_text without_suffix(struct pageowner_text symbol)
{
	static const char noprof[] = "_noprof";
	const size_t len = sizeof(noprof) - 1;
	const char *dot = memchr(symbol.ptr, '.', symbol.len);

	if (dot)
		symbol.len = (size_t)(dot - symbol.ptr);
	if (symbol.len > len && !memcmp(symbol.ptr + symbol.len - len, noprof, len))
		symbol.len -= len;
	return symbol;
}

static enum account_class class_of(struct pageowner_text symbol)
{
	symbol = without_suffix(symbol);
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		size_t len = strlen(functions[i].name);
		const bool open = functions[i].name[len - 1] == '*';

		len -= open;
		if ((open ? symbol.len >= len : symbol.len == len) &&
		    !memcmp(symbol.ptr, functions[i].name, len))
			return functions[i].class;
	}
	return ACCOUNT_OTHER;
}

/* Whether a frame further from the allocator knows better what a page is */
static bool knows_better(enum account_class before, enum account_class now)
{
	switch (now) {
	case ACCOUNT_STACKS:
		return before == ACCOUNT_VMALLOC || before == ACCOUNT_OTHER;
	case ACCOUNT_CACHE:
	case ACCOUNT_HUGETLB:
		return before == ACCOUNT_ANON || before == ACCOUNT_OTHER;
	default:
		return before == ACCOUNT_OTHER;
	}
}

enum account_class account_classify(struct pageowner_text stack, bool *in_vmalloc)
{
	enum account_class class = ACCOUNT_OTHER;
	struct pageowner_frame frame;

	while (pageowner_frame_next(&stack, &frame)) {
		const enum account_class now = class_of(frame.symbol);

		if (now != ACCOUNT_OTHER && knows_better(class, now)) {
			if (in_vmalloc && now == ACCOUNT_STACKS)
				*in_vmalloc = class == ACCOUNT_VMALLOC;
			class = now;
		}
		if (!pageowner_plumbing_match(NULL, frame.symbol))
			break;
	}
	return class;
}

/* --- meminfo */

int account_add_meminfo(struct account *account, struct pageowner_text meminfo)
{
	uint64_t bytes;

	if (pageowner_meminfo(meminfo, "MemTotal", &bytes) < 0)
		return -EINVAL;
	account->total += bytes;
	for (int class = 0; class < ACCOUNT_NAMED; class++) {
		for (size_t i = 0; i < 2 && classes[class].lines[i]; i++) {
			if (pageowner_meminfo(meminfo, classes[class].lines[i], &bytes) < 0)
				continue;
			/* Linux 4.4 to 5.2 have the line, and always 0. */
			if (class == ACCOUNT_VMALLOC && !bytes)
				continue;
			account->is_told[class] = true;
			account->named[class] += bytes;
		}
	}
	return 0;
}

int64_t account_bytes(const struct account *account, enum account_class class)
{
	/* Where kernel stacks are taken from vmalloc, it contains them. */
	const uint64_t both = account->stacks_in_vmalloc &&
		account->named[ACCOUNT_STACKS] < account->named[ACCOUNT_VMALLOC] ?
		account->named[ACCOUNT_STACKS] : 0;
	int64_t left = (int64_t)account->total;

	if (class == ACCOUNT_VMALLOC)
		return (int64_t)(account->named[class] - both);
	if (class < ACCOUNT_NAMED)
		return (int64_t)account->named[class];
	if (class != ACCOUNT_OTHER)
		return 0;
	for (int c = 0; c < ACCOUNT_NAMED; c++)
		left -= account_bytes(account, c);
	return left;
}

/* --- rows */

/* Of a row beside its stack: while the array doubles and is sorted there are three */
#define ROW_COST	(3 * sizeof(struct account_row) + 192)

static void add_pages(uint64_t *sum, uint64_t pages)
{
	if (__builtin_add_overflow(*sum, pages, sum))
		*sum = UINT64_MAX;
}

static int add_row(struct account *account, struct pageowner_text stack, uint64_t pages)
{
	const struct pageowner_text module = pageowner_stack_module(stack);
	struct account_row *rows = account->rows, *row;
	struct pageowner_frame frame = { 0 };

	if (pageowner_budget_take(account->budget, ROW_COST + stack.len) < 0)
		return -ENOBUFS;
	account->memory += ROW_COST + stack.len;
	if (account->count == account->room) {
		const size_t room = account->room ? account->room * 2 : 64;

		rows = reallocarray(rows, room, sizeof(*rows));
		if (!rows)
			return -ENOMEM;
		account->rows = rows;
		account->room = room;
	}
	pageowner_stack_owner(stack, NULL, &frame);
	row = &rows[account->count++];
	*row = (struct account_row){
		.owner = strndup(frame.symbol.len ? frame.symbol.ptr : "",
				 frame.symbol.len),
		.module = strndup(module.len ? module.ptr : "", module.len),
		.stack = strndup(stack.len ? stack.ptr : "", stack.len),
		.largest = pages, .pages = pages, .stacks = 1,
	};
	return row->owner && row->module && row->stack ? 0 : -ENOMEM;
}

static void free_row(struct account_row *row)
{
	free(row->owner);
	free(row->module);
	free(row->stack);
}

static int compare_names(const void *a, const void *b)
{
	const struct account_row *x = a, *y = b;
	int ret = strcmp(x->owner, y->owner);

	if (ret == 0)
		ret = strcmp(x->module, y->module);
	return ret ? ret : strcmp(x->stack, y->stack);
}

static int compare_pages(const void *a, const void *b)
{
	const struct account_row *x = a, *y = b;

	if (x->pages != y->pages)
		return x->pages > y->pages ? -1 : 1;
	return compare_names(a, b);
}

/* One row for all stacks of an owner and module */
static void join_rows(struct account *account)
{
	struct account_row *rows = account->rows;
	size_t to = 0;

	if (!account->count)
		return;
	qsort(rows, account->count, sizeof(*rows), compare_names);
	for (size_t i = 1; i < account->count; i++) {
		struct account_row *into = &rows[to], *from = &rows[i];

		if (strcmp(into->owner, from->owner) || strcmp(into->module, from->module)) {
			rows[++to] = *from;
			continue;
		}
		if (from->largest > into->largest) {
			char *stack = into->stack;

			into->stack = from->stack;
			from->stack = stack;
			into->largest = from->largest;
		}
		add_pages(&into->pages, from->pages);
		into->stacks += from->stacks;
		free_row(from);
	}
	account->count = to + 1;
	qsort(rows, account->count, sizeof(*rows), compare_pages);
}

int account_add_profile(struct account *account, struct pageowner_profile *profile)
{
	const size_t count = pageowner_profile_count(profile);
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < count; i++) {
		const struct pageowner_group *group;
		enum account_class class;
		bool in_vmalloc = false;

		ret = pageowner_profile_group(profile, i, &group);
		if (ret <= 0)
			return ret;
		ret = 0;
		class = account_classify(group->record->stack, &in_vmalloc);
		if (class < ACCOUNT_NAMED && !account->is_told[class])
			class = ACCOUNT_OTHER;
		add_pages(&account->pages[class], group->pages);
		if (in_vmalloc && class == ACCOUNT_STACKS)
			add_pages(&account->stacks_in_vmalloc, group->pages);
		if (class == ACCOUNT_OTHER)
			ret = add_row(account, group->record->stack, group->pages);
	}
	join_rows(account);
	return ret;
}

void account_free(struct account *account)
{
	for (size_t i = 0; i < account->count; i++)
		free_row(&account->rows[i]);
	free(account->rows);
	pageowner_budget_give(account->budget, account->memory);
}
