/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_line.h - one line of text that people posted -> what the kernel printed.
 */
#ifndef PO_REPAIR_LINE_H
#define PO_REPAIR_LINE_H

#include "parse/repair_done.h"

/*
 * Copy a line to @to, of PO_REPAIR_LINE_MAX bytes, without what terminals, mailers, web
 * pages and editors add: colours, entities, odd blanks, what follows its end. Returns
 * the length of the copy; *done: PO_REPAIRED() bits.
 */
size_t po_repair_clean(char *to, struct pageowner_text line, unsigned int *done);

/* What precedes the text of a line */
struct po_repair_prefix {
	size_t len;		/* of all that precedes it */
	bool has_stamp;		/* a log's time, caller, level, host */
	bool has_mark;		/* a quote mark or bullet */
	uint64_t number;	/* of the line, which a TAB follows; or 0 */
};

/* The rest of a cleaned line after quote marks, bullets, a log's prefix and indent */
struct pageowner_text po_repair_strip(struct pageowner_text line,
				      struct po_repair_prefix *prefix);

/* The rest of a line after the quote marks that begin another one, as many as that has */
struct pageowner_text po_repair_without_quotes(struct pageowner_text line,
					       struct pageowner_text other);

/* Whether it stands for lines that someone left out: "...", "[...]", "<snip>" */
bool po_repair_is_elision(struct pageowner_text text);

#endif
