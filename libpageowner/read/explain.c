// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * explain.c - the sentence for each error that ends reading: file, byte offset, what
 * was expected.
 *
 * Damage, which does not end reading, is counted in damage.c.
 */
#include "read/explain.h"

#include <stdio.h>

#include "base/cursor.h"
#include "parse/starts.h"
#include "read/drain.h"

void po_explain_bound(char *buf, size_t len, const char *name,
		      const struct po_budget *budget, uint64_t offset)
{
	const unsigned long long mib = pageowner_budget_max(budget->shared) >> 20;
	const uint64_t wanted = __atomic_load_n(&budget->wanted, __ATOMIC_RELAXED);
	const unsigned long long kib = (wanted + 1023) >> 10;

	if (offset == PO_NO_OFFSET || !name)
		snprintf(buf, len, "%s%ssorting, merging or showing the groups needs %llu KiB "
			 "more than the memory limit of %llu MiB",
			 name ? name : "", name ? ": " : "", kib, mib);
	else
		snprintf(buf, len, "%s: byte %llu: reading on needs %llu KiB "
			 "more than the memory limit of %llu MiB", name,
			 (unsigned long long)offset, kib, mib);
}

/* Whether a line is base64, as mailers have it: nothing of a dump is so without a blank */
static bool is_base64(struct pageowner_text line)
{
	static const size_t least = 60;

	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	for (size_t i = 0; i < line.len; i++)
		if (!po_is_letter_or_digit(line.ptr[i]) && !memchr("+/=", line.ptr[i], 3))
			return false;
	return line.len >= least;
}

#define QUALCOMM(file)	"a table of Qualcomm's RAM dump parser (" file "), which lacks order, " \
	"mask and task (gdb's lx-dump-page-owner or a drgn script writes the records of a RAM dump)"

const char *po_explain_tool(struct pageowner_text line)
{
	static const struct {
		struct pageowner_text start, word;
		const char *what;
	} kinds[] = {
		{ PO_TEXT("PFN 0x"), PO_TEXT(" page 0x"), QUALCOMM("page_tracking.txt") },
		{ PO_TEXT("Allocated "), PO_TEXT(" times"), QUALCOMM("page_frequency.txt") },
		{ PO_TEXT("No of pfns :"), PO_TEXT("pfns :"), QUALCOMM("pageowner_dump.txt") },
		{ PO_TEXT("BZh"), PO_TEXT(""), "compressed by bzip2 (bzip2 -dc FILE | ...)" },
		{ PO_TEXT("PK\3\4"), PO_TEXT(""), "a zip archive (unzip -p FILE | ...)" },
		{ PO_TEXT("7z\xbc\xaf"), PO_TEXT(""), "a 7z archive (7z x -so FILE | ...)" },
		{ PO_TEXT("Rar!"), PO_TEXT(""), "a rar archive (unrar p -inul FILE | ...)" },
		{ PO_TEXT("\4\"M\x18"), PO_TEXT(""), "compressed by lz4 (lz4 -dc FILE | ...)" },
		{ PO_TEXT("\2!L\x18"), PO_TEXT(""), "compressed by lz4 (lz4 -dc FILE | ...)" },
		{ PO_TEXT("\x89LZO"), PO_TEXT(""), "compressed by lzop (lzop -dc FILE | ...)" },
		{ PO_TEXT("LZIP"), PO_TEXT(""), "compressed by lzip (lzip -dc FILE | ...)" },
		{ PO_TEXT("\x1f\x9d"), PO_TEXT(""), "compressed by compress (zcat FILE | ...)" },
		{ PO_TEXT("{\\rtf"), PO_TEXT(""),
		  "a document in RTF (save it as plain text)" },
		{ PO_TEXT("00000000: "), PO_TEXT(" "), "a dump of bytes (xxd -r FILE | ...)" },
		{ PO_TEXT("0000000 "), PO_TEXT(" "),
		  "a dump of bytes by od or hexdump, which need the file itself" },
		{ PO_TEXT("00000000  "), PO_TEXT(" |"),
		  "a dump of bytes by hexdump, which needs the file itself" },
		{ PO_TEXT("read("), PO_TEXT(", \""),
		  "the output of strace, which cuts what was read (copy the file with cat)" },
		{ PO_TEXT(""), PO_TEXT(" invoked oom-killer: "),
		  "a report of the OOM killer, in which page_owner has no part "
		  "(read /sys/kernel/debug/page_owner)" },
		{ PO_RECORD_START, PO_TEXT(" ns PFN "),
		  "records of which the lines were joined (copy the file with cat)" },
		{ PO_TEXT("begin 6"), PO_TEXT(" "), "uuencoded (uudecode -o - FILE | ...)" },
		{ PO_TEXT("%PDF-"), PO_TEXT(""), "a PDF (pdftotext -layout FILE - | ...)" },
		{ PO_TEXT("LPKSHHRH"), PO_TEXT(""),
		  "a file of systemd's journal (journalctl --file=FILE -o cat | ...)" },
		{ PO_TEXT("SQLite format 3"), PO_TEXT(""),
		  "a database, which no report is made of again" },
		{ PO_TEXT("\x89PNG"), PO_TEXT(""), "an image, not its text" },
		{ PO_TEXT("\xff\xd8\xff"), PO_TEXT(""), "an image, not its text" },
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(kinds); i++)
		if (line.len >= kinds[i].start.len &&
		    !memcmp(line.ptr, kinds[i].start.ptr, kinds[i].start.len) &&
		    (!kinds[i].word.len ||
		     memmem(line.ptr, line.len, kinds[i].word.ptr, kinds[i].word.len)))
			return kinds[i].what;
	return is_base64(line) ? "base64 (base64 -d FILE | ...)" : NULL;
}

