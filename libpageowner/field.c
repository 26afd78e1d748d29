// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * field.c - the one table of fields, their names, and lists of them.
 *
 * record_get.c gets the value of a field in a record, the profile that in a group.
 */
#include "field_private.h"

#define SORTS	PAGEOWNER_FIELD_SORTS
#define GROUPS	PAGEOWNER_FIELD_GROUPS
#define SELECTS	PAGEOWNER_FIELD_SELECTS
#define COLUMNS	PAGEOWNER_FIELD_COLUMNS
#define KEY	(SORTS | GROUPS)
#define ALL	(SORTS | GROUPS | SELECTS | COLUMNS)

static const char *const migratetypes[] = {
	"Unmovable", "Movable", "Reclaimable", "HighAtomic", "CMA", "Isolate", NULL
};
static const char *const record_kinds[] = {
	[PAGEOWNER_RECORD_PAGE] = "page",
	[PAGEOWNER_RECORD_STACK] = "stack",
	[PAGEOWNER_RECORD_HANDLE] = "handle",
	[PAGEOWNER_RECORD_STACK_HANDLE] = "stack_handle",
	[PAGEOWNER_RECORD_GROUP] = "group",
	[PAGEOWNER_RECORD_CONSOLE] = "console",
	[PAGEOWNER_RECORD_KINDS] = NULL
};
static const char *const yes_no[] = { "no", "yes", NULL };

