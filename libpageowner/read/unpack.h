/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack.h - gzip, xz or zstd -> bytes.
 */
#ifndef PO_UNPACK_H
#define PO_UNPACK_H

#include "base/po.h"

#include <sys/types.h>

#include "base/charge.h"

#define PO_MAGIC_LEN	6	/* the most that tells what a stream is */

enum po_packing { PO_PLAIN, PO_GZIP, PO_XZ, PO_ZSTD };

struct po_unpack;

/* Store packed bytes: how many, 0 at the end, or a negative errno */
typedef ssize_t po_fill(void *source, char *buf, size_t len);

/* By the first bytes of a file; PO_PLAIN is all that is not packed. */
enum po_packing po_packing_of(const char *p, size_t len);

/* -ENOTSUP: built without that library */
int po_unpack_new(enum po_packing packing, struct po_unpack **unpack);
void po_unpack_free(struct po_unpack *unpack);

/* Charge what it uses, now and later, to @budget, which must outlive it: false if it is
 * too much already. */
bool po_unpack_set_budget(struct po_unpack *unpack, struct po_budget *budget);

/* Unpack what @fill gets from @source. Returns as po_input_read(). */
ssize_t po_unpack_read(struct po_unpack *unpack, po_fill *fill, void *source, char *buf,
		       size_t len);

#endif
