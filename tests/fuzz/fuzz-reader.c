// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz-reader.c - any text, of every dialect, read in several ways: at once and in
 * pieces, with the scan for this processor and the portable one.
 */
#include "fuzz.h"

#include <errno.h>
#include <unistd.h>

#include "parse/scan.h"

/* What is promised of any input */
static void check_account(const uint8_t *data, size_t size)
{
	const struct pageowner_input_stats *stats;
	const struct pageowner_record *record;
	struct pageowner_reader *reader;
	uint64_t records = 0, before = 0, taken = 0, repairs = 0;
	int ret;

	fuzz_check(pageowner_reader_open_memory(data, size, &reader) == 0);
	while ((ret = pageowner_reader_next(reader, &record)) > 0) {
		fuzz_check(records == 0 || record->offset > before);
		before = record->offset;
		taken += record->header.len + record->stack.len + record->notes.len;
		records++;
	}
	stats = pageowner_reader_stats(reader);
	fuzz_check(ret == 0 || ret == -EBADMSG);
	fuzz_check(stats->records == records && records == 0 ? ret <= 0 : ret == 0);
	fuzz_check(stats->skipped_bytes <= stats->bytes);
	for (unsigned int i = 0; i < pageowner_damage_count(); i++)
		fuzz_check(stats->damage[i].first_offset <= stats->bytes);
	for (unsigned int i = 0; i < pageowner_repair_count(); i++) {
		fuzz_check(stats->repair[i].first_offset <= stats->bytes);
		repairs += stats->repair[i].count;
	}
	/* Compressed text may be any length, and what was repaired a little longer. */
	if (stats->bytes == size && repairs == 0)
		fuzz_check(taken + stats->skipped_bytes <= size);
	pageowner_reader_free(reader);
}

static void read_in_pieces(struct buffer *text, const uint8_t *data, size_t size)
{
	struct pageowner_reader *reader;
	int fd = fuzz_file(data, size);

	random_start((uint32_t)size);
	fuzz_short_reads(fd);
	if (pageowner_reader_open_fd(fd, "memory", &reader) == 0) {
		print_reader(text, reader);
		pageowner_reader_free(reader);
	}
	fuzz_short_reads(-1);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *(*scan)(const char *, const char *) = po_scan_frames;
	struct buffer whole = { 0 }, other = { 0 };

	check_account(data, size);
	print_memory(&whole, data, size);
	po_scan_frames = po_scan_frames_portable;
	print_memory(&other, data, size);
	po_scan_frames = scan;
	fuzz_same("portable scan", &other, &whole);
	print_memory(&whole, data, size);
	read_in_pieces(&other, data, size);
	fuzz_same("in pieces", &other, &whole);
	return 0;
}