#define FIELD(field, s, k, u, n, h, ...) \
	[PAGEOWNER_FIELD_##field] = { .name = n, .column = n, .help = h, .unit = "", \
		.kind = PAGEOWNER_KIND_##k, .uses = u, \
		.source = PAGEOWNER_SOURCE_##s, ##__VA_ARGS__ }
/* A field whose column has the unit in its name */
#define MEASURE(field, s, k, u, n, c, un, h, ...) \
	[PAGEOWNER_FIELD_##field] = { .name = n, .column = c, .help = h, .unit = un, \
		.kind = PAGEOWNER_KIND_##k, .uses = u, \
		.source = PAGEOWNER_SOURCE_##s, ##__VA_ARGS__ }

static const struct pageowner_field_info fields[PAGEOWNER_FIELD_COUNT] = {
	FIELD(TXT, RECORD, TEXT, KEY, "txt", "full text of the record", .short_name = "T"),
	FIELD(STACKTRACE, NOTES, TEXT, KEY, "stacktrace",
	      "stack trace with the memcg, slab and migration lines",
	      .short_name = "st"),
	FIELD(PID, HEADER, NUMBER, ALL, "pid", "process ID", .short_name = "p"),
	FIELD(TGID, HEADER, NUMBER, ALL, "tgid", "thread group ID", .short_name = "tg"),
	FIELD(NAME, HEADER, TEXT, ALL, "name", "task command name", .short_name = "n"),
	FIELD(ALLOCATOR, RECORD, BITS, KEY, "allocator", "memory allocator",
	      .short_name = "ator"),
	FIELD(FREE, RECORD, FLAG, ALL, "free",
	      "whether the page was released after this allocation",
	      .short_name = "f", .alias = "released", .words = yes_no),
	FIELD(CALLSTACK, STACK, TEXT, KEY, "callstack", "stack frames alone",
	      .short_name = "cs", .alias = "stack"),
	FIELD(MODULE, STACK, TEXT, ALL, "module",
	      "innermost kernel module of the stack", .short_name = "mod"),
	FIELD(OWNER, STACK, TEXT, ALL, "owner",
	      "first function that is not allocator plumbing", .short_name = "own"),
	FIELD(ORDER, HEADER, NUMBER, ALL, "order", "allocation order", .short_name = "o"),
	FIELD(GFP, HEADER, TEXT, ALL, "gfp", "allocation mask"),
	FIELD(MIGRATETYPE, PFN_LINE, TEXT, ALL, "migratetype", "migratetype of the page",
	      .short_name = "mt", .words = migratetypes),
	FIELD(BLOCKTYPE, PFN_LINE, TEXT, ALL, "blocktype", "migratetype of the pageblock",
	      .short_name = "bt", .words = migratetypes),
	FIELD(NODE, PFN_LINE, NUMBER, ALL, "node", "NUMA node"),
	FIELD(ZONE, PFN_LINE, NUMBER, ALL, "zone", "index of the memory zone"),
	FIELD(MEMCG, NOTES, TEXT, ALL, "memcg", "memory cgroup", .short_name = "cg"),
	FIELD(TIMES, RECORD, NUMBER, KEY | COLUMNS, "times", "number of records"),
	MEASURE(PAGES, RECORD, NUMBER, KEY | COLUMNS, "pages", "pages", "pages",
		"number of base pages"),
	MEASURE(ALLOC_TS, RECORD, TIME, ALL, "alloc_ts", "ts_ns", "ns",
		"time of the allocation", .short_name = "at", .alias = "ts"),
	MEASURE(FREE_TS, RECORD, TIME, SORTS | SELECTS | COLUMNS, "free_ts", "free_ts_ns", "ns",
		"time of the release", .short_name = "ft"),
	FIELD(PFN, PFN_LINE, NUMBER, SELECTS | COLUMNS, "pfn", "page frame number"),
	FIELD(KIND, RECORD, TEXT, SELECTS, "kind", "kind of text the record comes from",
	      .words = record_kinds),
	FIELD(GFP_MASK, HEADER, BITS, COLUMNS, "gfp_mask", "allocation mask as a number"),
	FIELD(BLOCK, PFN_LINE, NUMBER, SELECTS | COLUMNS, "block", "number of the pageblock"),
	FIELD(FLAGS, PFN_LINE, BITS, COLUMNS, "flags", "page flags word"),
	FIELD(FLAG_NAMES, PFN_LINE, TEXT, SELECTS | COLUMNS, "flag_names",
	      "names of the page flags"),
	FIELD(MIGRATE_REASON, NOTES, TEXT, SELECTS | COLUMNS, "migrate_reason",
	      "why the page was last migrated"),
	FIELD(HANDLE, NOTES, NUMBER, SELECTS | COLUMNS, "handle",
	      "the kernel's number for the stack"),
	FIELD(MEMCG_OFFLINE, NOTES, FLAG, SELECTS | COLUMNS, "memcg_offline",
	      "whether the memory cgroup is offline", .words = yes_no),
	FIELD(OBJCG, NOTES, FLAG, SELECTS | COLUMNS, "objcg",
	      "whether the page is charged through an object cgroup",
	      .words = yes_no),
	FIELD(SLAB, NOTES, FLAG, SELECTS | COLUMNS, "slab",
	      "whether the record says that it is a slab page", .words = yes_no),
	MEASURE(OFFSET, RECORD, NUMBER, COLUMNS, "offset", "offset", "bytes",
		"byte offset in the input"),
	FIELD(STACK_ID, STACK, BITS, 0, "stack_id",
	      "number for the call path on any kernel"),
	FIELD(STACK_ID_EXACT, STACK, BITS, 0, "stack_id_exact",
	      "number for the text of the stack"),
	FIELD(FRAME, STACK, TEXT, SELECTS, "frame",
	      "any function of the stack"),
	FIELD(MODULE_ANY, STACK, TEXT, SELECTS, "module-any",
	      "any kernel module of the stack"),
	MEASURE(AGE, RECORD, TIME, SELECTS, "age", "age_ns", "ns", "time since the allocation"),
	FIELD(FREE_PID, NOTES, NUMBER, ALL, "free_pid",
	      "process ID of who freed the page last", .short_name = "fp"),
	FIELD(FREE_TGID, NOTES, NUMBER, ALL, "free_tgid",
	      "thread group ID of who freed the page last", .short_name = "ftg"),
	FIELD(FREE_STACK, NOTES, TEXT, ALL, "free_stack",
	      "any function of the stack that freed the page last", .short_name = "fst"),
	FIELD(PORTABLE, STACK, TEXT, KEY, "portable",
	      "stack frames without offsets, the same on any kernel", .short_name = "po"),
};

/* The first six are in the order of page_owner_sort. Fields that are not listed cannot
 * be grouped by. */
static const enum pageowner_field ranked[] = {
	PAGEOWNER_FIELD_TXT, PAGEOWNER_FIELD_STACKTRACE, PAGEOWNER_FIELD_PID,
	PAGEOWNER_FIELD_TGID, PAGEOWNER_FIELD_NAME, PAGEOWNER_FIELD_ALLOCATOR,
	PAGEOWNER_FIELD_FREE, PAGEOWNER_FIELD_CALLSTACK, PAGEOWNER_FIELD_PORTABLE,
	PAGEOWNER_FIELD_MODULE,
	PAGEOWNER_FIELD_OWNER, PAGEOWNER_FIELD_ORDER, PAGEOWNER_FIELD_GFP,
	PAGEOWNER_FIELD_MIGRATETYPE, PAGEOWNER_FIELD_BLOCKTYPE, PAGEOWNER_FIELD_NODE,
	PAGEOWNER_FIELD_ZONE, PAGEOWNER_FIELD_MEMCG, PAGEOWNER_FIELD_TIMES,
	PAGEOWNER_FIELD_PAGES, PAGEOWNER_FIELD_ALLOC_TS, PAGEOWNER_FIELD_FREE_PID,
	PAGEOWNER_FIELD_FREE_TGID, PAGEOWNER_FIELD_FREE_STACK,
};

PO_EXPORT const struct pageowner_field_info *
pageowner_field_info(enum pageowner_field field)
{
	return (unsigned int)field < PAGEOWNER_FIELD_COUNT ? &fields[field] : NULL;
}

PO_EXPORT size_t pageowner_field_count(void)
{
	return PAGEOWNER_FIELD_COUNT;
}

PO_EXPORT const char *pageowner_field_name(enum pageowner_field field)
{
	const struct pageowner_field_info *info = pageowner_field_info(field);

	return info ? info->name : NULL;
}

/* In any case and locale; options have '-' in place of '_'. */
static char plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	if (c == '-')
		return '_';
	return c;
}

static bool is_name(const char *known, const char *name, size_t len)
{
	if (!known || strlen(known) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (plain(known[i]) != plain(name[i]))
			return false;
	return true;
}

PO_EXPORT int pageowner_field_find(const char *name, size_t len,
				   enum pageowner_field *field)
{
	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++) {
		const struct pageowner_field_info *info = &fields[i];

		if (!is_name(info->name, name, len) &&
		    !is_name(info->short_name, name, len) &&
		    !is_name(info->alias, name, len))
			continue;
		*field = (enum pageowner_field)i;
		return 1;
	}
	return 0;
}

bool po_fields_determine(uint64_t by, enum pageowner_field field)
{
	const uint64_t txt = PO_FIELD_BIT(PAGEOWNER_FIELD_TXT);
	const uint64_t trace = PO_FIELD_BIT(PAGEOWNER_FIELD_STACKTRACE);
	const uint64_t stack = PO_FIELD_BIT(PAGEOWNER_FIELD_CALLSTACK);
	const uint64_t path = PO_FIELD_BIT(PAGEOWNER_FIELD_PORTABLE);
	const struct pageowner_field_info *info = pageowner_field_info(field);

	if (!info)
		return false;
	if (by & PO_FIELD_BIT(field))
		return true;
	if (by & path && (field == PAGEOWNER_FIELD_OWNER || field == PAGEOWNER_FIELD_MODULE ||
			  field == PAGEOWNER_FIELD_MODULE_ANY ||
			  field == PAGEOWNER_FIELD_STACK_ID))
		return true;
	switch (info->source) {
	case PAGEOWNER_SOURCE_HEADER:
		return by & txt;
	case PAGEOWNER_SOURCE_NOTES:
		return by & (txt | trace);
	case PAGEOWNER_SOURCE_STACK:
		return by & (txt | trace | stack);
	default:
		return false;
	}
}

void po_keys_put_in_order(struct po_keys *keys)
{
	keys->count = 0;
	for (size_t i = 0; i < PO_ARRAY_SIZE(ranked); i++)
		if (keys->set & PO_FIELD_BIT(ranked[i]))
			keys->keys[keys->count++].key = ranked[i];
}

int po_keys_parse(const char *list, unsigned int use, struct po_keys *parsed,
		  const char **where)
{
	struct po_keys k = { 0 };

	for (;; list++) {
		const char *item = list;
		bool descending = false;
		enum pageowner_field key;
		size_t len;

		if (use == PAGEOWNER_FIELD_SORTS && (*list == '+' || *list == '-'))
			descending = *list++ == '-';
		len = strcspn(list, ",");
		if (!pageowner_field_find(list, len, &key) || !(fields[key].uses & use)) {
			if (where)
				*where = item;
			return -EINVAL;
		}
		/* A repeated key has no effect. */
		if (!(k.set & PO_FIELD_BIT(key))) {
			k.set |= PO_FIELD_BIT(key);
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

PO_EXPORT int pageowner_fields_check(const char *list, unsigned int use,
				     const char **where)
{
	struct po_keys ignored;

	return po_keys_parse(list, use, &ignored, where);
}
