// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * numbers.c - files of /proc and /sys that are a number, or a list of them: vmstat, zram,
 * zswap, ZFS, KSM, sockets. Huge pages: hugepages.c.
 */
#include "account/source.h"

int po_vmstat_line(struct po_source_file *f, struct pageowner_text line)
{
	static const struct {
		struct pageowner_text name;
		enum po_fact fact;
	} wanted[] = {
		{ PO_TEXT("nr_memmap_pages"), PO_FACT_MEMMAP },
		{ PO_TEXT("nr_memmap_boot_pages"), PO_FACT_BOOT_MEMMAP },
		{ PO_TEXT("balloon_inflate"), PO_FACT_INFLATED },
		{ PO_TEXT("balloon_deflate"), PO_FACT_DEFLATED },
	};
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text name;
	uint64_t number;

	if (!po_take_token(&c, &name) || po_take_count(&c, &number) < 0)
		return -EBADMSG;
	for (size_t i = 0; i < PO_ARRAY_SIZE(wanted); i++)
		if (po_text_equal(name, wanted[i].name))
			po_fact_add(f->facts, wanted[i].fact, number);
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

int po_ksm_line(struct po_source_file *f, struct pageowner_text line)
{
	uint64_t pages;

	if (po_read_number(line, &pages) < 0)
		return -EBADMSG;
	po_fact_add(f->facts, PO_FACT_KSM, pages);
	return 0;
}

/* /sys/kernel/debug/zswap/pool_total_size, in bytes */
int po_zswap_line(struct po_source_file *f, struct pageowner_text line)
{
	uint64_t bytes;

	if (po_read_number(line, &bytes) < 0)
		return -EBADMSG;
	po_fact_add(f->facts, PO_FACT_ZSWAP_POOL, bytes);
	return 0;
}

/* "TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 3": pages; "FRAG: inuse 0 memory 0": bytes */
int po_sockstat_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct po_part part = {
		.id = PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_OTHER),
		.source = PAGEOWNER_ACCOUNT_SOCKSTAT, .module = PO_TEXT(""),
	};
	struct pageowner_text word, last = PO_TEXT("");
	uint64_t number = 0;

	if (!po_take_until(&c, ':', &part.name) || !part.name.len)
		return -EBADMSG;
	po_take_word(&c, ":");
	/* The last figure, if it is of memory */
	while (po_take_token(&c, &word)) {
		if (po_take_count(&c, &number) < 0 || number > INT64_MAX)
			return -EBADMSG;
		last = word;
	}
	if (po_text_equal(part.name, PO_TEXT("TCP")))
		part.name = PO_TEXT("buffers of TCP sockets");
	else if (po_text_equal(part.name, PO_TEXT("UDP")))
		part.name = PO_TEXT("buffers of UDP sockets");
	else if (!po_text_equal(part.name, PO_TEXT("FRAG")))
		return 0;
	else
		part.name = PO_TEXT("fragments of IP packets");
	if (po_text_equal(last, PO_TEXT("memory")))
		part.bytes = (int64_t)number;
	else if (po_text_equal(last, PO_TEXT("mem")))
		part.pages = (int64_t)number;
	return po_parts_add(f->parts, &part);
}
