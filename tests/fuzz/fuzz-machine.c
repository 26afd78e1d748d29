// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz-machine.c - any text as one of the files of /proc and /sys that an account is made
 * from, twice: the sum is whole, parts never make a rest negative, and each format takes it.
 */
#include "fuzz.h"

#include <string.h>

#define SOURCES	26

static const char *const meminfo =
	"MemTotal: 900 kB\nMemFree: 100 kB\nCached: 90 kB\nBuffers: 9 kB\nShmem: 50 kB\n"
	"AnonPages: 80 kB\nActive: 100 kB\nInactive: 90 kB\nUnevictable: 0 kB\nSlab: 60 kB\n"
	"KernelStack: 16 kB\nVmallocUsed: 50 kB\nHugetlb: 64 kB\n";

static void check_parts(const struct pageowner_account *account)
{
	const struct pageowner_account_line *line;
	const struct pageowner_account_part *part, *before;
	uint64_t total, sum = 0;

	pageowner_account_total(account, &total, NULL);
	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++) {
		uint64_t parts = 0;
		size_t count = 0;

		before = NULL;
		for (; pageowner_account_part(account, line->id, count, &part) > 0; count++) {
			fuzz_check(part->id == line->id && part->bytes);
			fuzz_check(!before || before->bytes >= part->bytes);
			parts = parts + part->bytes < parts ? UINT64_MAX : parts + part->bytes;
			before = part;
		}
		fuzz_check(count == line->parts && parts == line->parts_bytes);
		fuzz_check(!(line->has & PAGEOWNER_ACCOUNT_PARTS_EXCEED) || !line->rest_bytes);
		sum += (uint64_t)line->meminfo_bytes;
		if (line->id != PAGEOWNER_ACCOUNT_RESERVED && line->rest_bytes)
			fuzz_check(line->rest_bytes + parts == (uint64_t)line->meminfo_bytes);
	}
	for (size_t i = 0; pageowner_account_line(account, i, &line) > 0; i++)
		for (size_t j = 0; pageowner_account_detail(account, line->id, j, &part) > 0; j++)
			fuzz_check(part->id == line->id && part->name.len &&
				   (part->bytes || part->unit));
	fuzz_check(sum == total);
}

static int write_account(struct pageowner_export *e, void *account, FILE *file)
{
	return pageowner_export_account(e, account, NULL, file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned int source = fuzz_choose(data, &size, SOURCES);
	const unsigned int format = fuzz_choose(data, &size, 256);
	const struct pageowner_text text = { (const char *)data, size };
	const struct pageowner_account_file *file;
	struct pageowner_account *account;
	const char *instance = source == PAGEOWNER_ACCOUNT_ZRAM ? "zram0" :
		source == PAGEOWNER_ACCOUNT_NODE_HUGEPAGES ? "node0/hugepages-2048kB" :
		source == PAGEOWNER_ACCOUNT_DRM ? "5/7" : "hugepages-2048kB";

	fuzz_check(pageowner_account_new(&account) == 0);
	/* Any meminfo: fuzz-account.c */
	if (source == PAGEOWNER_ACCOUNT_MEMINFO) {
		pageowner_account_free(account);
		return 0;
	}
	fuzz_check(pageowner_account_add_source(account, source, instance, text) == 0);
	fuzz_check(pageowner_account_add_meminfo(account, (struct pageowner_text){
		meminfo, strlen(meminfo) }) == 0);
	check_parts(account);
	fuzz_check(pageowner_account_add_source(account, source, instance, text) == 0);
	check_parts(account);
	fuzz_check(pageowner_account_file(account, source, &file) == 1);
	fuzz_check(file->bad_lines <= file->lines);
	fuzz_check(!file->first_bad_line == !file->bad_lines);
	fuzz_exports(format, PAGEOWNER_EXPORT_ACCOUNT, write_account, account);
	pageowner_account_free(account);
	return 0;
}
