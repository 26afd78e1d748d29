// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * prometheus.c - a file for the textfile collector of node_exporter.
 *
 * A bounded number of series: the stacks that hold most, by their portable id, all
 * others in one; sums by module, node and migratetype. Never a name that a process
 * chose itself, and no times at the samples: the collector takes a file with one
 * of these for wrong.
 */
#include "buffer.h"
#include "map.h"
#include "writer.h"

#define TOP	50

static void put_family(FILE *file, const char *name, const char *help)
{
	fprintf(file, "# HELP pageowner_%s %s\n# TYPE pageowner_%s gauge\n", name,
		help, name);
}

static void put_value(FILE *file, struct pageowner_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		if (c == '\\' || c == '"')
			fputc('\\', file);
		if (c == '\n')
			fputs("\\n", file);
		else
			fputc(c, file);
	}
}

/* Rows that have a name in common, and their bytes */
struct families {
	struct pageowner_export *e;
	const struct pageowner_profile *profile;
	FILE *file;
	struct map sums;
	struct text_buffer name, valid;
};

/* Adds to the sum of a name, which is made UTF-8 first: no two series may be the same. */
static int add(struct families *f, struct pageowner_text name, uint64_t pages)
{
	struct map_entry *entry;
	uint32_t number;

	name = text_buffer_utf8(&f->valid, name);
	if (text_buffer_error(&f->valid) < 0 || map_add(&f->sums, name, &number) < 0)
		return -ENOMEM;
	entry = &f->sums.entries[number];
	entry->sum[0] = export_sum(entry->sum[0],
				   export_bytes(pages, export_page_size(f->e)));
	return 0;
}

/* Sums by one field of the rows. If no row has it there are none. But what is in no
 * module is the kernel's, also if there is no other. */
static int put_key(struct families *f, enum pageowner_field key, const char *name)
{
	const struct pageowner_group *group;
	bool is_there = key == PAGEOWNER_FIELD_MODULE;
	int ret = 0;

	for (size_t i = 0; ret == 0; i++) {
		struct pageowner_text text = { NULL, 0 };
		char buf[EXPORT_VALUE_MAX];

		ret = pageowner_profile_group(f->profile, i, &group);
		if (ret <= 0)
			break;
		ret = export_value(f->profile, i, key, buf, &text);
		is_there |= ret > 0;
		if (ret >= 0)
			ret = add(f, text, group->pages);
	}
	if (ret == 0)
		map_sort_by_text(&f->sums);
	for (size_t i = 0; ret == 0 && is_there && i < f->sums.count; i++) {
		fprintf(f->file, "pageowner_%s_bytes{%s=\"", name, name);
		put_value(f->file, f->sums.entries[i].text);
		fprintf(f->file, "\"} %" PRIu64 "\n", f->sums.entries[i].sum[0]);
	}
	map_free(&f->sums);
	return ret;
}

/* The id and the owner are one name: of one id there is one owner. */
static int add_stack(struct families *f, struct pageowner_text stack, uint64_t pages)
{
	struct pageowner_frame owner = {
		.symbol = text_of(stack.len ? "(unknown)" : "(no stack)"),
	};

	pageowner_stack_owner(stack, f->e->plumbing, &owner);
	f->name.len = 0;
	text_buffer_printf(&f->name, "%016" PRIx64, pageowner_stack_id_portable(stack));
	text_buffer_add(&f->name, owner.symbol.ptr, owner.symbol.len);
	if (text_buffer_error(&f->name) < 0)
		return -ENOMEM;
	return add(f, text_buffer_text(&f->name), pages);
}

static int put_stacks(struct families *f)
{
	const size_t top = f->e->top ? f->e->top : TOP;
	const struct pageowner_group *group;
	uint64_t other = 0;
	int ret = 0;

	for (size_t i = 0; ret == 0; i++) {
		ret = pageowner_profile_group(f->profile, i, &group);
		if (ret <= 0)
			break;
		ret = add_stack(f, group->record->stack, group->pages);
	}
	if (ret == 0)
		map_sort_by_sum(&f->sums);
	for (size_t i = 0; ret == 0 && i < f->sums.count; i++) {
		struct map_entry *entry = &f->sums.entries[i];

		if (i >= top) {
			other = export_sum(other, entry->sum[0]);
			continue;
		}
		fprintf(f->file, "pageowner_stack_bytes{stack_id=\"%.16s\",owner=\"",
			entry->text.ptr);
		entry->text.ptr += 16;
		entry->text.len -= 16;
		put_value(f->file, entry->text);
		fprintf(f->file, "\"} %" PRIu64 "\n", entry->sum[0]);
	}
	if (ret == 0)
		fprintf(f->file, "pageowner_stack_bytes{stack_id=\"other\",owner=\"\"} %" PRIu64
			"\n", other);
	map_free(&f->sums);
	return ret;
}

static int put_sums(struct families *f)
{
	int ret;

	put_family(f->file, "module_bytes", "Held memory by innermost kernel module, empty for the kernel itself.");
	ret = put_key(f, PAGEOWNER_FIELD_MODULE, "module");
	if (ret == 0 && pageowner_profile_is_by(f->profile, PAGEOWNER_FIELD_NODE)) {
		put_family(f->file, "node_bytes", "Held memory by NUMA node.");
		ret = put_key(f, PAGEOWNER_FIELD_NODE, "node");
	}
	if (ret == 0 && pageowner_profile_is_by(f->profile, PAGEOWNER_FIELD_MIGRATETYPE)) {
		put_family(f->file, "migratetype_bytes", "Held memory by migratetype of the pages.");
		ret = put_key(f, PAGEOWNER_FIELD_MIGRATETYPE, "migratetype");
	}
	if (ret < 0)
		return ret;
	put_family(f->file, "stack_bytes", "Held memory of the stacks that hold most, by portable stack id.");
	return put_stacks(f);
}

static int write_profile(struct pageowner_export *e,
			 const struct pageowner_profile *profile, FILE *file)
{
	const struct pageowner_conditions *c = e->capture;
	struct families f = {
		.e = e, .profile = profile, .file = file, .sums = { .e = e },
		.name = { .e = e }, .valid = { .e = e },
	};
	const uint64_t ns = export_time_ns(e);
	uint64_t pages;
	int ret;

	pageowner_profile_total(profile, NULL, &pages);
	put_family(file, "held_bytes", "Memory whose owner page_owner knows.");
	fprintf(file, "pageowner_held_bytes %" PRIu64 "\n",
		export_bytes(pages, export_page_size(e)));
	ret = put_sums(&f);
	text_buffer_free(&f.name);
	text_buffer_free(&f.valid);
	if (ns) {
		put_family(file, "capture_timestamp_seconds", "When the snapshot was taken, since 1970.");
		fprintf(file, "pageowner_capture_timestamp_seconds %" PRIu64 ".%03" PRIu64 "\n",
			ns / 1000000000, ns % 1000000000 / 1000000);
	}
	if (e->has_complete) {
		put_family(file, "capture_complete", "Whether the snapshot was read to its end.");
		fprintf(file, "pageowner_capture_complete %d\n", e->is_complete);
	}
	if (c && c->has & PAGEOWNER_CONDITIONS_HAS_SKIPPED) {
		put_family(file, "skipped_records", "Pages of the snapshot that could not be read.");
		fprintf(file, "pageowner_skipped_records %" PRIu64 "\n", c->skipped);
	}
	return ret;
}

const struct export_format export_prometheus = {
	.name = "prometheus", .help = "for the textfile collector of node_exporter",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_NEEDS_STACKS,
	.keys = "callstack,node,migratetype", .profile = write_profile,
};
