// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sort-report.c - one group in the text form of the kernel's page_owner_sort.
 *
 * To the byte what tools/mm/page_owner_sort.c of Linux 6.12 writes, blanks in
 * odd places included, and behind it the keys that it does not have. A count that
 * no record of the group tells is left out.
 */
#include "tools/sort-report.h"

#include <errno.h>

static void put_label(struct cli_output *out, uint32_t allocator)
{
	cli_put_string(out, ", allocated by ");
	if (allocator & PAGEOWNER_ALLOCATOR_CMA)
		cli_put_string(out, "CMA ");
	if (allocator & PAGEOWNER_ALLOCATOR_SLAB)
		cli_put_string(out, "SLAB ");
	if (allocator & PAGEOWNER_ALLOCATOR_VMALLOC)
		cli_put_string(out, "VMALLOC ");
	if (allocator & PAGEOWNER_ALLOCATOR_OTHERS)
		cli_put_string(out, "OTHERS ");
}

static void put_counts(struct cli_output *out, const struct pageowner_group *group)
{
	const bool times = group->has & PAGEOWNER_HAS_TIMES;

	if (times) {
		cli_put_number(out, group->times);
		cli_put_string(out, " times");
	}
	if (group->has & PAGEOWNER_HAS_PAGES) {
		cli_put_string(out, times ? ", " : "");
		cli_put_number(out, group->pages);
		cli_put_string(out, " pages");
	}
}

/* Lines of a record; only the end of a cut input lacks its newline. */
static void put_lines(struct cli_output *out, struct pageowner_text lines)
{
	cli_put_lines(out, lines);
	if (lines.len && lines.ptr[lines.len - 1] != '\n')
		cli_put(out, "\n", 1);
}

/* Stack and notes of a record, and the blank line behind them. */
static void put_body(struct cli_output *out, const struct pageowner_record *r,
		     bool notes)
{
	put_lines(out, r->stack);
	if (notes)
		put_lines(out, r->notes);
	cli_put(out, "\n", 1);
}

int sort_report_full(struct cli_output *out, struct pageowner_profile *profile,
		     size_t index, bool with_ts)
{
	const struct pageowner_group *group;
	const struct pageowner_record *r;
	struct pageowner_text header;
	const int ret = pageowner_profile_group(profile, index, &group);

	if (ret <= 0)
		return ret;
	r = group->record;
	header = r->header;
	put_counts(out, group);
	put_label(out, group->allocator);
	cli_put_string(out, ":\n");
	if (with_ts && (r->has & PAGEOWNER_HAS_TS)) {
		header.len = r->ts_at;
		cli_put_text(out, header);
		cli_put_number(out, r->ts_ns);
		header.ptr += r->ts_at;
		header.len = r->header.len - r->ts_at;
	}
	if (r->header.len) {	/* entries of show_stacks have none */
		cli_put_text(out, header);
		cli_put(out, "\n", 1);
	}
	put_body(out, r, true);
	return 0;
}

/* ", " and what the group has in common in one key */
static int put_value(struct cli_output *out, struct pageowner_profile *profile,
		     size_t index, enum pageowner_field key)
{
	struct pageowner_value value;
	const int ret = pageowner_profile_value(profile, index, key, &value);

	if (ret < 0)
		return ret;
	cli_put_string(out, ", ");
	cli_put_string(out, key == PAGEOWNER_FIELD_PID ? "PID" :
			    key == PAGEOWNER_FIELD_TGID ? "TGID" :
			    key == PAGEOWNER_FIELD_NAME ? "task_comm_name:" :
			    pageowner_field_name(key));
	cli_put(out, " ", 1);
	if (value.is_text && value.text.len) {
		cli_put_text(out, value.text);
	} else if (value.has && !value.is_text) {
		if (value.number < 0)
			cli_put(out, "-", 1);
		cli_put_number(out, value.number < 0 ? -(uint64_t)value.number :
						       (uint64_t)value.number);
	} else if (key >= PAGEOWNER_FIELD_MODULE) {
		cli_put_string(out, "(none)");
	} else if (key != PAGEOWNER_FIELD_NAME) {
		cli_put_string(out, "-1");	/* as page_owner_sort has it */
	}
	return 0;
}

static int put_released(struct cli_output *out,
			struct pageowner_profile *profile, size_t index)
{
	struct pageowner_value value = { 0 };
	const int ret = pageowner_profile_value(profile, index,
						PAGEOWNER_FIELD_FREE, &value);

	if (ret < 0)
		return ret;
	cli_put_string(out, value.number ? " (RELEASED)" : " (UNRELEASED)");
	return 0;
}

int sort_report_culled(struct cli_output *out,
		       struct pageowner_profile *profile, size_t index,
		       uint64_t shown)
{
	const struct pageowner_group *group;
	int ret = pageowner_profile_group(profile, index, &group);

	if (ret <= 0)
		return ret;
	ret = 0;
	put_counts(out, group);
	for (int key = PAGEOWNER_FIELD_PID; ret == 0 && key <= PAGEOWNER_FIELD_MEMCG;
	     key++) {
		if (!(shown & UINT64_C(1) << key) || key == PAGEOWNER_FIELD_CALLSTACK)
			continue;
		if (key == PAGEOWNER_FIELD_ALLOCATOR)
			put_label(out, group->allocator);
		else if (key == PAGEOWNER_FIELD_FREE)
			ret = put_released(out, profile, index);
		else
			ret = put_value(out, profile, index, key);
	}
	if (ret < 0)
		return ret;
	if (shown & (BIT(STACKTRACE) | BIT(CALLSTACK))) {
		cli_put(out, ":\n", 2);
		put_body(out, group->record, shown & BIT(STACKTRACE));
	} else {
		cli_put(out, "\n", 1);
	}
	return 0;
}
