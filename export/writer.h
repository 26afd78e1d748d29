/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * export.h - what the writers of all formats share.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <pageowner/export.h>
#include <pageowner/stack.h>

/* Version of the schemas of json, ndjson, csv and sqlite (docs/formats.md) */
#define EXPORT_VERSION	1

#define EXPORT_API	__attribute__((visibility("default")))

struct export_records;

/* One file a format has one of these, in the table of export.c. */
struct export_format {
	const char *name;
	const char *help;
	unsigned int traits;
	const char *keys;
	int (*profile)(struct pageowner_export *e, struct pageowner_profile *profile,
		       FILE *file);
	int (*diff)(struct pageowner_export *e, struct pageowner_diff *diff,
		    FILE *file);
	int (*records)(struct pageowner_export *e, struct export_records *records,
		       FILE *file);
	int (*pageblocks)(struct pageowner_export *e, struct pageowner_pageblocks *blocks,
			  FILE *file);
};

extern const struct export_format export_csv, export_folded, export_folded_diff,
	export_html, export_json, export_ndjson, export_pprof, export_prometheus,
	export_report, export_speedscope, export_sqlite;

struct pageowner_export {
	const struct export_format *format;
	uint64_t page_size, time_ns;
	size_t top;
	unsigned int flags;	/* PAGEOWNER_EXPORT_TERMINAL */
	uint64_t fields;	/* 1 << field: to write beside those grouped by */
	struct pageowner_budget *budget;
	uint64_t memory;	/* bytes charged to it for what is being written */
	bool refused;		/* more than it allows */
	char *host;
	char **conditions;	/* name, value, and so on */
	size_t conditions_count;
	/* Of what is being written; NULL if it has none */
	const struct pageowner_conditions *capture;
	char error[256];
};

/* At the end of writing: release what was charged, and leave a sentence for what
 * failed, unless there is one: @ret */
int export_end(struct pageowner_export *e, int ret);

/* --- memory: what is kept of rows until the end tells what it takes, and the loop over
 * the rows asks whether that is too much. */

static inline void export_take(struct pageowner_export *e, size_t bytes)
{
	if (pageowner_budget_take(e->budget, bytes) < 0)
		e->refused = true;
	else
		e->memory += bytes;
}

/* 0 or -ENOBUFS */
static inline int export_check(const struct pageowner_export *e)
{
	return e->refused ? -ENOBUFS : 0;
}

/* --- the conditions: as the user says, else as the first capture does */

uint64_t export_page_size(const struct pageowner_export *e);
/* Empty, or 0, where nobody knows */
struct pageowner_text export_host(const struct pageowner_export *e);
uint64_t export_time_ns(const struct pageowner_export *e);
/* RFC 3339, UTC, with nanoseconds */
#define EXPORT_TIME_MAX	40
const char *export_time_text(char buf[EXPORT_TIME_MAX], uint64_t ns);

/* --- numbers: the formats have 63 bits, a damaged count may need more. What is beyond
 * becomes the largest there is, instead of a small or a negative one. */

uint64_t export_number(uint64_t number);
uint64_t export_sum(uint64_t a, uint64_t b);
uint64_t export_bytes(uint64_t pages, uint64_t page_size);
int64_t export_change_bytes(int64_t pages, uint64_t page_size);

/* --- records (record.c) */

/* What a record tells, beside its stack */
struct export_field {
	const char *name;
	bool is_text, is_there;
	int64_t number;
	struct pageowner_text text;
	char buf[24];		/* of some texts */
};

/* Those to write: 1, 0 behind the last, or negative errno. Whose capture it is from
 * is then known. */
int export_records_next(struct pageowner_export *e, struct export_records *records,
			const struct pageowner_record **record);

/* The fields, one after the other: false behind the last. Without a record: their
 * names and kinds. */
bool export_field(const struct pageowner_export *e,
		  const struct pageowner_record *record, size_t i,
		  struct export_field *field);

/* --- rows */

/* How many there are to write */
size_t export_rows(const struct pageowner_export *e, size_t count);

static inline bool export_wants_field(const struct pageowner_export *e,
				      enum pageowner_field field)
{
	return e->fields >> field & 1;
}

bool export_has_stacks(const struct pageowner_profile *profile);
/* The keys that tell rows apart beside the stack, what follows from it, and those that
 * the user wants: how many. */
unsigned int export_keys(const struct pageowner_export *e,
			 const struct pageowner_profile *profile,
			 enum pageowner_field keys[PAGEOWNER_FIELD_COUNT]);
/* A key's value as text: 1, 0 if absent, -ENOMEM */
#define EXPORT_VALUE_MAX	64
int export_value(struct pageowner_profile *profile, size_t row,
		  enum pageowner_field key, char buf[EXPORT_VALUE_MAX],
		  struct pageowner_text *text);

/* "symbol" or "symbol [module]" */
void export_put_frame(FILE *file, const struct pageowner_frame *frame);

/* The frames of a stack from the root on, to be freed; -ENOMEM. Without any there is
 * one that says so: the other programs lose what has none. */
int export_frames(struct pageowner_text stack, struct pageowner_frame **frames,
		  size_t *count);

#endif
