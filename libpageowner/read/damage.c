// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * damage.c - count records and damage, and describe each kind in words.
 *
 * reader.c decides what is done about damage; explain.c has the sentences for what
 * ends reading.
 */
#include "read/damage.h"

#include <assert.h>

static const char *const texts[] = {
	[PAGEOWNER_DAMAGE_JUNK] = "text that is not a record",
	[PAGEOWNER_DAMAGE_HEADER] = "record with an unreadable first line",
	[PAGEOWNER_DAMAGE_FIELD] = "record with a number out of range",
	[PAGEOWNER_DAMAGE_PFN_LINE] = "record without a readable PFN line",
	[PAGEOWNER_DAMAGE_NO_END] = "record that runs into the next one",
	[PAGEOWNER_DAMAGE_CUT] = "record cut short by the end of the input",
	[PAGEOWNER_DAMAGE_COMPRESSION] = "corrupt or cut compressed stream",
	[PAGEOWNER_DAMAGE_OVERFLOW] = "sum of pages or times beyond 64 bits",
	[PAGEOWNER_DAMAGE_GUESS] = "record repaired by guess, or not whole",
	[PAGEOWNER_DAMAGE_INCOMPLETE] = "capture that is incomplete",
	[PAGEOWNER_DAMAGE_NO_TRAILER] = "capture without its last lines",
};

static const char *const repairs[] = {
	[PAGEOWNER_REPAIR_ENCODING] = "UTF-16, quoted-printable, JSON or line ends decoded, byte order mark skipped",
	[PAGEOWNER_REPAIR_PREFIX] = "quote mark, indent or log prefix removed",
	[PAGEOWNER_REPAIR_MARKUP] = "colour, tag, entity or odd blank removed",
	[PAGEOWNER_REPAIR_LINE_END] = "blank, backslash or note at a line's end removed",
	[PAGEOWNER_REPAIR_FOLD] = "folded line joined",
	[PAGEOWNER_REPAIR_MOVED] = "unknown line in a record kept as a note",
	[PAGEOWNER_REPAIR_FOREIGN] = "foreign line in a record skipped",
	[PAGEOWNER_REPAIR_ELISION] = "mark of missing frames removed",
	[PAGEOWNER_REPAIR_FRAME] = "frame rewritten to the kernel's form",
	[PAGEOWNER_REPAIR_HEADER] = "first line that is not whole",
	[PAGEOWNER_REPAIR_SPACING] = "blank line added or skipped in a record",
	[PAGEOWNER_REPAIR_TOOL] = "record in another tool's form",
};

static_assert(PO_ARRAY_SIZE(texts) <=
	      PO_ARRAY_SIZE(((struct pageowner_input_stats *)0)->damage),
	      "there is a count for each kind of damage");
static_assert(PO_ARRAY_SIZE(repairs) <=
	      PO_ARRAY_SIZE(((struct pageowner_input_stats *)0)->repair),
	      "there is a count for each kind of repair");

PO_EXPORT const char *pageowner_damage_text(enum pageowner_damage kind)
{
	return (unsigned int)kind < PO_ARRAY_SIZE(texts) ?
		texts[kind] : "unknown damage";
}

PO_EXPORT unsigned int pageowner_damage_count(void)
{
	return PO_ARRAY_SIZE(texts);
}

PO_EXPORT const char *pageowner_repair_text(enum pageowner_repair kind)
{
	return (unsigned int)kind < PO_ARRAY_SIZE(repairs) ?
		repairs[kind] : "unknown repair";
}

PO_EXPORT unsigned int pageowner_repair_count(void)
{
	return PO_ARRAY_SIZE(repairs);
}

void po_stats_note(struct pageowner_input_stats *stats,
		   enum pageowner_damage kind, uint64_t offset)
{
	if (!stats->damage[kind].count || offset < stats->damage[kind].first_offset)
		stats->damage[kind].first_offset = offset;
	stats->damage[kind].count++;
}

void po_stats_repaired(struct pageowner_input_stats *stats,
		       enum pageowner_repair kind, uint64_t count, uint64_t offset)
{
	if (!count)
		return;
	if (!stats->repair[kind].count || offset < stats->repair[kind].first_offset)
		stats->repair[kind].first_offset = offset;
	stats->repair[kind].count += count;
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
	for (size_t i = 0; i < PO_ARRAY_SIZE(sum->repair); i++)
		po_stats_repaired(sum, (enum pageowner_repair)i, stats->repair[i].count,
				  base + stats->repair[i].first_offset);
}
