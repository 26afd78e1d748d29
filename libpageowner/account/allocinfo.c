// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * allocinfo.c - /proc/allocinfo (Linux 6.10+): how much each line of the kernel's source has.
 *
 * The objects of slabs and of per-CPU memory are counted at their callers, and the pages they
 * are in once more: so all of it is details. Of per-CPU memory the size of one copy is counted.
 */
#include "account/source.h"

#define LEAST	65536		/* bytes; what is smaller explains nothing */

/* Where pages of a class are allocated. All other sites may be of any. */
static const struct {
	struct pageowner_text file;
	enum pageowner_account_class id;
} files[] = {
	{ PO_TEXT("mm/filemap.c:"), PAGEOWNER_ACCOUNT_CACHE },
	{ PO_TEXT("mm/readahead.c:"), PAGEOWNER_ACCOUNT_CACHE },
	{ PO_TEXT("mm/shmem.c:"), PAGEOWNER_ACCOUNT_CACHE },
	{ PO_TEXT("mm/memory.c:"), PAGEOWNER_ACCOUNT_ANON },
	{ PO_TEXT("mm/huge_memory.c:"), PAGEOWNER_ACCOUNT_ANON },
	{ PO_TEXT("mm/khugepaged.c:"), PAGEOWNER_ACCOUNT_ANON },
	{ PO_TEXT("mm/slub.c:"), PAGEOWNER_ACCOUNT_SLAB },
	{ PO_TEXT("mm/percpu-vm.c:"), PAGEOWNER_ACCOUNT_PERCPU },
	{ PO_TEXT("mm/percpu-km.c:"), PAGEOWNER_ACCOUNT_PERCPU },
	{ PO_TEXT("mm/vmalloc.c:"), PAGEOWNER_ACCOUNT_VMALLOC },
	{ PO_TEXT("mm/hugetlb.c:"), PAGEOWNER_ACCOUNT_HUGETLB },
};

static enum pageowner_account_class class_of(struct pageowner_text site)
{
	for (size_t i = 0; i < PO_ARRAY_SIZE(files); i++)
		if (site.len >= files[i].file.len &&
		    !memcmp(site.ptr, files[i].file.ptr, files[i].file.len))
			return files[i].id;
	return PAGEOWNER_ACCOUNT_OTHER;
}

/* "FILE:LINE [MODULE] func:NAME ...": 0 or -EBADMSG */
static int read_site(struct po_cursor *c, struct po_part *part)
{
	struct pageowner_text word;

	if (!po_take_token(c, &part->name) || !memchr(part->name.ptr, ':', part->name.len))
		return -EBADMSG;
	while (po_take_token(c, &word)) {
		if (word.len > 2 && word.ptr[0] == '[' && word.ptr[word.len - 1] == ']')
			part->module = (struct pageowner_text){ word.ptr + 1, word.len - 2 };
		if (word.len > 5 && !memcmp(word.ptr, "func:", 5)) {
			/* Whatever is between them is a module. */
			if (!part->module.len)
				part->name.len = (size_t)(word.ptr + word.len - part->name.ptr);
			return 0;
		}
	}
	return -EBADMSG;
}

/* "     1310720      320 mm/example.c:77 [module] func:example " */
int po_allocinfo_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct po_part part = {
		.source = PAGEOWNER_ACCOUNT_ALLOCINFO, .module = PO_TEXT(""), .unit = "calls",
	};
	uint64_t bytes;
	bool is_negative;

	if (!line.len || line.ptr[0] == '#' || po_take_word(&c, "allocinfo - version: "))
		return 0;
	po_skip_spaces(&c);
	/* Of one node, below the line of all */
	if (po_take_word(&c, "nid"))
		return 0;
	is_negative = po_take_word(&c, "-");
	if (po_take_count(&c, &bytes) < 0 || po_take_count(&c, &part.count) < 0 ||
	    bytes > INT64_MAX || read_site(&c, &part) < 0)
		return -EBADMSG;
	/* For a moment it may be less than nothing. */
	if (is_negative || bytes < LEAST)
		return 0;
	part.bytes = (int64_t)bytes;
	part.id = PO_ACCOUNT_DETAIL(class_of(part.name));
	return po_parts_add(f->parts, &part);
}
