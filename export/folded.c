// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * folded.c - "root;...;leaf BYTES" lines for flame graphs, and with two numbers
 * for differential ones.
 *
 * Of brendangregg/FlameGraph: flamegraph.pl reads both, difffolded.pl makes the
 * second of two files of the first. There is no way to escape: a ";" in a name
 * becomes ":", and a line's last frame does not end in a number.
 */
#include "writer.h"

#include <glib.h>

#include "sums.h"

static void append(GString *line, struct pageowner_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		g_string_append_c(line, c == ';' ? ':' :
				  (unsigned char)c < ' ' || c == 0x7f ? '?' : c);
	}
}

static bool ends_in_number(const GString *line)
{
	size_t at = line->len;

	while (at && g_ascii_isdigit(line->str[at - 1]))
		at--;
	return at && at < line->len && line->str[at - 1] == ' ';
}

static int append_stack(GString *line, struct pageowner_text stack)
{
	struct pageowner_frame *frames;
	size_t count;
	int ret = export_frames(stack, &frames, &count);

	for (size_t i = 0; ret == 0 && i < count; i++) {
		if (line->len)
			g_string_append_c(line, ';');
		append(line, frames[i].symbol);
		if (frames[i].module.len) {
			g_string_append(line, " [");
			append(line, frames[i].module);
			g_string_append_c(line, ']');
		}
	}
	if (ends_in_number(line))
		g_string_append_c(line, '_');
	free(frames);
	return ret;
}

/* What rows are told apart by beside the stack comes as frames at the root. */
static int append_labels(GString *line, struct pageowner_profile *profile,
			  size_t row)
{
	for (int i = 0; i < PAGEOWNER_FIELD_COUNT; i++) {
		const enum pageowner_field key = (enum pageowner_field)i;
		char buf[EXPORT_VALUE_MAX];
		struct pageowner_text text;
		int ret;

		if (!pageowner_profile_is_by(profile, key) ||
		    key == PAGEOWNER_FIELD_TXT || key == PAGEOWNER_FIELD_STACKTRACE ||
		    key == PAGEOWNER_FIELD_CALLSTACK)
			continue;
		ret = export_value(profile, row, key, buf, &text);
		if (ret < 0)
			return ret;
		if (ret == 0)
			text = (struct pageowner_text){ "(none)", 6 };
		g_string_append_printf(line, "%s%s:", line->len ? ";" : "",
				       pageowner_field_name(key));
		append(line, text);
	}
	return 0;
}

static void put_lines(struct sums *sums, unsigned int values, FILE *file)
{
	size_t count;
	struct sum **lines = sums_by_name(sums, &count);

	for (size_t i = 0; i < count; i++) {
		fprintf(file, "%s %" PRIu64, lines[i]->name, lines[i]->value[0]);
		if (values == 2)
			fprintf(file, " %" PRIu64, lines[i]->value[1]);
		fputc('\n', file);
	}
}

static int write_profile(struct pageowner_export *e,
			 struct pageowner_profile *profile, FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	const uint64_t page_size = export_page_size(e);
	struct sums *sums = sums_new(e);
	GString *line = g_string_new(NULL);
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < rows; i++) {
		const struct pageowner_group *group;
		struct sum *sum;

		g_string_truncate(line, 0);
		ret = append_labels(line, profile, i);
		if (ret < 0)
			break;
		ret = pageowner_profile_group(profile, i, &group);
		if (ret > 0)
			ret = append_stack(line, group->record->stack);
		if (ret < 0)
			break;
		sum = sums_of(sums, line->str, line->len);
		sum->value[0] = export_sum(sum->value[0],
					   export_bytes(group->pages, page_size));
		ret = export_check(e);
	}
	if (ret == 0)
		put_lines(sums, 1, file);
	g_string_free(line, TRUE);
	sums_free(sums);
	return ret;
}

/* Rows by owner or module are stacks of one frame. What a threshold may have
 * hidden in one of them is left out. */
static int write_diff(struct pageowner_export *e, struct pageowner_diff *diff,
		      FILE *file)
{
	const size_t rows = export_rows(e, pageowner_diff_count(diff));
	const uint64_t page_size = export_page_size(e);
	struct sums *sums = sums_new(e);
	GString *line = g_string_new(NULL);
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < rows; i++) {
		const struct pageowner_change *c;
		struct sum *sum;

		ret = pageowner_diff_change(diff, i, &c);
		if (ret <= 0)
			break;
		ret = 0;
		if (c->flags & PAGEOWNER_CHANGE_UNKNOWN)
			continue;
		g_string_truncate(line, 0);
		if (c->stack.len)
			ret = append_stack(line, c->stack);
		else
			append(line, c->name.len ? c->name :
			       (struct pageowner_text){ "(kernel)", 8 });
		sum = sums_of(sums, line->str, line->len);
		sum->value[0] = export_sum(sum->value[0],
			export_bytes(c->pages[0], page_size));
		sum->value[1] = export_sum(sum->value[1],
			export_bytes(c->pages[c->snapshots - 1], page_size));
		if (ret == 0)
			ret = export_check(e);
	}
	if (ret == 0)
		put_lines(sums, 2, file);
	g_string_free(line, TRUE);
	sums_free(sums);
	return ret;
}

const struct export_format export_folded = {
	.name = "folded", .help = "folded stacks with bytes, for flamegraph.pl, inferno, speedscope",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_NEEDS_STACKS,
	.keys = "callstack", .profile = write_profile,
};

const struct export_format export_folded_diff = {
	.name = "folded-diff", .help = "folded stacks with bytes before and after, for flamegraph.pl",
	.traits = PAGEOWNER_EXPORT_DIFF, .keys = "callstack", .diff = write_diff,
};
