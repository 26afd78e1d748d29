/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * field.h - what a record or a group can be asked for by name.
 *
 * One table of fields. The keys that profiles group and sort by, the selectors
 * of filters, the columns of CSV and SQLite, the members of JSON and the
 * properties of Python records are subsets of it, under the same names. Some
 * names are those of Linux Documentation/mm/page_owner.rst.
 *
 * This header knows records, not profiles: for the value of a field in a group
 * see pageowner_profile_value() in profile.h.
 */
#ifndef PAGEOWNER_FIELD_H
#define PAGEOWNER_FIELD_H

#include <pageowner/plumbing.h>
#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum pageowner_field - the number of a field
 *
 * Numbers are part of the ABI and mean nothing else: new fields are appended.
 * The order in which a profile compares its keys is a separate table.
 */
enum pageowner_field {
	PAGEOWNER_FIELD_TXT,		/* header without times, stack, notes */
	PAGEOWNER_FIELD_STACKTRACE,	/* stack and notes */
	PAGEOWNER_FIELD_PID,		/* thread */
	PAGEOWNER_FIELD_TGID,		/* process */
	PAGEOWNER_FIELD_NAME,		/* task name */
	PAGEOWNER_FIELD_ALLOCATOR,	/* PAGEOWNER_ALLOCATOR_* bits */
	PAGEOWNER_FIELD_FREE,		/* 1 if it says so, or free_ts is later than alloc_ts */
	PAGEOWNER_FIELD_CALLSTACK,	/* the frames alone */
	PAGEOWNER_FIELD_MODULE,		/* innermost module of the stack */
	PAGEOWNER_FIELD_OWNER,		/* see pageowner_stack_owner() */
	PAGEOWNER_FIELD_ORDER,		/* 2^order base pages */
	PAGEOWNER_FIELD_GFP,		/* names of the mask, or the mask in hex */
	PAGEOWNER_FIELD_MIGRATETYPE,	/* of the page */
	PAGEOWNER_FIELD_BLOCKTYPE,	/* migratetype of its pageblock */
	PAGEOWNER_FIELD_NODE,		/* NUMA node */
	PAGEOWNER_FIELD_ZONE,		/* index of the zone */
	PAGEOWNER_FIELD_MEMCG,		/* memory cgroup, last component */
	PAGEOWNER_FIELD_TIMES,		/* allocations */
	PAGEOWNER_FIELD_PAGES,		/* base pages */
	PAGEOWNER_FIELD_ALLOC_TS,	/* when it was allocated */
	PAGEOWNER_FIELD_FREE_TS,	/* when its page frame was last freed */
	PAGEOWNER_FIELD_PFN,		/* page frame number */
	PAGEOWNER_FIELD_KIND,		/* a word for enum pageowner_record_kind */
	PAGEOWNER_FIELD_GFP_MASK,	/* the mask as a number */
	PAGEOWNER_FIELD_BLOCK,		/* number of the pageblock */
	PAGEOWNER_FIELD_FLAGS,		/* the page flags word */
	PAGEOWNER_FIELD_FLAG_NAMES,	/* names of the page flags */
	PAGEOWNER_FIELD_MIGRATE_REASON,	/* why it was last migrated */
	PAGEOWNER_FIELD_HANDLE,		/* the kernel's number of the stack */
	PAGEOWNER_FIELD_MEMCG_OFFLINE,	/* 1 if the record says so, or absent */
	PAGEOWNER_FIELD_OBJCG,		/* 1 if the record says so, or absent */
	PAGEOWNER_FIELD_SLAB,		/* 1 if the record says so, or absent */
	PAGEOWNER_FIELD_OFFSET,		/* byte offset in the input */
	PAGEOWNER_FIELD_STACK_ID,	/* see pageowner_stack_id_portable() */
	PAGEOWNER_FIELD_STACK_ID_EXACT,	/* see pageowner_stack_id_exact() */
	/* For selecting only: a record has several of it, or it needs a clock */
	PAGEOWNER_FIELD_FRAME,		/* a function anywhere in the stack */
	PAGEOWNER_FIELD_MODULE_ANY,	/* a module anywhere in the stack */
	PAGEOWNER_FIELD_AGE,		/* time since alloc_ts, see filter.h */
	/* Who freed the page last */
	PAGEOWNER_FIELD_FREE_PID,	/* thread */
	PAGEOWNER_FIELD_FREE_TGID,	/* process */
	PAGEOWNER_FIELD_FREE_STACK,	/* the frames; selects by any function of them */
	PAGEOWNER_FIELD_PORTABLE,	/* the call path, as of PAGEOWNER_BY_PORTABLE */
	PAGEOWNER_FIELD_COUNT,		/* number of fields in this version */
};

/* Where a field can be used. */
#define PAGEOWNER_FIELD_SORTS	0x01u	/* pageowner_profile_sort() */
#define PAGEOWNER_FIELD_GROUPS	0x02u	/* pageowner_profile_new() */
#define PAGEOWNER_FIELD_SELECTS	0x04u	/* pageowner_filter_add() */
#define PAGEOWNER_FIELD_COLUMNS	0x08u	/* a column of a table of records */

/**
 * enum pageowner_field_kind - the type of the values of a field
 * @PAGEOWNER_KIND_NUMBER: a number; signed because process IDs are
 * @PAGEOWNER_KIND_TEXT: a text of any bytes
 * @PAGEOWNER_KIND_BITS: 64 bits in a number, which may be negative for that
 * @PAGEOWNER_KIND_TIME: a number of nanoseconds
 * @PAGEOWNER_KIND_FLAG: 0 or 1
 */
