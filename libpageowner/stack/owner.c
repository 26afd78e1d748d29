// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * owner.c - the frame that owns a stack's pages, and the name it is known by.
 *
 * A name is the same for every build and kernel: without what compilers and profiling
 * add, and, for a function that one kernel has inlined, renamed or split, the name it
 * has in the newest. Which functions only pass memory on is known to plumbing.c.
 */
#include "base/po.h"

#include <pageowner/stack.h>

#include "stack/dispatch.h"
#include "stack/symbol.h"

/* The pages that @name holds belong to @owner if @callee, any if NULL, is the frame
 * before it. */
static const struct same {
	const char *name, *callee, *owner;
} same[] = {
	/* Compilers inline the handlers of a fault into their caller, 6.1 among others.
	 * Only an anonymous page or a copied one is allocated there, and only do_fault()
	 * allocates a page table in advance. */
	{ "__handle_mm_fault", "pte_alloc_one", "do_fault" },
	{ "__handle_mm_fault", "__pte_alloc", "do_anonymous_page" },
	{ "__handle_mm_fault", "__folio_alloc", "do_anonymous_page" },
	{ "__handle_mm_fault", "vma_alloc_*", "do_anonymous_page" },
	{ "__handle_mm_fault", "alloc_anon_folio", "do_anonymous_page" },
	{ "__handle_mm_fault", "folio_alloc*", "do_anonymous_page" },
	{ "__handle_mm_fault", "alloc_page*", "do_anonymous_page" },
	{ "__handle_mm_fault", "__alloc_pages*", "do_anonymous_page" },
	{ "__handle_mm_fault", "__alloc_zeroed_user_highpage*", "do_anonymous_page" },
	{ "handle_pte_fault", NULL, "do_anonymous_page" },
	{ "wp_page_copy", NULL, "do_wp_page" },
	{ "do_cow_fault", NULL, "do_fault" },
	/* The outer function has its name in both. */
	{ "copy_mm", NULL, "copy_process" },
	{ "dup_task_struct", NULL, "copy_process" },
	{ "__mmap_region", NULL, "mmap_region" },
	{ "tcp_net_metrics_init", NULL, "tcp_metrics_init" },
	/* Renamed */
	{ "generic_file_splice_read", NULL, "filemap_splice_read" },
	{ "uart_port_startup", NULL, "uart_startup" },
	{ "khugepaged_scan_pmd", NULL, "hpage_collapse_scan_pmd" },
	{ "khugepaged_scan_file", NULL, "hpage_collapse_scan_file" },
};

static struct pageowner_text known_as(struct pageowner_text symbol,
				      struct pageowner_text callee)
{
	symbol = po_symbol_without_suffix(symbol);
	callee = po_symbol_without_suffix(callee);
	for (size_t i = 0; i < PO_ARRAY_SIZE(same); i++)
		if (po_symbol_fits(symbol, same[i].name) &&
		    (!same[i].callee || po_symbol_fits(callee, same[i].callee)))
			return (struct pageowner_text){ same[i].owner,
				strlen(same[i].owner) };
	return symbol;
}

/* Whether frames are missing */
static bool is_elided(struct pageowner_text stack)
{
	const struct pageowner_text mark = PO_TEXT(" ...");
	const char *p = stack.ptr, *end = p + stack.len;

	for (; stack.len && (p = memmem(p, (size_t)(end - p), mark.ptr, mark.len)); p++)
		if ((p == stack.ptr || p[-1] == '\n') &&
		    (p + mark.len == end || p[mark.len] == '\n'))
			return true;
	return false;
}

PO_EXPORT int pageowner_stack_owner(struct pageowner_text stack,
				    const struct pageowner_plumbing *plumbing,
				    struct pageowner_frame *frame)
{
	struct pageowner_text callee = PO_TEXT(""), callee_of_found = callee;
	const struct pageowner_text whole = stack;
	struct pageowner_frame f, likely;
	bool is_owner = false;
	int found = 0;

	while (pageowner_frame_next(&stack, &f)) {
		is_owner = !pageowner_plumbing_match(plumbing, f.symbol);
		/* If all is plumbing, the outermost that is not a dispatcher */
		if (is_owner || !po_is_dispatcher(f.symbol)) {
			likely = f;
			callee_of_found = callee;
			found = 1;
		}
		if (is_owner)
			break;
		callee = f.symbol;
	}
	/* The owner may be among those that are missing. */
	if (!found || (!is_owner && is_elided(whole)))
		return 0;
	*frame = likely;
	frame->symbol = known_as(likely.symbol, callee_of_found);
	return 1;
}
