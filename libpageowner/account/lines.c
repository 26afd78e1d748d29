// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * lines.c - what was counted -> the lines of an account: figures of meminfo that add up
 * to MemTotal, and why records differ from them.
 *
 * Counts nothing itself; which stack is of which class is known to classes.c.
 */
#include "account/state.h"

static int64_t to_signed(uint64_t number)
{
	return number < INT64_MAX ? (int64_t)number : INT64_MAX;
}

static uint64_t bytes_of(const struct po_account_sums *s, uint64_t pages)
{
	uint64_t bytes;

	return __builtin_mul_overflow(pages, s->page_size, &bytes) ? UINT64_MAX : bytes;
}

static uint64_t less(uint64_t from, uint64_t by)
{
	return from > by ? from - by : 0;
}

/*
 * Bytes of a class that MemTotal does not include.
 *
 * Balloon drivers of virtio, Xen and pseries lower MemTotal when they take a page, those
 * of VMware and Hyper-V do not. The first chunk of per-CPU memory is reserved before
 * there is a page allocator: Percpu counts it, MemTotal does not, and no record covers it.
 */
static uint64_t outside_bytes(const struct po_account_sums *s,
			      enum pageowner_account_class id)
{
	const uint64_t recorded = bytes_of(s, s->pages[id]);

	if (id == PAGEOWNER_ACCOUNT_RESERVED && po_fact_is_there(&s->facts, PO_FACT_MANAGED))
		return bytes_of(s, less(s->facts.number[PO_FACT_PRESENT],
					s->facts.number[PO_FACT_MANAGED]));
	if (id == PAGEOWNER_ACCOUNT_RESERVED && s->has_meminfo)
		return less(s->facts.number[PO_FACT_SYSTEM_RAM], s->total);
	if (id == PAGEOWNER_ACCOUNT_PERCPU && s->since_boot && !s->has_threshold &&
	    !s->is_partial)
		return less(s->named[id], recorded);
	if (id != PAGEOWNER_ACCOUNT_BALLOON)
		return 0;
	if (!s->has[id])
		return bytes_of(s, s->outside);
	return less(s->named[id], less(recorded, bytes_of(s, s->outside)));
}

/*
 * Whether VmallocUsed includes kernel stacks: by the records, or by vmallocinfo. If neither
 * is there, they are taken to be: since Linux 5.3, the first in which VmallocUsed is a number,
 * nearly every kernel has CONFIG_VMAP_STACK, and if one has not, the rest is too large by its
 * stacks, not too small.
 */
static bool vmalloc_has_stacks(const struct po_account_sums *s)
{
	return s->stacks_in_vmalloc || s->facts.number[PO_FACT_STACK_AREAS] ||
		!(s->has_areas || s->has_records);
}

/* Bytes by meminfo that are part of MemTotal */
static int64_t meminfo_bytes(const struct po_account_sums *s,
			     enum pageowner_account_class id, uint64_t outside)
{
	uint64_t bytes = less(s->named[id], outside);

	if (id == PAGEOWNER_ACCOUNT_VMALLOC && vmalloc_has_stacks(s) &&
	    s->named[PAGEOWNER_ACCOUNT_STACKS] < bytes)
		bytes -= s->named[PAGEOWNER_ACCOUNT_STACKS];
	return to_signed(bytes);
}

/* Bytes of stacks whose process has ended, which the kernel keeps for the next: part of
 * VmallocUsed, but not of KernelStack */
static uint64_t kept_stacks(const struct po_account_sums *s)
{
	const uint64_t counted = s->named[PAGEOWNER_ACCOUNT_STACKS];
	const uint64_t more = less(bytes_of(s, s->pages[PAGEOWNER_ACCOUNT_STACKS]), counted);
	const uint64_t missing =
		less(less(s->named[PAGEOWNER_ACCOUNT_VMALLOC], counted),
		     bytes_of(s, s->pages[PAGEOWNER_ACCOUNT_VMALLOC]));

	return s->stacks_in_vmalloc && more <= missing ? more : 0;
}

static const char *why_missing(const struct po_account_sums *s,
			       enum pageowner_account_class id, uint64_t missing)
{
	if (id == PAGEOWNER_ACCOUNT_VMALLOC && missing <= kept_stacks(s))
		return "kernel stacks that are kept for reuse, which KernelStack does not count";
	if (missing <= bytes_of(s, s->pages[PAGEOWNER_ACCOUNT_BEFORE]))
		return "allocated before tracking began, or freed about when meminfo was read";
	if (s->has_threshold)
		return "of stacks below count_threshold, which are not recorded";
	if (s->is_partial)
		return "not recorded: the capture covers only a part of memory";
	return "no record covers it";
}

static const char *why_more(const struct po_account_sums *s,
			    enum pageowner_account_class id, uint64_t more)
{
	const uint64_t huge = bytes_of(s, s->huge);

	if (id == PAGEOWNER_ACCOUNT_STACKS && more <= kept_stacks(s))
		return "kept for reuse after their process ended; VmallocUsed counts them";
	if (id == PAGEOWNER_ACCOUNT_ANON && more <= huge)
		return "allocated after meminfo was read, or in huge pages that are partly unmapped";
	if (id == PAGEOWNER_ACCOUNT_ANON && s->swap_cached && more <= huge + s->swap_cached)
		return "allocated after meminfo was read, or in the swap cache and not mapped";
	return "allocated after meminfo was read, or not yet counted by it";
}

