// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * account.c - account for all memory: the sums of each class, and who holds what meminfo
 * does not name.
 *
 * classes.c has the classes. Nothing is read from files here.
 */
#include "account/account_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <pageowner/conditions.h>
#include <pageowner/stack.h>

#include "base/charge.h"
#include "base/grow.h"
#include "base/intern.h"

struct holder {
	const struct po_entry *name;	/* owner, newline, module */
	size_t owner_len;
	struct po_buffer stack;		/* the largest, and a NUL */
	size_t stack_len;
	uint64_t stack_pages, pages, stacks;
};

struct pageowner_account {
	struct po_budget budget;
	const struct pageowner_plumbing *plumbing;
	bool is_given;			/* meminfo is not from a profile's captures */
	bool has_page_size;		/* nor the page size */
	struct po_account_sums sums;
	struct po_intern *names;
	struct holder *holders;		/* by number of the name */
	size_t count, room;
	struct pageowner_account_holder *sorted;
	size_t sorted_count;
	struct pageowner_account_line lines[PO_ACCOUNT_CLASSES];
	struct po_buffer name;
	char error[192];
};

static int fail(struct pageowner_account *a, int ret, const char *sentence)
{
	snprintf(a->error, sizeof(a->error), "%s", sentence);
	return ret;
}

/* --- construction */

PO_EXPORT int pageowner_account_new(struct pageowner_account **account)
{
	struct pageowner_account *a = calloc(1, sizeof(*a));
	int ret;

	if (!a)
		return -ENOMEM;
	a->sums.page_size = 4096;
	ret = po_intern_new(0, &a->budget, &a->names);
	if (ret < 0) {
		free(a);
		return ret;
	}
	po_account_make_lines(&a->sums, a->lines);
	*account = a;
	return 0;
}

PO_EXPORT void pageowner_account_free(struct pageowner_account *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->count; i++)
		free(a->holders[i].stack.ptr);
	free(a->holders);
	free(a->sorted);
	free(a->name.ptr);
	po_intern_free(a->names);
	po_budget_leave(&a->budget);
	free(a);
}

PO_EXPORT int pageowner_account_set_budget(struct pageowner_account *a,
					   struct pageowner_budget *budget)
{
	const int ret = po_budget_join(&a->budget, budget);

	return ret < 0 ? fail(a, ret, PO_BUDGET_TOO_SMALL) : 0;
}

PO_EXPORT int
pageowner_account_set_plumbing(struct pageowner_account *a,
			       const struct pageowner_plumbing *plumbing)
{
	if (a->count)
		return fail(a, -EBUSY, "the account holds records already");
	a->plumbing = plumbing;
	return 0;
}

PO_EXPORT int pageowner_account_set_page_size(struct pageowner_account *a, uint64_t bytes)
{
	if (!bytes || bytes & (bytes - 1))
		return fail(a, -EINVAL, "the page size is not a power of two");
	a->sums.page_size = bytes;
	a->has_page_size = true;
	po_account_make_lines(&a->sums, a->lines);
	return 0;
}

/* --- meminfo */

/* The figures of one machine; either all are counted or none. */
struct meminfo {
	uint64_t total;
	uint32_t has[PO_ACCOUNT_CLASSES];
	uint64_t bytes[PO_ACCOUNT_CLASSES];
};

static void read_meminfo(struct meminfo *m, struct pageowner_text text)
{
	for (size_t i = 0; i < PO_ACCOUNT_CLASSES; i++) {
		const struct po_account_class *class = &po_account_classes[i];

		for (size_t l = 0; l < PO_ACCOUNT_LINES && class->lines[l]; l++) {
			uint64_t bytes;

			if (pageowner_meminfo(text, class->lines[l], &bytes) <= 0)
				continue;
			/* In Linux 4.4 to 5.2 the line is always 0. */
			if (class->id == PAGEOWNER_ACCOUNT_VMALLOC && !bytes)
				continue;
			m->has[class->id] |= 1u << l;
			m->bytes[class->id] = po_add_or_stay(m->bytes[class->id], bytes);
		}
	}
}

/* The name of a line that only one of them has, or NULL */
static const char *unlike(const struct pageowner_account *a, const struct meminfo *m)
{
	for (size_t i = 0; i < PO_ACCOUNT_CLASSES; i++) {
		const struct po_account_class *class = &po_account_classes[i];
		const uint32_t bits = a->sums.has[class->id] ^ m->has[class->id];

		if (bits)
			return class->lines[__builtin_ctz(bits)];
	}
	return NULL;
}

