/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * row.h - what json, ndjson, csv and sqlite have in common: one schema
 * (docs/formats.md, docs/pageowner.schema.json).
 *
 * Whatever is exported is a document: a head, and lists of rows. A row is a
 * number of fields, each with a name and a type, and a value unless it is absent. The
 * files rows-*.c make rows of what the library has; json.c and csv.c know nothing of
 * profiles and diffs.
 */
#ifndef EXPORT_ROW_H
#define EXPORT_ROW_H

#include "writer.h"

enum export_type {
	EXPORT_NUMBER,		/* an integer */
	EXPORT_REAL,
	EXPORT_BOOL,
	EXPORT_TEXT,
	EXPORT_ID,		/* 64 bits, as 16 hexadecimal digits */
	EXPORT_STACK,		/* frame lines, as a list */
	EXPORT_NUMBERS,		/* a list */
	EXPORT_WORDS,		/* a list of names of our own */
	EXPORT_COUNTS,		/* a number for each of some names */
};

struct export_field {
	const char *name;
	enum export_type type;
	bool is_there;
	int64_t number;			/* NUMBER, BOOL */
	double real;
	uint64_t id;
	struct pageowner_text text;	/* TEXT, STACK */
	const uint64_t *numbers;	/* NUMBERS, COUNTS */
	const char *const *words;	/* WORDS, COUNTS */
	size_t count;			/* of either */
};

#define EXPORT_FIELDS_MAX	48
#define EXPORT_LISTS_MAX	6

/* @buf: for texts that are nowhere else */
struct export_row {
	struct export_field field[EXPORT_FIELDS_MAX];
	size_t count;
	char buf[256];
	size_t buf_len;
};

/*
 * A list of rows. next() fills @row with the next one: 1, 0 after the last, or a negative
 * errno. names() fills it with the same fields in the same order, all absent. All tables
 * of a document have the same fields.
 */
struct export_list {
	const char *name;
	bool is_table;		/* ndjson and csv have it */
	int (*next)(struct export_list *list, struct export_row *row);
	void (*names)(struct export_list *list, struct export_row *row);
	struct export_document *doc;
	size_t index, shown;	/* how far it is; rows that were handed out */
	size_t outer;		/* of a list for each of other items: which of these */
};

struct export_document {
	struct pageowner_export *e;
	const char *kind;	/* "profile" */
	const void *of;		/* the object that it is about */
	struct export_row head;
	struct export_list list[EXPORT_LISTS_MAX];
	size_t lists;
	/* What some kinds need to know, or have in their heads */
	const char *by[EXPORT_KEYS_MAX];
	size_t by_count;
	const char *types[PAGEOWNER_MIGRATE_MAX];
	enum pageowner_field keys[EXPORT_KEYS_MAX];
	unsigned int keys_count;
	bool has_stacks, has_exact_stacks;
	bool is_stream;		/* whether it is complete is known only after the last row */
};

/* A new list of a document */
struct export_list *export_add_list(struct export_document *doc, const char *name,
				    bool is_table);

/* --- filling a row. Each adds one field; without a value it is absent. */

static inline void row_clear(struct export_row *row)
{
	row->count = row->buf_len = 0;
}

struct export_field *row_add(struct export_row *row, const char *name,
			     enum export_type type);
void row_number(struct export_row *row, const char *name, bool is_there, uint64_t number);
void row_signed(struct export_row *row, const char *name, bool is_there, int64_t number);
void row_real(struct export_row *row, const char *name, bool is_there, double number);
void row_bool(struct export_row *row, const char *name, bool is_there, bool value);
void row_text(struct export_row *row, const char *name, bool is_there,
	      struct pageowner_text text);
/* The text is copied; one that is too long for the row's buffer is absent. */
void row_copy(struct export_row *row, const char *name, bool is_there,
	      struct pageowner_text text);
void row_words(struct export_row *row, const char *name, const char *const *words,
	       size_t count);
/* What a row is, as one word in the member "by" */
void row_by(struct export_row *row, enum pageowner_by by);
void row_numbers(struct export_row *row, const char *name, bool is_there,
		 const uint64_t *numbers, size_t count);
void row_counts(struct export_row *row, const char *name, const char *const *words,
		const uint64_t *numbers, size_t count);
/* The stack that a row is, with its ids; all absent if it is empty. @exact: also the id of
 * its very text */
void row_stack(struct export_row *row, struct pageowner_text stack, bool exact);
/* Some stack of a row */
void row_frames(struct export_row *row, const char *name, struct pageowner_text stack);
/* Owner and module of a stack; absent if it is empty, or the kernel's own */
void row_owner(struct export_row *row, const struct pageowner_export *e,
	       struct pageowner_text stack);
/* Time, host, kernel, boot: as far as they are known */
void row_conditions(struct export_row *row, const struct pageowner_export *e);

/* Whether there may be one more row (pageowner_export_set_top()) */
static inline bool list_is_full(const struct export_list *list)
{
	return list->doc->e->top && list->shown >= list->doc->e->top;
}

/* --- documents of each kind of object (rows-*.c). Each function fills all of a zeroed
 * one but @e. */

struct export_records {
	struct pageowner_reader *reader;
	const struct pageowner_filter *filter;
};

/* How many of the captures that were read so far are incomplete */
uint64_t export_incomplete_count(const struct export_records *records);

struct export_made {
	enum pageowner_by by;
	uint64_t total_pages;
	int (*next)(void *data, size_t index, struct pageowner_export_row *row);
	void *data;
};

void export_profile_document(struct export_document *doc, const struct pageowner_profile *p);
void export_records_document(struct export_document *doc,
			     const struct export_records *records);
void export_made_document(struct export_document *doc, const struct export_made *made);
void export_diff_document(struct export_document *doc, const struct pageowner_diff *diff);
void export_pageblocks_document(struct export_document *doc,
				const struct pageowner_pageblocks *blocks);
void export_account_document(struct export_document *doc,
			     const struct pageowner_account *account);

/* --- writing one */

/* A number or a bool, which are the same in all formats */
void row_put_plain(FILE *file, const struct export_field *field);

#endif