/*
 * How much more than meminfo says may be recorded, because the two are not read at the same
 * moment: reading records takes up to minutes. A class may double meanwhile; if it is
 * small, it may become a part of memory that is larger for what grows fast.
 *
 * In captures of Linux 6.1 and 6.12 under load no class has more than a tenth more, or one
 * percent of memory.
 */
static uint64_t most_more(const struct po_account_sums *s, enum pageowner_account_class id,
			  uint64_t named)
{
	const bool is_slow = id == PAGEOWNER_ACCOUNT_PAGE_TABLES ||
		id == PAGEOWNER_ACCOUNT_STACKS || id == PAGEOWNER_ACCOUNT_VMALLOC ||
		id == PAGEOWNER_ACCOUNT_PERCPU || id == PAGEOWNER_ACCOUNT_HUGETLB;
	const uint64_t part = s->total / (is_slow ? 128 : 16);
	const uint64_t more = named > part ? named : part;

	if (id != PAGEOWNER_ACCOUNT_ANON)
		return more;
	return po_add_or_stay(more, po_add_or_stay(bytes_of(s, s->huge), s->swap_cached));
}

/* Whether the records of a class cannot be of this meminfo */
static bool contradicts(const struct po_account_sums *s,
			const struct pageowner_account_line *line)
{
	/* Only the rest can be negative. */
	const uint64_t named = (uint64_t)line->outside_bytes +
		(line->meminfo_bytes > 0 ? (uint64_t)line->meminfo_bytes : 0);

	return line->has & PAGEOWNER_ACCOUNT_HAS_MEMINFO &&
		less(bytes_of(s, line->pages), named) > most_more(s, line->id, named);
}

bool po_account_exceeds(const struct po_account_sums *s, uint64_t *bytes)
{
	uint64_t pages = 0;

	for (size_t id = 0; id < PO_ACCOUNT_CLASSES; id++)
		pages = po_add_or_stay(pages, s->pages[id]);
	/* A balloon may lower MemTotal. */
	*bytes = bytes_of(s, less(pages, s->outside));
	/* A page that moves while records are read may be counted twice. */
	return s->has_meminfo && less(*bytes, s->total) > s->total / 16;
}

/* Why records differ from meminfo by more than one percent; NULL if they do not */
static const char *explain(const struct po_account_sums *s,
			   const struct pageowner_account_line *line)
{
	const uint64_t named = (uint64_t)line->meminfo_bytes + (uint64_t)line->outside_bytes;
	const uint64_t recorded = bytes_of(s, line->pages);
	const uint64_t missing = less(named, recorded), more = less(recorded, named);

	if (line->outside_bytes)
		return line->id == PAGEOWNER_ACCOUNT_PERCPU ?
			"the first chunk is not part of MemTotal" :
			"not part of MemTotal, which the driver lowers";
	if (missing <= named / 100 && more <= named / 100)
		return NULL;
	return missing ? why_missing(s, line->id, missing) : why_more(s, line->id, more);
}

static void mark_contradiction(const struct po_account_sums *s,
			       struct pageowner_account_line *line)
{
	if (!contradicts(s, line))
		return;
	line->has |= PAGEOWNER_ACCOUNT_CONTRADICTS;
	line->explanation = "contradicts: records and meminfo are of different machines or times";
}

void po_account_make_lines(const struct po_account_sums *s,
			   struct pageowner_account_line *lines)
{
	struct pageowner_account_line *other = NULL;
	int64_t left = to_signed(s->total);

	for (size_t i = 0; i < PO_ACCOUNT_CLASSES; i++) {
		const struct po_account_class *class = &po_account_classes[i];
		struct pageowner_account_line *line = &lines[i];
		const uint64_t outside = outside_bytes(s, class->id);

		*line = (struct pageowner_account_line){
			.id = class->id, .name = class->name, .label = class->label,
			.pages = s->pages[class->id],
			.outside_bytes = to_signed(outside),
		};
		if (class->id == PAGEOWNER_ACCOUNT_OTHER)
			other = line;
		if (s->has_records && class->id != PAGEOWNER_ACCOUNT_FREE &&
		    class->id != PAGEOWNER_ACCOUNT_RESERVED)
			line->has |= PAGEOWNER_ACCOUNT_HAS_RECORDS;
		if (s->has[class->id]) {
			line->has |= PAGEOWNER_ACCOUNT_HAS_MEMINFO;
			line->meminfo_bytes = meminfo_bytes(s, class->id, outside);
		}
		if (__builtin_sub_overflow(left, line->meminfo_bytes, &left))
			left = INT64_MIN;
		if (class->id == PAGEOWNER_ACCOUNT_RESERVED && outside)
			line->explanation = "not part of MemTotal: taken before the page allocator started";
		if (line->has & PAGEOWNER_ACCOUNT_HAS_RECORDS &&
		    (s->has[class->id] || outside))
			line->explanation = explain(s, line);
	}
	if (s->has_meminfo && other) {
		other->has |= PAGEOWNER_ACCOUNT_HAS_MEMINFO;
		other->meminfo_bytes = left;
	}
	for (size_t i = 0; i < PO_ACCOUNT_CLASSES; i++)
		mark_contradiction(s, &lines[i]);
}
