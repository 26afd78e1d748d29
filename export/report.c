// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * report.c - the text of the kernel's page_owner_sort.
 *
 * To the byte what tools/mm/page_owner_sort.c of Linux 6.12 writes, blanks in odd places
 * included, followed by the fields that it does not have. Groups by "txt" are written as
 * with no --cull, others by the values of their fields. A count that no record of a group
 * had is left out. The last line says, as that of a capture does, if the input is incomplete.
 *
 * Whole reports have gigabytes, so that nothing here locks the stream or parses a format.
 */
#include "writer.h"

static void put(FILE *file, const char *text, size_t len)
{
	fwrite_unlocked(text, 1, len, file);
}

#define PUT(file, literal) put(file, literal, sizeof(literal) - 1)

static void put_number(FILE *file, uint64_t number)
{
	char digits[20], *p = digits + sizeof(digits);

	do {
		*--p = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	put(file, p, (size_t)(digits + sizeof(digits) - p));
}

/* A name or a header may hold newlines; in a terminal they would look like ours. */
static void put_text(const struct pageowner_export *e, FILE *file,
		     struct pageowner_text text)
{
	if (!(e->flags & PAGEOWNER_EXPORT_TERMINAL)) {
		put(file, text.ptr, text.len);
		return;
	}
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '\n' || text.ptr[i] == '\t')
			fprintf(file, "\\x%02x", (unsigned int)text.ptr[i]);
		else
			putc_unlocked(text.ptr[i], file);
}

static void put_label(FILE *file, uint32_t allocator)
{
	PUT(file, ", allocated by ");
	if (allocator & PAGEOWNER_ALLOCATOR_CMA)
		PUT(file, "CMA ");
	if (allocator & PAGEOWNER_ALLOCATOR_SLAB)
		PUT(file, "SLAB ");
	if (allocator & PAGEOWNER_ALLOCATOR_VMALLOC)
		PUT(file, "VMALLOC ");
	if (allocator & PAGEOWNER_ALLOCATOR_OTHERS)
		PUT(file, "OTHERS ");
}

static void put_counts(FILE *file, const struct pageowner_group *group)
{
	if (group->has & PAGEOWNER_HAS_TIMES) {
		put_number(file, group->times);
		PUT(file, " times");
	}
	if (group->has & PAGEOWNER_HAS_PAGES) {
		if (group->has & PAGEOWNER_HAS_TIMES)
			PUT(file, ", ");
		put_number(file, group->pages);
		PUT(file, " pages");
	}
}

/* Lines of a record; only the end of a truncated input lacks its newline. */
static void put_lines(FILE *file, struct pageowner_text lines)
{
	if (!lines.len)
		return;
	put(file, lines.ptr, lines.len);
	if (lines.ptr[lines.len - 1] != '\n')
		PUT(file, "\n");
}

/* Stack and notes of a record, and the blank line after them */
static void put_body(FILE *file, const struct pageowner_record *r, bool notes)
{
	put_lines(file, r->stack);
	if (notes)
		put_lines(file, r->notes);
	PUT(file, "\n");
}

/* --- groups by their whole text */

/* A group of a culled report has the values that it was culled by in place of a header. */
static bool is_culled(const struct pageowner_record *r)
{
	return r->kind == PAGEOWNER_RECORD_GROUP &&
		(!r->header.len || *r->header.ptr == ',' || *r->header.ptr == ' ');
}

/* As it was read, so that it can be read again */
static void put_again(const struct pageowner_export *e, FILE *file,
		      const struct pageowner_group *group)
{
	const struct pageowner_record *r = group->record;

	put_counts(file, group);
	put_text(e, file, r->header);
	if (r->stack.len || r->notes.len) {
		PUT(file, ":\n");
		put_body(file, r, true);
	} else {
		PUT(file, "\n");
	}
}

static void put_whole(const struct pageowner_export *e, FILE *file,
		      const struct pageowner_group *group, bool with_ts)
{
	const struct pageowner_record *r = group->record;
	struct pageowner_text header = r->header;

	put_counts(file, group);
	put_label(file, group->allocator);
	PUT(file, ":\n");
	/* The digits of the time are no part of a group's header. */
	if (with_ts && (r->has & PAGEOWNER_HAS_TS)) {
		header.len = r->ts_at;
		put_text(e, file, header);
		put_number(file, r->ts_ns);
		header.ptr += r->ts_at;
		header.len = r->header.len - r->ts_at;
	}
	if (r->header.len) {	/* entries of show_stacks have none */
		put_text(e, file, header);
		PUT(file, "\n");
	}
	put_body(file, r, true);
}

/* --- groups by some fields */

