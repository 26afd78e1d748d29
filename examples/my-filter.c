// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * my-filter.c - a filter of one's own: look at each record, keep what fits a
 * condition that no option has, here "large blocks of tasks named PREFIX...".
 *
 *	./my-filter ORDER PREFIX page_owner.txt
 */
#include <pageowner/pageowner.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_wanted(const struct pageowner_record *record, uint32_t order,
		     const char *prefix)
{
	size_t len = strlen(prefix);

	return (record->has & PAGEOWNER_HAS_ORDER) && record->order >= order &&
	       (record->has & PAGEOWNER_HAS_COMM) && record->comm.len >= len &&
	       memcmp(record->comm.ptr, prefix, len) == 0;
}

int main(int argc, char *argv[])
{
	struct pageowner_reader *reader;
	struct pageowner_profile *profile;
	const struct pageowner_record *record;
	const struct pageowner_group *group;
	struct pageowner_value value;
	char name[64], owner[256];
	int ret;

	if (argc != 4 || pageowner_profile_new("name,owner", &profile) < 0)
		return 2;
	ret = pageowner_reader_open(argv[3], &reader);
	if (ret < 0) {
		fprintf(stderr, "%s: %s\n", argv[3], strerror(-ret));
		return 1;
	}
	while ((ret = pageowner_reader_next(reader, &record)) > 0)
		if (is_wanted(record, strtoul(argv[1], NULL, 10), argv[2]))
			pageowner_profile_add(profile, record);
	if (ret < 0)
		fprintf(stderr, "%s\n", pageowner_reader_error(reader));

	pageowner_profile_sort(profile, "-pages");
	for (size_t i = 0; pageowner_profile_group(profile, i, &group) > 0; i++) {
		name[0] = owner[0] = '\0';
		if (pageowner_profile_value(profile, i, PAGEOWNER_FIELD_NAME, &value) > 0)
			pageowner_text_printable(value.text, name, sizeof(name));
		if (pageowner_profile_value(profile, i, PAGEOWNER_FIELD_OWNER, &value) > 0)
			pageowner_text_printable(value.text, owner, sizeof(owner));
		printf("%10" PRIu64 " pages  %-16s %s\n", group->pages, name, owner);
	}
	pageowner_reader_free(reader);
	pageowner_profile_free(profile);
	return ret < 0;
}
