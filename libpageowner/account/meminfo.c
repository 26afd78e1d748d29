// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * meminfo.c - /proc/meminfo, which an account stands on: the figures of each class, those
 * that parts come from, and lines that are unknown.
 *
 * Which lines count a class is known to classes.c.
 */
#include "account/state.h"

#include <stdio.h>

#include <pageowner/conditions.h>

#include "base/cursor.h"

/* The figures of one machine; either all are counted or none. */
struct meminfo {
	uint64_t total;
	uint32_t has[PO_ACCOUNT_CLASSES];
	uint64_t bytes[PO_ACCOUNT_CLASSES];
};

/* Lines of meminfo up to Linux 7.3; those without a fact are no memory of their own. */
static const struct {
	struct pageowner_text name;
	enum po_fact fact;
} known[] = {
	{ PO_TEXT("Cached"), PO_FACT_CACHED },
	{ PO_TEXT("Buffers"), PO_FACT_BUFFERS },
	{ PO_TEXT("Shmem"), PO_FACT_SHMEM },
	{ PO_TEXT("AnonPages"), PO_FACT_ANON },
	{ PO_TEXT("AnonHugePages"), PO_FACT_ANON_HUGE },
	{ PO_TEXT("Active"), PO_FACT_ACTIVE },
	{ PO_TEXT("Inactive"), PO_FACT_INACTIVE },
	{ PO_TEXT("Unevictable"), PO_FACT_UNEVICTABLE },
	{ PO_TEXT("SReclaimable"), PO_FACT_SRECLAIMABLE },
	{ PO_TEXT("SUnreclaim"), PO_FACT_SUNRECLAIM },
	{ PO_TEXT("KReclaimable"), PO_FACT_KRECLAIMABLE },
	{ PO_TEXT("PageTables"), PO_FACT_PAGE_TABLES },
	{ PO_TEXT("SecPageTables"), PO_FACT_SEC_PAGE_TABLES },
	{ PO_TEXT("KernelStack"), PO_FACT_STACKS },
	{ PO_TEXT("ShadowCallStack"), PO_FACT_SHADOW_STACKS },
	{ PO_TEXT("GPUActive"), PO_FACT_GPU_ACTIVE },
	{ PO_TEXT("GPUReclaim"), PO_FACT_GPU_RECLAIM },
	{ PO_TEXT("Unaccepted"), PO_FACT_UNACCEPTED },
	{ PO_TEXT("WritebackTmp"), PO_FACT_WRITEBACK_TMP },
	{ PO_TEXT("Quicklists"), PO_FACT_QUICKLISTS },
	{ PO_TEXT("Zswap"), PO_FACT_ZSWAP },
	{ PO_TEXT("MemTotal"), 0 }, { PO_TEXT("MemFree"), 0 }, { PO_TEXT("MemAvailable"), 0 },
	{ PO_TEXT("SwapCached"), 0 }, { PO_TEXT("Mlocked"), 0 }, { PO_TEXT("SwapTotal"), 0 },
	{ PO_TEXT("SwapFree"), 0 }, { PO_TEXT("Zswapped"), 0 }, { PO_TEXT("Dirty"), 0 },
	{ PO_TEXT("Writeback"), 0 }, { PO_TEXT("Mapped"), 0 }, { PO_TEXT("NFS_Unstable"), 0 },
	{ PO_TEXT("Active(anon)"), 0 }, { PO_TEXT("Inactive(anon)"), 0 },
	{ PO_TEXT("Active(file)"), 0 }, { PO_TEXT("Inactive(file)"), 0 },
	{ PO_TEXT("HighTotal"), 0 }, { PO_TEXT("HighFree"), 0 }, { PO_TEXT("LowTotal"), 0 },
	{ PO_TEXT("LowFree"), 0 }, { PO_TEXT("MmapCopy"), 0 }, { PO_TEXT("Slab"), 0 },
	{ PO_TEXT("CommitLimit"), 0 }, { PO_TEXT("Committed_AS"), 0 },
	{ PO_TEXT("VmallocTotal"), 0 }, { PO_TEXT("VmallocUsed"), 0 },
	{ PO_TEXT("VmallocChunk"), 0 }, { PO_TEXT("Percpu"), 0 }, { PO_TEXT("Bounce"), 0 },
	{ PO_TEXT("HardwareCorrupted"), 0 }, { PO_TEXT("ShmemHugePages"), 0 },
	{ PO_TEXT("ShmemPmdMapped"), 0 }, { PO_TEXT("FileHugePages"), 0 },
	{ PO_TEXT("FilePmdMapped"), 0 }, { PO_TEXT("CmaTotal"), 0 }, { PO_TEXT("CmaFree"), 0 },
	{ PO_TEXT("Balloon"), 0 }, { PO_TEXT("HugePages_Total"), 0 },
	{ PO_TEXT("HugePages_Free"), 0 }, { PO_TEXT("HugePages_Rsvd"), 0 },
	{ PO_TEXT("HugePages_Surp"), 0 }, { PO_TEXT("Hugepagesize"), 0 },
	{ PO_TEXT("Hugetlb"), 0 }, { PO_TEXT("DirectMap4k"), 0 },
	{ PO_TEXT("DirectMap64k"), 0 }, { PO_TEXT("DirectMap1M"), 0 },
	{ PO_TEXT("DirectMap2M"), 0 }, { PO_TEXT("DirectMap4M"), 0 },
	{ PO_TEXT("DirectMap1G"), 0 }, { PO_TEXT("DirectMap2G"), 0 },
};

