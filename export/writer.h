/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * writer.h - what the writers of all formats share: the writer itself, the memory it may
 * take, what is known of the snapshot, numbers, groups of a profile.
 */
#ifndef EXPORT_WRITER_H
#define EXPORT_WRITER_H

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <pageowner/export.h>
#include <pageowner/stack.h>

#include "utf8.h"

/* Version of the schema of json, ndjson, csv and sqlite (docs/pageowner.schema.json) */
#define EXPORT_VERSION	2

#define EXPORT_API	__attribute__((visibility("default")))

struct export_document;

/* One file a format has one of these, in the table of export.c. */
struct export_format {
	const char *name;
	const char *help;
	unsigned int traits;
	const char *keys;
	/* What it can show (PAGEOWNER_EXPORT_PROFILE ...) in ways of its own ... */
	int (*profile)(struct pageowner_export *e, const struct pageowner_profile *profile,
		       FILE *file);
	int (*diff)(struct pageowner_export *e, const struct pageowner_diff *diff,
		    FILE *file);
	int (*pageblocks)(struct pageowner_export *e, const struct pageowner_pageblocks *blocks,
			  FILE *file);
	/* ... and all else, as the one schema has it (row.h) */
	int (*document)(struct export_document *document, FILE *file);
};

extern const struct export_format export_csv, export_folded, export_folded_diff,
	export_html, export_json, export_ndjson, export_pprof, export_prometheus,
	export_report, export_speedscope, export_sqlite;

struct pageowner_export {
	const struct export_format *format;
	const struct pageowner_plumbing *plumbing;
	uint64_t page_size, time_ns, threshold;
	size_t top;
	unsigned int flags;	/* PAGEOWNER_EXPORT_TERMINAL ... */
	uint64_t fields;	/* 1 << field: to write as well as those grouped by */
	struct pageowner_budget *budget;
	uint64_t records;	/* that were written */
	uint64_t memory;	/* bytes charged to it for what is being written */
	bool refused;		/* more than it allows */
	char *host;
	char **conditions;	/* name, value, and so on */
	size_t conditions_count;
	char **inputs;
	size_t inputs_count;
	/* Of what is being written; NULL if it has none */
	const struct pageowner_conditions *capture;
	bool has_complete, is_complete;	/* all captures, if they were read to the end */
	struct pageowner_text incomplete;	/* why one is not; empty if all are */
	char *said_incomplete;		/* the same by the user, or NULL */
	char error[256];
};

/* --- memory that is kept until the end of a report. NULL without any, or beyond the
 * limit: then -ENOMEM becomes -ENOBUFS at the end. Sizes in bytes. */

void *export_realloc(struct pageowner_export *e, void *old, size_t from, size_t to);
void export_release(struct pageowner_export *e, void *p, size_t size);

/* --- the conditions (settings.c): as the user says, otherwise as the first capture does */

uint64_t export_page_size(const struct pageowner_export *e);
/* Empty, or 0, if it is not known */
struct pageowner_text export_host(const struct pageowner_export *e);
uint64_t export_time_ns(const struct pageowner_export *e);
/* Why a capture is incomplete; empty if it is complete, or does not say */
struct pageowner_text export_incomplete(const struct pageowner_conditions *capture);
static inline bool export_is_incomplete(const struct pageowner_export *e)
{
	return e->has_complete && !e->is_complete;
}

/* RFC 3339, UTC, with nanoseconds */
#define EXPORT_TIME_MAX	40
const char *export_time_text(char buf[EXPORT_TIME_MAX], uint64_t ns);

/* --- numbers (number.c): the formats have 63 bits, a damaged count may need more. What is beyond
 * becomes the largest there is, instead of a small or a negative one. */

uint64_t export_number(uint64_t number);
uint64_t export_sum(uint64_t a, uint64_t b);
uint64_t export_bytes(uint64_t pages, uint64_t page_size);
int64_t export_change_bytes(int64_t pages, uint64_t page_size);

/* --- groups of a profile (group.c) */

/* How many rows there are to write */
size_t export_rows(const struct pageowner_export *e, size_t count);

static inline bool export_wants_field(const struct pageowner_export *e,
				      enum pageowner_field field)
{
	return e->fields >> field & 1;
}

/* Whether groups have a stack; whether all of its records have the same, with offsets */
bool export_has_stacks(const struct pageowner_profile *profile);
bool export_has_exact_stacks(const struct pageowner_profile *profile);

/* The fields that groups have beside their stack: those that they are grouped by, what
 * follows from the stack, and what the user wants. Returns how many. */
#define EXPORT_KEYS_MAX	32
unsigned int export_keys(const struct pageowner_export *e,
			 const struct pageowner_profile *profile,
			 enum pageowner_field keys[EXPORT_KEYS_MAX]);
/* A field's value as text: 1, 0 if absent, negative errno */
#define EXPORT_VALUE_MAX	64
int export_value(const struct pageowner_profile *profile, size_t row,
		 enum pageowner_field key, char buf[EXPORT_VALUE_MAX],
		 struct pageowner_text *text);

/* How many frames are before the owner, which only pass memory on, and *len: how long the
 * text of them is. Both are 0 if there is no owner. */
size_t export_inner(const struct pageowner_export *e, struct pageowner_text stack,
		    size_t *len);

/* The frames of a stack from the root on, to be freed; -ENOMEM. Without any there is one
 * that says so: other programs lose what has none. */
int export_frames(struct pageowner_text stack, struct pageowner_frame **frames,
		  size_t *count);

#endif
