/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nomem.h - memory that runs out: does a thing again and again while each allocation of
 * library and exports fails in turn, once, and then with all after it.
 *
 * It does not know what is done; the test-nomem*.c have that.
 */
#ifndef NOMEM_H
#define NOMEM_H

#include "tests/unit/support.h"

extern struct nomem {
	bool on;		/* the library is being called */
	bool stays;		/* what failed once fails from then on */
	unsigned long at;	/* the allocation that fails; 0: none */
	unsigned long seen, failed;
} nomem;

/* A call of the library: only there anything fails. */
#define LIB(call) ({ \
	nomem.on = true; \
	__typeof__(call) lib_result = (call); \
	nomem.on = false; \
	lib_result; })

#define TRY(call) do { \
	int try_ret = LIB(call); \
	if (try_ret < 0) \
		return try_ret; \
} while (0)

/* Before anything is allocated */
void nomem_start(void);
/* What another library has allocated is free()d past the bookkeeping. */
void nomem_free(void *p);
/*
 * Call @run with each allocation failing. It must return 0 with the text that it returns
 * if nothing fails, or -ENOMEM; all that the library allocated must be free then. Fails
 * the running test otherwise.
 *
 * NOMEM_STRIDE, NOMEM_OFFSET: only each so manieth allocation, from that one on; all
 * offsets together are a whole run.
 */
void nomem_each(const char *name, int (*run)(struct buffer *b, const void *data),
		const void *data);
/* How many failed in all tests, which are processes of their own */
unsigned long nomem_total(void);

#endif
