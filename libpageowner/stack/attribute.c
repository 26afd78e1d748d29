// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * attribute.c - stacks -> what their pages are attributed to: the stack itself, its
 * call path, its owner or its module.
 *
 * The one place that knows what the values of enum pageowner_by stand for. What is
 * counted for a name, and in which order names are shown, is up to the caller.
 */
#include "stack/attribute.h"

#include "stack/path.h"

/* Payload of the table of stacks, unless these are the names */
struct known {
	uint32_t name;		/* number plus 1; 0: not known yet */
};

PO_EXPORT int pageowner_by_is_stack(enum pageowner_by by)
{
	return by == PAGEOWNER_BY_STACK || by == PAGEOWNER_BY_PORTABLE;
}

int po_attribution_init(struct po_attribution *a, enum pageowner_by by,
			bool keep_stacks, struct po_budget *budget)
{
	int ret = 0;

	if ((unsigned int)by > PAGEOWNER_BY_MODULE)
		return -EINVAL;
	*a = (struct po_attribution){ .by = by, .budget = budget };
	keep_stacks |= pageowner_by_is_stack(a->by);
	if (keep_stacks)
		ret = po_intern_new(0, budget, &a->lines);
	if (ret == 0)
		ret = pageowner_by_is_stack(a->by) ?
			po_intern_new_of_lines(0, budget, a->lines, &a->names) :
			po_intern_new(0, budget, &a->names);
	if (ret == 0 && by == PAGEOWNER_BY_STACK)
		a->stacks = a->names;
	else if (ret == 0 && keep_stacks)
		ret = po_intern_new_of_lines(sizeof(struct known), budget, a->lines,
					     &a->stacks);
	if (ret < 0)
		po_attribution_free(a);
	return ret;
}

void po_attribution_free(struct po_attribution *a)
{
	if (a->stacks != a->names)
		po_intern_free(a->stacks);
	po_intern_free(a->names);
	po_intern_free(a->lines);
	po_buffer_free(&a->path, a->budget);
	po_buffer_free(&a->name, a->budget);
	po_buffer_free(&a->stack, a->budget);
}

static int make_path(struct po_attribution *a, struct pageowner_text stack,
		     struct pageowner_text *path)
{
	if (po_buffer_need(&a->path, a->budget, stack.len + 1) < 0)
		return -ENOMEM;
	*path = (struct pageowner_text){ a->path.ptr, po_stack_path(stack, a->path.ptr) };
	return 0;
}

static int name_of(struct po_attribution *a, struct pageowner_text stack,
		   struct pageowner_text *name)
{
	struct pageowner_frame frame;

	switch (a->by) {
	case PAGEOWNER_BY_STACK:
		*name = stack;
		return 0;
	case PAGEOWNER_BY_PORTABLE:
		return make_path(a, stack, name);
	case PAGEOWNER_BY_OWNER:
		*name = pageowner_stack_owner(stack, a->plumbing, &frame) ?
			frame.symbol : PO_TEXT("");
		return 0;
	default:
		*name = pageowner_stack_module(stack);
		return 0;
	}
}

static const struct po_entry *add_name(struct po_attribution *a,
				       struct pageowner_text stack)
{
	struct pageowner_text name;

	if (name_of(a, stack, &name) < 0)
		return NULL;
	if (name.len > a->longest)
		a->longest = name.len;
	return po_intern_add(a->names, name);
}

int po_attribute(struct po_attribution *a, struct pageowner_text stack,
		 struct po_attributed *to)
{
	struct po_attributed found = { 0 };
	struct known *known = NULL;
	size_t count;

	if (a->stacks != a->names && a->stacks) {
		struct po_entry *entry = po_intern_add(a->stacks, stack);

		if (!entry)
			return -ENOMEM;
		known = po_entry_payload(entry);
		found.stack = entry;
		if (stack.len > a->longest)
			a->longest = stack.len;
	}
	if (known && known->name)
		found.name = po_intern_entries(a->names, &count)[known->name - 1];
	else
		found.name = add_name(a, stack);
	if (!found.name)
		return -ENOMEM;
	if (known)
		known->name = found.name->key.number + 1;
	else if (a->stacks)
		found.stack = found.name;
	*to = found;
	return 0;
}

int po_attribution_reserve(struct po_attribution *a)
{
	if (pageowner_by_is_stack(a->by) && po_buffer_need(&a->name, a->budget, a->longest + 1) < 0)
		return -ENOMEM;
	if (a->stacks && a->stacks != a->names &&
	    po_buffer_need(&a->stack, a->budget, a->longest + 1) < 0)
		return -ENOMEM;
	return 0;
}

void po_attribution_show(struct po_attribution *a, const struct po_attributed *of,
			 struct pageowner_text *name, struct pageowner_text *stack)
{
	/* The buffers are large enough, so joining cannot fail. */
	if (pageowner_by_is_stack(a->by))
		(void)po_entry_join(of->name, &a->name, a->budget, name);
	else
		*name = po_entry_text(of->name);
	if (of->stack == of->name)
		*stack = *name;
	else if (of->stack)
		(void)po_entry_join(of->stack, &a->stack, a->budget, stack);
	else
		*stack = PO_TEXT("");
}

int po_attribution_compare(const struct po_attribution *a,
			   const struct po_entry *x, const struct po_entry *y)
{
	const struct po_lines *lx, *ly;
	size_t nx, ny;

	if (!pageowner_by_is_stack(a->by))
		return po_text_compare(po_entry_text(x), po_entry_text(y));
	lx = po_entry_lines(x, &nx);
	ly = po_entry_lines(y, &ny);
	for (size_t i = 0; i < nx && i < ny; i++) {
		int ret = lx->line[i] == ly->line[i] ? 0 :
			po_text_compare(po_entry_text(lx->line[i]),
					po_entry_text(ly->line[i]));

		if (ret)
			return ret;
	}
	return (nx > ny) - (nx < ny);
}
