/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * input.h - file, pipe, memory or compressed stream -> bytes.
 *
 * Knows nothing of records.
 */
#ifndef PO_INPUT_H
#define PO_INPUT_H

#include "base/po.h"

#include <sys/types.h>

#include "base/charge.h"

struct po_input;

/* From an open descriptor, which the caller keeps */
int po_input_new_fd(int fd, struct po_input **input);
/* From memory, which the caller keeps */
int po_input_new_memory(const void *data, size_t len, struct po_input **input);
/* The same of what po_input_is_plain(), or a part of it */
int po_input_new_plain_memory(const void *data, size_t len, struct po_input **input);
/* [from, to) of a regular, uncompressed file; does not move its position. */
int po_input_new_range(int fd, off_t from, off_t to, struct po_input **input);
void po_input_free(struct po_input *input);

/* Charge what it and its decoder use, now and later, to @budget, which must outlive
 * it: false if it is too much already. */
bool po_input_set_budget(struct po_input *input, struct po_budget *budget);

/*
 * Read uncompressed bytes, as UTF-8 if the input is UTF-16, and
 * as it was sent if it is a mail: the number stored, @len
 * unless the end was reached; 0 at the end; a negative errno, -ENOMEM also if the budget
 * refuses. -EBADMSG: the compressed stream is corrupt or truncated, and all text before
 * was returned.
 */
ssize_t po_input_read(struct po_input *input, char *buf, size_t len);

/* Bytes of the underlying file consumed so far, compressed if the file is */
uint64_t po_input_position(const struct po_input *input);

/* Whether it is decoded */
bool po_input_is_decoded(const struct po_input *input);

/* Whether a descriptor can be read in ranges: a regular file, not compressed */
bool po_input_can_range(int fd, off_t *size);
/* Whether memory holds text that is not compressed */
bool po_input_is_plain(const void *data, size_t len);

#endif
