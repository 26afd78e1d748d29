/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repair_markup.h - what web pages, editors and terminals write between the characters of
 * a text.
 */
#ifndef PO_REPAIR_MARKUP_H
#define PO_REPAIR_MARKUP_H

#include "base/cursor.h"

enum po_markup {
	PO_MARKUP_NONE,		/* the text's own; not taken */
	PO_MARKUP_NOTHING,	/* taken: a tag, a colour, a mark of no width */
	PO_MARKUP_CHARACTER,	/* taken: an entity, or a blank, that stands for *character */
};

/* Take the mark-up that begins here. Every kind begins with a byte of PO_MARKUP_STARTS. */
#define PO_MARKUP_STARTS "\x1b[^\\&<#\xc2\xe2\xe3\xef"
enum po_markup po_markup_take(struct po_cursor *c, char *character);

/* What Markdown needs a backslash before */
#define PO_MARKUP_ESCAPED "_*|[]()<>`#"

/* Whether a text has a tag, an entity, an escape, or a mark of no width: what no symbol has, unlike
 * colours and other bytes */
bool po_markup_is_in(struct pageowner_text text);

/* Whether a text has a tag with an attribute: no name looks so by chance. */
bool po_markup_is_certain(struct pageowner_text text);

#endif
