// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * speedscope.c - what https://www.speedscope.app opens.
 *
 * By src/lib/file-format-spec.ts of jlfwong/speedscope: two sampled profiles, their
 * samples lists of frame numbers from the root on, in bytes: whole stacks, and stacks up
 * to the owner, which is shown first, as what is "self" is the owner's there. The reader
 * wants the frames and the weights each in one list, so these are kept until the end.
 */
#include "buffer.h"
#include "map.h"
#include "writer.h"

struct scope {
	const struct pageowner_export *e;
	FILE *file;
	struct map frames;	/* symbol, newline, module */
	struct text_buffer name, weights;
	uint64_t sum;
};

static int frame_number(struct scope *s, const struct pageowner_frame *frame,
			uint32_t *number)
{
	int ret;

	s->name.len = 0;
	text_buffer_add(&s->name, frame->symbol.ptr, frame->symbol.len);
	text_buffer_add_string(&s->name, "\n");
	text_buffer_add(&s->name, frame->module.ptr, frame->module.len);
	ret = text_buffer_error(&s->name);
	return ret < 0 ? ret : map_add(&s->frames, text_buffer_text(&s->name), number);
}

/* Functions of the kernel that pass memory on have a "file" of their own, and so a
 * colour. */
static void put_frame(const struct scope *s, struct pageowner_text name)
{
	const char *newline = memchr(name.ptr, '\n', name.len);
	const struct pageowner_text symbol = { name.ptr, (size_t)(newline - name.ptr) };

	fputs("{\"name\":", s->file);
	text_put_json(s->file, symbol);
	if (name.len > symbol.len + 1) {
		fputs(",\"file\":", s->file);
		text_put_json(s->file, (struct pageowner_text){ newline + 1,
							name.len - symbol.len - 1 });
	} else if (pageowner_plumbing_match(s->e->plumbing, symbol) > 0) {
		fputs(",\"file\":\"(allocator)\"", s->file);
	}
	fputc('}', s->file);
}

static int put_sample(struct scope *s, struct pageowner_text stack, bool whole)
{
	struct pageowner_frame *frames;
	uint32_t number;
	size_t count;
	int ret;

	if (!whole) {
		size_t skip;

		(void)export_inner(s->e, stack, &skip);
		stack.ptr += skip;
		stack.len -= skip;
	}
	ret = export_frames(stack, &frames, &count);

	if (ret < 0)
		return ret;
	fputc('[', s->file);
	for (size_t i = 0; ret >= 0 && i < count; i++) {
		ret = frame_number(s, &frames[i], &number);
		if (ret >= 0)
			fprintf(s->file, "%s%" PRIu32, i ? "," : "", number);
	}
	fputc(']', s->file);
	free(frames);
	return ret < 0 ? ret : 0;
}

static void put_weights(const struct scope *s)
{
	fputs("],\n\"weights\":[", s->file);
	if (s->weights.len)
		fwrite(s->weights.ptr, 1, s->weights.len, s->file);
	fprintf(s->file, "],\n\"endValue\":%" PRIu64 "}", s->sum);
}

static void add_weight(struct scope *s, uint64_t bytes)
{
	text_buffer_printf(&s->weights, "%s%" PRIu64, s->weights.len ? "," : "", bytes);
	s->sum = export_sum(s->sum, bytes);
}

static void put_tail(struct scope *s)
{
	fputs("],\n\"activeProfileIndex\":1,\n\"shared\":{\"frames\":[", s->file);
	for (size_t i = 0; i < s->frames.count; i++) {
		if (i)
			fputc(',', s->file);
		put_frame(s, s->frames.entries[i].text);
	}
	fputs("]}}\n", s->file);
}

static int put_profile(struct scope *s, const struct pageowner_profile *profile, bool whole)
{
	const size_t rows = export_rows(s->e, pageowner_profile_count(profile));
	const uint64_t page_size = export_page_size(s->e);
	const struct pageowner_group *group;
	int ret = 0;

	fprintf(s->file, "%s{\"type\":\"sampled\",\"name\":\"%s%s\",\"unit\":\"bytes\","
		"\"startValue\":0,\n\"samples\":[", whole ? "" : ",\n",
		whole ? "pages held" : "pages held, by owner",
		export_is_incomplete(s->e) ? " (incomplete capture)" : "");
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		ret = pageowner_profile_group(profile, i, &group);
		if (ret <= 0)
			break;
		fputs(i ? ",\n" : "\n", s->file);
		if (whole)
			add_weight(s, export_bytes(group->pages, page_size));
		ret = put_sample(s, group->record->stack, whole);
		if (ret == 0)
			ret = text_buffer_error(&s->weights);
	}
	put_weights(s);
	return ret;
}

static int write_profile(struct pageowner_export *e,
			 const struct pageowner_profile *profile, FILE *file)
{
	struct scope s = {
		.e = e, .file = file, .frames = { .e = e }, .name = { .e = e },
		.weights = { .e = e },
	};
	int ret;

	fputs("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n"
	      "\"exporter\":\"pageowner@" PACKAGE_VERSION "\",\n\"profiles\":[", file);
	ret = put_profile(&s, profile, true);
	if (ret == 0)
		ret = put_profile(&s, profile, false);
	put_tail(&s);
	text_buffer_free(&s.weights);
	text_buffer_free(&s.name);
	map_free(&s.frames);
	return ret;
}

const struct export_format export_speedscope = {
	.name = "speedscope", .help = "for https://www.speedscope.app",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_NEEDS_STACKS,
	.keys = "callstack", .profile = write_profile,
};
