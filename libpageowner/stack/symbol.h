/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * symbol.h - a function's name without what the build added to it, and the test
 * whether it is in a table.
 */
#ifndef PO_SYMBOL_H
#define PO_SYMBOL_H

#include "base/po.h"

/*
 * Without compiler suffixes (.isra.0, .constprop.0, .part.0, .cold, .llvm.123, the 32
 * digits of ThinLTO) and the "_noprof" of memory allocation profiling (Linux 6.10+).
 */
static inline struct pageowner_text
po_symbol_without_suffix(struct pageowner_text symbol)
{
	const struct pageowner_text noprof = PO_TEXT("_noprof");
	const char *dot = symbol.len > 1 ?
		memchr(symbol.ptr + 1, '.', symbol.len - 1) : NULL;

	if (dot)
		symbol.len = (size_t)(dot - symbol.ptr);
	if (symbol.len > noprof.len &&
	    !memcmp(symbol.ptr + symbol.len - noprof.len, noprof.ptr, noprof.len))
		symbol.len -= noprof.len;
	return symbol;
}

/* Whether it equals @name, or starts with it if @name ends in '*' */
static inline bool po_symbol_fits(struct pageowner_text symbol, const char *name)
{
	size_t len = strlen(name);
	const bool open = name[len - 1] == '*';

	len -= open;
	return (open ? symbol.len >= len : symbol.len == len) &&
		!memcmp(symbol.ptr, name, len);
}

/* Whether it fits any name of a table, none of which is "*" */
static inline bool po_symbol_fits_any(struct pageowner_text symbol,
				      const char *const *table, size_t count)
{
	const char first = symbol.len ? *symbol.ptr : '\0';

	/* The first byte rules out most names, without their length. */
	for (size_t i = 0; i < count; i++)
		if (*table[i] == first && po_symbol_fits(symbol, table[i]))
			return true;
	return false;
}

/* What stands in a stack for frames that someone left out, or that were lost: it is not a
 * frame. Kernels print no such line. */
#define PO_ELISION	PO_TEXT("...")

#endif