/* In the order of a report. What is absent is written as @absent. */
static const struct shown {
	enum pageowner_field field;
	const char *name, *absent;
} fields[] = {
	/* Those of page_owner_sort */
	{ PAGEOWNER_FIELD_PID, "PID", "-1" },
	{ PAGEOWNER_FIELD_TGID, "TGID", "-1" },
	{ PAGEOWNER_FIELD_NAME, "task_comm_name:", "" },
	{ PAGEOWNER_FIELD_ALLOCATOR, NULL, NULL },
	{ PAGEOWNER_FIELD_FREE, NULL, NULL },
	/* Ours */
	{ PAGEOWNER_FIELD_MODULE, "module", "(none)" },
	{ PAGEOWNER_FIELD_OWNER, "owner", "(none)" },
	{ PAGEOWNER_FIELD_ORDER, "order", "(none)" },
	{ PAGEOWNER_FIELD_GFP, "gfp", "(none)" },
	{ PAGEOWNER_FIELD_MIGRATETYPE, "migratetype", "(none)" },
	{ PAGEOWNER_FIELD_BLOCKTYPE, "blocktype", "(none)" },
	{ PAGEOWNER_FIELD_NODE, "node", "(none)" },
	{ PAGEOWNER_FIELD_ZONE, "zone", "(none)" },
	{ PAGEOWNER_FIELD_FREE_PID, "free_pid", "(none)" },
	{ PAGEOWNER_FIELD_FREE_TGID, "free_tgid", "(none)" },
	{ PAGEOWNER_FIELD_FREE_STACK, "free_stack", "(none)" },
	/* Of any bytes, so the last */
	{ PAGEOWNER_FIELD_MEMCG, "memcg", "(none)" },
};
#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

/* The fields to show and how many; whether the stack is one of them, and its notes */
struct layout {
	const struct shown *shown[FIELDS];
	size_t count;
	bool stack, notes;
};

static void make_layout(struct layout *layout, const struct pageowner_export *e,
			const struct pageowner_profile *p)
{
	layout->notes = pageowner_profile_is_by(p, PAGEOWNER_FIELD_STACKTRACE);
	layout->stack = export_has_stacks(p);
	layout->count = 0;
	for (size_t i = 0; i < FIELDS; i++)
		if (pageowner_profile_is_by(p, fields[i].field) ||
		    export_wants_field(e, fields[i].field))
			layout->shown[layout->count++] = &fields[i];
}

/* The functions of a stack as one word, as it is in the line of counts:
 * "free_unref_page<drop[m]"; read by a report, it is there already */
static void put_functions(const struct pageowner_export *e, FILE *file,
			  struct pageowner_text stack)
{
	struct pageowner_frame frame;
	bool first = true;

	while (pageowner_frame_next(&stack, &frame)) {
		if (!first)
			PUT(file, "<");
		first = false;
		put_text(e, file, frame.symbol);
		if (frame.module.len) {
			PUT(file, "[");
			put_text(e, file, frame.module);
			PUT(file, "]");
		}
	}
}

static int put_value(const struct pageowner_export *e, FILE *file,
		     const struct pageowner_profile *p, size_t row, const struct shown *shown)
{
	struct pageowner_value value;
	const int ret = pageowner_profile_value(p, row, shown->field, &value);

	if (ret < 0)
		return ret;
	if (shown->field == PAGEOWNER_FIELD_FREE) {
		if (ret > 0 && value.number)
			PUT(file, " (RELEASED)");
		else
			PUT(file, " (UNRELEASED)");
		return 0;
	}
	PUT(file, ", ");
	put(file, shown->name, strlen(shown->name));
	PUT(file, " ");
	if (ret > 0 && shown->field == PAGEOWNER_FIELD_FREE_STACK) {
		put_functions(e, file, value.text);
	} else if (ret > 0 && value.is_text && value.text.len) {
		put_text(e, file, value.text);
	} else if (ret > 0 && !value.is_text) {
		if (value.number < 0)
			PUT(file, "-");
		put_number(file, value.number < 0 ? -(uint64_t)value.number :
						    (uint64_t)value.number);
	} else {
		put(file, shown->absent, strlen(shown->absent));
	}
	return 0;
}

static int put_culled(const struct pageowner_export *e, FILE *file,
		      const struct pageowner_profile *p, size_t row,
		      const struct pageowner_group *group, const struct layout *layout)
{
	put_counts(file, group);
	for (size_t i = 0; i < layout->count; i++) {
		int ret;

		if (layout->shown[i]->field == PAGEOWNER_FIELD_ALLOCATOR) {
			put_label(file, group->allocator);
			continue;
		}
		ret = put_value(e, file, p, row, layout->shown[i]);
		if (ret < 0)
			return ret;
	}
	if (layout->stack) {
		PUT(file, ":\n");
		put_body(file, group->record, layout->notes);
	} else {
		PUT(file, "\n");
	}
	return 0;
}

static int write_profile(struct pageowner_export *e, const struct pageowner_profile *p,
			 FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(p));
	const bool whole = pageowner_profile_is_by(p, PAGEOWNER_FIELD_TXT);
	const bool with_ts = pageowner_profile_is_by(p, PAGEOWNER_FIELD_ALLOC_TS);
	const struct pageowner_group *group;
	struct layout layout;
	int ret = 0;

	make_layout(&layout, e, p);
	/* Gigabytes need not be written to what takes none. */
	for (size_t i = 0; ret >= 0 && i < rows && !ferror_unlocked(file); i++) {
		ret = pageowner_profile_group(p, i, &group);
		if (ret > 0 && whole && is_culled(group->record))
			put_again(e, file, group);
		else if (ret > 0 && whole)
			put_whole(e, file, group, with_ts);
		else if (ret > 0)
			ret = put_culled(e, file, p, i, group, &layout);
	}
	if (ret >= 0 && export_is_incomplete(e)) {
		/* page_owner_sort skips lines that begin so, and we read this one again. */
		PUT(file, "PFN# complete: no, ");
		put_text(e, file, e->incomplete);
		PUT(file, "\n");
	}
	return ret < 0 ? ret : 0;
}

const struct export_format export_report = {
	.name = "report", .help = "the text of page_owner_sort",
	.traits = PAGEOWNER_EXPORT_PROFILE, .keys = "txt", .profile = write_profile,
};
