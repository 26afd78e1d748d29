/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * support.h - what several tests need: text that grows, files of tests/data,
 * records and profiles as text that can be compared.
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pageowner/pageowner.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
/* A string literal, NUL bytes in it included, as a text */
#define TEXT(literal) \
	((struct pageowner_text){ literal, sizeof(literal) - 1 })

/* End with the reason of errno: also outside of tests, where Check's assertions do not
 * work */
void give_up(const char *what) __attribute__((noreturn));

struct pageowner_text text_from(const char *string);
bool text_is(struct pageowner_text text, const char *string);

/* --- text that grows; always followed by a NUL. Zeroed it is empty. */

struct buffer {
	char *ptr;
	size_t len, size;
};

void buffer_add(struct buffer *buffer, const void *data, size_t len);
void buffer_printf(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Names separated by blanks, as a dump has a stack of them */
void buffer_stack(struct buffer *buffer, const char *frames);
/* As in tests/data/README.md: \n, \t, \\, \xHH */
void buffer_escape(struct buffer *buffer, struct pageowner_text text);
void buffer_free(struct buffer *buffer);

/* Fails the test, showing where the two part. */
void assert_same_text(const char *what, const struct buffer *got,
		      const struct buffer *expected);

/* --- files */

/* Whether this build of the library reads the file, by the end of its name */
bool can_read(const char *name);
/* tests/data/NAME, unpacked; the test fails if it is not there. */
struct buffer data_file(const char *name);
/* The names in tests/data/FOLDER that end in @suffix, sorted; NULL after the
 * last. Not to be freed. */
char **data_names(const char *folder, const char *suffix, int *count);
/* A file in the test's own temporary folder. */
const char *temp_file(const void *data, size_t len);
/* FOLDER/NAME, whose folders are made if they are not there */
void put_file(const char *folder, const char *name, const void *text, size_t len);
/* A pipe into which a thread writes @data in pieces of 1 to @chunk bytes. */
int pipe_of(const void *data, size_t len, size_t chunk);

/* --- numbers that look random and are the same in each run */

uint32_t random_number(void);
uint32_t random_below(uint32_t limit);
void random_start(uint32_t seed);

/* --- what was read, as text (print.c) */

/* The form of .expect files, one line */
void print_record(struct buffer *buffer, const struct pageowner_record *record);
/* "records=1 bytes=2 skipped=0 cut=1@100": offsets have @base taken off */
void print_stats(struct buffer *buffer,
		 const struct pageowner_input_stats *stats, uint64_t base);
uint64_t damage_count(const struct pageowner_input_stats *stats);
/* All records and the stats; returns what ended it. */
int print_reader(struct buffer *buffer, struct pageowner_reader *reader);
int print_memory(struct buffer *buffer, const void *data, size_t len);
/* All that can be asked of all groups, in the present order */
void print_groups(struct buffer *buffer, struct pageowner_profile *profile);

/* --- one of many: NULL if there is none; the test fails if it cannot be had */

/* Returns it finished; the test fails if that fails. */
struct pageowner_profile *finished(struct pageowner_profile *profile);
/* Of a profile that need not be finished */
const struct pageowner_group *group_at(struct pageowner_profile *profile,
				       size_t index);
const struct pageowner_change *change_at(struct pageowner_diff *diff, size_t index);
const struct pageowner_pageblock *block_at(struct pageowner_pageblocks *blocks,
					   size_t index);
const struct pageowner_zone *zone_at(const struct pageowner_pageblocks *blocks,
				     size_t index);
const struct pageowner_holder *holder_at(struct pageowner_pageblocks *blocks,
					 size_t index);
const struct pageowner_conditions *
conditions_at(const struct pageowner_profile *profile, size_t index);
const struct pageowner_conditions *
conditions_of(const struct pageowner_reader *reader);

/* --- making text */

/* A record of a recent kernel; NULL and 0 are sensible values. */
struct maker {
	unsigned int order;
	const char *mask;	/* "0xcc0(GFP_KERNEL)" */
	int pid, tgid;
	const char *comm;
	uint64_t ts;
	const char *free_ts;	/* ", free_ts 5 ns" */
	uint64_t pfn;
	const char *type, *block_type, *flags;
	const char *stack;	/* lines with blank and newline */
	const char *notes;	/* lines with newline */
};

void add_record(struct buffer *buffer, const struct maker *maker);
#define make_record(buffer, ...) \
	add_record(buffer, &(struct maker){ __VA_ARGS__ })

/* One record of exactly @len bytes, at least 300. */
void add_padding(struct buffer *buffer, size_t len);
/* Let such a record begin later: at @at, which is inside of it. */
void begin_padding(char *at);

/* --- processes that sleep with a damaged list of stacks open, as until the next boot:
 * adopted before they begin, they can be ended. */

void adopt_sleepers(void);
void end_sleepers(void);

/* --- running */

/* A case: the tests of one theme. CK_RUN_CASE, or tests/run, picks one. */
TCase *new_case(const char *name);
/* Run all cases; return main()'s value. */
int run_cases(const char *suite);

#endif
