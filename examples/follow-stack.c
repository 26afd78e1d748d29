// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * follow-stack.c - what a stack, or all stacks through a function, hold in one
 * dump after another. A stack is named by its portable id; the id of the biggest
 * stack found is printed with the pages.
 *
 *	./follow-stack pipe_write monday.xz tuesday.xz
 *	./follow-stack 0123456789abcdef monday.xz tuesday.xz
 */
#include <pageowner/pageowner.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_wanted(struct pageowner_text stack, uint64_t id, const char *what)
{
	struct pageowner_frame frame;

	if (strtoull(what, NULL, 16) == id)
		return 1;
	while (pageowner_frame_next(&stack, &frame))
		if (frame.symbol.len == strlen(what) &&
		    memcmp(frame.symbol.ptr, what, frame.symbol.len) == 0)
			return 1;
	return 0;
}

static int follow(const char *path, const char *what)
{
	struct pageowner_profile *profile;
	const struct pageowner_group *group;
	uint64_t id, biggest = 0, pages = 0;
	int ret;

	if (pageowner_profile_new("callstack", &profile) < 0)
		return 1;
	if (pageowner_profile_load(profile, path) < 0 ||
	    pageowner_profile_sort(profile, "-pages") < 0)
		return fprintf(stderr, "%s\n", pageowner_profile_error(profile));
	for (size_t i = 0; (ret = pageowner_profile_group(profile, i, &group)) > 0; i++) {
		id = pageowner_stack_id_portable(group->record->stack);
		if (!is_wanted(group->record->stack, id, what))
			continue;
		if (pages == 0)
			biggest = id;
		pages += group->pages;
	}
	if (ret < 0)
		return fprintf(stderr, "%s: %s\n", path, strerror(-ret));
	printf("%10" PRIu64 " pages  %016" PRIx64 "  %s\n",
	       pages, biggest, path);
	pageowner_profile_free(profile);
	return 0;
}

int main(int argc, char *argv[])
{
	for (int i = 2; i < argc; i++)
		if (follow(argv[i], argv[1]) != 0)
			return 1;
	return argc < 3;
}