static int add_meminfo(struct pageowner_account *a, struct pageowner_text text)
{
	struct meminfo m = { 0 };
	uint64_t bytes;

	if (pageowner_meminfo(text, "MemTotal", &m.total) <= 0)
		return fail(a, -EINVAL, "meminfo has no MemTotal");
	read_meminfo(&m, text);
	if (a->sums.has_meminfo && unlike(a, &m)) {
		snprintf(a->error, sizeof(a->error), "meminfo of several machines cannot be added up: not all of them count %s",
			 unlike(a, &m));
		return -EINVAL;
	}
	/* Slab has large kmalloc() since Linux 5.4. No line is as old as that; this one is of
	 * 4.20. */
	a->sums.counts_large = pageowner_meminfo(text, "KReclaimable", &bytes) > 0;
	if (pageowner_meminfo(text, "SwapCached", &bytes) > 0)
		a->sums.swap_cached = po_add_or_stay(a->sums.swap_cached, bytes);
	a->sums.has_meminfo = true;
	a->sums.total = po_add_or_stay(a->sums.total, m.total);
	for (size_t id = 0; id < PO_ACCOUNT_CLASSES; id++) {
		a->sums.has[id] = m.has[id];
		a->sums.named[id] = po_add_or_stay(a->sums.named[id], m.bytes[id]);
	}
	po_account_make_lines(&a->sums, a->lines);
	return 0;
}

PO_EXPORT int pageowner_account_add_meminfo(struct pageowner_account *a,
					    struct pageowner_text meminfo)
{
	const int ret = add_meminfo(a, meminfo);

	a->is_given |= ret == 0;
	if (ret == 0)
		a->error[0] = '\0';
	return ret;
}

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
			return fail(a, -ENODATA, "not all captures have a meminfo");
	if (po_account_repeats_boot(profile))
		return fail(a, -EINVAL, "captures of the same boot would count its memory twice");
	if (!pageowner_profile_conditions_count(profile))
		return fail(a, -ENODATA, "the input has no meminfo");
	for (size_t i = 0; ret == 0 && pageowner_profile_conditions(profile, i, &c) > 0; i++)
		ret = add_meminfo(a, c->meminfo);
	return ret;
}

/* --- who holds what meminfo does not name */

static int name_of(struct pageowner_account *a, struct pageowner_text stack,
		   struct pageowner_text *name, size_t *owner_len)
{
	const struct pageowner_text module = pageowner_stack_module(stack);
	struct pageowner_frame frame = { 0 };
	char *to;

	pageowner_stack_owner(stack, a->plumbing, &frame);
	if (po_buffer_need(&a->name, &a->budget, frame.symbol.len + module.len + 1) < 0)
		return -ENOMEM;
	to = a->name.ptr;
	if (frame.symbol.len)
		to = mempcpy(to, frame.symbol.ptr, frame.symbol.len);
	*to++ = '\n';
	if (module.len)
		to = mempcpy(to, module.ptr, module.len);
	*name = (struct pageowner_text){ a->name.ptr, (size_t)(to - a->name.ptr) };
	*owner_len = frame.symbol.len;
	return 0;
}

