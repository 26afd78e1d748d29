/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * account.h - what the tests of accounts share.
 */
#ifndef TEST_ACCOUNT_H
#define TEST_ACCOUNT_H

#include "support.h"

#include <pageowner/account.h>

/* Of @head, and of stacks with their pages: names as for buffer_stack(), a number; @count
 * texts */
static __attribute__((unused)) struct pageowner_profile *
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

static const struct pageowner_account_line *
line_of(const struct pageowner_account *account, enum pageowner_account_class id)
{
	const struct pageowner_account_line *line = NULL;

	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++)
		if (line->id == id)
			return line;
	ck_abort();
}

#endif
