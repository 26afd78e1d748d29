// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * refresh.c - bring the lines of an account and their parts up to date after something was
 * added, and say in what its files contradict each other.
 *
 * Counts nothing; lines.c makes the lines, parts.c sorts the parts.
 */
#include "account/state.h"

/* What the managed pages of all zones are MemTotal of, within an eighth: memory that comes
 * and goes while both are read is not that much. */
static void find_page_size(struct po_account_sums *s)
{
	const uint64_t pages = s->facts.number[PO_FACT_MANAGED];

	for (uint64_t size = 4096; pages && size <= 256 << 10; size *= 2) {
		uint64_t bytes;

		if (__builtin_mul_overflow(pages, size, &bytes))
			return;
		if (bytes >= s->total - s->total / 8 && bytes - bytes / 8 <= s->total) {
			s->page_size = size;
			return;
		}
	}
}

/* Whether zones and meminfo have the same memory, but for one part in a thousand */
static bool is_same_total(const struct po_account_sums *s)
{
	const uint64_t bytes = po_fact_bytes(&s->facts, PO_FACT_MANAGED, s->page_size);
	const uint64_t more = bytes > s->total ? bytes - s->total : s->total - bytes;

	return more <= s->total / 1000;
}

/* In what the files contradict each other */
static void compare_files(struct pageowner_account *a)
{
	const struct po_account_sums *s = &a->sums;
	struct pageowner_account_file *files = a->files;
	static const enum pageowner_account_class always[] = {
		PAGEOWNER_ACCOUNT_FREE, PAGEOWNER_ACCOUNT_CACHE, PAGEOWNER_ACCOUNT_ANON,
		PAGEOWNER_ACCOUNT_SLAB, PAGEOWNER_ACCOUNT_PAGE_TABLES,
		PAGEOWNER_ACCOUNT_STACKS,
	};

	if (!s->has_meminfo)
		return;
	for (size_t i = 0; i < PO_ARRAY_SIZE(always); i++)
		if (!s->has[always[i]])
			files[PAGEOWNER_ACCOUNT_MEMINFO].explanation =
				"lines that each kernel has are missing: it is not complete";
	files[PAGEOWNER_ACCOUNT_ZONEINFO].explanation =
		!po_fact_is_there(&s->facts, PO_FACT_MANAGED) || is_same_total(s) ? NULL :
		"its zones do not have as much memory as MemTotal says: it is not complete, or of another machine or time";
}

static void explain_by_parts(struct pageowner_account *a, struct pageowner_account_line *line)
{
	const size_t first = a->parts.first[line->id], end = a->parts.first[line->id + 1];
	const int64_t whole = line->id == PAGEOWNER_ACCOUNT_RESERVED ? line->outside_bytes :
		line->meminfo_bytes;
	const uint64_t bytes = whole > 0 ? (uint64_t)whole : 0;

	line->parts = end - first;
	line->parts_bytes = 0;
	for (size_t i = first; i < end; i++)
		line->parts_bytes = po_add_or_stay(line->parts_bytes,
						   a->parts.sorted[i].bytes);
	if (line->parts_bytes <= bytes)
		line->rest_bytes = bytes - line->parts_bytes;
	else if (line->parts_bytes - bytes > a->sums.total / 1024)
		line->has |= PAGEOWNER_ACCOUNT_PARTS_EXCEED;
	if (line->parts && line->rest_bytes)
		line->rest = po_account_classes[line - a->lines].rest;
}

/* The pool of zswap, before Linux 5.19, the first in which meminfo has it */
static void find_old_zswap(struct po_facts *f)
{
	f->has &= ~(UINT64_C(1) << PO_FACT_OLD_ZSWAP);
	f->number[PO_FACT_OLD_ZSWAP] = 0;
	if (po_fact_is_there(f, PO_FACT_ZSWAP_POOL) && !po_fact_is_there(f, PO_FACT_ZSWAP))
		po_fact_add(f, PO_FACT_OLD_ZSWAP, f->number[PO_FACT_ZSWAP_POOL]);
}

int po_account_refresh(struct pageowner_account *a)
{
	int ret;

	if (!a->has_page_size)
		find_page_size(&a->sums);
	po_account_make_lines(&a->sums, a->lines);
	po_account_count_cgroups(&a->sums.facts);
	find_old_zswap(&a->sums.facts);
	ret = po_parts_sort(&a->parts, &a->sums);
	for (size_t i = 0; ret == 0 && i < PO_ACCOUNT_CLASSES; i++)
		explain_by_parts(a, &a->lines[i]);
	compare_files(a);
	return ret;
}

int po_account_finish(struct pageowner_account *a, int ret)
{
	if (ret == 0)
		ret = po_account_refresh(a);
	ret = po_budget_error(&a->budget, ret);
	if (ret == -ENOBUFS)
		return po_account_fail(a, ret, "the account needs more memory than the limit");
	if (ret < 0 && !a->error[0])
		return po_account_fail(a, ret, strerror(-ret));
	return ret;
}
