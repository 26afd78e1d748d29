// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * key.c - the names users sort and cull by.
 */
#include "field_private.h"

#define SORTS	PAGEOWNER_FIELD_SORTS
#define GROUPS	PAGEOWNER_FIELD_GROUPS

static const struct {
	const char *name;
	const char *shorter;
	const char *help;
	unsigned int use;
} keys[PAGEOWNER_FIELD_COUNT] = {
#define KEY(key, name, shorter, use, help) \
	[PAGEOWNER_FIELD_##key] = { name, shorter, help, use }
	KEY(TXT, "txt", "T", SORTS | GROUPS, "full text of the record"),
	KEY(STACKTRACE, "stacktrace", "st", SORTS | GROUPS,
	    "stack trace with the memcg, slab and migration lines"),
	KEY(PID, "pid", "p", SORTS | GROUPS, "process ID"),
	KEY(TGID, "tgid", "tg", SORTS | GROUPS, "thread group ID"),
	KEY(NAME, "name", "n", SORTS | GROUPS, "task command name"),
	KEY(ALLOCATOR, "allocator", "ator", SORTS | GROUPS, "memory allocator"),
	KEY(FREE, "free", "f", SORTS | GROUPS,
	    "whether the page was released after this allocation"),
	KEY(CALLSTACK, "callstack", "cs", SORTS | GROUPS,
	    "stack frames alone"),
	KEY(MODULE, "module", "mod", SORTS | GROUPS,
	    "innermost kernel module of the stack"),
	KEY(OWNER, "owner", "own", SORTS | GROUPS,
	    "first function that is not allocator plumbing"),
	KEY(ORDER, "order", "o", SORTS | GROUPS, "allocation order"),
	KEY(GFP, "gfp", NULL, SORTS | GROUPS, "allocation mask"),
	KEY(MIGRATETYPE, "migratetype", "mt", SORTS | GROUPS,
	    "migratetype of the page"),
	KEY(BLOCKTYPE, "blocktype", "bt", SORTS | GROUPS,
	    "migratetype of the pageblock"),
	KEY(NODE, "node", NULL, SORTS | GROUPS, "NUMA node"),
	KEY(ZONE, "zone", NULL, SORTS | GROUPS, "index of the memory zone"),
	KEY(MEMCG, "memcg", "cg", SORTS | GROUPS, "memory cgroup"),
	KEY(TIMES, "times", NULL, SORTS | GROUPS, "number of records"),
	KEY(PAGES, "pages", NULL, SORTS | GROUPS, "number of base pages"),
	KEY(ALLOC_TS, "alloc_ts", "at", SORTS | GROUPS,
	    "time of the allocation"),
	KEY(FREE_TS, "free_ts", "ft", SORTS, "time of the release"),
#undef KEY
};

PO_EXPORT int pageowner_field_find(const char *name, size_t len,
				 enum pageowner_field *key)
{
	struct pageowner_text text = { name, len };

	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++) {
		const char *names[] = { keys[i].name, keys[i].shorter };

		for (int j = 0; j < 2; j++) {
			struct pageowner_text known = { names[j],
				names[j] ? strlen(names[j]) : 0 };

			if (known.ptr && po_text_equal(text, known)) {
				*key = i;
				return (int)keys[i].use;
			}
		}
	}
	return -EINVAL;
}

static bool is_key(enum pageowner_field key)
{
	return (unsigned int)key < PAGEOWNER_FIELD_COUNT;
}

PO_EXPORT const char *pageowner_field_name(enum pageowner_field key)
{
	return is_key(key) ? keys[key].name : NULL;
}

PO_EXPORT const char *pageowner_field_short_name(enum pageowner_field key)
{
	return is_key(key) ? keys[key].shorter : NULL;
}

PO_EXPORT const char *pageowner_field_help(enum pageowner_field key)
{
	return is_key(key) ? keys[key].help : NULL;
}

int po_keys_parse(const char *list, unsigned int use, struct po_keys *parsed)
{
	struct po_keys k = { 0 };

	for (;; list++) {
		bool descending = false;
		enum pageowner_field key;
		size_t len;
		int ret;

		if (use == PAGEOWNER_FIELD_SORTS && (*list == '+' || *list == '-'))
			descending = *list++ == '-';
		len = strcspn(list, ",");
		ret = pageowner_field_find(list, len, &key);
		if (ret < 0 || !((unsigned int)ret & use))
			return -EINVAL;
		/* A key that was named before decides nothing any more. */
		if (!(k.set & 1u << key)) {
			k.set |= 1u << key;
			k.keys[k.count].key = key;
			k.keys[k.count++].descending = descending;
		}
		list += len;
		if (!*list)
			break;
	}
	*parsed = k;
	return 0;
}

PO_EXPORT int pageowner_fields_check(const char *list, unsigned int use)
{
	struct po_keys ignored;

	return po_keys_parse(list, use, &ignored);
}
