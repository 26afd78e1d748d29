// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * intern.c - bytes -> small number, each kept once.
 *
 * Every hit is verified byte by byte: a count must never be that of two texts
 * whose hashes happen to be, or were made to be, equal. The hash is seeded per
 * process, so that nobody can prepare texts that all fall into one place.
 */
#include "base/intern.h"

#include <glib.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/arena.h"
#include "base/grow.h"

/* Most texts repeat soon: a small table in front of GLib's, with an index that is
 * computed faster than the hash. */
#define RECENT	4096u
/* In a table of lines they are copies; longer texts are not worth a copy. */
#define RECENT_LEN_MAX	((size_t)16 << 10)
#define IS_PROBE UINT32_MAX

struct po_intern {
	GHashTable *index;	/* of struct po_entry; NULL after po_intern_drop_index() */
	struct po_entry **entries;
	size_t count, room;
	size_t payload;
	struct po_budget *budget;
	size_t index_size;	/* bytes charged to the budget for it */
	struct po_intern *lines;	/* NULL: texts are stored whole */
	struct po_arena arena;
	struct recent {
		struct po_entry *entry;
		struct pageowner_text text;
		/* Where it is in a table of lines, to compare all at once */
		struct po_buffer copy;
	} recent[RECENT];
};

/* A key to look up: not an entry, its text is elsewhere */
struct probe {
	struct po_key key;
	struct pageowner_text text;
};

static uint64_t seed;
static pthread_once_t seeded = PTHREAD_ONCE_INIT;

static void make_seed(void)
{
	struct timespec now;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	seed = (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15) ^
		(uintptr_t)&now;
}

static guint hash_of(gconstpointer key)
{
	return ((const struct po_key *)key)->hash;
}

static bool has_text(const struct po_entry *entry, struct pageowner_text text)
{
	return entry->len == text.len && !memcmp(entry->text, text.ptr, text.len);
}

static bool has_lines(const struct po_entry *entry, struct pageowner_text text)
{
	size_t count;
	const struct po_lines *lines = po_entry_lines(entry, &count);
	const char *p = text.ptr;

	if (lines->len != text.len)
		return false;
	/* The lengths add up to that of the text, so no line exceeds it. */
	for (size_t i = 0; i < count; i++) {
		const struct po_entry *line = lines->line[i];

		if (memcmp(line->text, p, line->len))
			return false;
		p += line->len;
	}
	return true;
}

/* Either of the two that GLib compares may be a probe. */
static gboolean is_equal(gconstpointer a, gconstpointer b)
{
	const struct po_key *x = a, *y = b;

	if (x->number == IS_PROBE)
		return has_text(b, ((const struct probe *)a)->text);
	if (y->number == IS_PROBE)
		return has_text(a, ((const struct probe *)b)->text);
	return x == y;
}

static gboolean is_equal_in_lines(gconstpointer a, gconstpointer b)
{
	const struct po_key *x = a, *y = b;

	if (x->number == IS_PROBE)
		return has_lines(b, ((const struct probe *)a)->text);
	if (y->number == IS_PROBE)
		return has_lines(a, ((const struct probe *)b)->text);
	return x == y;
}

/* A guess at which texts are equal, from a few bytes of them */
static size_t recent_slot(struct pageowner_text text)
{
	const char *end = text.ptr + text.len;
	uint64_t a, b, c;

	if (text.len < 16)
		return XXH3_64bits(text.ptr, text.len) % RECENT;
	memcpy(&a, end - 16, sizeof(a));
	memcpy(&b, text.ptr + text.len / 2, sizeof(b));
	memcpy(&c, text.ptr + text.len / 4, sizeof(c));
	a = (a + text.len) * UINT64_C(0x9e3779b97f4a7c15);
	b = (b ^ a >> 32) * UINT64_C(0xff51afd7ed558ccd);
	c = (c ^ b >> 32) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (c >> 32) % RECENT;
}

int po_intern_new(size_t payload, struct po_budget *budget,
		  struct po_intern **table)
{
	struct po_intern *t;

