// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * native.c - the parts of the Python package that run for each record.
 *
 * Nothing here knows of Python: no object, no reference, no interpreter lock.
 * It is called with that lock released.
 */
#include "native.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A batch ends early when its texts have grown to this, bytes. */
#define TEXT_ENOUGH	((size_t)4 << 20)
#define PROGRESS_NS	UINT64_C(100000000)

static int enter(struct native_cursor *cursor)
{
	if (__atomic_exchange_n(&cursor->busy, 1, __ATOMIC_ACQUIRE))
		return NATIVE_IN_USE;
	if (cursor->reader)
		return 0;
	__atomic_store_n(&cursor->busy, 0, __ATOMIC_RELEASE);
	return NATIVE_CLOSED;
}

static int leave(struct native_cursor *cursor, int ret)
{
	__atomic_store_n(&cursor->busy, 0, __ATOMIC_RELEASE);
	return ret;
}

int native_next(struct native_cursor *cursor,
		const struct pageowner_record *before)
{
	int ret = enter(cursor);

	if (ret < 0)
		return ret;
	ret = pageowner_reader_next(cursor->reader, &cursor->record);
	/* Spares Python an object: a reader may use the same memory again. */
	if (ret == 1 && cursor->record == before)
		ret = 2;
	return leave(cursor, ret);
}

int native_close(struct native_cursor *cursor)
{
	int ret = enter(cursor);

	if (ret < 0)
		return ret == NATIVE_CLOSED ? 0 : ret;
	pageowner_reader_free(cursor->reader);
	cursor->reader = NULL;
	return leave(cursor, 0);
}

int native_add_all(struct native_cursor *cursor, struct pageowner_profile *profile)
{
	int ret = enter(cursor);

	if (ret < 0)
		return ret;
	while ((ret = pageowner_reader_next(cursor->reader, &cursor->record)) > 0) {
		ret = pageowner_profile_add(profile, cursor->record);
		if (ret < 0)
			break;
	}
	return leave(cursor, ret);
}

int native_resume(struct native_cursor *cursor, struct pageowner_capture *capture)
{
	int ret = enter(cursor);

	if (ret < 0)
		return ret;
	return leave(cursor, pageowner_capture_resume(capture, cursor->reader));
}

void native_batch_free(struct native_batch *batch)
{
	if (!batch)
		return;
	for (size_t i = 0; i < batch->columns_count; i++) {
		free(batch->columns[i].values);
		free(batch->columns[i].known);
	}
	free(batch->columns);
	free(batch->text);
	free(batch->spans);
	free(batch);
}

struct native_batch *native_batch_new(size_t rows, size_t columns)
{
	struct native_batch *batch = calloc(1, sizeof(*batch));

	if (!batch)
		return NULL;
	batch->max_rows = rows;
	batch->columns = calloc(columns, sizeof(*batch->columns));
	if (!batch->columns)
		goto fail;
	batch->columns_count = columns;
	for (size_t i = 0; i < columns; i++) {
		batch->columns[i].values = calloc(rows, sizeof(uint64_t));
		batch->columns[i].known = calloc(rows, 1);
		if (!batch->columns[i].values || !batch->columns[i].known)
			goto fail;
	}
	return batch;
fail:
	native_batch_free(batch);
	return NULL;
}

/* Make room for one more item, and for @more of them at once. */
static int grow(void **items, size_t *size, size_t used, size_t more, size_t item)
{
	size_t wanted, bytes;
	void *moved;

	if (__builtin_add_overflow(used, more, &wanted))
		return -ENOMEM;
	if (wanted <= *size)
		return 0;
	if (__builtin_mul_overflow(wanted, 2, &wanted) ||
	    __builtin_mul_overflow(wanted, item, &bytes))
		return -ENOMEM;
	moved = realloc(*items, bytes);
	if (!moved)
		return -ENOMEM;
	*items = moved;
	*size = wanted;
	return 0;
}

/* Ends and length tell most texts apart; those they do not are only kept twice. */
static unsigned int slot_of(struct pageowner_text text)
{
	uint64_t head = 0, tail = 0;
	size_t len = text.len < 8 ? text.len : 8;

	if (len) {
		memcpy(&head, text.ptr, len);
		memcpy(&tail, text.ptr + text.len - len, len);
	}
	head = (head ^ (tail << 7) ^ text.len) * UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned int)(head >> 52);
}

static int put_text(struct native_batch *batch, struct pageowner_text text,
		    uint64_t *value)
{
	uint32_t *slot = &batch->slots[slot_of(text)];
	struct native_span *span;

	if (*slot) {
		span = &batch->spans[*slot - 1];
		if (span->len == text.len &&
		    !memcmp(batch->text + span->offset, text.ptr, text.len)) {
			*value = *slot;
			return 0;
		}
	}
	/* Never an empty array: memcmp() above wants pointers */
	if (grow((void **)&batch->text, &batch->text_size, batch->text_len,
		 text.len + 1, 1) < 0 ||
	    grow((void **)&batch->spans, &batch->spans_size, batch->spans_count, 1,
		 sizeof(*batch->spans)) < 0)
		return -ENOMEM;
	if (text.len)
		memcpy(batch->text + batch->text_len, text.ptr, text.len);
	span = &batch->spans[batch->spans_count++];
	span->offset = batch->text_len;
	span->len = text.len;
	batch->text_len += text.len;
	*slot = (uint32_t)batch->spans_count;
	*value = *slot;
	return 0;
}

