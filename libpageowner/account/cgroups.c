// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * cgroups.c - how many memory cgroups there are, those that are dying included, and what is
 * charged to them.
 *
 * A cgroup is removed and stays, dying, as long as a page or an object is charged to it. What
 * that is the kernel does not say; pageowner-sort --cull=memcg does, with records.
 */
#include "account/source.h"

struct wanted {
	const char *name;
	enum po_fact fact;
};

/* "name number": 0, also for other names, or -EBADMSG */
static int read_pair(struct po_source_file *f, struct pageowner_text line,
		     const struct wanted *wanted, size_t count)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text name, rest;
	uint64_t number;

	if (!po_take_token(&c, &name))
		return -EBADMSG;
	rest = (struct pageowner_text){ c.at, po_left(&c) };
	if (po_read_number(rest, &number) < 0)
		return -EBADMSG;
	for (size_t i = 0; i < count; i++)
		if (po_text_equal(name, po_text_of(wanted[i].name)))
			po_fact_add(f->facts, wanted[i].fact, number);
	return 0;
}

/* Of all controllers, and since Linux 6.13 of memory alone */
int po_cgroup_stat_line(struct po_source_file *f, struct pageowner_text line)
{
	static const struct wanted wanted[] = {
		{ "nr_descendants", PO_FACT_CGROUPS },
		{ "nr_dying_descendants", PO_FACT_DYING },
		{ "nr_subsys_memory", PO_FACT_MEMCGS },
		{ "nr_dying_subsys_memory", PO_FACT_DYING_MEMCGS },
	};

	return read_pair(f, line, wanted, PO_ARRAY_SIZE(wanted));
}

/* Bytes. Those of version 1 are user memory alone, which other lines have. */
int po_memory_stat_line(struct po_source_file *f, struct pageowner_text line)
{
	static const struct wanted wanted[] = {
		{ "percpu", PO_FACT_MEMCG_PERCPU },
		{ "vmalloc", PO_FACT_MEMCG_VMALLOC },
		{ "sock", PO_FACT_MEMCG_SOCK },
	};

	return read_pair(f, line, wanted, PO_ARRAY_SIZE(wanted));
}

/* "memory 5 123 1": name, hierarchy, cgroups with those that are dying, enabled */
int po_cgroups_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text name;
	uint64_t number[3];

	if (!po_take_token(&c, &name))
		return -EBADMSG;
	if (name.ptr[0] == '#')
		return 0;
	for (size_t i = 0; i < PO_ARRAY_SIZE(number); i++)
		if (po_take_count(&c, &number[i]) < 0)
			return -EBADMSG;
	if (po_text_equal(name, PO_TEXT("memory")) && number[2])
		po_fact_add(f->facts, PO_FACT_ALL_MEMCGS, number[1]);
	return 0;
}

/* What the dying have of the per-CPU memory that is charged, if each has the same */
static uint64_t share_of(uint64_t bytes, uint64_t dying, uint64_t living)
{
	const double all = (double)dying + (double)living;
	const double share = all > 0 ? (double)bytes * ((double)dying / all) : 0;

	return share < (double)bytes ? (uint64_t)share : bytes;
}

void po_account_count_cgroups(struct po_facts *f)
{
	const bool of_memory = po_fact_is_there(f, PO_FACT_DYING_MEMCGS);
	const enum po_fact dying = of_memory ? PO_FACT_DYING_MEMCGS : PO_FACT_DYING;
	const enum po_fact living = of_memory ? PO_FACT_MEMCGS : PO_FACT_CGROUPS;

	f->number[PO_FACT_DYING_SHOWN] = f->number[dying];
	f->number[PO_FACT_ALL_SHOWN] = 0;
	f->number[PO_FACT_DYING_PERCPU] = 0;
	if (po_fact_is_there(f, dying)) {
		f->number[PO_FACT_ALL_SHOWN] =
			po_add_or_stay(f->number[dying], f->number[living]);
		f->number[PO_FACT_DYING_PERCPU] = share_of(f->number[PO_FACT_MEMCG_PERCPU],
							   f->number[dying], f->number[living]);
	} else {
		f->number[PO_FACT_ALL_SHOWN] = f->number[PO_FACT_ALL_MEMCGS];
	}
	/* Known, be it 0 */
	f->has |= UINT64_C(1) << PO_FACT_DYING_SHOWN | UINT64_C(1) << PO_FACT_ALL_SHOWN |
		UINT64_C(1) << PO_FACT_DYING_PERCPU;
}
