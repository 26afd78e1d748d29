// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * account.c - account for all memory: the sums of each class, and what explains them.
 *
 * classes.c has the classes, sources.c and machine.c the files, holders.c who holds what
 * meminfo does not name.
 */
#include "account/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <pageowner/conditions.h>

#include "account/source.h"
#include "read/together.h"

/* --- construction */

PO_EXPORT int pageowner_account_new(struct pageowner_account **account)
{
	struct pageowner_account *a = calloc(1, sizeof(*a));
	int ret;

	if (!a)
		return -ENOMEM;
	a->sums.page_size = 4096;
	a->parts.budget = &a->budget;
	ret = po_holders_init(&a->holders, &a->budget);
	if (ret < 0) {
		free(a);
		return ret;
	}
	for (size_t i = 0; i < PO_ACCOUNT_SOURCES; i++)
		a->files[i] = (struct pageowner_account_file){
			.source = (enum pageowner_account_source)i,
			.name = po_sources[i].name, .path = po_sources[i].path,
		};
	po_account_make_lines(&a->sums, a->lines);
	*account = a;
	return 0;
}

PO_EXPORT void pageowner_account_free(struct pageowner_account *a)
{
	if (!a)
		return;
	po_holders_free(&a->holders);
	po_parts_free(&a->parts);
	po_budget_leave(&a->budget);
	free(a);
}

PO_EXPORT int pageowner_account_set_budget(struct pageowner_account *a,
					   struct pageowner_budget *budget)
{
	const int ret = po_budget_join(&a->budget, budget);

	return ret < 0 ? po_account_fail(a, ret, PO_BUDGET_TOO_SMALL) : 0;
}

PO_EXPORT int
pageowner_account_set_plumbing(struct pageowner_account *a,
			       const struct pageowner_plumbing *plumbing)
{
	if (a->holders.count)
		return po_account_fail(a, -EBUSY, "the account holds records already");
	a->plumbing = plumbing;
	return 0;
}

PO_EXPORT int pageowner_account_set_page_size(struct pageowner_account *a, uint64_t bytes)
{
	if (!bytes || bytes & (bytes - 1))
		return po_account_fail(a, -EINVAL, "the page size is not a power of two");
	a->sums.page_size = bytes;
	a->has_page_size = a->is_size_given = true;
	po_budget_begin(&a->budget);
	return po_account_finish(a, 0);
}

PO_EXPORT uint64_t pageowner_account_page_size(const struct pageowner_account *a)
{
	return a->sums.page_size;
}

/* --- records */

/* Take meminfo from the profile's captures, unless the caller has added another. */
static int take_meminfo(struct pageowner_account *a,
			const struct pageowner_profile *profile)
{
	const struct pageowner_conditions *c;
	int ret = 0;

	if (a->is_given)
		return 0;
	for (size_t i = 0; pageowner_profile_conditions(profile, i, &c) > 0; i++)
		if (!(c->has & PAGEOWNER_CONDITIONS_HAS_MEMINFO))
			return po_account_fail(a, -ENODATA, "not all captures have a meminfo");
	if (po_account_repeats_boot(profile))
		return po_account_fail(a, -EINVAL, PO_COUNTED_TWICE);
	if (!pageowner_profile_conditions_count(profile))
		return po_account_fail(a, -ENODATA, "the input has no meminfo");
	for (size_t i = 0; ret == 0 && pageowner_profile_conditions(profile, i, &c) > 0; i++)
		ret = po_account_add_meminfo(a, c->meminfo);
	return ret;
}

/* Whether this meminfo has a line for these pages, or MemTotal does not include them */
static bool is_named(const struct po_account_sums *s, enum pageowner_account_class id,
		     unsigned int traits)
{
	if (id == PAGEOWNER_ACCOUNT_BALLOON && traits & PO_TRAIT_OUTSIDE)
		return true;
	if (id == PAGEOWNER_ACCOUNT_PAGE_TABLES && traits & PO_TRAIT_SECONDARY)
		return s->has[id] & PO_ACCOUNT_SECONDARY_LINE;
	if (id == PAGEOWNER_ACCOUNT_SLAB && traits & PO_TRAIT_LARGE && !s->counts_large)
		return false;
	return id == PAGEOWNER_ACCOUNT_BEFORE || s->has[id];
}

static int add_group(struct pageowner_account *a, const struct pageowner_group *group)
{
	const struct pageowner_text stack = group->record->stack;
	unsigned int traits;
	enum pageowner_account_class id = po_account_classify(stack, a->plumbing, &traits);

	if (!is_named(&a->sums, id, traits))
		id = PAGEOWNER_ACCOUNT_OTHER;
	if (id == PAGEOWNER_ACCOUNT_BALLOON && traits & PO_TRAIT_OUTSIDE)
		a->sums.outside = po_add_or_stay(a->sums.outside, group->pages);
	if (id == PAGEOWNER_ACCOUNT_ANON && traits & PO_TRAIT_HUGE)
		a->sums.huge = po_add_or_stay(a->sums.huge, group->pages);
	a->sums.since_boot |= traits & PO_TRAIT_SINCE_BOOT;
	a->sums.pages[id] = po_add_or_stay(a->sums.pages[id], group->pages);
	if (traits & PO_TRAIT_IN_VMALLOC && id == PAGEOWNER_ACCOUNT_STACKS)
		a->sums.stacks_in_vmalloc = po_add_or_stay(a->sums.stacks_in_vmalloc, group->pages);
	return id == PAGEOWNER_ACCOUNT_OTHER ? po_holders_add(&a->holders, stack, a->plumbing, group->pages) : 0;
}

