// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * filter_items.c - the items of one selector: ranges of numbers, words, patterns.
 *
 * It parses the items and tests whether a value is among them; filter.c gets the value
 * of a record.
 */
#include "filter_items.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Longer texts match no pattern: names of flags are the longest. */
#define TEXT_MAX	1024

/* --- one item */

struct item {
	enum { RANGE, ABSENT, WORD, GLOB } kind;
	struct po_range range;
	const char *word;	/* of the list, or of the field's words */
	size_t len;
};

/* The item being parsed, and the sentence for what is wrong with it */
struct parse {
	const struct pageowner_field_info *info;
	enum pageowner_field field;
	const char *list, *text;
	size_t len;
	char *error;
	size_t size;
};

static __attribute__((format(printf, 2, 3))) int refuse(struct parse *p,
							const char *format, ...)
{
	const int len = snprintf(p->error, p->size, "%s: \"%.*s\" at column %zu ",
				 p->info->name, p->len < 100 ? (int)p->len : 100, p->text,
				 (size_t)(p->text - p->list) + 1);
	va_list args;

	va_start(args, format);
	if (len >= 0 && (size_t)len < p->size)
		vsnprintf(p->error + len, p->size - (size_t)len, format, args);
	va_end(args);
	return -EINVAL;
}

/* Fields that are an int in the kernel; others have 64 bits. */
static int64_t largest(enum pageowner_field field)
{
	switch (field) {
	case PAGEOWNER_FIELD_PID:
	case PAGEOWNER_FIELD_TGID:
	case PAGEOWNER_FIELD_ORDER:
	case PAGEOWNER_FIELD_NODE:
	case PAGEOWNER_FIELD_ZONE:
		return INT_MAX;
	default:
		return INT64_MAX;
	}
}

static bool take_number(const struct parse *p, struct po_cursor *c, int64_t *number)
{
	uint64_t value;

	/* As kernels since 6.5 print it */
	if (p->field == PAGEOWNER_FIELD_PFN && po_take_word(c, "0x")) {
		if (po_take_hex(c, &value) != PO_NUMBER_OK)
			return false;
	} else if (po_take_decimal(c, &value) != PO_NUMBER_OK) {
		return false;
	}
	*number = (int64_t)value;
	return value <= (uint64_t)largest(p->field);
}

static bool take_time(const struct parse *p, struct po_cursor *c, int64_t *ns)
{
	static const struct {
		struct pageowner_text name;
		uint64_t ns;
	} units[] = {	/* a prefix of another name comes after it */
		{ PO_TEXT("ns"), 1 }, { PO_TEXT("us"), 1000 },
		{ PO_TEXT("ms"), 1000000 }, { PO_TEXT("s"), 1000000000 },
		{ PO_TEXT("m"), UINT64_C(60000000000) },
		{ PO_TEXT("h"), UINT64_C(3600000000000) },
		{ PO_TEXT("d"), UINT64_C(86400000000000) },
	};
	struct pageowner_text fraction;
	uint64_t value, unit = 0;

	(void)p;
	if (po_take_decimal(c, &value) != PO_NUMBER_OK)
		return false;
	fraction = (struct pageowner_text){ c->at, 0 };
	if (po_take_word(c, ".")) {
		fraction.ptr = c->at;
		while (po_left(c) && po_is_digit(*c->at))
			c->at++;
		fraction.len = (size_t)(c->at - fraction.ptr);
	}
	for (size_t i = 0; !unit && i < PO_ARRAY_SIZE(units); i++)
		if (po_take(c, units[i].name))
			unit = units[i].ns;
	/* 0 needs no unit. */
	if ((!unit && (value || fraction.len)) ||
	    __builtin_mul_overflow(value, unit, &value))
		return false;
	for (size_t i = 0; i < fraction.len; i++)
		value = po_add_or_stay(value, (unit /= 10) *
				       (uint64_t)(fraction.ptr[i] - '0'));
	*ns = (int64_t)value;
	return value <= INT64_MAX;
}

