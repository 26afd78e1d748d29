// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * numbers.c - files of /proc and /sys that are a number, or a list of them: vmstat, zram,
 * ZFS, huge pages, KSM.
 */
#include "account/source.h"

#include <stdio.h>

int po_vmstat_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text name;
	uint64_t number;

	if (!po_take_token(&c, &name) || po_take_count(&c, &number) < 0)
		return -EBADMSG;
	if (po_text_equal(name, PO_TEXT("nr_memmap_pages")))
		po_fact_add(f->facts, PO_FACT_MEMMAP, number);
	if (po_text_equal(name, PO_TEXT("nr_memmap_boot_pages")))
		po_fact_add(f->facts, PO_FACT_BOOT_MEMMAP, number);
	return 0;
}

/* mm_stat: orig_data_size compr_data_size mem_used_total ... */
int po_zram_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct po_part part = {
		.id = PAGEOWNER_ACCOUNT_OTHER, .source = PAGEOWNER_ACCOUNT_ZRAM,
		.name = f->instance, .unit = "bytes stored",
	};
	uint64_t compressed, used;

	if (po_take_count(&c, &part.count) < 0 || po_take_count(&c, &compressed) < 0 ||
	    po_take_count(&c, &used) < 0 || used > INT64_MAX)
		return -EBADMSG;
	part.bytes = (int64_t)used;
	po_fact_add(f->facts, PO_FACT_ZRAM, used);
	return po_parts_add(f->parts, &part);
}

/* "name type data". What the cache has in slabs is not counted: they have a line. */
int po_arcstats_line(struct po_source_file *f, struct pageowner_text line)
{
	static const struct pageowner_text names[] = {
		PO_TEXT("data_size"), PO_TEXT("metadata_size"), PO_TEXT("meta_size"),
		PO_TEXT("abd_chunk_waste_size"),
	};
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text name;
	uint64_t type, number;

	if (!po_take_token(&c, &name))
		return 0;
	for (size_t i = 0; i < PO_ARRAY_SIZE(names); i++) {
		if (!po_text_equal(name, names[i]))
			continue;
		if (po_take_count(&c, &type) < 0 || po_take_count(&c, &number) < 0)
			return -EBADMSG;
		po_fact_add(f->facts, PO_FACT_ARC, number);
	}
	return 0;
}

/* "hugepages-2048kB" -> 2097152, and "2 MiB": 0 or -EBADMSG */
static int read_size(struct pageowner_text instance, uint64_t *bytes, char *buf, size_t size)
{
	struct po_cursor c = { instance.ptr, instance.ptr + instance.len };
	uint64_t kb;

	if (!po_take_word(&c, "hugepages-") || po_take_decimal(&c, &kb) != PO_NUMBER_OK ||
	    !po_take_word(&c, "kB") || po_left(&c) || !kb || kb > INT64_MAX >> 10)
		return -EBADMSG;
	*bytes = kb << 10;
	if (kb % (1 << 20) == 0)
		snprintf(buf, size, "%ju GiB", (uintmax_t)(kb >> 20));
	else if (kb % (1 << 10) == 0)
		snprintf(buf, size, "%ju MiB", (uintmax_t)(kb >> 10));
	else
		snprintf(buf, size, "%ju KiB", (uintmax_t)kb);
	return 0;
}

/* @bytes: of these pages, negative to take them away */
static int add_huge(struct po_source_file *f, const char *size, const char *what,
		    int64_t bytes)
{
	struct po_part part = {
		.id = PAGEOWNER_ACCOUNT_HUGETLB, .source = PAGEOWNER_ACCOUNT_HUGEPAGES,
		.bytes = bytes,
	};
	char name[64];

	part.name = (struct pageowner_text){ name,
		(size_t)snprintf(name, sizeof(name), "%s pages, %s", size, what) };
	return po_parts_add(f->parts, &part);
}

/* How many bytes a number of huge pages has; @text: their size */
static int read_huge(const struct po_source_file *f, struct pageowner_text line,
		     char *text, size_t room, int64_t *bytes)
{
	uint64_t count, size;

	if (po_read_number(line, &count) < 0 ||
	    read_size(f->instance, &size, text, room) < 0 ||
	    __builtin_mul_overflow(count, size, bytes))
		return -EBADMSG;
	return 0;
}

/* All of them, until free ones are known */
int po_hugepages_line(struct po_source_file *f, struct pageowner_text line)
{
	int64_t bytes;
	char text[32];
	const int ret = read_huge(f, line, text, sizeof(text), &bytes);

	return ret < 0 ? ret : add_huge(f, text, "in use", bytes);
}

int po_free_hugepages_line(struct po_source_file *f, struct pageowner_text line)
{
	int64_t bytes;
	char text[32];
	int ret = read_huge(f, line, text, sizeof(text), &bytes);

	if (ret == 0)
		ret = add_huge(f, text, "in use", -bytes);
	return ret < 0 ? ret : add_huge(f, text, "free", bytes);
}

int po_ksm_line(struct po_source_file *f, struct pageowner_text line)
{
	uint64_t pages;

	if (po_read_number(line, &pages) < 0)
		return -EBADMSG;
	po_fact_add(f->facts, PO_FACT_KSM, pages);
	return 0;
}
