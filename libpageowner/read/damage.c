// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * stats.c - what was read and what was damaged: counts, and the words for them.
 */
#include "read/drain.h"
#include "read/reader_private.h"

PO_EXPORT const char *pageowner_damage_text(enum pageowner_damage kind)
{
	static const char *const texts[] = {
		[PAGEOWNER_DAMAGE_JUNK] = "text that is no record",
		[PAGEOWNER_DAMAGE_HEADER] = "record with an unreadable first line",
		[PAGEOWNER_DAMAGE_FIELD] = "record with a number out of range",
		[PAGEOWNER_DAMAGE_PFN_LINE] = "record without a readable PFN line",
		[PAGEOWNER_DAMAGE_NO_END] = "record that runs into the next one",
		[PAGEOWNER_DAMAGE_CUT] = "record cut short by the end of the input",
		[PAGEOWNER_DAMAGE_COMPRESSION] = "corrupt or cut compressed stream",
		[PAGEOWNER_DAMAGE_OVERFLOW] = "sum of pages or times beyond 64 bits",
	};

	return (unsigned int)kind < PO_ARRAY_SIZE(texts) ?
		texts[kind] : "unknown damage";
}

void po_stats_note(struct pageowner_input_stats *stats,
		   enum pageowner_damage kind, uint64_t offset)
{
	if (!stats->damage[kind].count || offset < stats->damage[kind].first_offset)
		stats->damage[kind].first_offset = offset;
	stats->damage[kind].count++;
}

void po_stats_add(struct pageowner_input_stats *sum,
		  const struct pageowner_input_stats *stats, uint64_t base)
{
	sum->records += stats->records;
	sum->bytes += stats->bytes;
	sum->skipped_bytes += stats->skipped_bytes;
	for (size_t i = 0; i < PO_ARRAY_SIZE(sum->damage); i++) {
		uint64_t first = base + stats->damage[i].first_offset;

		if (!stats->damage[i].count)
			continue;
		if (!sum->damage[i].count || first < sum->damage[i].first_offset)
			sum->damage[i].first_offset = first;
		sum->damage[i].count += stats->damage[i].count;
	}
}

void po_explain_bound(char *buf, size_t len, const char *name,
		      const struct po_budget *budget, uint64_t offset)
{
	const unsigned long long mib = pageowner_budget_max(budget->shared) >> 20;
	const uint64_t wanted = __atomic_load_n(&budget->wanted, __ATOMIC_RELAXED);
	const unsigned long long kib = (wanted + 1023) >> 10;

	if (offset == PO_NO_OFFSET || !name)
		snprintf(buf, len, "%s%ssorting, merging or showing the groups needs %llu KiB "
			 "more, beyond the bound of %llu MiB of memory",
			 name ? name : "", name ? ": " : "", kib, mib);
	else
		snprintf(buf, len, "%s: byte %llu: what comes next needs %llu KiB "
			 "more, beyond the bound of %llu MiB of memory", name,
			 (unsigned long long)offset, kib, mib);
}

void po_explain(char *buf, size_t len, const char *name, int error,
		uint64_t offset)
{
	char reason[128];

	switch (error) {
	case -EBADMSG:
		snprintf(buf, len, "%s: no page_owner record in %llu bytes: "
			 "expected lines that begin with \"%s\", stacks with "
			 "\"nr_base_pages: \" behind them, or a report of these", name,
			 (unsigned long long)offset, PO_OWNER_START.ptr);
		return;
	case -EFBIG:
		snprintf(buf, len, "%s: byte %llu: a record of more than 1 GiB", name,
			 (unsigned long long)offset);
		return;
	case -EUCLEAN:
		snprintf(buf, len, "%s %s", name, po_drain_text(error));
		return;
	case -ENOTSUP:
		snprintf(buf, len, "%s: compressed in a way this build of the "
			 "library cannot read", name);
		return;
	}
	if (offset == PO_NO_OFFSET)
		snprintf(buf, len, "%s: %s", name,
			 strerror_r(-error, reason, sizeof(reason)));
	else
		snprintf(buf, len, "%s: byte %llu: %s", name,
			 (unsigned long long)offset,
			 strerror_r(-error, reason, sizeof(reason)));
}
