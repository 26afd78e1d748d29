// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * prometheus.c - a file for the textfile collector of node_exporter.
 *
 * A bounded number of series: the stacks that hold most, by their portable id, all
 * others in one; sums by module, node and migratetype. Never a name that a process
 * chose itself, and no times at the samples: the collector takes a file with one
 * of these for wrong.
 */
#include "writer.h"

#include <glib.h>

#include "sums.h"

#define TOP	50

static void put_family(FILE *file, const char *name, const char *help)
{
	fprintf(file, "# HELP pageowner_%s %s\n# TYPE pageowner_%s gauge\n", name,
		help, name);
}

static void put_value(FILE *file, const char *text)
{
	char *valid = g_utf8_make_valid(text, -1);

	for (const char *p = valid; *p; p++) {
		if (*p == '\\' || *p == '"')
			fputc('\\', file);
		if (*p == '\n')
			fputs("\\n", file);
		else
			fputc(*p, file);
	}
	g_free(valid);
}

/* Sums by one key of the rows. Without it in a single row there are none: nobody knows.
 * But what is in no module is the kernel's, also where there is no other. */
static int put_key(struct pageowner_export *e, struct pageowner_profile *profile,
		   enum pageowner_field key, const char *name, uint64_t page_size, FILE *file)
{
	struct sums *sums = sums_new(e);
	bool is_there = key == PAGEOWNER_FIELD_MODULE;
	struct sum **list;
	size_t count;

	for (size_t i = 0; i < pageowner_profile_count(profile); i++) {
		const struct pageowner_group *group;
		struct pageowner_text text;
		char buf[EXPORT_VALUE_MAX];
		int ret = export_value(profile, i, key, buf, &text);
		struct sum *sum;

		if (ret > 0)
			is_there = true;
		else
			text = (struct pageowner_text){ NULL, 0 };
		sum = sums_of(sums, text.ptr, text.len);
		if (ret >= 0)
			ret = pageowner_profile_group(profile, i, &group);
		if (ret >= 0 && export_check(e) < 0)
			ret = -ENOBUFS;
		if (ret < 0) {
			sums_free(sums);
			return ret;
		}
		sum->value[0] = export_sum(sum->value[0],
					   export_bytes(group->pages, page_size));
	}
	list = sums_by_name(sums, &count);
	for (size_t i = 0; is_there && i < count; i++) {
		fprintf(file, "pageowner_%s_bytes{%s=\"", name, name);
		put_value(file, list[i]->name);
		fprintf(file, "\"} %" PRIu64 "\n", list[i]->value[0]);
	}
	sums_free(sums);
	return 0;
}

static struct pageowner_text owner_of(struct pageowner_text stack)
{
	struct pageowner_frame frame;

	return pageowner_stack_owner(stack, NULL, &frame) ? frame.symbol :
		(struct pageowner_text){ "(no stack)", 10 };
}

/* The id and the owner are one name: of one id there is one owner. */
static int put_stacks(struct pageowner_export *e,
		      struct pageowner_profile *profile, uint64_t page_size,
		      FILE *file)
{
	const size_t top = e->top ? e->top : TOP;
	struct sums *sums = sums_new(e);
	uint64_t other = 0;
	struct sum **list;
	size_t count;

	for (size_t i = 0; i < pageowner_profile_count(profile); i++) {
		const struct pageowner_group *group;
		struct pageowner_text owner;
		struct sum *sum;
		GString *name;
		int ret = pageowner_profile_group(profile, i, &group);

		if (ret >= 0 && export_check(e) < 0)
			ret = -ENOBUFS;
		if (ret < 0) {
			sums_free(sums);
			return ret;
		}
		owner = owner_of(group->record->stack);
		name = g_string_new(NULL);
		g_string_printf(name, "%016" PRIx64, pageowner_stack_id_portable(
					group->record->stack));
		g_string_append_len(name, owner.ptr, (gssize)owner.len);
		sum = sums_of(sums, name->str, name->len);
		sum->value[0] = export_sum(sum->value[0],
					   export_bytes(group->pages, page_size));
		g_string_free(name, TRUE);
	}
	list = sums_by_value(sums, &count);
	for (size_t i = 0; i < count; i++) {
		if (i >= top) {
			other = export_sum(other, list[i]->value[0]);
			continue;
		}
		fprintf(file, "pageowner_stack_bytes{stack_id=\"%.16s\",owner=\"",
			list[i]->name);
		put_value(file, list[i]->name + 16);
		fprintf(file, "\"} %" PRIu64 "\n", list[i]->value[0]);
	}
	fprintf(file, "pageowner_stack_bytes{stack_id=\"other\",owner=\"\"} %" PRIu64
		"\n", other);
	sums_free(sums);
	return 0;
}

static int write_profile(struct pageowner_export *e,
			 struct pageowner_profile *profile, FILE *file)
{
	const struct pageowner_conditions *c = e->capture;
	const uint64_t page_size = export_page_size(e);
	const uint64_t ns = export_time_ns(e);
	uint64_t pages;
	int ret;

	pageowner_profile_total(profile, NULL, &pages);
	put_family(file, "held_bytes", "Memory whose owner page_owner knows.");
	fprintf(file, "pageowner_held_bytes %" PRIu64 "\n",
		export_bytes(pages, page_size));
	put_family(file, "module_bytes", "Held memory by innermost kernel module, empty for the kernel itself.");
	ret = put_key(e, profile, PAGEOWNER_FIELD_MODULE, "module", page_size, file);
	if (ret == 0 && pageowner_profile_is_by(profile, PAGEOWNER_FIELD_NODE)) {
		put_family(file, "node_bytes", "Held memory by NUMA node.");
		ret = put_key(e, profile, PAGEOWNER_FIELD_NODE, "node", page_size, file);
	}
	if (ret == 0 && pageowner_profile_is_by(profile,
						PAGEOWNER_FIELD_MIGRATETYPE)) {
		put_family(file, "migratetype_bytes", "Held memory by migratetype of the pages.");
		ret = put_key(e, profile, PAGEOWNER_FIELD_MIGRATETYPE, "migratetype",
			      page_size, file);
	}
	if (ret == 0) {
		put_family(file, "stack_bytes", "Held memory of the stacks that hold most, by portable stack id.");
		ret = put_stacks(e, profile, page_size, file);
	}
	if (ns) {
		put_family(file, "capture_timestamp_seconds", "When the snapshot was taken, since 1970.");
		fprintf(file, "pageowner_capture_timestamp_seconds %" PRIu64 ".%03" PRIu64 "\n",
			ns / 1000000000, ns % 1000000000 / 1000000);
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
