// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * explain.c - the sentence for each error that ends reading: file, byte offset, what
 * was expected.
 *
 * Damage, which does not end reading, is counted in damage.c.
 */
#include "read/explain.h"

#include <stdio.h>

#include "parse/starts.h"
#include "read/drain.h"

void po_explain_bound(char *buf, size_t len, const char *name,
		      const struct po_budget *budget, uint64_t offset)
{
	const unsigned long long mib = pageowner_budget_max(budget->shared) >> 20;
	const uint64_t wanted = __atomic_load_n(&budget->wanted, __ATOMIC_RELAXED);
	const unsigned long long kib = (wanted + 1023) >> 10;

	if (offset == PO_NO_OFFSET || !name)
		snprintf(buf, len, "%s%ssorting, merging or showing the groups needs %llu KiB "
			 "more than the memory limit of %llu MiB",
			 name ? name : "", name ? ": " : "", kib, mib);
	else
		snprintf(buf, len, "%s: byte %llu: reading on needs %llu KiB "
			 "more than the memory limit of %llu MiB", name,
			 (unsigned long long)offset, kib, mib);
}

const char *po_explain_tool(struct pageowner_text line)
{
	static const struct {
		struct pageowner_text start, word;
		const char *name;
	} tables[] = {
		{ PO_TEXT("PFN 0x"), PO_TEXT(" page 0x"), "page_tracking.txt" },
		{ PO_TEXT("Allocated "), PO_TEXT(" times"), "page_frequency.txt" },
		{ PO_TEXT("No of pfns :"), PO_TEXT("pfns :"), "pageowner_dump.txt" },
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(tables); i++)
		if (line.len > tables[i].start.len &&
		    !memcmp(line.ptr, tables[i].start.ptr, tables[i].start.len) &&
		    memmem(line.ptr, line.len, tables[i].word.ptr, tables[i].word.len))
			return tables[i].name;
	return NULL;
}

void po_explain_foreign(char *buf, size_t len, const char *name,
			const struct pageowner_input_stats *stats, const char *tool)
{
	if (tool)
		snprintf(buf, len, "%s: no page_owner record in %llu bytes: this is a table of "
			 "Qualcomm's RAM dump parser (%s), which lacks order, mask and task "
			 "(gdb's lx-dump-page-owner or a drgn script writes the records of a "
			 "RAM dump)", name, (unsigned long long)stats->bytes, tool);
	else if (stats->damage[PAGEOWNER_DAMAGE_HEADER].count)
		snprintf(buf, len, "%s: no page_owner record in %llu bytes: no line that "
			 "begins with \"%s\" can be read, the first is at byte %llu", name,
			 (unsigned long long)stats->bytes, PO_RECORD_START.ptr,
			 (unsigned long long)
			 stats->damage[PAGEOWNER_DAMAGE_HEADER].first_offset);
	else
		snprintf(buf, len, "%s: no page_owner record in %llu bytes: expected lines "
			 "that begin with \"%s\", stacks followed by "
			 "\"nr_base_pages: \", or a report of these (no tables of other tools)", name,
			 (unsigned long long)stats->bytes, PO_RECORD_START.ptr);
}

void po_explain(char *buf, size_t len, const char *name, int error,
		uint64_t offset)
{
	char reason[128];

	switch (error) {
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