static void read_classes(struct meminfo *m, struct pageowner_text text)
{
	for (size_t i = 0; i < PO_ACCOUNT_CLASSES; i++) {
		const struct po_account_class *class = &po_account_classes[i];

		for (size_t l = 0; l < PO_ACCOUNT_LINES && class->lines[l]; l++) {
			uint64_t bytes;

			if (pageowner_meminfo(text, class->lines[l], &bytes) <= 0)
				continue;
			/* In Linux 4.4 to 5.2 the line is always 0. */
			if (class->id == PAGEOWNER_ACCOUNT_VMALLOC && !bytes)
				continue;
			m->has[class->id] |= 1u << l;
			m->bytes[class->id] = po_add_or_stay(m->bytes[class->id], bytes);
		}
	}
}

/* The name of a line that only one of them has, or NULL */
static const char *unlike(const struct pageowner_account *a, const struct meminfo *m)
{
	for (size_t i = 0; i < PO_ACCOUNT_CLASSES; i++) {
		const struct po_account_class *class = &po_account_classes[i];
		const uint32_t bits = a->sums.has[class->id] ^ m->has[class->id];

		if (bits)
			return class->lines[__builtin_ctz(bits)];
	}
	return NULL;
}

/* "Name:   5 kB": its name and its bytes; 0 or -EBADMSG */
static int read_line(struct pageowner_text line, struct pageowner_text *name,
		     uint64_t *bytes)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };

	if (!po_take_until(&c, ':', name) || !name->len)
		return -EBADMSG;
	po_take_word(&c, ":");
	while (po_take_word(&c, " "))
		;
	if (po_take_decimal(&c, bytes) != PO_NUMBER_OK)
		return -EBADMSG;
	if (po_take_word(&c, " kB") && __builtin_mul_overflow(*bytes, UINT64_C(1024), bytes))
		return -EBADMSG;
	po_take_word(&c, "\r");
	return po_left(&c) ? -EBADMSG : 0;
}

/* What is no class: 0, -EBADMSG or -ENOMEM */
static int add_line(struct pageowner_account *a, struct pageowner_text line)
{
	struct po_part part = {
		.id = PO_ACCOUNT_UNKNOWN, .source = PAGEOWNER_ACCOUNT_MEMINFO,
	};
	uint64_t bytes;

	if (read_line(line, &part.name, &bytes) < 0)
		return -EBADMSG;
	for (size_t i = 0; i < PO_ARRAY_SIZE(known); i++) {
		if (!po_text_equal(part.name, known[i].name))
			continue;
		if (known[i].fact)
			po_fact_add(&a->sums.facts, known[i].fact, bytes);
		return 0;
	}
	part.bytes = bytes < INT64_MAX ? (int64_t)bytes : INT64_MAX;
	return po_parts_add(&a->parts, &part);
}

/* 0 or -ENOMEM */
static int add_lines(struct pageowner_account *a, struct pageowner_text text)
{
	struct pageowner_account_file *file = &a->files[PAGEOWNER_ACCOUNT_MEMINFO];
	struct po_cursor c = { text.ptr, text.ptr + text.len };
	struct pageowner_text line;

	file->state = PAGEOWNER_ACCOUNT_READ;
	while (po_left(&c)) {
		/* A line that is cut has a wrong number. */
		const bool is_whole = po_take_until(&c, '\n', &line);
		const int ret = is_whole ? add_line(a, line) : -EBADMSG;

		c.at = is_whole ? c.at + 1 : c.end;
		file->lines++;
		if (ret == -ENOMEM)
			return ret;
		if (ret == -EBADMSG && !file->bad_lines++)
			file->first_bad_line = file->lines;
	}
	if (file->bad_lines)
		file->state = PAGEOWNER_ACCOUNT_DAMAGED;
	return 0;
}

int po_account_add_meminfo(struct pageowner_account *a, struct pageowner_text text)
{
	struct meminfo m = { 0 };
	uint64_t bytes;

	if (pageowner_meminfo(text, "MemTotal", &m.total) <= 0)
		return po_account_fail(a, -EINVAL, "meminfo has no MemTotal");
	read_classes(&m, text);
	if (a->sums.has_meminfo && unlike(a, &m)) {
		snprintf(a->error, sizeof(a->error), "meminfo of several machines cannot be added up: not all of them count %s",
			 unlike(a, &m));
		return -EINVAL;
	}
	/* Slab has large kmalloc() since Linux 5.4. No line is as old as that; this one is of
	 * 4.20. */
	a->sums.counts_large = pageowner_meminfo(text, "KReclaimable", &bytes) > 0;
	if (pageowner_meminfo(text, "SwapCached", &bytes) > 0)
		a->sums.swap_cached = po_add_or_stay(a->sums.swap_cached, bytes);
	a->sums.has_meminfo = true;
	a->sums.total = po_add_or_stay(a->sums.total, m.total);
	for (size_t id = 0; id < PO_ACCOUNT_CLASSES; id++) {
		a->sums.has[id] = m.has[id];
		a->sums.named[id] = po_add_or_stay(a->sums.named[id], m.bytes[id]);
	}
	return add_lines(a, text);
}

PO_EXPORT int pageowner_account_add_meminfo(struct pageowner_account *a,
					    struct pageowner_text meminfo)
{
	int ret;

	a->error[0] = '\0';
	po_budget_begin(&a->budget);
	ret = po_account_add_meminfo(a, meminfo);
	a->is_given |= ret == 0;
	return po_account_finish(a, ret);
}
