/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reader.h - read records from a file, a descriptor or memory, and count what
 * is damaged, and where.
 *
 * A reader accepts page_owner text of any kernel version, entries of
 * page_owner_stacks/, reports of page_owner_sort and dump_page() output. It
 * recognises each by its shape, plain or compressed (gzip, xz, zstd, by
 * content). Damaged text does not stop it: it counts the damage and continues
 * at the next record. Text that people posted (folded, quoted, indented,
 * coloured, decoded, with a log's prefixes) is repaired, and so is the text of
 * some other tools; what was repaired is counted.
 *
 * A reader does not group or filter; see profile.h.
 */
#ifndef PAGEOWNER_READER_H
#define PAGEOWNER_READER_H

#include <pageowner/budget.h>
#include <pageowner/conditions.h>
#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_reader;

/**
 * struct pageowner_input_stats - what a reader or a profile has read so far
 * @records: records returned
 * @bytes: bytes of (uncompressed) text consumed
 * @skipped_bytes: bytes that belong to no returned record, blank lines not
 *	counted
 * @damage: for each enum pageowner_damage (record.h) the number of occurrences
 *	(count) and the byte offset of the first in the (uncompressed) input
 *	(first_offset). pageowner_damage_count() elements are used; loop over all
 *	of them, so that kinds of later versions are not missed
 * @repair: the same for each enum pageowner_repair (record.h), of which
 *	pageowner_repair_count() elements are used
 */
struct pageowner_input_stats {
	uint64_t records;
	uint64_t bytes;
	uint64_t skipped_bytes;
	struct {
		uint64_t count;
		uint64_t first_offset;
	} damage[16];
	struct {
		uint64_t count;
		uint64_t first_offset;
	} repair[16];
};

/**
 * pageowner_reader_open() - open a file for reading
 * @path: a file, pipe or device; "-" for standard input
 * @reader: set on success; free it with pageowner_reader_free()
 *
 * Return: 0; -ENOMEM; -EISDIR if @path is a directory; -ENOTSUP if the library
 * was built without the compression of the file; the negative errno of open(2)
 * or read(2).
 */
int pageowner_reader_open(const char *path, struct pageowner_reader **reader);

/**
 * pageowner_reader_open_fd() - read from a file descriptor
 * @fd: read from its current position; the caller keeps it and closes it
 * @name: its name in error messages
 * @reader: set on success; free it with pageowner_reader_free()
 *
 * Return: as pageowner_reader_open().
 */
int pageowner_reader_open_fd(int fd, const char *name,
			     struct pageowner_reader **reader);

/**
 * pageowner_reader_open_memory() - read from memory
 * @data: the text, plain or compressed; must stay valid until the reader is
 *	freed
 * @len: its length in bytes
 * @reader: set on success; free it with pageowner_reader_free()
 *
 * Return: as pageowner_reader_open().
 */
int pageowner_reader_open_memory(const void *data, size_t len,
				 struct pageowner_reader **reader);

/**
 * pageowner_reader_free() - free a reader
 * @reader: a reader or NULL; its records become invalid
 */
void pageowner_reader_free(struct pageowner_reader *reader);

/**
 * pageowner_reader_set_budget() - limit the memory a reader uses
 * @reader: the reader
 * @budget: a budget (see budget.h); NULL (default) means no limit. What the reader
 *	already uses is charged to it
 *
 * Counted are the window of text, which grows to twice the longest record, and the
 * decoder.
 *
 * Return: 0, or -ENOBUFS if what is used already exceeds the limit; then the reader
 * keeps the budget it had.
 */
int pageowner_reader_set_budget(struct pageowner_reader *reader,
				struct pageowner_budget *budget);

/**
 * pageowner_reader_next() - read the next record
 * @reader: the reader
 * @record: set to memory of the reader, valid until the next call on it
 *
 * Return: 1 with *record set; 0 at the end; -EBADMSG at the end of an input
 * that holds text but not one record; -ENOMEM; -ENOBUFS if the memory limit is
 * reached; -EFBIG if a record is larger than 1 GiB; the negative errno of
 * read(2). After an error the position is unchanged, so a further call tries
 * again.
 */
int pageowner_reader_next(struct pageowner_reader *reader,
			  const struct pageowner_record **record);

/**
 * pageowner_reader_stats() - get the counts of records and of damage
 * @reader: the reader
 *
 * Return: memory of the reader, updated as it reads.
 */
const struct pageowner_input_stats *
pageowner_reader_stats(const struct pageowner_reader *reader);

/**
 * pageowner_reader_conditions() - get the metadata recorded with the text
 * @reader: the reader
 * @conditions: set to memory of the reader, valid until the next call on it
 *
 * What the lines of pageowner-capture (see conditions.h) said so far. Before the
 * first record it lacks what is written at the end of a capture. If the input
 * holds several captures, it is that of the capture being read.
 *
 * Return: 1 with *conditions set, 0 if there were no such lines.
 */
int pageowner_reader_conditions(const struct pageowner_reader *reader,
				const struct pageowner_conditions **conditions);

/**
 * pageowner_reader_error() - describe the last failure
 * @reader: the reader
 *
 * Return: a sentence with file, byte offset and what was expected; "" if
 * nothing failed; valid until the next call on the reader.
 */
const char *pageowner_reader_error(const struct pageowner_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