static int check_total(struct pageowner_account *a)
{
	uint64_t bytes;

	if (!po_account_exceeds(&a->sums, &bytes))
		return 0;
	snprintf(a->error, sizeof(a->error), "%" PRIu64 " MiB are recorded, MemTotal is %" PRIu64 " MiB: meminfo is of another machine, records are counted twice, or pages are not of %" PRIu64 " bytes",
		 bytes >> 20, a->sums.total >> 20, a->sums.page_size);
	return -EINVAL;
}

static int add_groups(struct pageowner_account *a, const struct pageowner_profile *profile)
{
	const struct pageowner_group *group;
	int ret = 0;

	po_holders_unsort(&a->holders);
	for (size_t i = 0; ret == 0; i++) {
		ret = pageowner_profile_group(profile, i, &group);
		if (ret <= 0)
			break;
		ret = add_group(a, group);
	}
	return ret < 0 ? ret : po_holders_sort(&a->holders);
}

PO_EXPORT int pageowner_account_add_profile(struct pageowner_account *a,
					    const struct pageowner_profile *profile)
{
	uint64_t page_size = 0;
	int ret;

	a->error[0] = '\0';
	if (!pageowner_profile_is_by(profile, PAGEOWNER_FIELD_CALLSTACK))
		return po_account_fail(a, -EINVAL, "the profile is not grouped by callstack");
	if (pageowner_profile_total(profile, NULL, NULL) < 0)
		return po_account_fail(a, -EINVAL, "the profile is not finished");
	if (!a->is_size_given && (po_account_page_size(profile, &page_size) < 0 ||
				  (a->has_page_size && page_size &&
				   page_size != a->sums.page_size)))
		return po_account_fail(a, -EINVAL, "the captures have pages of different sizes");
	if (!a->has_page_size && page_size) {
		a->sums.page_size = page_size;
		a->has_page_size = true;
	}
	po_budget_begin(&a->budget);
	ret = take_meminfo(a, profile);
	if (ret == 0) {
		a->sums.has_records = true;
		po_account_find_gaps(profile, &a->sums);
		ret = add_groups(a, profile);
	}
	ret = po_account_finish(a, ret);
	return ret < 0 ? ret : check_total(a);
}

/* --- reading the account */

PO_EXPORT int pageowner_account_line(const struct pageowner_account *a, size_t index,
				     const struct pageowner_account_line **line)
{
	if (index >= PO_ACCOUNT_CLASSES)
		return 0;
	*line = &a->lines[index];
	return 1;
}

/* The part at @index of those of one class */
static int get_part(const struct pageowner_account *a, unsigned int id, size_t index,
		    const struct pageowner_account_part **part)
{
	const size_t first = a->parts.first[id];

	if (index >= a->parts.first[id + 1] - first)
		return 0;
	*part = &a->parts.sorted[first + index];
	return 1;
}

PO_EXPORT int pageowner_account_part(const struct pageowner_account *a,
				     enum pageowner_account_class id, size_t index,
				     const struct pageowner_account_part **part)
{
	return (unsigned int)id < PO_ACCOUNT_CLASSES ? get_part(a, id, index, part) : 0;
}

PO_EXPORT int pageowner_account_detail(const struct pageowner_account *a,
				       enum pageowner_account_class id, size_t index,
				       const struct pageowner_account_part **part)
{
	return (unsigned int)id < PO_ACCOUNT_CLASSES ?
		get_part(a, PO_ACCOUNT_DETAIL(id), index, part) : 0;
}

PO_EXPORT int pageowner_account_unknown(const struct pageowner_account *a, size_t index,
					const struct pageowner_account_part **part)
{
	return get_part(a, PO_ACCOUNT_UNKNOWN, index, part);
}

PO_EXPORT int pageowner_account_file(const struct pageowner_account *a, size_t index,
				     const struct pageowner_account_file **file)
{
	if (index >= PO_ACCOUNT_SOURCES)
		return 0;
	*file = &a->files[index];
	return 1;
}

PO_EXPORT int pageowner_account_holder(const struct pageowner_account *a, size_t index,
				       const struct pageowner_account_holder **holder)
{
	if (index >= a->holders.sorted_count)
		return 0;
	*holder = &a->holders.sorted[index];
	return 1;
}

PO_EXPORT size_t pageowner_account_holder_count(const struct pageowner_account *a)
{
	return a->holders.sorted_count;
}

PO_EXPORT void pageowner_account_total(const struct pageowner_account *a, uint64_t *bytes,
				       uint64_t *pages)
{
	uint64_t sum = 0;

	for (size_t id = 0; id < PO_ACCOUNT_CLASSES; id++)
		sum = po_add_or_stay(sum, a->sums.pages[id]);
	if (bytes)
		*bytes = a->sums.total;
	if (pages)
		*pages = sum;
}

PO_EXPORT const char *pageowner_account_error(const struct pageowner_account *a)
{
	return a->error;
}
