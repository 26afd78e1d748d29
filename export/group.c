// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * group.c - groups of a profile, for formats that write them in their own way: which
 * fields they have, values as texts, stacks from the root on.
 */
#include "writer.h"

size_t export_rows(const struct pageowner_export *e, size_t count)
{
	return e->top && e->top < count ? e->top : count;
}

bool export_has_exact_stacks(const struct pageowner_profile *p)
{
	return pageowner_profile_is_by(p, PAGEOWNER_FIELD_TXT) ||
		pageowner_profile_is_by(p, PAGEOWNER_FIELD_STACKTRACE) ||
		pageowner_profile_is_by(p, PAGEOWNER_FIELD_CALLSTACK);
}

bool export_has_stacks(const struct pageowner_profile *p)
{
	return export_has_exact_stacks(p) ||
		pageowner_profile_is_by(p, PAGEOWNER_FIELD_PORTABLE);
}

/* The stack itself has a place of its own, and so have the counts. */
static bool is_key(enum pageowner_field field)
{
	switch (field) {
	case PAGEOWNER_FIELD_TXT: case PAGEOWNER_FIELD_STACKTRACE:
	case PAGEOWNER_FIELD_CALLSTACK: case PAGEOWNER_FIELD_PORTABLE:
	case PAGEOWNER_FIELD_TIMES: case PAGEOWNER_FIELD_PAGES:
		return false;
	default:
		return pageowner_field_info(field)->uses & PAGEOWNER_FIELD_SORTS;
	}
}

unsigned int export_keys(const struct pageowner_export *e,
			 const struct pageowner_profile *p,
			 enum pageowner_field keys[EXPORT_KEYS_MAX])
{
	unsigned int count = 0;

	for (size_t i = 0; i < pageowner_field_count() && count < EXPORT_KEYS_MAX; i++) {
		const enum pageowner_field key = (enum pageowner_field)i;

		if (is_key(key) && (pageowner_profile_determines(p, key) ||
				    export_wants_field(e, key)))
			keys[count++] = key;
	}
	return count;
}

static struct pageowner_text allocator_text(int64_t bits, char buf[EXPORT_VALUE_MAX])
{
	const int len = snprintf(buf, EXPORT_VALUE_MAX, "%s%s%s%s",
		bits & PAGEOWNER_ALLOCATOR_CMA ? "CMA " : "",
		bits & PAGEOWNER_ALLOCATOR_SLAB ? "SLAB " : "",
		bits & PAGEOWNER_ALLOCATOR_VMALLOC ? "VMALLOC " : "",
		bits & PAGEOWNER_ALLOCATOR_OTHERS ? "OTHERS " : "");

	return (struct pageowner_text){ buf, len ? (size_t)len - 1 : 0 };
}

int export_value(const struct pageowner_profile *p, size_t row, enum pageowner_field key,
		 char buf[EXPORT_VALUE_MAX], struct pageowner_text *text)
{
	struct pageowner_value value;
	const int ret = pageowner_profile_value(p, row, key, &value);

	if (ret <= 0)
		return ret;
	if (key == PAGEOWNER_FIELD_ALLOCATOR) {
		*text = allocator_text(value.number, buf);
	} else if (!value.is_text) {
		*text = (struct pageowner_text){ buf, (size_t)snprintf(buf,
				EXPORT_VALUE_MAX, "%" PRId64, value.number) };
	} else if (value.text.ptr == value.buf) {
		memcpy(buf, value.buf, value.text.len);
		*text = (struct pageowner_text){ buf, value.text.len };
	} else {
		*text = value.text;
	}
	return 1;
}

size_t export_inner(const struct pageowner_export *e, struct pageowner_text stack,
		    size_t *len)
{
	const char *start = stack.ptr;
	struct pageowner_frame owner, frame;
	size_t inner = 0;

	*len = 0;
	if (pageowner_stack_owner(stack, e->plumbing, &owner) <= 0)
		return 0;
	for (;; inner++) {
		const size_t before = (size_t)(stack.ptr - start);

		if (!pageowner_frame_next(&stack, &frame))
			return 0;
		if (frame.line.ptr == owner.line.ptr) {
			*len = before;
			return inner;
		}
	}
}

int export_frames(struct pageowner_text stack, struct pageowner_frame **frames,
		  size_t *count)
{
	struct pageowner_text left = stack;
	struct pageowner_frame frame;
	size_t i;

	for (*count = 0; pageowner_frame_next(&left, &frame); )
		++*count;
	*frames = calloc(*count + 1, sizeof(**frames));
	if (!*frames)
		return -ENOMEM;
	if (!*count) {
		(*frames)[(*count)++].symbol = text_of("(no stack)");
		return 0;
	}
	for (i = *count; pageowner_frame_next(&stack, &frame); )
		(*frames)[--i] = frame;
	return 0;
}
