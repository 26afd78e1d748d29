// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * resume.c - copy the complete records of an incomplete capture, and find the PFN where
 * to continue.
 *
 * A truncated compressed file cannot be extended, so everything is copied.
 */
#include "live/capture_private.h"

/* Why a capture cannot continue another, or NULL */
static const char *check(const struct pageowner_capture *c,
			 const struct pageowner_conditions *before)
{
	char boot_id[64];

	po_capture_boot_id(boot_id, sizeof(boot_id));
	if (!before || !(before->has & PAGEOWNER_CONDITIONS_HAS_BOOT_ID))
		return "the incomplete capture does not say of which boot it is";
	if (!po_text_equal(before->boot_id, po_text_of(boot_id)))
		return "the incomplete capture is of another boot of this machine, or of another one";
	if (!po_text_equal(before->file, po_text_of(c->path)) ||
	    !po_text_equal(before->mode, po_text_of(c->mode)) ||
	    !po_text_equal(before->nodes, po_text_of(c->nodes)))
		return "the incomplete capture was taken of another file, or with another mode or other nodes";
	return NULL;
}

static void copy_record(struct pageowner_capture *c,
			const struct pageowner_record *record)
{
	const char *text = record->header.ptr;

	po_capture_put(c, text, (size_t)(record->notes.ptr + record->notes.len - text));
	po_capture_put(c, "\n", 1);
	c->state.records++;
	if (record->has & PAGEOWNER_HAS_PFN)
		c->state.next_pfn = record->pfn + 1;
}

/* What the end of the incomplete capture says */
static void copy_end(struct pageowner_capture *c,
		     const struct pageowner_conditions *before)
{
	const struct pageowner_text skipped = before->skipped_pfns;

	if (before->has & PAGEOWNER_CONDITIONS_HAS_NEXT_PFN &&
	    before->next_pfn > c->state.next_pfn)
		c->state.next_pfn = before->next_pfn;
	po_capture_put_lines(c, "skipped-pfn", skipped);
	for (size_t i = 0; i < skipped.len; i++)
		c->state.skipped += skipped.ptr[i] == '\n';
}

int po_capture_copy(struct pageowner_capture *c, struct pageowner_reader *reader)
{
	const struct pageowner_conditions *before = NULL;
	const struct pageowner_record *record;
	const char *wrong;
	int ret;

	while ((ret = pageowner_reader_next(reader, &record)) > 0) {
		if (!c->state.records) {
			(void)pageowner_reader_conditions(reader, &before);
			wrong = check(c, before);
			if (wrong) {
				po_capture_fail(c, -ESTALE, "%s", wrong);
				return c->ret;
			}
		}
		if (record->has & PAGEOWNER_HAS_NO_END)
			break;
		if (!c->state.records)
			po_capture_put_header(c, c->path, before);
		copy_record(c, record);
		if (po_capture_is_over(c))
			return c->ret;
	}
	if (ret < 0 && ret != -EBADMSG)
		po_capture_fail(c, ret, "%s", pageowner_reader_error(reader));
	else if (!c->state.records)
		po_capture_put_header(c, c->path, NULL);
	else if (pageowner_reader_conditions(reader, &before) > 0)
		copy_end(c, before);
	return c->ret;
}
