// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * shm.c - who has shared memory: SysV segments, and the processes that map it.
 *
 * The pages of a segment may be of hugetlb; the file does not say which. Memory that
 * several processes map is counted in each, so that they are not added up.
 */
#include "account/source.h"

#include <stdio.h>

#define BEFORE_RSS	12	/* words of a line after the key and the id */

/* "key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap" */
int po_sysvipc_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct po_part part = {
		.id = PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_CACHE),
		.source = PAGEOWNER_ACCOUNT_SYSVIPC, .module = PO_TEXT(""),
		.unit = "attached", .flags = PO_PART_OF_SHMEM,
	};
	uint64_t number[BEFORE_RSS], id, rss;
	struct pageowner_text key;
	char name[64];

	if (!po_take_token(&c, &key) || po_text_equal(key, PO_TEXT("key")))
		return 0;
	if (po_take_count(&c, &id) < 0)
		return -EBADMSG;
	for (size_t i = 0; i < BEFORE_RSS; i++)
		if (po_take_count(&c, &number[i]) < 0)
			return -EBADMSG;
	if (po_take_count(&c, &rss) < 0 || rss > INT64_MAX)
		return -EBADMSG;
	part.name = (struct pageowner_text){ name,
		(size_t)snprintf(name, sizeof(name), "SysV segment %ju of process %ju",
				 (uintmax_t)id, (uintmax_t)number[2]) };
	part.bytes = (int64_t)rss;
	part.count = number[4];
	return po_parts_add(f->parts, &part);
}

/* The name of a process, which precedes its other lines */
static int keep_name(struct po_source_file *f, struct pageowner_text name)
{
	f->text_len = name.len < sizeof(f->text) ? name.len : sizeof(f->text);
	if (f->text_len)
		memcpy(f->text, name.ptr, f->text_len);
	f->is_inside = true;
	return 0;
}

int po_status_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct po_part part = {
		.id = PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_CACHE),
		.source = PAGEOWNER_ACCOUNT_PROCESSES, .module = PO_TEXT(""),
		.count = 1, .unit = "processes", .flags = PO_PART_LARGEST,
	};
	char name[sizeof("mapped by ") + sizeof(f->text)];
	uint64_t kb;

	if (po_take_word(&c, "Name:\t"))
		return keep_name(f, (struct pageowner_text){ c.at, po_left(&c) });
	if (!f->is_inside)
		return -EBADMSG;
	if (!po_take_word(&c, "RssShmem:\t"))
		return 0;
	if (po_take_count(&c, &kb) < 0 || !po_take_word(&c, " kB") || po_left(&c) ||
	    kb > INT64_MAX >> 10)
		return -EBADMSG;
	if (!kb)
		return 0;
	part.name = (struct pageowner_text){ name,
		(size_t)snprintf(name, sizeof(name), "mapped by %.*s", (int)f->text_len, f->text) };
	part.bytes = (int64_t)(kb << 10);
	return po_parts_add(f->parts, &part);
}
