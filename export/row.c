// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * row.c - what a group is made of, in the same words for all formats.
 */
#include "writer.h"

uint64_t export_number(uint64_t number)
{
	return number < INT64_MAX ? number : INT64_MAX;
}

uint64_t export_sum(uint64_t a, uint64_t b)
{
	/* Neither needs the 64th bit. */
	return export_number(export_number(a) + export_number(b));
}

uint64_t export_bytes(uint64_t pages, uint64_t page_size)
{
	uint64_t bytes;

	return __builtin_mul_overflow(pages, page_size, &bytes) ? INT64_MAX :
		export_number(bytes);
}

int64_t export_change_bytes(int64_t pages, uint64_t page_size)
{
	int64_t bytes;

	if (__builtin_mul_overflow(pages, page_size, &bytes))
		return pages < 0 ? INT64_MIN : INT64_MAX;
	return bytes;
}

size_t export_rows(const struct pageowner_export *e, size_t count)
{
	return e->top && e->top < count ? e->top : count;
}

bool export_has_stacks(const struct pageowner_profile *p)
{
	return pageowner_profile_is_by(p, PAGEOWNER_FIELD_TXT) ||
		pageowner_profile_is_by(p, PAGEOWNER_FIELD_STACKTRACE) ||
		pageowner_profile_is_by(p, PAGEOWNER_FIELD_CALLSTACK);
}

unsigned int export_keys(const struct pageowner_export *e,
			 const struct pageowner_profile *p,
			 enum pageowner_field keys[PAGEOWNER_FIELD_COUNT])
{
	unsigned int count = 0;

	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++) {
		const enum pageowner_field key = (enum pageowner_field)i;

		/* The stack itself has a place of its own. */
		if (key == PAGEOWNER_FIELD_TXT || key == PAGEOWNER_FIELD_STACKTRACE ||
		    key == PAGEOWNER_FIELD_CALLSTACK)
			continue;
		if ((pageowner_field_info(key)->uses & PAGEOWNER_FIELD_SORTS &&
		     pageowner_profile_determines(p, key)) || export_wants_field(e, key))
			keys[count++] = key;
	}
	return count;
}

static struct pageowner_text allocator_text(int64_t bits,
					    char buf[EXPORT_VALUE_MAX])
{
	const int len = snprintf(buf, EXPORT_VALUE_MAX, "%s%s%s%s",
		bits & PAGEOWNER_ALLOCATOR_CMA ? "CMA " : "",
		bits & PAGEOWNER_ALLOCATOR_SLAB ? "SLAB " : "",
		bits & PAGEOWNER_ALLOCATOR_VMALLOC ? "VMALLOC " : "",
		bits & PAGEOWNER_ALLOCATOR_OTHERS ? "OTHERS " : "");

	return (struct pageowner_text){ buf, len ? (size_t)len - 1 : 0 };
}

int export_value(struct pageowner_profile *p, size_t row, enum pageowner_field key,
		 char buf[EXPORT_VALUE_MAX], struct pageowner_text *text)
{
	struct pageowner_value value;
	const int ret = pageowner_profile_value(p, row, key, &value);

	if (ret < 0 || !value.has)
		return ret;
	if (value.is_text)
		*text = value.text;
	else if (key == PAGEOWNER_FIELD_ALLOCATOR)
		*text = allocator_text(value.number, buf);
	else
		*text = (struct pageowner_text){ buf, (size_t)snprintf(buf,
				EXPORT_VALUE_MAX, "%" PRId64, value.number) };
	return 1;
}

void export_put_frame(FILE *file, const struct pageowner_frame *frame)
{
	fwrite(frame->symbol.ptr, 1, frame->symbol.len, file);
	if (!frame->module.len)
		return;
	fputs(" [", file);
	fwrite(frame->module.ptr, 1, frame->module.len, file);
	fputc(']', file);
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
		(*frames)[(*count)++].symbol = (struct pageowner_text){
			"(no stack)", 10 };
		return 0;
	}
	for (i = *count; pageowner_frame_next(&stack, &frame); )
		(*frames)[--i] = frame;
	return 0;
}
