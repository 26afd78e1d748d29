// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * flood.c - what a dump costs that was made to collide in hash tables.
 *
 * Texts are searched whose hash without a seed falls into one place of 256 of a table,
 * numbers are taken that are equal in their low bits or modulo the size of GLib's
 * table; each is measured beside as many random ones, in turn. That they would do harm
 * is shown by GLib's tables with the hashes that they were made for.
 */
#include "profile_load.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define ROUNDS_MAX	99
/* Larger ones take minutes where there is no seed. */
#define CONTROL_MAX	((size_t)300000)
/* " fHHHHHHHHHHHHHHHH+0x1/0x2\n" */
#define TEXT_LEN	27
#define PLACES_HIT	256

enum kind { RANDOM, COLLIDING, KINDS };

struct flood {
	size_t count;
	char *texts[KINDS];		/* of TEXT_LEN bytes each */
	uint32_t *numbers[KINDS];
};

static uint64_t state = 1;

static uint64_t next_random(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void *need(void *p)
{
	if (!p) {
		fputs("flood: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

static void check(int ret)
{
	if (ret < 0) {
		fprintf(stderr, "flood: %s\n", strerror(-ret));
		exit(1);
	}
}

/* How GLib goes from a hash to a place: eleven times that, modulo a prime next to the
 * size, which is a power of two (ghash.c). */
static uint32_t prime_for(size_t count)
{
	static const uint32_t primes[] = {
		127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071,
		262139, 524287, 1048573, 2097143, 4194301, 8388593, 16777213,
		33554393, 67108859,
	};
	uint32_t size = 128;
	size_t i = 0;

	while (size <= count + count / 16 && i + 1 < G_N_ELEMENTS(primes))
		size *= 2, i++;
	return primes[i];
}

static void put_text(char *to, uint64_t number)
{
	static const char hex[] = "0123456789abcdef";

	memcpy(to, " f................+0x1/0x2\n", TEXT_LEN);
	for (int i = 0; i < 16; i++, number >>= 4)
		to[2 + i] = hex[number & 15];
}

static void make_texts(struct flood *f)
{
	const uint32_t prime = prime_for(f->count);
	uint64_t tried = 0;
	size_t found = 0;

	for (int k = 0; k < KINDS; k++)
		f->texts[k] = need(malloc(f->count * TEXT_LEN));
	for (size_t i = 0; i < f->count; i++)
		put_text(f->texts[RANDOM] + i * TEXT_LEN, next_random());
	while (found < f->count) {
		char *to = f->texts[COLLIDING] + found * TEXT_LEN;

		put_text(to, tried++);
		found += (uint32_t)XXH3_64bits(to, TEXT_LEN) * 11 % prime <
			prime / PLACES_HIT;
	}
	printf("%zu texts of %ju tried fall into one place of %d\n", f->count,
	       (uintmax_t)tried, PLACES_HIT);
}

/* Multiples of the prime have place 0 in a table whose hash is the number itself;
 * what does not fit 32 bits goes on at the next place. */
static void make_numbers(struct flood *f)
{
	const uint64_t prime = prime_for(f->count);
	uint64_t number = 0, place = 0;

	for (int k = 0; k < KINDS; k++)
		f->numbers[k] = need(malloc(f->count * sizeof(*f->numbers[k])));
	for (size_t i = 0; i < f->count; i++) {
		f->numbers[RANDOM][i] = (uint32_t)next_random() & INT32_MAX;
		number += prime;
		if (number > INT32_MAX)
			number = ++place;
		f->numbers[COLLIDING][i] = (uint32_t)number;
	}
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --- what is measured; each frees all that it took */

static struct pageowner_text text_at(const struct flood *f, enum kind kind, size_t i)
{
	return (struct pageowner_text){ f->texts[kind] + i * TEXT_LEN, TEXT_LEN };
}

static void fill_table(const struct flood *f, enum kind kind)
{
	struct po_intern *table;

	check(po_intern_new(0, NULL, &table));
	for (size_t i = 0; i < f->count; i++)
		need(po_intern_add(table, text_at(f, kind, i)));
	po_intern_free(table);
}

static void fill_profile(const struct flood *f, enum kind kind)
{
	struct pageowner_record r = {
		.kind = PAGEOWNER_RECORD_STACK, .has = PAGEOWNER_HAS_PAGES, .pages = 1,
		.header = { "", 0 }, .pfn_line = { "", 0 }, .notes = { "", 0 },
	};
	struct pageowner_profile *p;

	check(pageowner_profile_new("callstack", &p));
	for (size_t i = 0; i < f->count; i++) {
		r.stack = text_at(f, kind, i);
		r.notes.ptr = r.stack.ptr + TEXT_LEN;
		check(pageowner_profile_add(p, &r));
	}
	pageowner_profile_free(p);
}

static void fill_by_pid(const struct flood *f, enum kind kind)
{
	char header[128];
	struct pageowner_record r = {
		.kind = PAGEOWNER_RECORD_PAGE, .header.ptr = header,
		.has = PAGEOWNER_HAS_PAGES | PAGEOWNER_HAS_TIMES | PAGEOWNER_HAS_PID |
			PAGEOWNER_HAS_ORDER, .pages = 1, .times = 1,
		.stack = { " f+0x1/0x2\n", 11 }, .pfn_line = { "", 0 },
	};
	struct pageowner_profile *p;

	r.notes = (struct pageowner_text){ r.stack.ptr + r.stack.len, 0 };
	check(pageowner_profile_new("pid", &p));
	for (size_t i = 0; i < f->count; i++) {
		r.pid = (int32_t)f->numbers[kind][i];
		r.header.len = (size_t)snprintf(header, sizeof(header),
			"Page allocated via order 0, mask 0x0(), pid %d", r.pid);
		check(pageowner_profile_add(p, &r));
	}
	pageowner_profile_free(p);
}

static void join_handles(const struct flood *f, enum kind kind)
{
	char notes[32];
	struct pageowner_record r = {
		.kind = PAGEOWNER_RECORD_HANDLE, .pages = 1,
		.has = PAGEOWNER_HAS_PAGES | PAGEOWNER_HAS_HANDLE,
		.header = { "", 0 }, .pfn_line = { "", 0 },
		.stack = { notes, 0 }, .notes.ptr = notes,
	};
	struct pageowner_profile *p;

	check(pageowner_profile_new("callstack", &p));
	for (size_t i = 0; i < f->count; i++) {
		r.handle = f->numbers[kind][i];
		r.notes.len = (size_t)snprintf(notes, sizeof(notes), "handle: %u\n",
					       r.handle);
		check(pageowner_profile_add(p, &r));
	}
	check(pageowner_profile_finish(p));
	pageowner_profile_free(p);
}

static guint unseeded(gconstpointer text)
{
	return (guint)XXH3_64bits(text, TEXT_LEN);
}

static gboolean same_text(gconstpointer a, gconstpointer b)
{
	return !memcmp(a, b, TEXT_LEN);
}

static void fill_unseeded(const struct flood *f, enum kind kind)
{
	GHashTable *table = g_hash_table_new(unseeded, same_text);

	for (size_t i = 0; i < f->count; i++)
		g_hash_table_add(table, f->texts[kind] + i * TEXT_LEN);
	g_hash_table_destroy(table);
}

static void fill_by_number(const struct flood *f, enum kind kind)
{
	GHashTable *table = g_hash_table_new(g_int_hash, g_int_equal);

	for (size_t i = 0; i < f->count; i++)
		g_hash_table_add(table, &f->numbers[kind][i]);
	g_hash_table_destroy(table);
}

/* --- */

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), compare);
	return values[count / 2];
}

static double measure(const char *name, const struct flood *f, int rounds,
		      void (*fill)(const struct flood *, enum kind))
{
	double ratios[ROUNDS_MAX], ns[KINDS][ROUNDS_MAX], ratio;

	for (int i = 0; i < rounds; i++) {
		for (int k = 0; k < KINDS; k++) {
			const double start = seconds();

			fill(f, (enum kind)k);
			ns[k][i] = (seconds() - start) * 1e9 / (double)f->count;
		}
		ratios[i] = ns[COLLIDING][i] / ns[RANDOM][i];
	}
	ratio = median(ratios, rounds);
	printf("%-36s %9zu %10.0f %10.0f %8.2f\n", name, f->count,
	       median(ns[RANDOM], rounds), median(ns[COLLIDING], rounds), ratio);
	fflush(stdout);
	return ratio;
}

int main(int argc, char *argv[])
{
	struct flood f = { .count = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000000 };
	int rounds = argc > 2 ? atoi(argv[2]) : 3;
	struct flood control;
	double worst = 0, ratio;
	struct rusage use;

	if (argc > 3 || f.count < 1000 || rounds < 1 || rounds > ROUNDS_MAX) {
		fputs("Usage: flood [RECORDS [ROUNDS]]\n"
		      "Fill tables with what was made to collide, and with random texts and\n"
		      "numbers: nanoseconds of CPU for each, medians, and their ratio.\n"
		      "Exits with 1 if what collides costs half as much again.\n", stderr);
		return 2;
	}
	control = (struct flood){ .count = f.count < CONTROL_MAX ? f.count : CONTROL_MAX };
	make_texts(&f);
	make_numbers(&f);
	printf("\n%-36s %9s %10s %10s %8s\n", "", "records", "random", "colliding",
	       "ratio");
#define MEASURE(name, fill) do { \
		ratio = measure(name, &f, rounds, fill); \
		worst = ratio > worst ? ratio : worst; \
	} while (0)
	MEASURE("table of texts", fill_table);
	MEASURE("profile by stack", fill_profile);
	MEASURE("profile by pid", fill_by_pid);
	MEASURE("handles without a stack", join_handles);
#undef MEASURE
	getrusage(RUSAGE_SELF, &use);
	printf("peak memory %ld MiB\n\nWithout a seed:\n", use.ru_maxrss >> 10);
	make_texts(&control);
	make_numbers(&control);
	measure("texts, XXH3 without seed", &control, 1, fill_unseeded);
	measure("numbers, g_int_hash", &control, 1, fill_by_number);
	return worst > 1.5;
}