static int make_room(struct pageowner_account *a)
{
	struct holder *grown = po_grow(&a->budget, a->holders, &a->room, a->count + 1,
				       sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	a->holders = grown;
	return 0;
}

/* Of stacks of equal size the first by text, so the order of the input does not matter */
static int keep_stack(struct pageowner_account *a, struct holder *h,
		      struct pageowner_text stack, uint64_t pages)
{
	const struct pageowner_text kept = { h->stack.ptr, h->stack_len };

	if (h->stacks && (pages < h->stack_pages || (pages == h->stack_pages &&
						     po_text_compare(stack, kept) >= 0)))
		return 0;
	if (po_buffer_need(&h->stack, &a->budget, stack.len + 1) < 0)
		return -ENOMEM;
	if (stack.len)
		memcpy(h->stack.ptr, stack.ptr, stack.len);
	h->stack.ptr[stack.len] = '\0';
	h->stack_len = stack.len;
	h->stack_pages = pages;
	return 0;
}

static int add_to_holder(struct pageowner_account *a, struct pageowner_text stack,
			 uint64_t pages)
{
	const struct po_entry *entry;
	struct pageowner_text name;
	struct holder *h;
	size_t owner_len;

	if (make_room(a) < 0 || name_of(a, stack, &name, &owner_len) < 0)
		return -ENOMEM;
	entry = po_intern_add(a->names, name);
	if (!entry)
		return -ENOMEM;
	h = &a->holders[entry->key.number];
	if (entry->key.number == a->count) {
		*h = (struct holder){ .name = entry, .owner_len = owner_len };
		a->count++;
	}
	if (keep_stack(a, h, stack, pages) < 0)
		return -ENOMEM;
	h->pages = po_add_or_stay(h->pages, pages);
	h->stacks++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct pageowner_account_holder *x = a, *y = b;
	int ret;

	if (x->pages != y->pages)
		return x->pages > y->pages ? -1 : 1;
	ret = po_text_compare(x->owner, y->owner);
	return ret ? ret : po_text_compare(x->module, y->module);
}

/* The sorted list points at stacks that may move. */
static void forget_order(struct pageowner_account *a)
{
	po_budget_free(&a->budget, a->sorted, a->sorted_count, sizeof(*a->sorted));
	a->sorted = NULL;
	a->sorted_count = 0;
}

static int sort_holders(struct pageowner_account *a)
{
	const size_t size = sizeof(*a->sorted);
	struct pageowner_account_holder *sorted;

	if (!po_budget_take(&a->budget, po_sort_size(a->count, size)))
		return -ENOMEM;
	po_budget_give(&a->budget, po_sort_size(a->count, size));
	sorted = po_budget_alloc(&a->budget, a->count, size);
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < a->count; i++) {
		const struct holder *h = &a->holders[i];
		const char *text = h->name->text;

		sorted[i] = (struct pageowner_account_holder){
			.owner = { text, h->owner_len },
			.module = { text + h->owner_len + 1,
				    h->name->len - h->owner_len - 1 },
			.stack = { h->stack.ptr, h->stack_len },
			.stack_pages = h->stack_pages, .pages = h->pages,
			.stacks = h->stacks,
		};
	}
	qsort(sorted, a->count, size, compare);
	a->sorted = sorted;
	a->sorted_count = a->count;
	return 0;
}

/* --- records */

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
	return id == PAGEOWNER_ACCOUNT_OTHER ? add_to_holder(a, stack, group->pages) : 0;
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

	forget_order(a);
	for (size_t i = 0; ret == 0; i++) {
		ret = pageowner_profile_group(profile, i, &group);
		if (ret <= 0)
			break;
		ret = add_group(a, group);
	}
	if (ret == 0)
		ret = sort_holders(a);
	po_account_make_lines(&a->sums, a->lines);
	return ret;
}

PO_EXPORT int pageowner_account_add_profile(struct pageowner_account *a,
					    const struct pageowner_profile *profile)
{
	uint64_t page_size;
	int ret;

	a->error[0] = '\0';
	if (!pageowner_profile_is_by(profile, PAGEOWNER_FIELD_CALLSTACK))
		return fail(a, -EINVAL, "the profile is not grouped by callstack");
	if (pageowner_profile_total(profile, NULL, NULL) < 0)
		return fail(a, -EINVAL, "the profile is not finished");
	if (po_account_page_size(profile, &page_size) < 0)
		return fail(a, -EINVAL, "the captures have pages of different sizes");
	if (page_size && !a->has_page_size)
		a->sums.page_size = page_size;
	ret = take_meminfo(a, profile);
	if (ret < 0)
		return ret;
	po_account_find_gaps(profile, &a->sums);
	po_budget_begin(&a->budget);
	ret = po_budget_error(&a->budget, add_groups(a, profile));
	if (ret == -ENOBUFS)
		return fail(a, ret, "who holds memory needs more of it than the limit");
	if (ret < 0)
		return fail(a, ret, strerror(-ret));
	return check_total(a);
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

PO_EXPORT int pageowner_account_holder(const struct pageowner_account *a, size_t index,
				       const struct pageowner_account_holder **holder)
{
	if (index >= a->sorted_count)
		return 0;
	*holder = &a->sorted[index];
	return 1;
}

PO_EXPORT size_t pageowner_account_holder_count(const struct pageowner_account *a)
{
	return a->sorted_count;
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
