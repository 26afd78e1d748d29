/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * result.h - what each parser of an entry answers.
 */
#ifndef PO_RESULT_H
#define PO_RESULT_H

enum po_parse_result {
	PO_PARSE_RECORD,	/* a record; its members are set */
	PO_PARSE_MORE,		/* cannot tell without more text */
	PO_PARSE_CR,		/* its lines end in CR LF; not parsed */
	PO_PARSE_BAD,		/* not an entry of this parser, or unreadable */
	PO_PARSE_CUT,		/* the text ends within its first line */
	PO_PARSE_NO_MEMORY,	/* for what has to be put together */
};

/* A kind of damage as a bit: DAMAGE is the end of PAGEOWNER_DAMAGE_DAMAGE */
#define PO_ODD(damage)	(1u << PAGEOWNER_DAMAGE_##damage)

#endif
