// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz-account.c - any text as meminfo, and any texts as captures, with a byte 0xFF
 * between: both sums are whole, and the order of the captures does not matter.
 */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#define PROFILES_MAX	4

static uint64_t add(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

static const struct pageowner_account_holder *
holder_of(const struct pageowner_account *account, size_t index)
{
	const struct pageowner_account_holder *holder;

	return pageowner_account_holder(account, index, &holder) > 0 ? holder : NULL;
}

/* @pages: of all profiles that were added */
static void check_sums(const struct pageowner_account *account, uint64_t pages)
{
	const struct pageowner_account_line *line;
	const struct pageowner_account_holder *h, *before = NULL;
	/* What lines hold may be negative: their sum is exact modulo 2^64. */
	uint64_t total, all, named = 0, recorded = 0, other = 0, held = 0;
	bool has_meminfo = false, is_exact = true;
	size_t i;

	pageowner_account_total(account, &total, &all);
	for (i = 0; pageowner_account_line(account, i, &line) > 0; i++) {
		fuzz_check(line->has & PAGEOWNER_ACCOUNT_HAS_RECORDS || !line->pages);
		fuzz_check(line->has & PAGEOWNER_ACCOUNT_HAS_MEMINFO || !line->meminfo_bytes);
		recorded = add(recorded, line->pages);
		named += (uint64_t)line->meminfo_bytes;
		if (line->id != PAGEOWNER_ACCOUNT_OTHER)
			continue;
		other = line->pages;
		has_meminfo = line->has & PAGEOWNER_ACCOUNT_HAS_MEMINFO;
		is_exact = total <= INT64_MAX && line->meminfo_bytes > INT64_MIN;
	}
	fuzz_check(i == 17);
	fuzz_check(recorded == pages && all == pages);
	fuzz_check(!has_meminfo || !is_exact || named == total);
	for (i = 0; (h = holder_of(account, i)); i++, before = h) {
		fuzz_check(h->stacks && h->stack_pages <= h->pages);
		fuzz_check(!before || before->pages >= h->pages);
		fuzz_check(!h->stack.ptr[h->stack.len]);
		held = add(held, h->pages);
	}
	fuzz_check(i == pageowner_account_holder_count(account));
	fuzz_check(held == other);
}

/* Adds all profiles, from the first or from the last: whether all could be added */
static bool add_profiles(struct pageowner_account *account,
			 struct pageowner_profile *const *profiles, size_t count,
			 bool from_last)
{
	uint64_t sum = 0, pages;

	for (size_t i = 0; i < count; i++) {
		const struct pageowner_profile *p = profiles[from_last ? count - 1 - i : i];
		const int ret = pageowner_account_add_profile(account, p);

		fuzz_check(ret == 0 || ((ret == -EINVAL || ret == -ENODATA) &&
					*pageowner_account_error(account)));
		if (ret < 0) {
			/* After more records than memory it holds a part of them. */
			if (!strstr(pageowner_account_error(account), "MemTotal is"))
				check_sums(account, sum);
			return false;
		}
		fuzz_check(pageowner_profile_total(p, NULL, &pages) == 1);
		sum = add(sum, pages);
		check_sums(account, sum);
	}
	return true;
}

static void print_account(struct buffer *b, const struct pageowner_account *account)
{
	const struct pageowner_account_line *line;
	const struct pageowner_account_holder *h;

	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++)
		buffer_printf(b, "%s %d %jd %ju\n", line->name, (int)line->has,
			      (intmax_t)line->meminfo_bytes, (uintmax_t)line->pages);
	for (size_t i = 0; (h = holder_of(account, i)); i++) {
		buffer_escape(b, h->owner);
		buffer_escape(b, h->module);
		buffer_escape(b, h->stack);
		buffer_printf(b, " %ju %ju %ju\n", (uintmax_t)h->pages,
			      (uintmax_t)h->stack_pages, (uintmax_t)h->stacks);
	}
}

static int write_account(struct pageowner_export *e, void *account, FILE *file)
{
	return pageowner_export_account(e, account, NULL, file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned int how = fuzz_choose(data, &size, 4);
	const unsigned int format = fuzz_choose(data, &size, 256);
	const uint8_t *next, *end = data + size;
	struct pageowner_text meminfo = { NULL, 0 };
	struct pageowner_profile *profiles[PROFILES_MAX];
	struct pageowner_account *account, *again;
	struct pageowner_plumbing *plumbing;
	struct buffer first = { 0 }, second = { 0 };
	size_t count = 0;

	fuzz_check(pageowner_account_new(&account) == 0);
	fuzz_check(pageowner_account_new(&again) == 0);
	fuzz_check(pageowner_plumbing_new(&plumbing) == 0);
	fuzz_check(pageowner_plumbing_add(plumbing, "*alloc*", NULL) == 0);
	if (how & 1) {
		fuzz_check(pageowner_account_set_plumbing(account, plumbing) == 0);
		fuzz_check(pageowner_account_set_plumbing(again, plumbing) == 0);
	}
	if (how & 2 && size) {
		next = memchr(data, 0xff, size);
		meminfo = (struct pageowner_text){ (const char *)data,
			(size_t)((next ? next : end) - data) };
		data = next ? next + 1 : end;
		fuzz_check(pageowner_account_add_meminfo(account, meminfo) ==
			   pageowner_account_add_meminfo(again, meminfo));
	}
	while (count < PROFILES_MAX && data < end) {
		next = memchr(data, 0xff, (size_t)(end - data));
		profiles[count++] = fuzz_profile("callstack", 1, data,
						 (size_t)((next ? next : end) - data));
		data = next ? next + 1 : end;
	}
	if (add_profiles(account, profiles, count, false))
		fuzz_exports(format, PAGEOWNER_EXPORT_ACCOUNT, write_account, account);
	/* With meminfo of its own, nothing of a capture is first. */
	if (meminfo.len && add_profiles(again, profiles, count, true)) {
		print_account(&first, account);
		print_account(&second, again);
		fuzz_same("in another order", &second, &first);
	}
	for (size_t i = 0; i < count; i++)
		pageowner_profile_free(profiles[i]);
	pageowner_account_free(account);
	pageowner_account_free(again);
	pageowner_plumbing_free(plumbing);
	return 0;
}