	if (!po_budget_take(budget, sizeof(*t)))
		return -ENOMEM;
	t = calloc(1, sizeof(*t));
	if (!t) {
		po_budget_give(budget, sizeof(*t));
		return -ENOMEM;
	}
	pthread_once(&seeded, make_seed);
	t->payload = payload;
	t->budget = t->arena.budget = budget;
	*table = t;
	return 0;
}

int po_intern_new_of_lines(size_t payload, struct po_budget *budget,
			   struct po_intern *lines, struct po_intern **table)
{
	int ret = po_intern_new(payload, budget, table);

	if (ret == 0)
		(*table)->lines = lines;
	return ret;
}

void po_intern_drop_index(struct po_intern *t)
{
	if (t->index)
		g_hash_table_destroy(t->index);
	t->index = NULL;
	po_budget_give(t->budget, t->index_size);
	t->index_size = 0;
	for (size_t i = 0; i < RECENT; i++)
		po_buffer_free(&t->recent[i].copy, t->budget);
	memset(t->recent, 0, sizeof(t->recent));
}

/*
 * Bytes of GLib's table with so many entries: a key and a hash for each place, as
 * many as a power of two, of which a sixteenth stay free (ghash.c of GLib 2.x).
 */
static size_t index_size_for(size_t count)
{
	size_t places = 8;

	while (places <= count + count / 16)
		places *= 2;
	return places * (sizeof(void *) + sizeof(uint32_t));
}

/* Charge it first, because GLib would end the process. 0 or -ENOMEM */
static int make_room_in_index(struct po_intern *t, size_t count)
{
	const size_t size = index_size_for(count);

	if (po_likely(size <= t->index_size))
		return 0;
	if (!po_budget_take(t->budget, size - t->index_size))
		return -ENOMEM;
	t->index_size = size;
	return 0;
}

static int build_index(struct po_intern *t)
{
	if (make_room_in_index(t, t->count) < 0)
		return -ENOMEM;
	t->index = g_hash_table_new(hash_of, t->lines ? is_equal_in_lines : is_equal);
	for (size_t i = 0; i < t->count; i++)
		g_hash_table_add(t->index, t->entries[i]);
	return 0;
}

void po_intern_free(struct po_intern *t)
{
	if (!t)
		return;
	po_intern_drop_index(t);
	po_arena_free(&t->arena);
	po_budget_free(t->budget, t->entries, t->room, sizeof(*t->entries));
	po_budget_free(t->budget, t, 1, sizeof(*t));
}

