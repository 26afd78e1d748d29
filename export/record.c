// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * record.c - records one by one: which of them, and what each tells, in the same words
 * for all formats that have a row for each.
 */
#include "writer.h"

struct export_records {
	struct pageowner_reader *reader;
	const struct pageowner_filter *filter;
	size_t written;
};

int export_records_next(struct pageowner_export *e, struct export_records *records,
			const struct pageowner_record **record)
{
	int ret;

	if (e->top && records->written == e->top)
		return 0;
	do {
		ret = pageowner_reader_next(records->reader, record);
		if (ret <= 0) {
			if (ret < 0)
				snprintf(e->error, sizeof(e->error), "%s",
					 pageowner_reader_error(records->reader));
			return ret;
		}
	} while (records->filter &&
		 !pageowner_filter_match(records->filter, *record));
	(void)pageowner_reader_conditions(records->reader, &e->capture);
	records->written++;
	return 1;
}

enum {
	OFFSET, TIMES, PAGES, BYTES, PFN, ORDER, GFP, GFP_MASK, PID, TGID, NAME, TS,
	FREE_TS, MIGRATETYPE, BLOCK, BLOCKTYPE, FLAGS, FLAG_NAMES, NODE, ZONE,
	MIGRATE_REASON, MEMCG, MEMCG_OFFLINE, OBJCG, SLAB, HANDLE, OWNER, MODULE,
};

/* Where groups have the same it is called the same. Without a bit a number is always
 * there, a text unless it is empty. */
static const struct {
	const char *name;
	bool is_text;
	uint64_t has;
} fields[] = {
	[OFFSET] =	{ "offset", false, 0 },
	[TIMES] =	{ "times", false, PAGEOWNER_HAS_TIMES },
	[PAGES] =	{ "pages", false, PAGEOWNER_HAS_PAGES },
	[BYTES] =	{ "bytes", false, PAGEOWNER_HAS_PAGES },
	[PFN] =		{ "pfn", false, PAGEOWNER_HAS_PFN },
	[ORDER] =	{ "order", false, PAGEOWNER_HAS_ORDER },
	[GFP] =		{ "gfp", true, 0 },
	[GFP_MASK] =	{ "gfp_mask", true, PAGEOWNER_HAS_GFP_MASK },
	[PID] =		{ "pid", false, PAGEOWNER_HAS_PID },
	[TGID] =	{ "tgid", false, PAGEOWNER_HAS_TGID },
	[NAME] =	{ "name", true, PAGEOWNER_HAS_COMM },
	[TS] =		{ "ts_ns", false, PAGEOWNER_HAS_TS },
	[FREE_TS] =	{ "free_ts_ns", false, PAGEOWNER_HAS_FREE_TS },
	[MIGRATETYPE] =	{ "migratetype", true, PAGEOWNER_HAS_PAGE_TYPE },
	[BLOCK] =	{ "block", false, PAGEOWNER_HAS_BLOCK },
	[BLOCKTYPE] =	{ "blocktype", true, PAGEOWNER_HAS_BLOCK_TYPE },
	[FLAGS] =	{ "flags", true, PAGEOWNER_HAS_FLAGS },
	[FLAG_NAMES] =	{ "flag_names", true, PAGEOWNER_HAS_FLAG_NAMES },
	[NODE] =	{ "node", false, PAGEOWNER_HAS_NODE },
	[ZONE] =	{ "zone", false, PAGEOWNER_HAS_ZONE },
	[MIGRATE_REASON] = { "migrate_reason", true, PAGEOWNER_HAS_MIGRATE_REASON },
	[MEMCG] =	{ "memcg", true, PAGEOWNER_HAS_MEMCG },
	[MEMCG_OFFLINE] = { "memcg_offline", false, PAGEOWNER_HAS_OFFLINE },
	[OBJCG] =	{ "objcg", false, PAGEOWNER_HAS_OBJCG },
	[SLAB] =	{ "slab", false, PAGEOWNER_HAS_SLAB },
	[HANDLE] =	{ "handle", false, PAGEOWNER_HAS_HANDLE },
	[OWNER] =	{ "owner", true, 0 },
	[MODULE] =	{ "module", true, 0 },
};
#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