enum pageowner_field_kind {
	PAGEOWNER_KIND_NUMBER,
	PAGEOWNER_KIND_TEXT,
	PAGEOWNER_KIND_BITS,
	PAGEOWNER_KIND_TIME,
	PAGEOWNER_KIND_FLAG,
};

/**
 * enum pageowner_field_source - which part of a record determines a field
 * @PAGEOWNER_SOURCE_RECORD: several of them, or none
 * @PAGEOWNER_SOURCE_HEADER: its first line without the times
 * @PAGEOWNER_SOURCE_PFN_LINE: its second line
 * @PAGEOWNER_SOURCE_STACK: the frames
 * @PAGEOWNER_SOURCE_NOTES: the lines after the stack
 */
enum pageowner_field_source {
	PAGEOWNER_SOURCE_RECORD,
	PAGEOWNER_SOURCE_HEADER,
	PAGEOWNER_SOURCE_PFN_LINE,
	PAGEOWNER_SOURCE_STACK,
	PAGEOWNER_SOURCE_NOTES,
};

/**
 * struct pageowner_field_info - the description of a field
 * @name:   the name, as in tools and files
 * @short_name: a short name, or NULL
 * @alias:  another name, or NULL
 * @column: the name of a column, JSON member or property: @name, with the unit
 *	if it is a time: "ts_ns"
 * @help:   what it is, in a few words
 * @unit:   unit of its numbers: "pages", "ns"; empty if it has none
 * @words:  the values it can have, NULL-terminated, or NULL if they are not
 *	known. Other kernels may print others
 * @kind:   one of enum pageowner_field_kind
 * @uses:   PAGEOWNER_FIELD_SORTS, _GROUPS, _SELECTS, _COLUMNS
 * @source: one of enum pageowner_field_source
 *
 * Constant memory of the library. Members may be added at the end; never embed or
 * copy this struct by size.
 */
struct pageowner_field_info {
	const char *name;
	const char *short_name;
	const char *alias;
	const char *column;
	const char *help;
	const char *unit;
	const char *const *words;
	uint32_t kind;
	uint32_t uses;
	uint32_t source;
};

/**
 * struct pageowner_value - the value of a field
 * @is_text: 1 if the value is in @text, 0 if in @number
 * @number:  counts and times above 2^63 - 1 are 2^63 - 1 here;
 *	PAGEOWNER_KIND_BITS are the 64 bits unchanged
 * @text:    points into memory of the record or the profile, or into @buf
 * @buf:     holds a text that exists nowhere else, such as a mask in hex. A copy
 *	of the struct must have its @text set again
 * @reserved: for future use
 *
 * The caller allocates it, so its size never changes.
 */
struct pageowner_value {
	int is_text;
	int64_t number;
	struct pageowner_text text;
	char buf[32];
	uint64_t reserved[4];
};

/**
 * pageowner_field_info() - get the description of a field
 * @field: the field
 *
 * Return: constant memory of the library; NULL if there is no such field.
 */
const struct pageowner_field_info *pageowner_field_info(enum pageowner_field field);

/**
 * pageowner_field_count() - count the fields of this library
 *
 * Return: the largest number plus one, which may be more than the
 * PAGEOWNER_FIELD_COUNT a program was compiled with.
 */
size_t pageowner_field_count(void);

/**
 * pageowner_field_name() - get the name of a field
 * @field: the field
 *
 * Return: a constant string; NULL if there is no such field.
 */
const char *pageowner_field_name(enum pageowner_field field);

/**
 * pageowner_field_find() - find a field by name
 * @name: its name, short name or alias, in upper or lower case, not NUL-terminated;
 *	'-' and '_' are the same. Wherever a list of fields is parsed, names are found
 *	in this way
 * @len: its length in bytes
 * @field: set to the field; see pageowner_field_info() for what it can be used for
 *
 * Return: 1 with *field set, 0 if there is no field of this name.
 */
int pageowner_field_find(const char *name, size_t len, enum pageowner_field *field);

/**
 * pageowner_fields_check() - validate a list of fields
 * @list: names separated by commas, as for pageowner_profile_new() or
 *	pageowner_profile_sort()
 * @use: PAGEOWNER_FIELD_GROUPS or PAGEOWNER_FIELD_SORTS
 * @where: set to the invalid item in @list on -EINVAL, unless NULL
 *
 * Return: 0; -EINVAL if an item is empty, unknown, or not of this use.
 */
int pageowner_fields_check(const char *list, unsigned int use, const char **where);

/**
 * pageowner_record_get() - get a field of a record
 * @record: from a reader or a profile
 * @field: the field
 * @plumbing: for PAGEOWNER_FIELD_OWNER, as for pageowner_stack_owner()
 * @value: set if the record has the field; its text is valid as long as @record
 *
 * The owner and the module that a report gives for its group take precedence
 * over the stack.
 *
 * Return: 1 if the record has the field; 0 if not; -EINVAL if a record has no
 * single value for it: txt (which is in two parts), frame and module-any (of
 * which it has several), portable (whose text is not in it), age (which needs a
 * clock).
 */
int pageowner_record_get(const struct pageowner_record *record,
			 enum pageowner_field field,
			 const struct pageowner_plumbing *plumbing,
			 struct pageowner_value *value);

#ifdef __cplusplus
}
#endif
#endif
