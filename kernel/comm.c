// SPDX-License-Identifier: GPL-2.0-only
/*
 * comm.c - each distinct task name once, so that a page keeps 20 bits of it.
 *
 * There are fewer names than pids, so a record holds a pid in full and a name by
 * number. Lock-free and append-only like stacks.c; number 0 stands for a name that
 * did not fit.
 *
 * Any user can give a task any name. So the hash has a secret key, chains are short,
 * and a user other than root gets only a part of the table.
 */
#include <linux/cred.h>
#include <linux/hash.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/siphash.h>
#include <linux/uidgid.h>
#include <linux/vmalloc.h>

#include "stacks.h"

#define BUCKET_BITS	13
#define MAX_COMMS	BIT(14)		/* below 2^20, what a record can hold */
#define MAX_CHAIN	16		/* with a secret key nobody reaches it */
#define USER_BITS	10
#define USER_COMMS	(MAX_COMMS / 8)

struct comm {
	u64 text[2];	/* fixed before publication */
	u32 chain;	/* next in the bucket, fixed before publication */
};

static_assert(sizeof_field(struct comm, text) == TASK_COMM_LEN);

static struct {
	u32 buckets[1 << BUCKET_BITS];	/* heads written by cmpxchg */
	atomic_t users[1 << USER_BITS];	/* names by hash of the user */
	atomic_t next;
	struct comm comms[MAX_COMMS];
} *table;				/* fixed while enabled */

static siphash_key_t key __read_mostly;	/* fixed while enabled */

/* The last name seen on this CPU: mostly it is also the next. */
static DEFINE_PER_CPU(u32, last_comm);

static bool has_text(u32 id, const u64 text[2])
{
	return table->comms[id].text[0] == text[0] &&
	       table->comms[id].text[1] == text[1];
}

/* Sets *length to how many names were looked at. */
static u32 find(u32 id, const u64 text[2], unsigned int *length)
{
	*length = 0;
	for (; id && !has_text(id, text); id = table->comms[id].chain)
		++*length;
	return id;
}

/* Check that the current user may add a name, and count it. */
static bool may_add(void)
{
	uid_t uid = __kuid_val(current_uid());
	atomic_t *user = &table->users[hash_32(uid, USER_BITS)];

	if (!uid || atomic_add_unless(user, 1, USER_COMMS))
		return true;
	po_count_add(PO_COMM_OVER_QUOTA, 1);
	return false;
}

static u32 reserve(void)
{
	int id = atomic_read(&table->next);

	if (!may_add())
		return 0;
	do {
		if (id >= MAX_COMMS)
			return 0;
	} while (!atomic_try_cmpxchg(&table->next, &id, id + 1));
	return id;
}

static u32 intern(const u64 text[2])
{
	u32 *bucket = &table->buckets[siphash_2u64(text[0], text[1], &key) &
				      ((1 << BUCKET_BITS) - 1)];
	unsigned int length;
	u32 head, id, seen;

	/* Pairs with the cmpxchg() that publishes a comm. */
	head = smp_load_acquire(bucket);
	seen = find(head, text, &length);
	if (likely(seen))
		return seen;
	id = length < MAX_CHAIN ? reserve() : 0;
	if (!id) {
		po_count_add(PO_COMM_OVERFLOWS, 1);
		return 0;
	}
	memcpy(table->comms[id].text, text, sizeof(table->comms[id].text));
	for (;;) {
		table->comms[id].chain = head;
		seen = cmpxchg(bucket, head, id);
		if (seen == head)
			return id;
		head = seen;
		seen = find(head, text, &length);
		if (seen)
			return seen;
	}
}

static noinline u32 intern_new(u64 first, u64 second)
{
	const u64 text[2] = { first, second };
	u32 id = intern(text);

	this_cpu_write(last_comm, id);
	return id;
}

/**
 * po_comm_intern() - the number of a task name
 * @name: TASK_COMM_LEN bytes
 *
 * Any context, preemption off. A name that changes during the call may give a
 * mixture, as it does elsewhere in the kernel.
 *
 * Return: its number, 0 if there is no room for it.
 */
u32 po_comm_intern(const char *name)
{
	u32 id = this_cpu_read(last_comm);
	const struct comm *last = table->comms + id;
	u64 first, second;

	memcpy(&first, name, sizeof(first));
	memcpy(&second, name + sizeof(first), sizeof(second));
	if (likely(last->text[0] == first && last->text[1] == second))
		return id;
	return intern_new(first, second);
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

/**
 * po_comm_clear() - drop all names; no probe may be attached
 */
void po_comm_clear(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(last_comm, cpu) = 0;
	memset(table, 0, sizeof(*table));
	/* No task has this name, so number 0 is never found. */
	memset(table->comms[0].text, 0xff, sizeof(table->comms[0].text));
	atomic_set(&table->next, 1);
	get_random_bytes(&key, sizeof(key));
}

int po_comm_init(void)
{
	table = __vmalloc(sizeof(*table), GFP_KERNEL | __GFP_RETRY_MAYFAIL |
			  __GFP_NOWARN);
	if (!table)
		return -ENOMEM;
	po_comm_clear();
	return 0;
}

void po_comm_exit(void)
{
	vfree(table);
	table = NULL;
}