static int64_t number_of(const struct pageowner_export *e,
			 const struct pageowner_record *r, size_t i)
{
	switch (i) {
	case OFFSET:	return (int64_t)export_number(r->offset);
	case TIMES:	return (int64_t)export_number(r->times);
	case PAGES:	return (int64_t)export_number(r->pages);
	case BYTES:	return (int64_t)export_bytes(r->pages, export_page_size(e));
	case PFN:	return (int64_t)export_number(r->pfn);
	case ORDER:	return r->order;
	case PID:	return r->pid;
	case TGID:	return r->tgid;
	case TS:	return (int64_t)export_number(r->ts_ns);
	case FREE_TS:	return (int64_t)export_number(r->free_ts_ns);
	case BLOCK:	return (int64_t)export_number(r->block);
	case NODE:	return r->node;
	case ZONE:	return r->zone;
	case HANDLE:	return r->handle;
	default:	return 1;	/* what is said by being there */
	}
}

/* As the kernel writes what is no quantity */
static struct pageowner_text mask(struct export_field *field, uint64_t number)
{
	const int len = snprintf(field->buf, sizeof(field->buf), "0x%" PRIx64, number);

	return (struct pageowner_text){ field->buf, (size_t)len };
}

static struct pageowner_text text_of(const struct pageowner_record *r, size_t i,
				     struct export_field *field)
{
	const struct pageowner_text none = { NULL, 0 };
	struct pageowner_frame frame;

	switch (i) {
	case GFP:
		if (r->has & PAGEOWNER_HAS_GFP_NAMES)
			return r->gfp_names;
		return r->has & PAGEOWNER_HAS_GFP_MASK ? mask(field, r->gfp_mask) : none;
	case GFP_MASK:		return mask(field, r->gfp_mask);
	case NAME:		return r->comm;
	case MIGRATETYPE:	return r->page_type;
	case BLOCKTYPE:		return r->block_type;
	case FLAGS:		return mask(field, r->flags);
	case FLAG_NAMES:	return r->flag_names;
	case MIGRATE_REASON:	return r->migrate_reason;
	case MEMCG:		return r->memcg;
	case OWNER:
		if (r->has & PAGEOWNER_HAS_OWNER)
			return r->owner;
		return pageowner_stack_owner(r->stack, NULL, &frame) ? frame.symbol : none;
	default:		/* MODULE */
		return r->has & PAGEOWNER_HAS_MODULE ? r->module :
			pageowner_stack_module(r->stack);
	}
}

bool export_field(const struct pageowner_export *e,
		  const struct pageowner_record *r, size_t i,
		  struct export_field *field)
{
	if (i >= FIELDS)
		return false;
	field->name = fields[i].name;
	field->is_text = fields[i].is_text;
	field->is_there = r && (r->has & fields[i].has || !fields[i].has);
	if (!field->is_there)
		return true;
	if (!field->is_text) {
		field->number = number_of(e, r, i);
		return true;
	}
	field->text = text_of(r, i, field);
	field->is_there = fields[i].has || field->text.len;
	return true;
}

EXPORT_API int pageowner_export_records(struct pageowner_export *e,
					struct pageowner_reader *reader,
					const struct pageowner_filter *filter,
					FILE *file)
{
	struct export_records records = { .reader = reader, .filter = filter };

	e->error[0] = '\0';
	e->capture = NULL;
	if (!e->format->records) {
		snprintf(e->error, sizeof(e->error), "%s has no row for a record",
			 e->format->name);
		return -EINVAL;
	}
	return export_end(e, e->format->records(e, &records, file));
}
