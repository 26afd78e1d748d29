// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * capture_lines.c - lines of conditions that several threads read from one input.
 *
 * A thread that reads a part of an input does not know to which capture a line belongs.
 * So the lines are stored, and parsed in order after all threads are done.
 */
#include "read/capture_lines.h"

#include <stdlib.h>

#include "base/grow.h"

/* Limit for all lines of an input */
#define TEXT_MAX	((size_t)4 << 20)

int po_capture_lines_add(struct po_capture_lines *l, uint64_t offset,
			 struct pageowner_text line)
{
	struct po_capture_line *lines;
	char *text;

	if (l->text_len + line.len > TEXT_MAX) {
		l->text_len = TEXT_MAX;	/* nor any shorter one after it */
		return 0;
	}
	lines = po_grow(l->budget, l->lines, &l->room, l->count + 1, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	l->lines = lines;
	text = po_grow(l->budget, l->text, &l->text_room, l->text_len + line.len, 1);
	if (!text)
		return -ENOMEM;
	l->text = text;
	memcpy(l->text + l->text_len, line.ptr, line.len);
	l->lines[l->count++] = (struct po_capture_line){ offset, l->text_len,
		line.len };
	l->text_len += line.len;
	return 0;
}

void po_capture_lines_free(struct po_capture_lines *l)
{
	po_budget_free(l->budget, l->lines, l->room, sizeof(*l->lines));
	po_budget_free(l->budget, l->text, l->text_room, 1);
	*l = (struct po_capture_lines){ .budget = l->budget };
}

/*
 * Each thread keeps the first of its lines, in order, so the first megabytes of all
 * lines together are kept, whichever thread read them.
 */
int po_captures_add(struct po_captures *cs, const struct po_capture_lines *parts,
		    size_t part_count, uint64_t base)
{
	size_t *next = calloc(part_count, sizeof(*next)), len = 0;
	bool begins = true;
	int ret = next ? 0 : -ENOMEM;

	while (ret == 0) {
		const struct po_capture_line *first = NULL;
		struct pageowner_text text;
		size_t of = 0;

		for (size_t i = 0; i < part_count; i++) {
			const struct po_capture_lines *l = &parts[i];

			if (next[i] < l->count && (!first ||
			    l->lines[next[i]].offset < first->offset)) {
				first = &l->lines[next[i]];
				of = i;
			}
		}
		if (!first || len + first->len > TEXT_MAX)
			break;
		text = (struct pageowner_text){ parts[of].text + first->at,
			first->len };
		ret = po_captures_add_line(cs, base + first->offset, text, begins);
		begins = false;
		len += first->len;
		next[of]++;
	}
	free(next);
	return ret;
}
