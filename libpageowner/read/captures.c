// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * captures.c - the conditions of each capture that was read, in order.
 *
 * parse/condition.c parses a line of conditions; capture_lines.c orders lines that
 * several threads read.
 */
#include "read/captures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"
#include "parse/condition.h"
#include "read/damage.h"

/* About what a line uses besides its bytes: it has at most one text. */
#define LINE_COST	64

static bool charge(struct po_captures *cs, size_t bytes)
{
	if (!po_budget_take(cs->budget, bytes))
		return false;
	cs->taken += bytes;
	return true;
}

static struct pageowner_conditions *add_capture(struct po_captures *cs, uint64_t offset)
{
	struct pageowner_conditions **grown, *c;

	grown = po_grow(cs->budget, cs->list, &cs->room, cs->count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	cs->list = grown;
	if (!charge(cs, sizeof(*c)))
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->offset = offset;
	cs->list[cs->count++] = c;
	return c;
}

int po_captures_add_line(struct po_captures *cs, uint64_t offset,
			 struct pageowner_text line, bool begins_input)
{
	struct po_conditions_line parsed;
	struct pageowner_conditions *c;

	if (!po_conditions_parse_line(line, &parsed))
		return 0;
	if (!charge(cs, line.len + LINE_COST))
		return -ENOMEM;
	c = cs->count && !po_conditions_begins(&parsed) && !begins_input ?
		cs->list[cs->count - 1] : add_capture(cs, offset);
	return c ? po_conditions_set(c, &parsed) : -ENOMEM;
}

static void free_capture(struct pageowner_conditions *c)
{
	po_conditions_free_texts(c);
	free(c);
}

/* Records that the capture lacks, whatever its last line says */
static int set_incomplete(struct po_captures *cs, struct pageowner_conditions *c,
			  const char *verb, uint64_t number, const char *object)
{
	struct po_conditions_line parsed;
	char line[96];
	int len;

	len = snprintf(line, sizeof(line), "PFN# complete: no, it %s %" PRIu64 " %s",
		       verb, number, object);
	if (!charge(cs, (size_t)len + LINE_COST))
		return -ENOMEM;
	po_conditions_parse_line((struct pageowner_text){ line, (size_t)len }, &parsed);
	return po_conditions_set(c, &parsed);
}

/* A hole that whoever wrote the last lines did not know of: one that was made later */
static int find_hole(struct po_captures *cs, size_t from, uint64_t records)
{
	struct pageowner_conditions *c = NULL;
	uint64_t said = 0;

	for (size_t i = from; i < cs->count; i++) {
		c = cs->list[i];
		if (!(c->has & PAGEOWNER_CONDITIONS_HAS_RECORDS) ||
		    !(c->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE) ||
		    __builtin_add_overflow(said, c->records, &said))
			return 0;
	}
	if (said <= records)
		return 0;
	return set_incomplete(cs, c, "lacks", said - records, "of its records");
}

/* A capture that ran to its end may have met records that the kernel did not give. */
static int find_skipped(struct po_captures *cs, size_t from)
{
	int ret = 0;

	for (size_t i = from; i < cs->count && ret == 0; i++) {
		struct pageowner_conditions *c = cs->list[i];

		if (c->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE && c->skipped)
			ret = set_incomplete(cs, c, "could not read", c->skipped,
					     "ranges of PFNs");
	}
	return ret;
}

int po_captures_judge(struct po_captures *cs, size_t from, uint64_t records,
		      struct pageowner_input_stats *stats)
{
	int ret = find_hole(cs, from, records);

	if (ret == 0)
		ret = find_skipped(cs, from);
	for (size_t i = from; i < cs->count; i++) {
		const struct pageowner_conditions *c = cs->list[i];

		/* Lines without the first one are not a capture's, or are of a part of one,
		 * which may lack the last line; but what says that it is incomplete is. */
		if (!(c->has & (PAGEOWNER_CONDITIONS_HAS_VERSION |
				PAGEOWNER_CONDITIONS_HAS_INCOMPLETE)) ||
		    c->has & PAGEOWNER_CONDITIONS_HAS_COMPLETE)
			continue;
		po_stats_note(stats, c->has & PAGEOWNER_CONDITIONS_HAS_INCOMPLETE ?
			      PAGEOWNER_DAMAGE_INCOMPLETE : PAGEOWNER_DAMAGE_NO_TRAILER,
			      c->offset);
	}
	return ret;
}

int po_captures_judge_last(struct po_captures *cs, struct pageowner_input_stats *stats)
{
	if (cs->is_judged)
		return 0;
	cs->is_judged = true;
	return po_captures_judge(cs, 0, stats->records - cs->records_before, stats);
}

int po_captures_replace_line(struct po_captures *cs, uint64_t offset,
			     struct pageowner_text line,
			     struct pageowner_input_stats *stats)
{
	int ret = po_captures_add_line(cs, offset, line, false), judged = 0;

	if (cs->count > 1) {
		cs->count = 1;
		judged = po_captures_judge(cs, 0, stats->records - cs->records_before, stats);
		free_capture(cs->list[0]);
		cs->list[0] = cs->list[1];
		cs->records_before = stats->records;
	}
	return ret ? ret : judged;
}

static int add_copy(struct po_captures *to, const struct pageowner_conditions *from,
		    uint64_t offset)
{
	struct pageowner_conditions *copy;

	if (!charge(to, po_conditions_size(from)))
		return -ENOMEM;
	copy = add_capture(to, offset);
	return copy ? po_conditions_copy(copy, from) : -ENOMEM;
}

int po_captures_add_copy(struct po_captures *to, const struct pageowner_conditions *from)
{
	return add_copy(to, from, from->offset);
}

int po_captures_merge(struct po_captures *to, const struct po_captures *from,
		      uint64_t base)
{
	int ret = 0;

	for (size_t i = 0; i < from->count && ret == 0; i++)
		ret = add_copy(to, from->list[i], from->list[i]->offset + base);
	return ret;
}

void po_captures_drop(struct po_captures *cs, size_t from)
{
	while (cs->count > from) {
		struct pageowner_conditions *c = cs->list[--cs->count];
		const size_t bytes = po_conditions_size(c) + sizeof(*c);

		po_budget_give(cs->budget, bytes);
		cs->taken -= bytes;
		free_capture(c);
	}
}

int po_captures_get(const struct po_captures *cs, size_t index,
		    const struct pageowner_conditions **conditions)
{
	if (index >= cs->count)
		return 0;
	*conditions = cs->list[index];
	return 1;
}

void po_captures_free(struct po_captures *cs)
{
	for (size_t i = 0; i < cs->count; i++)
		free_capture(cs->list[i]);
	po_budget_free(cs->budget, cs->list, cs->room, sizeof(*cs->list));
	po_budget_give(cs->budget, cs->taken);
}
