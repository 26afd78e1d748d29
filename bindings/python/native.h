/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * native.h - what the Python package has in C beside the library's own functions.
 *
 * Only what would cost Python time for each record, and what must not be left to
 * Python's care: that a reader is not used twice at a time. Python sees all of it,
 * see build_native.py.
 */
#ifndef PAGEOWNER_PYTHON_NATIVE_H
#define PAGEOWNER_PYTHON_NATIVE_H

#include <pageowner/export.h>
#include <pageowner/pageowner.h>

/**
 * struct native_cursor - a reader and its present record
 * @reader: NULL when closed
 * @record: what native_next() found
 * @failed: error that native_read() has yet to tell of
 * @busy: set while a call is on its way: calls run without Python's lock
 */
struct native_cursor {
	struct pageowner_reader *reader;
	const struct pageowner_record *record;
	int failed;
	int busy;
};

/* No errno: read(2) may fail with any of those. */
#define NATIVE_IN_USE	(-100001)
#define NATIVE_CLOSED	(-100002)

/* As pageowner_reader_next(), or one of the above; 2 if the record is at @before */
int native_next(struct native_cursor *cursor,
		const struct pageowner_record *before);
/* 0 or NATIVE_IN_USE */
int native_close(struct native_cursor *cursor);
/* Add all further records to @profile: 0, or an error of native_next() */
int native_add_all(struct native_cursor *cursor, struct pageowner_profile *profile);
/* pageowner_capture_resume() from it: 0, or an error of that or of native_next() */
int native_resume(struct native_cursor *cursor, struct pageowner_capture *capture);

/* How to find a column's value in a record */
enum native_type {
	NATIVE_UINT32,
	NATIVE_INT32,
	NATIVE_UINT64,
	NATIVE_TEXT,
	/* Fields that are not just a member: pageowner_record_get() of @field */
	NATIVE_FIELD_TEXT,
	NATIVE_FIELD_NUMBER,
};

/**
 * struct native_column - one field of many records
 * @type: one of enum native_type
 * @offset: of the member in struct pageowner_record
 * @has: PAGEOWNER_HAS_* bit that says whether it is there; 0: always
 * @field: a number of enum pageowner_field
 * @values: numbers, negative ones in two's complement; of texts their place in
 *	the batch's spans + 1, 0 for absent
 * @known: 1 or 0 for each row
 * @known_rows: how many have 1
 */
struct native_column {
	int type;
	size_t offset;
	uint64_t has;
	int field;
	uint64_t *values;
	uint8_t *known;
	size_t known_rows;
};

struct native_span {
	size_t offset;
	size_t len;
};

/**
 * struct native_batch - fields of many records, column by column
 * @rows: filled
 * @max_rows: room for so many
 * @text: the texts, each @spans says where
 * @slots: @spans that were met lately + 1, by a hash of a few of their bytes
 */
struct native_batch {
	size_t rows;
	size_t max_rows;
	size_t columns_count;
	struct native_column *columns;
	char *text;
	size_t text_len;
	size_t text_size;
	struct native_span *spans;
	size_t spans_count;
	size_t spans_size;
	uint32_t slots[4096];
};

/* NULL if there is no memory; to be freed with native_batch_free() */
struct native_batch *native_batch_new(size_t rows, size_t columns);
void native_batch_free(struct native_batch *batch);

/* Fill @batch with the next records: 1 if there are any, otherwise as native_next() */
int native_read(struct native_cursor *cursor, struct native_batch *batch);

/**
 * struct native_text - what was written
 * @text: to be freed with free(), also after a failure
 */
struct native_text {
	char *text;
	size_t len;
};

/* As pageowner_export_profile() and the like, but into memory */
int native_export_profile(struct pageowner_export *exporter,
			  struct pageowner_profile *profile,
			  struct native_text *out);
int native_export_diff(struct pageowner_export *exporter,
		       struct pageowner_diff *diff, struct native_text *out);
int native_export_pageblocks(struct pageowner_export *exporter,
			     struct pageowner_pageblocks *blocks,
			     struct native_text *out);
int native_export_account(struct pageowner_export *exporter,
			  const struct pageowner_account *account,
			  struct native_text *out);

/**
 * struct native_progress - passes on progress, ten times a second at most
 * @call: called with the library's progress; its errors end loading
 * @data: passed on
 * @done: bytes loaded, at the last call of the library
 * @size: bytes of the input, at the last call of the library
 * @called_ns: when @call was called last
 */
struct native_progress {
	int (*call)(void *data, uint64_t done, uint64_t size);
	void *data;
	uint64_t done;
	uint64_t size;
	uint64_t called_ns;
};

/* For pageowner_profile_set_progress(), @data being a struct native_progress */
int native_progress(void *data, uint64_t done, uint64_t size);

#endif