/* "3", "3-10", "5-", "-9", "-1" */
static int parse_range(struct parse *p, struct item *item)
{
	const bool is_time = p->info->kind == PAGEOWNER_KIND_TIME;
	bool (*take)(const struct parse *, struct po_cursor *, int64_t *) =
		is_time ? take_time : take_number;
	struct po_cursor c = { p->text, p->text + p->len };
	bool is_single = false;

	while (po_take_word(&c, " "))	/* as strtol() would, in page_owner_sort */
		;
	if (!is_time && po_left(&c) == 2 && !memcmp(c.at, "-1", 2)) {
		item->kind = ABSENT;
		return 0;
	}
	item->kind = RANGE;
	item->range = (struct po_range){ 0, largest(p->field) };
	(void)po_take_word(&c, "+");
	if (po_take_word(&c, "-")) {
		if (take(p, &c, &item->range.last) && !po_left(&c))
			return 0;
	} else if (take(p, &c, &item->range.first)) {
		is_single = !po_left(&c);
		if (is_single)
			item->range.last = item->range.first;
		else if (!po_take_word(&c, "-") ||
			 (po_left(&c) && (!take(p, &c, &item->range.last) ||
					  po_left(&c))))
			goto wrong;
		if (item->range.first > item->range.last)
			return refuse(p, "is not a range: its end is before its start");
		if (is_single && p->field == PAGEOWNER_FIELD_AGE)
			return refuse(p, "is not a range: expected %.*s- for older or -%.*s for younger",
				      (int)p->len, p->text, (int)p->len, p->text);
		return 0;
	}
wrong:
	return is_time ?
		refuse(p, "is not a time: expected a number with ns, us, ms, s, m, h or d, or a range of them (10m-1.5h, 2d-, -30s)") :
		refuse(p, "is not a number up to %jd or a range of them (3-10, 5-, -9)",
		       (intmax_t)largest(p->field));
}

static bool same_word(const char *a, const char *b, size_t len)
{
	return strlen(a) == len && !strncasecmp(a, b, len);
}

/* One of the words that the field can have, in any case */
static int parse_known_word(struct parse *p, struct item *item)
{
	const char *const *words = p->info->words;
	char all[200] = "";
	size_t len = 0;

	for (size_t i = 0; words[i]; i++) {
		if (same_word(words[i], p->text, p->len)) {
			item->word = words[i];
			item->len = p->len;
			return 0;
		}
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
					i ? ", " : "", words[i]);
	}
	/* Up to Linux 4.5 migratetypes are numbers, whose meaning changed. */
	if (p->field == PAGEOWNER_FIELD_BLOCKTYPE &&
	    strspn(p->text, "0123456789") >= p->len)
		return 0;
	return refuse(p, "is unknown, expected one of: %s", all);
}

static int parse_item(struct parse *p, struct item *item)
{
	*item = (struct item){ .kind = WORD, .word = p->text, .len = p->len };
	/* Only a task name can be empty. */
	if (!p->len && p->field != PAGEOWNER_FIELD_NAME)
		return refuse(p, "is an empty item");
	switch (p->info->kind) {
	case PAGEOWNER_KIND_NUMBER:
	case PAGEOWNER_KIND_TIME:
		return parse_range(p, item);
	default:
		break;
	}
	if (p->info->kind == PAGEOWNER_KIND_TEXT && p->field != PAGEOWNER_FIELD_NAME)
		for (size_t i = 0; i < p->len; i++)
			if (strchr("*?[\\", p->text[i]))
				item->kind = GLOB;
	if (item->kind == WORD && p->info->words)
		return parse_known_word(p, item);
	return 0;
}

/* --- sets of them */

static size_t slot_of(const struct po_items *items, struct pageowner_text word)
{
	size_t slot = (size_t)XXH3_64bits(word.ptr, word.len);

	for (;; slot++) {
		const struct pageowner_text *known =
			&items->words[slot & (items->words_size - 1)];

		if (!known->ptr || po_text_equal(*known, word))
			return slot & (items->words_size - 1);
	}
}

static int grow_words(struct po_items *items)
{
	struct po_items grown = { .words_size = items->words_size * 2 };

	if (!grown.words_size)
		grown.words_size = 8;
	grown.words = calloc(grown.words_size, sizeof(*grown.words));
	if (!grown.words)
		return -ENOMEM;
	for (size_t i = 0; i < items->words_size; i++)
		if (items->words[i].ptr)
			grown.words[slot_of(&grown, items->words[i])] = items->words[i];
	free(items->words);
	items->words = grown.words;
	items->words_size = grown.words_size;
	return 0;
}