static int make_room(struct po_intern *t)
{
	struct po_entry **grown;

	if (t->count + 1 >= IS_PROBE)
		return -ENOMEM;
	grown = po_grow(t->budget, t->entries, &t->room, t->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	t->entries = grown;
	return 0;
}

static struct po_entry *new_entry(struct po_intern *t, size_t len)
{
	size_t padded = (len + 7) & ~(size_t)7;
	struct po_entry *e = po_arena_alloc(&t->arena,
					    sizeof(*e) + padded + t->payload);

	if (!e)
		return NULL;
	e->len = len;
	memset(po_entry_payload(e), 0, t->payload);
	return e;
}

static size_t line_len(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	return (size_t)((newline ? newline + 1 : end) - p);
}

static struct po_entry *new_of_lines(struct po_intern *t,
				     struct pageowner_text text)
{
	const char *p, *end = text.ptr + text.len;
	struct po_lines *lines;
	struct po_entry *e;
	size_t count = 0;

	for (p = text.ptr; p < end; p += line_len(p, end))
		count++;
	e = new_entry(t, sizeof(*lines) + count * sizeof(*lines->line));
	if (!e)
		return NULL;
	lines = (struct po_lines *)e->text;
	lines->len = text.len;
	p = text.ptr;
	for (size_t i = 0; i < count; i++) {
		struct pageowner_text line = { p, line_len(p, end) };

		lines->line[i] = po_intern_add(t->lines, line);
		if (!lines->line[i])
			return NULL;
		p += line.len;
	}
	return e;
}

static struct po_entry *add_new(struct po_intern *t, uint32_t hash,
				struct pageowner_text text)
{
	struct po_entry *e;

	if (make_room(t) < 0 || make_room_in_index(t, t->count + 1) < 0)
		return NULL;
	if (t->lines) {
		e = new_of_lines(t, text);
	} else {
		e = new_entry(t, text.len);
		if (e)
			memcpy(e->text, text.ptr, text.len);
	}
	if (!e)
		return NULL;
	e->key = (struct po_key){ hash, (uint32_t)t->count };
	t->entries[t->count++] = e;
	g_hash_table_add(t->index, e);
	return e;
}

static bool is_recent(const struct recent *recent, struct pageowner_text text)
{
	if (!recent->entry || recent->text.len != text.len)
		return false;
	/* What the caller reads next is far away in memory. */
	__builtin_prefetch(recent->entry);
	__builtin_prefetch((const char *)recent->entry + 128);
	return !memcmp(recent->text.ptr, text.ptr, text.len);
}

/* A copy, if there is memory for it: it is optional. */
static bool need_copy(const struct po_intern *t, struct po_buffer *copy,
		      struct pageowner_text text)
{
	const size_t size = (text.len | 63) + 1;

	if (size <= copy->size)
		return true;
	if (!po_budget_try(t->budget, size))
		return false;
	po_buffer_free(copy, t->budget);
	copy->ptr = malloc(size);
	if (copy->ptr)
		copy->size = size;
	else
		po_budget_give(t->budget, size);
	return copy->ptr;
}

static void remember(const struct po_intern *t, struct recent *recent,
		     struct po_entry *entry, struct pageowner_text text)
{
	recent->entry = NULL;
	if (t->lines) {
		if (text.len > RECENT_LEN_MAX || !need_copy(t, &recent->copy, text))
			return;
		memcpy(recent->copy.ptr, text.ptr, text.len);
		text.ptr = recent->copy.ptr;
	} else {
		text.ptr = entry->text;
	}
	recent->text = text;
	recent->entry = entry;
}

struct po_entry *po_intern_add(struct po_intern *t, struct pageowner_text text)
{
	struct recent *recent;
	struct po_entry *e;
	struct probe probe;
	uint32_t hash;

	if (!text.len)
		text.ptr = "";
	recent = &t->recent[recent_slot(text)];
	if (is_recent(recent, text))
		return recent->entry;
	if (po_unlikely(!t->index) && build_index(t) < 0)
		return NULL;
	hash = (uint32_t)XXH3_64bits_withSeed(text.ptr, text.len, seed);
	probe = (struct probe){ { hash, IS_PROBE }, text };
	e = g_hash_table_lookup(t->index, &probe);
	if (!e)
		e = add_new(t, hash, text);
	if (e)
		remember(t, recent, e, text);
	return e;
}

void po_intern_remove_last(struct po_intern *t, struct po_entry *entry)
{
	struct recent *recent = &t->recent[recent_slot(po_entry_text(entry))];

	if (recent->entry == entry)
		recent->entry = NULL;
	g_hash_table_remove(t->index, entry);
	t->count--;	/* its memory stays in the arena */
}

struct po_entry **po_intern_entries(const struct po_intern *t, size_t *count)
{
	*count = t->count;
	return t->entries;
}

struct pageowner_text po_entry_join_in(const struct po_entry *entry, char *room)
{
	size_t count;
	const struct po_lines *lines = po_entry_lines(entry, &count);
	char *to = room;

	for (size_t i = 0; i < count; i++) {
		memcpy(to, lines->line[i]->text, lines->line[i]->len);
		to += lines->line[i]->len;
	}
	return (struct pageowner_text){ room, lines->len };
}

int po_entry_join(const struct po_entry *entry, struct po_buffer *buffer,
		  struct po_budget *budget, struct pageowner_text *text)
{
	const struct po_lines *lines = (const void *)entry->text;

	if (po_buffer_need(buffer, budget, lines->len + 1) < 0)
		return -ENOMEM;
	*text = po_entry_join_in(entry, buffer->ptr);
	return 0;
}
