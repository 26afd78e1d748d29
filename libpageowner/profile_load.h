/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * profile_load.h - the inside of a profile, for the code that fills it: profile.c,
 * load.c.
 *
 * Code that only reads a profile uses <pageowner/profile.h>; group/ sees nothing of this.
 */
#ifndef PO_PROFILE_LOAD_H
#define PO_PROFILE_LOAD_H

#include "base/po.h"

#include <pageowner/profile.h>

#include "base/charge.h"
#include "inputs.h"
#include "intake.h"
#include "read/captures.h"

struct po_view;

struct pageowner_profile {
	struct po_intake intake;
	struct po_budget budget;
	unsigned int jobs;
	int (*progress)(void *data, uint64_t done, uint64_t size);
	void *progress_data;
	uint64_t seq;			/* of the next file or record */
	bool is_finished;		/* nothing was added since */
	struct pageowner_input_stats stats;
	struct po_captures captures;
	struct po_inputs inputs;
	struct po_view *view;		/* what was returned last */
	char error[512];
};

/* Whether nothing was ever added, also nothing that the filter dropped */
static inline bool po_profile_is_empty(const struct pageowner_profile *p)
{
	return !p->seq;
}

/* Before records are added: clear the last failure and the finished state. 0, or
 * -EINVAL if the filter cannot be used */
int po_profile_begin_adding(struct pageowner_profile *profile);
/* After that: note a sum that is too large. */
void po_profile_end_adding(struct pageowner_profile *profile);

#endif
