// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * vmallocinfo.c - /proc/vmallocinfo: how much memory each caller of vmalloc() has.
 *
 * Only areas marked "vmalloc" own pages: those of vmap() belong to others, ioremap() maps no
 * memory, and what is not yet unmapped is free. An area's size says nothing, because it
 * includes the guard page.
 */
#include "account/source.h"

#include "stack/symbol.h"

struct area {
	struct pageowner_text symbol, module;
	bool is_vmalloc;
	uint64_t pages;
};

static bool is_stack(struct pageowner_text symbol)
{
	static const char *const callers[] = { "kernel_clone", "_do_fork", "do_fork",
		"copy_process", "dup_task_struct", "alloc_thread_stack_node", "fork_idle",
		"create_io_thread", "vhost_task_create" };

	for (size_t i = 0; i < PO_ARRAY_SIZE(callers); i++)
		if (po_text_equal(symbol, po_text_of(callers[i])))
			return true;
	return false;
}

/* "symbol+0x1/0x2", or an address where the kernel has no symbols */
static bool take_caller(struct area *area, struct pageowner_text word)
{
	const char *plus = memchr(word.ptr, '+', word.len);
	struct pageowner_text symbol = word;

	if (plus)
		symbol.len = (size_t)(plus - word.ptr);
	else if (word.len < 3 || memcmp(word.ptr, "0x", 2))
		return false;
	area->symbol = po_symbol_without_suffix(symbol);
	return true;
}

static int take_word(struct area *area, struct pageowner_text word, size_t place)
{
	struct po_cursor c = { word.ptr, word.ptr + word.len };

	if (place == 0 && take_caller(area, word))
		return 0;
	if (place == 1 && word.len > 2 && word.ptr[0] == '[' && word.ptr[word.len - 1] == ']') {
		area->module = (struct pageowner_text){ word.ptr + 1, word.len - 2 };
		return 0;
	}
	if (po_text_equal(word, PO_TEXT("vmalloc")))
		area->is_vmalloc = true;
	if (!po_take_word(&c, "pages="))
		return 0;
	return po_take_decimal(&c, &area->pages) == PO_NUMBER_OK && !po_left(&c) ? 0 : -EBADMSG;
}

int po_vmallocinfo_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct po_part part = {
		.id = PAGEOWNER_ACCOUNT_VMALLOC, .source = PAGEOWNER_ACCOUNT_VMALLOCINFO,
		.count = 1, .unit = "areas",
	};
	struct pageowner_text word;
	struct area area = { 0 };
	uint64_t size;

	/* "0x(____ptrval____)-0x(____ptrval____)" early after boot: no number */
	if (!po_take_token(&c, &word) || word.len < 6 || memcmp(word.ptr, "0x", 2) ||
	    !memmem(word.ptr, word.len, "-0x", 3) || po_take_count(&c, &size) < 0)
		return -EBADMSG;
	for (size_t place = 0; po_take_token(&c, &word); place++)
		if (take_word(&area, word, place) < 0)
			return -EBADMSG;
	/* More pages than the area has room for, of the smallest size: damaged */
	if (area.pages > size / 4096)
		return -EBADMSG;
	if (!area.is_vmalloc || !area.pages)
		return 0;
	if (is_stack(area.symbol)) {
		po_fact_add(f->facts, PO_FACT_STACK_AREAS, area.pages);
		return 0;
	}
	part.name = area.symbol.len ? area.symbol : PO_TEXT("(unknown)");
	part.module = area.module;
	part.pages = (int64_t)area.pages;
	return po_parts_add(f->parts, &part);
}
