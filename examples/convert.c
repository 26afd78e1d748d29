// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * convert.c - a dump in a format of other programs, on standard output.
 *
 *	cc convert.c -o convert $(pkg-config --cflags --libs libpageowner-export)
 *	./convert pprof page_owner.txt > memory.pb.gz
 *	./convert				lists the formats
 */
#include <pageowner/export.h>
#include <stdio.h>

static int list(void)
{
	const char *name, *help;
	unsigned int uses;

	for (size_t i = 0; (name = pageowner_export_format(i, &uses, &help)); i++)
		if (uses & PAGEOWNER_EXPORT_PROFILE)
			printf("%-10s  %s\n", name, help);
	return 0;
}

int main(int argc, char *argv[])
{
	struct pageowner_profile *profile = NULL;
	struct pageowner_export *export = NULL;
	int ret = 1;

	if (argc == 1)
		return list();
	if (argc != 3 || pageowner_export_new(argv[1], &export) < 0)
		return 2;
	/* Each format knows what it shows best. */
	if (pageowner_profile_new(pageowner_export_keys(export), &profile) < 0)
		goto out;
	if (pageowner_profile_load(profile, argv[2]) < 0 ||
	    pageowner_profile_sort(profile, "-pages") < 0)
		fprintf(stderr, "%s\n", pageowner_profile_error(profile));
	else if (pageowner_export_profile(export, profile, stdout) < 0)
		fprintf(stderr, "%s\n", pageowner_export_error(export));
	else
		ret = fflush(stdout) || ferror(stdout);
out:
	pageowner_profile_free(profile);
	pageowner_export_free(export);
	return ret;
}
