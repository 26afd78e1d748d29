// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fuzz-capture.c - any text with our capture's lines in it: read at once and in
 * pieces, and as part of a profile, it tells the same conditions.
 */
#include "fuzz.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static void print_capture(struct buffer *b, const struct pageowner_conditions *c)
{
	static const char *const figures[] = { "MemTotal", "MemFree", "", "HugePages_Total" };
	const uint64_t numbers[] = {
		c->has, c->offset, c->version, c->start_time_ns, c->end_time_ns,
		c->start_uptime_ns, c->end_uptime_ns, c->start_clock_ns, c->end_clock_ns,
		c->page_size, c->threshold, c->records, c->skipped, c->next_pfn,
	};
	const struct pageowner_text texts[] = {
		c->tool, c->command, c->file, c->mode, c->nodes, c->hostname, c->kernel,
		c->kernel_version, c->machine, c->boot_id, c->meminfo, c->skipped_pfns,
		c->incomplete,
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		buffer_printf(b, "%" PRIu64 " ", numbers[i]);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		buffer_escape(b, texts[i]);
		buffer_add(b, "|", 1);
	}
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++) {
		uint64_t bytes = 0;
		int ret = pageowner_meminfo(c->meminfo, figures[i], &bytes);

		fuzz_check(ret == 0 || ret == 1);
		buffer_printf(b, " %d %" PRIu64, ret, bytes);
	}
	buffer_add(b, "\n", 1);
}

/* What is known of the capture at each record, and at the end */
static void print_captures(struct buffer *b, struct pageowner_reader *reader)
{
	const struct pageowner_record *record;
	const struct pageowner_conditions *c;
	uint64_t at = UINT64_MAX;

	while (pageowner_reader_next(reader, &record) > 0) {
		c = conditions_of(reader);
		if (!c || c->offset == at)
			continue;
		at = c->offset;
		fuzz_check(at < record->offset);
		buffer_printf(b, "capture at %" PRIu64 "\n", at);
	}
	c = conditions_of(reader);
	if (c)
		print_capture(b, c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer whole = { 0 }, pieces = { 0 }, last = { 0 };
	struct pageowner_profile *profile;
	struct pageowner_reader *reader;
	size_t count;
	int fd;

	fuzz_check(pageowner_reader_open_memory(data, size, &reader) == 0);
	print_captures(&whole, reader);
	pageowner_reader_free(reader);

	fd = fuzz_file(data, size);
	random_start((uint32_t)size);
	fuzz_short_reads(fd);
	fuzz_check(pageowner_reader_open_fd(fd, "memory", &reader) == 0);
	print_captures(&pieces, reader);
	fuzz_short_reads(-1);
	pageowner_reader_free(reader);
	close(fd);
	fuzz_same("in pieces", &pieces, &whole);

	profile = fuzz_profile("callstack", 3, data, size);
	count = pageowner_profile_conditions_count(profile);
	for (size_t i = 0; i < count; i++)
		print_capture(&last, conditions_at(profile, i));
	fuzz_check(!conditions_at(profile, count));
	buffer_free(&last);
	pageowner_profile_free(profile);
	return 0;
}
