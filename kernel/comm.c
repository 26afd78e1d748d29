// SPDX-License-Identifier: GPL-2.0-only
/*
 * comm.c - each distinct task name once, so that a page keeps 20 bits of it.
 *
 * There are fewer names than pids, so a record holds a pid in full and a name by
 * number. Lock-free and append-only like stacks.c; number 0 stands for a name that
 * did not fit.
 */
#include <linux/hash.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "pageowner.h"

#define BUCKET_BITS	12
#define MAX_COMMS	BIT(14)	/* below 2^20, what a record can hold */

struct comm {
	u64 text[2];	/* fixed before publication */
	u32 chain;	/* next in the bucket, fixed before publication */
};

static_assert(sizeof_field(struct comm, text) == TASK_COMM_LEN);

static struct {
	u32 buckets[1 << BUCKET_BITS];	/* heads written by cmpxchg */
	atomic_t next;
	struct comm comms[MAX_COMMS];
} *table;				/* fixed while enabled */

static u32 find(u32 id, const u64 text[2])
{
	for (; id; id = table->comms[id].chain) {
		const struct comm *comm = &table->comms[id];

		if (comm->text[0] == text[0] && comm->text[1] == text[1])
			break;
	}
	return id;
}

/**
 * po_comm_intern() - the number of a task name
 * @name: TASK_COMM_LEN bytes
 *
 * Any context. A name that changes during the call may give a mixture, as it does
 * elsewhere in the kernel.
 *
 * Return: its number, 0 if there is no room for it.
 */
u32 po_comm_intern(const char *name)
{
	u64 text[2];
	u32 *bucket;
	u32 head, id;

	memcpy(text, name, sizeof(text));
	bucket = &table->buckets[hash_64(text[0] ^ (text[1] * GOLDEN_RATIO_64),
					 BUCKET_BITS)];
	/* Pairs with the cmpxchg() that publishes a comm. */
	head = smp_load_acquire(bucket);
	id = find(head, text);
	if (likely(id))
		return id;

	id = atomic_read(&table->next);
	do {
		if (id >= MAX_COMMS) {
			po_count_add(PO_COMM_OVERFLOWS, 1);
			return 0;
		}
	} while (!atomic_try_cmpxchg(&table->next, (int *)&id, id + 1));
	memcpy(table->comms[id].text, text, sizeof(text));
	for (;;) {
		u32 seen;

		table->comms[id].chain = head;
		seen = cmpxchg(bucket, head, id);
		if (seen == head)
			return id;
		head = seen;
		seen = find(head, text);
		if (seen)
			return seen;
	}
}

/**
 * po_comm() - the task name of a number
 * @id: returned by po_comm_intern()
 *
 * Return: at most TASK_COMM_LEN bytes, which need not end in NUL.
 */
const char *po_comm(u32 id)
{
	return id && id < MAX_COMMS ? (const char *)table->comms[id].text : "?";
}

int po_comm_init(void)
{
	table = __vmalloc(sizeof(*table), GFP_KERNEL | __GFP_ZERO |
			  __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!table)
		return -ENOMEM;
	atomic_set(&table->next, 1);
	return 0;
}

void po_comm_exit(void)
{
	vfree(table);
	table = NULL;
}
