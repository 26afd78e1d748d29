/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * account.h - what the tests of accounts share.
 */
#ifndef TEST_ACCOUNT_H
#define TEST_ACCOUNT_H

#include "support.h"

#include <stdint.h>

#include <pageowner/account.h>

#define UNUSED	__attribute__((unused))

/* Of @head, and of stacks with their pages: names as for buffer_stack(), a number; @count
 * texts */
static UNUSED struct pageowner_profile *
profile_of(const char *keys, const char *head, const char *const *texts, size_t count)
{
	struct pageowner_profile *profile;
	struct buffer b = { 0 };

	buffer_printf(&b, "%s", head);
	for (size_t i = 0; i < count; i += 2) {
		buffer_stack(&b, texts[i]);
		buffer_printf(&b, "nr_base_pages: %s\n\n", texts[i + 1]);
	}
	ck_assert_int_eq(pageowner_profile_new(keys, &profile), 0);
	ck_assert_int_eq(pageowner_profile_load(profile, temp_file(b.ptr, b.len)), 0);
	buffer_free(&b);
	return profile;
}

static UNUSED const struct pageowner_account_line *
line_of(const struct pageowner_account *account, enum pageowner_account_class id)
{
	const struct pageowner_account_line *line = NULL;

	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++)
		if (line->id == id)
			return line;
	ck_abort();
}

static UNUSED struct pageowner_account *new_account(void)
{
	struct pageowner_account *account;

	ck_assert_int_eq(pageowner_account_new(&account), 0);
	return account;
}

static UNUSED void add(struct pageowner_account *a, enum pageowner_account_source source,
		const char *instance, const char *text)
{
	ck_assert_int_eq(pageowner_account_add_source(a, source, instance, text_from(text)), 0);
}

static UNUSED const struct pageowner_account_file *
file_of(const struct pageowner_account *a, enum pageowner_account_source source)
{
	const struct pageowner_account_file *file;

	ck_assert_int_eq(pageowner_account_file(a, source, &file), 1);
	ck_assert_int_eq(file->source, source);
	return file;
}

/* "NAME MODULE BYTES COUNT UNIT" of each part or detail; zeros and absent ones left out */
static UNUSED void print_each(struct buffer *b, const struct pageowner_account *a,
			      enum pageowner_account_class id,
			      int (*get)(const struct pageowner_account *account,
					 enum pageowner_account_class id, size_t index,
					 const struct pageowner_account_part **part))
{
	const struct pageowner_account_part *part;

	buffer_printf(b, "%s", "");
	for (size_t i = 0; get(a, id, i, &part) > 0; i++) {
		ck_assert_int_eq(part->id, id);
		buffer_printf(b, "%s%.*s", i ? ", " : "", (int)part->name.len, part->name.ptr);
		if (part->module.len)
			buffer_printf(b, " [%.*s]", (int)part->module.len, part->module.ptr);
		if (part->bytes || get == pageowner_account_part)
			buffer_printf(b, " %ju", (uintmax_t)part->bytes);
		if (part->unit)
			buffer_printf(b, " %ju %s", (uintmax_t)part->count, part->unit);
	}
}

static UNUSED void print_parts(struct buffer *b, const struct pageowner_account *a,
			       enum pageowner_account_class id)
{
	print_each(b, a, id, pageowner_account_part);
}

/* The lines are exactly MemTotal, and parts never make a rest negative. */
static UNUSED void check_sums(const struct pageowner_account *a)
{
	const struct pageowner_account_line *line;
	const struct pageowner_account_part *part;
	uint64_t total, sum = 0;

	pageowner_account_total(a, &total, NULL);
	for (size_t i = 0; pageowner_account_line(a, i, &line) > 0; i++) {
		uint64_t parts = 0;
		size_t count = 0;

		for (; pageowner_account_part(a, line->id, count, &part) > 0; count++)
			parts += part->bytes;
		ck_assert_uint_eq(count, line->parts);
		ck_assert_uint_eq(parts, line->parts_bytes);
		sum += (uint64_t)line->meminfo_bytes;
		if (line->id == PAGEOWNER_ACCOUNT_RESERVED || line->meminfo_bytes < 0)
			continue;
		ck_assert(line->rest_bytes == 0 ||
			  line->rest_bytes + parts == (uint64_t)line->meminfo_bytes);
		ck_assert(line->rest_bytes || parts >= (uint64_t)line->meminfo_bytes);
	}
	ck_assert_uint_eq(sum, total);
}

#endif
