/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reader.h - bytes in, records out; and what was damaged, and where.
 *
 * A reader takes page_owner text of any kernel version, and the entries of
 * page_owner_stacks/, of reports and of dump_page(), each told by its shape, plain or compressed (gzip, xz, zstd,
 * found by content). It never gives up on damaged text: it goes on at the next
 * record and counts what it passed over.
 */
#ifndef PAGEOWNER_READER_H
#define PAGEOWNER_READER_H

#include <pageowner/conditions.h>
#include <pageowner/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_reader;

/**
 * enum pageowner_damage - what can be wrong with an input
 * @PAGEOWNER_DAMAGE_JUNK: text between records that is none; passed over
 * @PAGEOWNER_DAMAGE_HEADER: a record whose first line cannot be read; passed
 *	over
 * @PAGEOWNER_DAMAGE_FIELD: a number out of its range; the record is delivered
 *	without it
 * @PAGEOWNER_DAMAGE_PFN_LINE: a record whose second line is not the PFN line;
 *	delivered without what that line says
 * @PAGEOWNER_DAMAGE_NO_END: a record that runs into the next one without a
 *	blank line; delivered with PAGEOWNER_HAS_NO_END
 * @PAGEOWNER_DAMAGE_CUT: the input ends inside a record; delivered with
 *	PAGEOWNER_HAS_NO_END if its first line is whole, else passed over
 * @PAGEOWNER_DAMAGE_COMPRESSION: the compressed stream is corrupt or cut
 *	short; what came before was read
 * @PAGEOWNER_DAMAGE_OVERFLOW: a sum no longer fits 64 bits and stays
 *	at the largest number; noted once, at no certain place
 * @PAGEOWNER_DAMAGE_KINDS: how many there are in this version
 */
enum pageowner_damage {
	PAGEOWNER_DAMAGE_JUNK,
	PAGEOWNER_DAMAGE_HEADER,
	PAGEOWNER_DAMAGE_FIELD,
	PAGEOWNER_DAMAGE_PFN_LINE,
	PAGEOWNER_DAMAGE_NO_END,
	PAGEOWNER_DAMAGE_CUT,
	PAGEOWNER_DAMAGE_COMPRESSION,
	PAGEOWNER_DAMAGE_OVERFLOW,
	PAGEOWNER_DAMAGE_KINDS,
};

/**
 * struct pageowner_input_stats - what a reader or a profile has read so far
 * @records: records delivered
 * @bytes: bytes of (uncompressed) text consumed
 * @skipped_bytes: those of them that belong to no delivered record, blank
 *	lines not counted
 * @damage: by enum pageowner_damage: how often, and the byte offset of the
 *	first in the (uncompressed) input
 */
struct pageowner_input_stats {
	uint64_t records;
	uint64_t bytes;
	uint64_t skipped_bytes;
	struct {
		uint64_t count;
		uint64_t first_offset;
	} damage[16];
};

/**
 * pageowner_damage_text() - what a kind of damage is, in words
 * @kind: one of enum pageowner_damage
 *
 * Return: a constant English phrase for "N x <phrase>, first at byte M";
 * "unknown damage" for numbers that name none.   Since: 0.1
 */
const char *pageowner_damage_text(enum pageowner_damage kind);

/**
 * pageowner_reader_open() - read from a file
 * @path: a file, pipe or device; "-" for standard input
 * @reader: set on success, to be freed with pageowner_reader_free()
 *
 * Return: 0, -ENOMEM, the negative errno of open(2) or read(2), -EISDIR, or
 * -ENOTSUP for a compression this library was built without.   Since: 0.1
 */
int pageowner_reader_open(const char *path, struct pageowner_reader **reader);

/**
 * pageowner_reader_open_fd() - read from a file descriptor
 * @fd: read from its present position on; stays the caller's, who closes it
 * @name: what error messages call it
 * @reader: set on success, to be freed with pageowner_reader_free()
 *
 * Return: as pageowner_reader_open().   Since: 0.1
 */
int pageowner_reader_open_fd(int fd, const char *name,
			     struct pageowner_reader **reader);

/**
 * pageowner_reader_open_memory() - read from memory
 * @data: the text, plain or compressed; must stay until the reader is freed
 * @len: its length, bytes
 * @reader: set on success, to be freed with pageowner_reader_free()
 *
 * Return: as pageowner_reader_open().   Since: 0.1
 */
int pageowner_reader_open_memory(const void *data, size_t len,
				 struct pageowner_reader **reader);

/**
 * pageowner_reader_free() - end reading and give back everything
 * @reader: a reader or NULL; its records become invalid
 * Since: 0.1
 */
void pageowner_reader_free(struct pageowner_reader *reader);

/**
 * pageowner_reader_set_max_memory() - a bound for what input can make it take
 * @reader: the reader
 * @bytes: of memory; 0, as without a call, is no bound. Counted are the window of
 *	text, which grows to twice the longest record, and what a decoder takes
 * Since: 0.1
 */
void pageowner_reader_set_max_memory(struct pageowner_reader *reader,
				     uint64_t bytes);

/**
 * pageowner_reader_memory() - what input made it take
 * @reader: the reader
 *
 * Return: bytes, counted as by pageowner_reader_set_max_memory().   Since: 0.1
 */
uint64_t pageowner_reader_memory(const struct pageowner_reader *reader);

/**
 * pageowner_reader_next() - step to the next record
 * @reader: the reader
 * @record: set to memory of the reader, valid until the next call on it
 *
 * Return: 1 with *record set; 0 at the end; -EBADMSG at the end of an input
 * that holds text but no record at all; -ENOMEM; -ENOBUFS for the bound on memory;
 * -EFBIG for a record of more than 1 GiB; or the negative errno of
 * read(2). pageowner_reader_error() has the sentence.   Since: 0.1
 */
int pageowner_reader_next(struct pageowner_reader *reader,
			  const struct pageowner_record **record);

/**
 * pageowner_reader_stats() - what was read and what was damaged so far
 * @reader: the reader
 *
 * Return: memory of the reader, kept up to date.   Since: 0.1
 */
const struct pageowner_input_stats *
pageowner_reader_stats(const struct pageowner_reader *reader);

/**
 * pageowner_reader_conditions() - under which conditions the text was captured
 * @reader: the reader
 *
 * Return: what the lines of pageowner-capture (capture.h) said so far: memory of
 * the reader, valid until the next call on it. In front of the first record it
 * lacks what is only known at the end; at the end of several captures behind each
 * other it is the last one's. NULL if there were no such lines.   Since: 0.1
 */
const struct pageowner_conditions *
pageowner_reader_conditions(const struct pageowner_reader *reader);

/**
 * pageowner_reader_error() - why the last call failed
 * @reader: the reader
 *
 * Return: a sentence with file, byte offset and what was expected; empty if
 * nothing failed; valid until the next call on the reader.   Since: 0.1
 */
const char *pageowner_reader_error(const struct pageowner_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
