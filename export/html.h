/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * html.h - the data of an HTML report while it is written.
 *
 * Texts are numbers in it, and come after the rows.
 */
#ifndef EXPORT_HTML_H
#define EXPORT_HTML_H

#include "buffer.h"
#include "map.h"
#include "writer.h"

struct html {
	struct pageowner_export *e;
	FILE *file;
	size_t captures;	/* that the report is of */
	struct map texts;
	struct text_buffer name, valid;
};

/* html-text.c: the number of a text, or null if it is empty. 0 or -ENOMEM */
int html_put_text(struct html *h, struct pageowner_text text);
int html_put_name(struct html *h, struct pageowner_text text);
/* How many of the innermost frames are plumbing, and the frames from the root on, as a
 * list of numbers of texts: "2,[0,1,2]". 0 or -ENOMEM */
int html_put_stack(struct html *h, struct pageowner_text stack);
/* The number of a stack in one line, or null if it is empty. 0 or -ENOMEM */
int html_put_folded(struct html *h, struct pageowner_text stack);
/* ",owner,module" of a stack. 0 or -ENOMEM */
int html_put_owner(struct html *h, struct pageowner_text stack);

/* html-rows.c: the members of the data that say what rows of a diff or of pageblocks are */
void html_put_by(struct html *h, enum pageowner_by by);

/* What is between the conditions and the texts (html-rows.c, html-blocks.c): the end of
 * the rows is left open. 0, or a negative errno */
int html_put_profile(struct html *h, const struct pageowner_profile *profile);
int html_put_diff(struct html *h, const struct pageowner_diff *diff);
int html_put_pageblocks(struct html *h, const struct pageowner_pageblocks *blocks);

#endif
