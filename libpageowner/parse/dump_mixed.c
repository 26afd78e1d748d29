// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * dump_mixed.c - parts of several stacks in one.
 *
 * On a console without caller ids, entries that are printed at the same time are mixed line
 * by line; a paste may overlap the one before it, lines between two stacks may be lost. They
 * cannot be separated, but mostly it can be seen: the functions that record a stack are its
 * innermost, in every stack, and only there, and no page is allocated by what frees one.
 */
#include "parse/dump_mixed.h"

#include <pageowner/stack.h>

#include "stack/symbol.h"

static bool is_innermost(struct pageowner_text symbol)
{
	static const char *const names[] = {
		"post_alloc_hook", "prep_new_page", "__set_page_owner", "set_page_owner",
		"__set_page_owner_handle", "save_stack", "save_stack_trace",
		"stack_trace_save", "get_page_from_freelist",
	};

	return po_symbol_fits_any(symbol, names, PO_ARRAY_SIZE(names));
}

/* The innermost functions of a stack that frees a page */
static bool is_freeing(struct pageowner_text symbol)
{
	static const char *const names[] = {
		"__reset_page_owner", "reset_page_owner", "free_pages_prepare",
		"__free_pages_prepare", "free_pcp_prepare", "free_unref_*", "__free_pages_ok",
		"free_frozen_pages", "__free_frozen_pages", "free_pcppages_bulk",
		"free_one_page", "__free_one_page",
	};

	return po_symbol_fits_any(symbol, names, PO_ARRAY_SIZE(names));
}

/* Called while the allocator works, and may allocate again: interrupts, reclaim, compaction,
 * what stores stacks */
static bool may_allocate_again(struct pageowner_text symbol)
{
	static const char *const names[] = {
		"do_IRQ", "common_interrupt", "asm_*", "sysvec_*", "ret_from_intr",
		"apic_timer_interrupt", "irq_exit*", "__irq_exit*", "__irq_svc", "el1*", "el0*",
		"handle_irq*", "__do_softirq", "do_softirq*", "handle_softirqs", "exc_*",
		"try_to_free_*", "shrink_*", "node_reclaim", "__node_reclaim", "compact_zone*",
		"migrate_pages*", "stack_depot_save*", "__stack_depot_save", "kasan_*", "kmsan_*",
	};

	return po_symbol_fits_any(symbol, names, PO_ARRAY_SIZE(names));
}

static bool has_again(struct pageowner_text stack)
{
	struct pageowner_frame frame;

	while (pageowner_frame_next(&stack, &frame))
		if (may_allocate_again(po_symbol_without_suffix(frame.symbol)))
			return true;
	return false;
}

/* Whether a line may be what is looked for: cheap, for all stacks */
static bool may_be_inner(struct pageowner_text line)
{
	static const char starts[][4] = {
		"post", "prep", "__se", "set_", "save", "stac", "get_", "free", "__fr", "rese",
		"__re",
	};
	uint32_t start;

	if (line.len < 6)
		return true;
	memcpy(&start, line.ptr + 1, sizeof(start));
	for (size_t i = 0; i < PO_ARRAY_SIZE(starts); i++) {
		uint32_t other;

		memcpy(&other, starts[i], sizeof(other));
		if (start == other)
			return true;
	}
	return line.ptr[1] == '[';	/* an address */
}

/* Whether such a line follows another */
static bool may_be_mixed(struct pageowner_text stack)
{
	const char *p = stack.ptr, *end, *newline;
	struct pageowner_text first = { p, 0 };
	bool is_inner = true;

	if (!stack.len)
		return false;
	end = p + stack.len;
	if (stack.len > 8 && (!memcmp(p, " free_", 6) || !memcmp(p, " __free", 7)))
		return true;

	for (; p < end; p = newline + (newline < end)) {
		struct pageowner_text line;

		newline = memchr(p, '\n', (size_t)(end - p));
		newline = newline ? newline : end;
		line = (struct pageowner_text){ p, (size_t)(newline - p) };
		if (!first.len) {
			first = line;
			is_inner = may_be_inner(line);
			continue;
		}
		if ((!is_inner && may_be_inner(line)) || po_text_equal(line, first))
			return true;
		is_inner = is_inner && may_be_inner(line);
	}
	return false;
}

size_t po_stack_certain_len(struct pageowner_text stack)
{
	const char *start = stack.ptr, *at;
	const size_t len = stack.len;
	struct pageowner_text first = { "", 0 }, lines[2] = { { "", 0 }, { "", 0 } };
	bool is_inside = true, begins_inside = false, was_first = false;
	size_t inside_len = 0, before = 0, frames = 0;
	struct pageowner_frame frame;

	if (!may_be_mixed(stack))
		return len;
	for (; at = stack.ptr, pageowner_frame_next(&stack, &frame); frames++) {
		const struct pageowner_text symbol = po_symbol_without_suffix(frame.symbol);
		const bool is_inner = is_innermost(symbol);
		size_t certain = len;

		if ((is_inner && (!is_inside || po_text_equal(frame.symbol, first))) ||
		    is_freeing(symbol))
			certain = begins_inside ? inside_len : 0;
		else if (was_first && po_text_equal(frame.line, lines[1]))
			certain = before;
		if (certain < len)
			return has_again((struct pageowner_text){
				start, (size_t)(at - start) }) ? len : certain;
		/* The first two lines once more */
		was_first = frames > 1 && po_text_equal(frame.line, lines[0]) &&
			!po_text_equal(lines[0], lines[1]);
		if (was_first)
			before = (size_t)(at - start);
		is_inside &= is_inner;
		begins_inside |= is_inside;
		first = first.len ? first : frame.symbol;
		if (frames < 2)
			lines[frames] = frame.line;
		if (is_inside)
			inside_len = (size_t)(stack.ptr - start);
	}
	return len;
}

bool po_free_stack_is_mixed(struct pageowner_text stack)
{
	static const char *const names[] = {
		"post_alloc_hook", "prep_new_page", "__set_page_owner", "set_page_owner",
	};
	struct pageowner_frame frame;

	while (pageowner_frame_next(&stack, &frame)) {
		const struct pageowner_text symbol = po_symbol_without_suffix(frame.symbol);

		if (may_allocate_again(symbol))
			return false;
		if (po_symbol_fits_any(symbol, names, PO_ARRAY_SIZE(names)))
			return true;
	}
	return false;
}
