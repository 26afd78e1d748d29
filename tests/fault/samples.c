// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * samples.c - dumps that the tests of memory that runs out read, see samples.h.
 */
#include "samples.h"

#include <stdio.h>

struct buffer sample, other, large;

void add_file(struct buffer *b, const char *name)
{
	struct buffer file = data_file(name);

	buffer_add(b, file.ptr, file.len);
	buffer_add(b, "\n\n", 2);
	buffer_free(&file);
}

/* Stacks of which each is new */
static void add_stacks(struct buffer *b, int from, int count)
{
	for (int i = from; i < from + count; i++) {
		char stack[128];

		snprintf(stack, sizeof(stack), " alloc_pages+0x1/0x2\n owner_%d+0x1/0x2\n"
			 " caller_%d+0x3/0x40 [mod%d]\n", i, i % 7, i % 5);
		make_record(b, .pid = i % 50, .ts = (uint64_t)i * 777777777,
			    .pfn = 0x1000 + (uint64_t)i * 5, .stack = stack,
			    .order = (unsigned int)i % 4,
			    .notes = i % 9 ? NULL : "Charged to memcg a.slice\n");
	}
}

/* Captures of the same boot cannot be added up. */
static void change_boot(struct buffer *b)
{
	static const char id[] = "boot-id: 3";
	char *found = memmem(b->ptr, b->len, id, sizeof(id) - 1);

	if (found)
		found[sizeof(id) - 2] = '4';
}

void make_samples(void)
{
	static const char *const files[] = {
		"odd/capture.page_owner", "dialects/linux-6.12.page_owner",
		"dialects/linux-3.19.page_owner", "dialects/huawei-4.9.page_owner",
		"dialects/linux-7.3-stack-handle.page_owner",
		"dialects/linux-7.3-handle.page_owner",
		"dialects/linux-6.19.show_stacks_handles",
		"dialects/linux-6.19.show_handles", "dialects/linux-6.9.show_stacks",
		"dialects/page_owner_sort-6.12-culled.report",
		"dialects/linux-6.8.console",
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		add_file(&sample, files[i]);
	/* With line ends of DOS, of which a copy is made */
	make_record(&sample, .comm = "dos", .stack = " dos+0x1/0x2\r\n");
	add_stacks(&sample, 0, 70);
	add_padding(&sample, 400 << 10);	/* longer than a window */
	add_stacks(&other, 50, 70);
	add_file(&other, "dialects/linux-6.19.show_handles");
	add_file(&other, "odd/capture.page_owner");
	change_boot(&other);
	while (large.len < (2 << 20) + (100 << 10))
		add_stacks(&large, 0, 20);
}

void free_samples(void)
{
	buffer_free(&sample);
	buffer_free(&other);
	buffer_free(&large);
}

struct pageowner_profile *profile_of(const struct buffer *text, const char *keys)
{
	struct pageowner_profile *p;

	ck_assert_int_eq(pageowner_profile_new(keys, &p), 0);
	ck_assert_int_eq(pageowner_profile_keep(p, "migratetype"), 0);
	ck_assert_int_eq(pageowner_profile_load(p, temp_file(text->ptr, text->len)), 0);
	return finished(p);
}
