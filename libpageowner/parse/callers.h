/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * callers.h - whose lines of a log were read: with CONFIG_PRINTK_CALLER each line names
 * the task or processor that printed it, and reports of two may be mixed.
 */
#ifndef PO_CALLERS_H
#define PO_CALLERS_H

#include "base/po.h"

/* Reports of more callers than these are not mixed with one, nor do more begin between
 * the lines of one. */
#define PO_CALLERS_MAX	8

/* Zeroed it is empty. */
struct po_callers {
	const char *base;	/* a place in memory ... */
	uint64_t offset;	/* ... and in the input */
	size_t count;
	struct {
		char name[16];
		size_t len;
		uint64_t end;	/* its lines up to there were read */
	} of[PO_CALLERS_MAX];
};

/* "T123" or "C0" in the first @len bytes of "[   12.345678][ T123] text": the caller;
 * empty if missing */
struct pageowner_text po_caller_of(struct pageowner_text line, size_t len);

/* Say where the text is now, and forget what is before it. */
void po_callers_move(struct po_callers *callers, const char *base, uint64_t offset);

/* Note that the lines of a caller up to @end belong to an entry that was read. */
void po_callers_note(struct po_callers *callers, struct pageowner_text caller,
		     const char *end);

/* Whether a caller's line at @line belongs to such an entry */
bool po_callers_have_read(const struct po_callers *callers, struct pageowner_text caller,
			  const char *line);

#endif