void po_explain_foreign(char *buf, size_t len, const char *name,
			const struct pageowner_input_stats *stats, const char *tool)
{
	if (tool)
		snprintf(buf, len, "%s: no page_owner record in %llu bytes: this is %s", name,
			 (unsigned long long)stats->bytes, tool);
	else if (stats->damage[PAGEOWNER_DAMAGE_HEADER].count)
		snprintf(buf, len, "%s: no page_owner record in %llu bytes: no line that "
			 "begins with \"%s\" can be read, the first is at byte %llu (is it "
			 "cut, joined with others, or are its blanks or numbers changed?)", name,
			 (unsigned long long)stats->bytes, PO_RECORD_START.ptr,
			 (unsigned long long)
			 stats->damage[PAGEOWNER_DAMAGE_HEADER].first_offset);
	else
		snprintf(buf, len, "%s: no page_owner record in %llu bytes: expected lines "
			 "that begin with \"%s\", stacks followed by "
			 "\"nr_base_pages: \", or a report of these (no tables of other tools)", name,
			 (unsigned long long)stats->bytes, PO_RECORD_START.ptr);
}

void po_explain(char *buf, size_t len, const char *name, int error,
		uint64_t offset)
{
	char reason[128];

	switch (error) {
	case -EFBIG:
		snprintf(buf, len, "%s: byte %llu: a record of more than 1 GiB", name,
			 (unsigned long long)offset);
		return;
	case -EUCLEAN:
		snprintf(buf, len, "%s %s", name, po_drain_text(error));
		return;
	case -ENOTSUP:
		snprintf(buf, len, "%s: compressed in a way this build of the "
			 "library cannot read", name);
		return;
	}
	if (offset == PO_NO_OFFSET)
		snprintf(buf, len, "%s: %s", name,
			 strerror_r(-error, reason, sizeof(reason)));
	else
		snprintf(buf, len, "%s: byte %llu: %s", name,
			 (unsigned long long)offset,
			 strerror_r(-error, reason, sizeof(reason)));
}