static int add_word(struct po_items *items, struct pageowner_text word)
{
	size_t slot;

	/* Never more than half full, so that looking up ends soon. */
	if (items->words_count * 2 >= items->words_size && grow_words(items) < 0)
		return -ENOMEM;
	slot = slot_of(items, word);
	if (items->words[slot].ptr)
		return 0;
	word.ptr = strndup(word.ptr, word.len);
	if (!word.ptr)
		return -ENOMEM;
	items->words[slot] = word;
	items->words_count++;
	items->only_word = items->words_count == 1 && !items->globs_count ? word :
		(struct pageowner_text){ NULL, 0 };
	return 0;
}

static int add_glob(struct po_items *items, struct pageowner_text glob)
{
	char **grown = reallocarray(items->globs, items->globs_count + 1,
				    sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	items->globs = grown;
	grown[items->globs_count] = strndup(glob.ptr, glob.len);
	if (!grown[items->globs_count])
		return -ENOMEM;
	items->globs_count++;
	items->only_word = (struct pageowner_text){ NULL, 0 };
	return 0;
}

static int add_range(struct po_items *items, struct po_range range)
{
	if (items->ranges_count == items->ranges_room) {
		const size_t room = items->ranges_room * 2 + 4;
		struct po_range *grown = reallocarray(items->ranges, room,
						      sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		items->ranges = grown;
		items->ranges_room = room;
	}
	items->ranges[items->ranges_count++] = range;
	return 0;
}

static int add_item(struct po_items *items, const struct item *item)
{
	const struct pageowner_text word = { item->word, item->len };

	switch (item->kind) {
	case RANGE:
		return add_range(items, item->range);
	case ABSENT:
		items->absent = true;
		return add_range(items, (struct po_range){ -1, -1 });
	case WORD:
		return add_word(items, word);
	default:
		return add_glob(items, word);
	}
}

static int compare_ranges(const void *a, const void *b)
{
	const struct po_range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Sort the ranges and join those that meet. */
static void join_ranges(struct po_items *items)
{
	struct po_range *r = items->ranges;
	size_t to = 0;

	if (items->ranges_count < 2)
		return;
	qsort(r, items->ranges_count, sizeof(*r), compare_ranges);
	for (size_t i = 1; i < items->ranges_count; i++) {
		if (r[i].first > r[to].last)
			r[++to] = r[i];
		else if (r[i].last > r[to].last)
			r[to].last = r[i].last;
	}
	items->ranges_count = to + 1;
}

int po_items_add(struct po_items *items, const char *list, const char **where,
		 char *error, size_t size)
{
	struct parse p = { .info = pageowner_field_info(items->field),
		.field = items->field, .list = list, .error = error, .size = size };
	int ret = 0;

	/* Parse all of them first: of an invalid list nothing is added. */
	for (int adds = 0; ret == 0 && adds < 2; adds++) {
		p.text = list;
		for (;;) {
			struct item item;

			p.len = strcspn(p.text, ",");
			ret = parse_item(&p, &item);
			if (ret == 0 && adds)
				ret = add_item(items, &item);
			if (ret < 0 || !p.text[p.len])
				break;
			p.text += p.len + 1;
		}
	}
	if (ret == -EINVAL && where)
		*where = p.text;
	join_ranges(items);
	return ret;
}

void po_items_free(struct po_items *items)
{
	for (size_t i = 0; i < items->words_size; i++)
		free((char *)items->words[i].ptr);
	for (size_t i = 0; i < items->globs_count; i++)
		free(items->globs[i]);
	free(items->words);
	free(items->globs);
	free(items->ranges);
}

/* --- looking */

bool po_items_search(const struct po_items *items, int64_t first, int64_t last)
{
	size_t low = 0, high = items->ranges_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (items->ranges[middle].last < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < items->ranges_count && items->ranges[low].first <= last;
}

bool po_items_search_text(const struct po_items *items, struct pageowner_text text)
{
	/* Words of a kernel match in any case. */
	const int flags = pageowner_field_info(items->field)->words ? FNM_CASEFOLD : 0;
	char name[TEXT_MAX];

	if (items->words_count && items->words[slot_of(items, text)].ptr)
		return true;
	if (!items->globs_count || text.len >= sizeof(name) ||
	    (text.len && memchr(text.ptr, '\0', text.len)))
		return false;
	if (text.len)
		memcpy(name, text.ptr, text.len);
	name[text.len] = '\0';
	for (size_t i = 0; i < items->globs_count; i++)
		if (!fnmatch(items->globs[i], name, flags))
			return true;
	return false;
}
