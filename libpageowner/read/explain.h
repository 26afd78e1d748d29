/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * explain.h - the sentence for each error that ends reading.
 */
#ifndef PO_EXPLAIN_H
#define PO_EXPLAIN_H

#include "base/po.h"

#include <pageowner/reader.h>

#include "base/charge.h"

#define PO_NO_OFFSET UINT64_MAX

/* What it is that begins with a line which no parser reads, and what helps: a table of
 * another tool, an archive, an encoding. "this is ..."; or NULL */
const char *po_explain_tool(struct pageowner_text line);

/* For an input with text but without a record, with its stats; @tool: of the above for
 * its first line, or NULL */
void po_explain_foreign(char *buf, size_t len, const char *name,
			const struct pageowner_input_stats *stats, const char *tool);

/* @error: negative errno. @offset: where in the text, or PO_NO_OFFSET */
void po_explain(char *buf, size_t len, const char *name, int error,
		uint64_t offset);

/* For -ENOBUFS; @name: NULL if it was not an input */
void po_explain_bound(char *buf, size_t len, const char *name,
		      const struct po_budget *budget, uint64_t offset);

#endif