/* Text of @value: 1, or 0 if the record does not have it; its text may be in @value. */
static int find_text(const struct native_column *column,
		     const struct pageowner_record *record,
		     struct pageowner_value *value)
{
	if (column->type == NATIVE_FIELD_TEXT)
		return pageowner_record_get(record, (enum pageowner_field)column->field,
					    NULL, value) > 0;
	if ((record->has & column->has) != column->has)
		return 0;
	memcpy(&value->text, (const char *)record + column->offset, sizeof(value->text));
	return 1;
}

/* 1 with *value set, or 0 if the record does not have it */
static int find_number(const struct native_column *column,
		       const struct pageowner_record *record, uint64_t *value)
{
	const char *member = (const char *)record + column->offset;
	struct pageowner_value found;
	uint32_t u32;
	int32_t i32;

	if (column->type == NATIVE_FIELD_NUMBER) {
		if (pageowner_record_get(record, (enum pageowner_field)column->field,
					 NULL, &found) <= 0)
			return 0;
		*value = (uint64_t)found.number;
		return 1;
	}
	if ((record->has & column->has) != column->has)
		return 0;
	switch (column->type) {
	case NATIVE_UINT32:
		memcpy(&u32, member, sizeof(u32));
		*value = u32;
		return 1;
	case NATIVE_INT32:
		memcpy(&i32, member, sizeof(i32));
		*value = (uint64_t)(int64_t)i32;
		return 1;
	default:
		memcpy(value, member, sizeof(*value));
		return 1;
	}
}

static int put_row(struct native_batch *batch, const struct pageowner_record *record)
{
	size_t row = batch->rows;

	for (size_t i = 0; i < batch->columns_count; i++) {
		struct native_column *column = &batch->columns[i];
		uint64_t value = 0;
		int known;

		if (column->type == NATIVE_TEXT || column->type == NATIVE_FIELD_TEXT) {
			struct pageowner_value found;

			known = find_text(column, record, &found);
			if (known && put_text(batch, found.text, &value) < 0)
				return -ENOMEM;
		} else {
			known = find_number(column, record, &value);
		}
		column->values[row] = known ? value : 0;
		column->known[row] = (uint8_t)known;
		column->known_rows += (size_t)known;
	}
	batch->rows++;
	return 0;
}

static int read_rows(struct native_cursor *cursor, struct native_batch *batch)
{
	int ret = cursor->failed;

	if (ret < 0)
		return ret;
	while (batch->rows < batch->max_rows && batch->text_len < TEXT_ENOUGH) {
		ret = pageowner_reader_next(cursor->reader, &cursor->record);
		if (ret <= 0)
			break;
		ret = put_row(batch, cursor->record);
		if (ret < 0)
			break;
	}
	/* What was read before an error counts; the next call reports the error. */
	if (batch->rows && ret < 0)
		cursor->failed = ret;
	return batch->rows ? 1 : ret;
}

int native_read(struct native_cursor *cursor, struct native_batch *batch)
{
	int ret = enter(cursor);

	if (ret < 0)
		return ret;
	batch->rows = 0;
	batch->text_len = 0;
	batch->spans_count = 0;
	memset(batch->slots, 0, sizeof(batch->slots));
	for (size_t i = 0; i < batch->columns_count; i++)
		batch->columns[i].known_rows = 0;
	return leave(cursor, read_rows(cursor, batch));
}

/* Memory is all that a stream of this kind can lack. */
static int finish(FILE *file, int ret)
{
	const int failed = ferror(file);

	if (fclose(file) || failed)
		return ret < 0 ? ret : -ENOMEM;
	return ret;
}

int native_export_profile(struct pageowner_export *exporter,
			  struct pageowner_profile *profile,
			  struct native_text *out)
{
	FILE *file = open_memstream(&out->text, &out->len);

	if (!file)
		return -ENOMEM;
	return finish(file, pageowner_export_profile(exporter, profile, file));
}

int native_export_diff(struct pageowner_export *exporter,
		       struct pageowner_diff *diff, struct native_text *out)
{
	FILE *file = open_memstream(&out->text, &out->len);

	if (!file)
		return -ENOMEM;
	return finish(file, pageowner_export_diff(exporter, diff, file));
}

int native_export_pageblocks(struct pageowner_export *exporter,
			     struct pageowner_pageblocks *blocks,
			     struct native_text *out)
{
	FILE *file = open_memstream(&out->text, &out->len);

	if (!file)
		return -ENOMEM;
	return finish(file, pageowner_export_pageblocks(exporter, blocks, NULL, file));
}

int native_export_account(struct pageowner_export *exporter,
			  const struct pageowner_account *account,
			  struct native_text *out)
{
	FILE *file = open_memstream(&out->text, &out->len);

	if (!file)
		return -ENOMEM;
	return finish(file, pageowner_export_account(exporter, account, NULL, file));
}

int native_progress(void *data, uint64_t done, uint64_t size)
{
	struct native_progress *progress = data;
	struct timespec now;
	uint64_t now_ns;

	progress->done = done;
	progress->size = size;
	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
	if (now_ns - progress->called_ns < PROGRESS_NS)
		return 0;
	progress->called_ns = now_ns;
	return progress->call(progress->data, done, size);
}
