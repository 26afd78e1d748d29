// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * memory.c - memory that a format keeps until the end of a report, charged to the
 * writer's budget.
 */
#include "writer.h"

void *export_realloc(struct pageowner_export *e, void *old, size_t from, size_t to)
{
	void *grown;

	if (pageowner_budget_take(e->budget, to - from) < 0) {
		e->refused = true;
		return NULL;
	}
	grown = realloc(old, to);
	if (grown)
		e->memory += to - from;
	else
		pageowner_budget_give(e->budget, to - from);
	return grown;
}

void export_release(struct pageowner_export *e, void *p, size_t size)
{
	if (!p)
		return;
	e->memory -= size;
	pageowner_budget_give(e->budget, size);
	free(p);
}
