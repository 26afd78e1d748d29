/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * condition.h - one line "PFN# NAME: VALUE" -> struct pageowner_conditions.
 */
#ifndef PO_CONDITION_H
#define PO_CONDITION_H

#include "base/po.h"

#include <pageowner/conditions.h>

/* A line that is longer is not one of these. */
#define PO_CONDITIONS_LINE_MAX	4096

struct po_conditions_line {
	const struct po_conditions_field *field;
	struct pageowner_text value;
};

/* Which field a line is about, with its value; false if it is not such a line, or of
 * a field that only later versions know. */
bool po_conditions_parse_line(struct pageowner_text line,
			      struct po_conditions_line *parsed);

/* Whether this line is the first of a capture. */
bool po_conditions_begins(const struct po_conditions_line *line);

/* Put a value into its member; a value that cannot be read is skipped: 0 or -ENOMEM.
 * The texts of *conditions are copies of their own. */
int po_conditions_set(struct pageowner_conditions *conditions,
		      const struct po_conditions_line *line);

/* Copy all but the offset: 0 or -ENOMEM. *to is to be freed in any case. */
int po_conditions_copy(struct pageowner_conditions *to,
		       const struct pageowner_conditions *from);

/* What a copy takes for texts, bytes */
size_t po_conditions_size(const struct pageowner_conditions *conditions);

/* Free the texts. */
void po_conditions_free_texts(struct pageowner_conditions *conditions);

#endif
