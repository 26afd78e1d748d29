// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * repair_doubt.c - lines of a stack that have no offset, or that may be frames.
 *
 * What is certainly a frame repair_frame.c knows. Here is what is one because of where it
 * stands, and what cannot be read but must not be lost in silence.
 */
#include "parse/repair_entry.h"

#include "base/cursor.h"

/* Take the name of a function or a module */
static bool take_name(struct po_cursor *c, const char *marks)
{
	const char *start = c->at;

	while (po_left(c) && (po_is_letter_or_digit(*c->at) || *c->at == '_' ||
			      memchr(marks, *c->at, strlen(marks))))
		c->at++;
	return c->at - start > 1 && !po_is_digit(*start);
}

/* Whether a text is "symbol [module]", or "symbol" */
static bool is_bare(struct pageowner_text text, bool *has_module)
{
	struct po_cursor c = { text.ptr, text.ptr + text.len };

	*has_module = false;
	if (!take_name(&c, ".$@"))
		return false;
	if (!po_left(&c))
		return true;
	*has_module = po_take_word(&c, " [") && take_name(&c, "-") && po_take_word(&c, "]") &&
		!po_left(&c);
	return *has_module;
}

static bool has_word(struct pageowner_text text, struct pageowner_text word)
{
	return text.len >= word.len && memmem(text.ptr, text.len, word.ptr, word.len);
}

static bool is_indented(const struct po_repair_entry *e, const struct po_repair_line *line)
{
	return line->prefix.len && po_repair_stripped(e->text, line).ptr[-1] == ' ';
}

/* Whether no frame of the entry has an offset, and more than one is a name alone */
static bool has_names_only(struct po_repair_entry *e)
{
	const struct po_repair_line *line;
	size_t names = 0;
	bool ignored;

	if (e->repair->guesses)
		return false;
	for (size_t i = 0; (line = po_repair_line_at(e->text, i)) && (i < 2 || line->len); i++) {
		const struct pageowner_text text = po_repair_stripped(e->text, line);

		/* Another record, without a blank line before it */
		if (i >= e->line && po_shape_find(PO_LINE_RECORD,
						  po_repair_cleaned(e->text, line)).len > 20)
			break;
		if (has_word(text, PO_TEXT("+0x")))
			return false;
		names += is_bare(text, &ignored) && is_indented(e, line);
	}
	return names > 1;
}

bool po_repair_take_bare_frame(struct po_repair_entry *e, struct pageowner_text text)
{
	bool has_module;

	if (e->in_notes || e->notes_len || !is_bare(text, &has_module) ||
	    !is_indented(e, &e->text->lines[e->line]) || !(has_module || has_names_only(e)))
		return false;
	po_repair_put(e, false, PO_TEXT(" "));
	po_repair_put_line(e, false, text);
	po_repair_count(e, PAGEOWNER_REPAIR_FRAME);
	e->frames++;
	po_repair_use(e, 1);
	return true;
}

bool po_repair_may_be_frame(const struct po_repair_entry *e, struct pageowner_text text,
			    bool is_inside)
{
	const struct po_repair_line *line = &e->text->lines[e->line];
	const char *end = text.ptr + text.len, *dot = text.len ? memchr(text.ptr, '.', text.len) :
		NULL;
	bool has_module;

	if (has_word(text, PO_TEXT("+0x")) || has_word(text, PO_TEXT("/0x")))
		return true;
	if (is_bare(text, &has_module))
		return has_module || is_inside || is_indented(e, line);
	/* "(file:line)" */
	return dot && has_word(text, PO_TEXT("(")) && has_word((struct pageowner_text){ dot,
		(size_t)(end - dot) }, PO_TEXT(":"));
}
