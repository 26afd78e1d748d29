// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * folded.c - "root;...;leaf BYTES" lines for flame graphs, and with two numbers
 * for differential ones.
 *
 * Of brendangregg/FlameGraph: flamegraph.pl reads both, difffolded.pl makes the
 * second of two files of the first. There is no way to escape: a ";" in a name
 * becomes ":", and a line's last frame does not end in a number. A path without bytes, which
 * no graph shows, says that a capture is incomplete.
 */
#include "buffer.h"
#include "map.h"
#include "writer.h"

struct folded {
	struct pageowner_export *e;
	struct map lines;	/* each with its bytes */
	struct text_buffer line;
};

static void append(struct text_buffer *line, struct pageowner_text text)
{
	const size_t from = line->len;

	text_buffer_add(line, text.ptr, text.len);
	for (size_t i = from; i < line->len; i++) {
		const unsigned char c = (unsigned char)line->ptr[i];

		if (c == ';' || c < ' ' || c == 0x7f)
			line->ptr[i] = c == ';' ? ':' : '?';
	}
}

static bool ends_in_number(const struct text_buffer *line)
{
	size_t at = line->len;

	while (at && line->ptr[at - 1] >= '0' && line->ptr[at - 1] <= '9')
		at--;
	return at && at < line->len && line->ptr[at - 1] == ' ';
}

static int append_stack(struct text_buffer *line, struct pageowner_text stack)
{
	struct pageowner_frame *frames;
	size_t count;

	if (export_frames(stack, &frames, &count) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (line->len)
			text_buffer_add_string(line, ";");
		append(line, frames[i].symbol);
		if (frames[i].module.len) {
			text_buffer_add_string(line, " [");
			append(line, frames[i].module);
			text_buffer_add_string(line, "]");
		}
	}
	if (ends_in_number(line))
		text_buffer_add_string(line, "_");
	free(frames);
	return text_buffer_error(line);
}

static bool is_label(const struct pageowner_profile *profile, enum pageowner_field key)
{
	return pageowner_profile_is_by(profile, key) && key != PAGEOWNER_FIELD_TXT &&
		key != PAGEOWNER_FIELD_STACKTRACE && key != PAGEOWNER_FIELD_CALLSTACK &&
		key != PAGEOWNER_FIELD_PORTABLE;
}

/* Other keys of a row than the stack become frames at the root. */
static int append_labels(struct text_buffer *line, const struct pageowner_profile *profile,
			 size_t row)
{
	for (size_t i = 0; i < pageowner_field_count(); i++) {
		const enum pageowner_field key = (enum pageowner_field)i;
		char buf[EXPORT_VALUE_MAX];
		struct pageowner_text text;
		int ret;

		if (!is_label(profile, key))
			continue;
		ret = export_value(profile, row, key, buf, &text);
		if (ret < 0)
			return ret;
		text_buffer_printf(line, "%s%s:", line->len ? ";" : "",
			      pageowner_field_name(key));
		append(line, ret ? text : text_of(key == PAGEOWNER_FIELD_MODULE ?
						  "(kernel)" : "(none)"));
	}
	return text_buffer_error(line);
}

/* Adds to the sums of the line. */
static int add_line(struct folded *f, uint64_t first, uint64_t second)
{
	struct map_entry *entry;
	uint32_t number;

	if (text_buffer_error(&f->line) < 0 ||
	    map_add(&f->lines, text_buffer_text(&f->line), &number) < 0)
		return -ENOMEM;
	entry = &f->lines.entries[number];
	entry->sum[0] = export_sum(entry->sum[0], first);
	entry->sum[1] = export_sum(entry->sum[1], second);
	return 0;
}

static void begin(struct folded *f, struct pageowner_export *e)
{
	*f = (struct folded){ .e = e, .lines = { .e = e }, .line = { .e = e } };
}

/* Writes the lines, unless @ret says that some are missing. */
static int end(struct folded *f, int ret, unsigned int sums, FILE *file)
{
	if (ret == 0 && export_is_incomplete(f->e)) {
		f->line.len = 0;
		text_buffer_add_string(&f->line, "(incomplete capture)");
		ret = add_line(f, 0, 0);
	}
	if (ret == 0)
		map_sort_by_text(&f->lines);
	for (size_t i = 0; ret == 0 && i < f->lines.count; i++) {
		const struct map_entry *entry = &f->lines.entries[i];

		fwrite(entry->text.ptr, 1, entry->text.len, file);
		for (unsigned int s = 0; s < sums; s++)
			fprintf(file, " %" PRIu64, entry->sum[s]);
		fputc('\n', file);
	}
	text_buffer_free(&f->line);
	map_free(&f->lines);
	return ret;
}

static int write_profile(struct pageowner_export *e,
			 const struct pageowner_profile *profile, FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	const uint64_t page_size = export_page_size(e);
	const struct pageowner_group *group;
	struct folded f;
	int ret = 0;

	begin(&f, e);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		f.line.len = 0;
		ret = append_labels(&f.line, profile, i);
		if (ret == 0) {
			ret = pageowner_profile_group(profile, i, &group);
			if (ret > 0)
				ret = append_stack(&f.line, group->record->stack);
		}
		if (ret == 0)
			ret = add_line(&f, export_bytes(group->pages, page_size), 0);
	}
	return end(&f, ret, 1, file);
}

/* Rows by owner or module are stacks of one frame. What a threshold may have
 * hidden in one of them is left out. */
static int add_change(struct folded *f, enum pageowner_by by,
		      const struct pageowner_change *c)
{
	const uint64_t page_size = export_page_size(f->e);
	int ret = 0;

	if (c->flags & PAGEOWNER_CHANGE_UNKNOWN)
		return 0;
	f->line.len = 0;
	if (pageowner_by_is_stack(by))
		ret = append_stack(&f->line, c->stack);
	else
		append(&f->line, c->name.len ? c->name : text_of("(kernel)"));
	return ret < 0 ? ret : add_line(f, export_bytes(c->pages[0], page_size),
				export_bytes(c->pages[c->snapshots - 1], page_size));
}

static int write_diff(struct pageowner_export *e, const struct pageowner_diff *diff,
		      FILE *file)
{
	const size_t rows = export_rows(e, pageowner_diff_count(diff));
	const struct pageowner_change *c;
	struct folded f;
	int ret = 0;

	begin(&f, e);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		ret = pageowner_diff_change(diff, i, &c);
		if (ret > 0)
			ret = add_change(&f, pageowner_diff_by(diff), c);
	}
	return end(&f, ret, 2, file);
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
