// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * top-owners.c - the ten functions that hold the most memory.
 *
 *	cc top-owners.c -o top-owners $(pkg-config --cflags --libs libpageowner)
 *	./top-owners page_owner.txt
 */
#include <pageowner/pageowner.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char *argv[])
{
	struct pageowner_profile *profile;
	const struct pageowner_group *group;
	struct pageowner_value owner;
	uint64_t times, pages;
	char name[256];

	if (argc != 2 || pageowner_profile_new("owner", &profile) < 0)
		return 2;
	if (pageowner_profile_load(profile, argv[1]) < 0 ||
	    pageowner_profile_sort(profile, "-pages") < 0) {
		fprintf(stderr, "%s\n", pageowner_profile_error(profile));
		return 1;
	}
	for (size_t i = 0; i < 10; i++) {
		if (pageowner_profile_group(profile, i, &group) <= 0)
			break;
		strcpy(name, "(no stack)");
		/* A dump may be forged: not all that it holds is for a terminal. */
		if (pageowner_profile_value(profile, i, PAGEOWNER_FIELD_OWNER, &owner) > 0)
			pageowner_text_printable(owner.text, name, sizeof(name));
		printf("%10" PRIu64 " pages  %s\n", group->pages, name);
	}
	pageowner_profile_total(profile, &times, &pages);
	printf("%10" PRIu64 " pages  in all %" PRIu64 " records\n", pages, times);
	pageowner_profile_free(profile);
	return 0;
}
