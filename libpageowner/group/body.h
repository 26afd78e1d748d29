/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * body.h - what the text of a body, stack and notes, says.
 */
#ifndef PO_BODY_H
#define PO_BODY_H

#include "group/texts.h"

/* What identifies a call stack: its frames, or without them the kernel's handle */
struct pageowner_text po_body_callstack(struct pageowner_text stack,
					struct pageowner_text notes);
/* The same for a call path, which is written to @room: it may be the joined body. */
struct pageowner_text po_body_path(struct pageowner_text stack,
				   struct pageowner_text notes, char *room);
bool po_body_owner(const struct po_texts *texts, struct pageowner_text stack,
		   struct pageowner_text *owner);
bool po_body_memcg(struct pageowner_text notes, struct pageowner_text *memcg);

#endif
