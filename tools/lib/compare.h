/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * compare.h - whether inputs can be compared with each other.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pageowner/pageowner.h>

/* What has to fit, of one input; a zeroed one fits all */
struct compared {
	const char *name;	/* of the input, or NULL for none */
	double time;		/* seconds since a common moment, NAN if not known */
	const char *time_from;	/* "header", "file name", "--at" */
	uint64_t page_size;	/* bytes, 0 if not known */
	uint32_t kinds;		/* as pageowner_profile_kinds() */
	char host[65], boot[48];	/* "" if not known */
};

/* Whether times in the names of inputs are times: none do if two of them are the same, as
 * numbers of a case or a machine are. */
bool compare_names_have_times(const char *const *inputs, size_t count);

/* What its captures say; @uses_name: its name may have the time if they do not */
void compare_learn(struct compared *is, const char *name,
		   const struct pageowner_profile *profile, bool uses_name);

/* Why it cannot be compared with @count inputs before, in the order of time: malloc()ed,
 * or NULL if it can */
char *compare_refuse(const struct compared *before, size_t count, const struct compared *is);
char *compare_refuse_time(const struct compared *before, size_t count,
			  const struct compared *is);
char *compare_refuse_page_size(const struct compared *before, size_t count,
			       const struct compared *is);

/* Whether both say of which machine they are, and these differ */
bool compare_are_of_two_machines(const struct compared *a, const struct compared *b);

#endif
