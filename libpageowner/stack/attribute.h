/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * attribute.h - stacks -> what their pages are attributed to: the stack itself, its
 * call path, its owner or its module.
 *
 * Each distinct name is stored once and has a number: 0, 1, 2 ... in order of
 * arrival. What is counted for a name can live in an array of the caller.
 */
#ifndef PO_ATTRIBUTE_H
#define PO_ATTRIBUTE_H

#include "base/po.h"

#include <pageowner/stack.h>

#include "base/charge.h"
#include "base/intern.h"

/* Private to attribute.c except @plumbing, which may be set while it is empty and
 * is borrowed. */
struct po_attribution {
	enum pageowner_by by;
	const struct pageowner_plumbing *plumbing;
	struct po_budget *budget;
	struct po_intern *lines;	/* the lines of stacks and call paths */
	struct po_intern *names;
	struct po_intern *stacks;	/* the names, or NULL if they are not kept */
	size_t longest;			/* text of any name or stack, bytes */
	struct po_buffer path, name, stack;
};

/* A name, and a stack with that name */
struct po_attributed {
	const struct po_entry *name;	/* key.number is the name's number */
	const struct po_entry *stack;	/* NULL if stacks are not kept */
};

/*
 * @keep_stacks: also store the stacks if @by names owners or modules; a repeated
 * stack then costs one look-up. Stacks and call paths are always stored.
 * Return: 0, -EINVAL, -ENOMEM; on failure there is nothing to free.
 */
int po_attribution_init(struct po_attribution *a, enum pageowner_by by,
			bool keep_stacks, struct po_budget *budget);
void po_attribution_free(struct po_attribution *a);

/*
 * Find the name of a stack; it is added if it is new: to->name->key.number is then
 * the number of names before. 0 or -ENOMEM, which may leave a name without use, so
 * reserve what belongs to a new name before.
 */
int po_attribute(struct po_attribution *a, struct pageowner_text stack,
		 struct po_attributed *to);

/* Reserve what po_attribution_show() needs. 0 or -ENOMEM */
int po_attribution_reserve(struct po_attribution *a);

/*
 * The texts of a name and of its stack, which is empty if stacks are not kept; valid
 * until the next call. Nothing was added since po_attribution_reserve().
 */
void po_attribution_show(struct po_attribution *a, const struct po_attributed *of,
			 struct pageowner_text *name, struct pageowner_text *stack);

/* The order of two names, as texts */
int po_attribution_compare(const struct po_attribution *a,
			   const struct po_entry *x, const struct po_entry *y);

#endif
