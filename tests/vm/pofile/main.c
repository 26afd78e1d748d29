// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - pofile asks what a shell cannot ask of the module's files.
 *
 * Usage: pofile balance STATS COMMAND...  run a command; the module's counts of
 *                                         base pages must move by exactly what
 *                                         /proc/vmstat moves by,
 *                                         and by at least $LEAST (1000) pages
 *        pofile rules PAGE_OWNER          reading rules: one record a read,
 *                                         position, seek, ENOMEM, commands
 *        pofile input FOLDER              what is wrong gets an errno: words, seeks,
 *                                         positions, lengths, for each file
 *        pofile ranges DUMP               PFNs ascend, aligned, no overlap; print
 *                                         the base pages of all but early records
 *        pofile agree IN-TREE OURS NS     page by page, records of pages that
 *                                         were allocated after NS
 *        pofile covered PAGE_OWNER        pages that /proc/kpageflags says are used
 *                                         all have a record
 *        pofile fragment MIB              touch memory, drop every other page, hold
 *                                         the rest until stdin ends; prints
 *                                         "ready" between
 *        pofile rename PAGES              as nobody, touch pages under a name each
 *        pofile stuck FILE SECONDS        read into memory whose faults nobody
 *                                         resolves, for so long
 *        pofile partial FILE              read once, close
 *        pofile hold FILE                 keep it open until stdin ends
 *        pofile churn SECONDS             map and unmap in many sizes
 *        pofile latency FILE              read it all; what a record costs, and how
 *                                         long a process of higher priority waits
 *                                         for its turn meanwhile, in nanoseconds
 * Says on stdout what is wrong; exit 0 when nothing is.
 */
#include "pofile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char text[1 << 20];
int bad;

void wrong(const char *what, long got, long want)
{
	printf("%s: got %ld, want %ld\n", what, got, want);
	bad = 1;
}

long pfn_of(const char *record)
{
	const char *pfn = strstr(record, "\nPFN ");

	return pfn ? strtol(pfn + 5, NULL, 0) : -1;
}

int main(int argc, char *argv[])
{
	if (argc < 3)
		return 2;
	if (!strcmp(argv[1], "balance"))
		balance(argv + 2);
	else if (!strcmp(argv[1], "rules"))
		rules(argv[2]);
	else if (!strcmp(argv[1], "input"))
		input(argv[2]);
	else if (!strcmp(argv[1], "ranges"))
		ranges(argv[2]);
	else if (!strcmp(argv[1], "agree") && argc == 5)
		agree(argv[2], argv[3], strtoull(argv[4], NULL, 10));
	else if (!strcmp(argv[1], "covered"))
		covered(argv[2]);
	else if (!strcmp(argv[1], "fragment"))
		fragment(atol(argv[2]));
	else if (!strcmp(argv[1], "rename"))
		rename_task(atol(argv[2]));
	else if (!strcmp(argv[1], "stuck") && argc == 4)
		stuck(argv[2], atoi(argv[3]));
	else if (!strcmp(argv[1], "partial"))
		partial(argv[2]);
	else if (!strcmp(argv[1], "hold"))
		hold(argv[2]);
	else if (!strcmp(argv[1], "latency"))
		latency(argv[2]);
	else if (!strcmp(argv[1], "churn"))
		churn(atoi(argv[2]));
	else
		return 2;
	return bad;
}
