// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * speedscope.c - what https://www.speedscope.app opens.
 *
 * By src/lib/file-format-spec.ts of jlfwong/speedscope: one sampled profile, its
 * samples lists of frame numbers from the root on, in bytes. The reader wants the
 * frames and the weights each in one list, so these are kept until the end.
 */
#include "buffer.h"
#include "map.h"
#include "writer.h"

struct scope {
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

static void put_frame(FILE *file, struct pageowner_text name)
{
	const char *newline = memchr(name.ptr, '\n', name.len);
	const size_t len = (size_t)(newline - name.ptr);

	fputs("{\"name\":", file);
	text_put_json(file, (struct pageowner_text){ name.ptr, len });
	if (name.len > len + 1) {
		fputs(",\"file\":", file);
		text_put_json(file, (struct pageowner_text){ newline + 1,
							     name.len - len - 1 });
	}
	fputc('}', file);
}

static int put_sample(struct scope *s, struct pageowner_text stack)
{
	struct pageowner_frame *frames;
	uint32_t number;
	size_t count;
	int ret = export_frames(stack, &frames, &count);

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

static void add_weight(struct scope *s, uint64_t bytes)
{
	text_buffer_printf(&s->weights, "%s%" PRIu64, s->weights.len ? "," : "", bytes);
	s->sum = export_sum(s->sum, bytes);
}

static void put_tail(struct scope *s)
{
	fputs("],\n\"weights\":[", s->file);
	if (s->weights.len)
		fwrite(s->weights.ptr, 1, s->weights.len, s->file);
	fprintf(s->file, "],\n\"endValue\":%" PRIu64 "}],\n\"shared\":{\"frames\":[", s->sum);
	for (size_t i = 0; i < s->frames.count; i++) {
		if (i)
			fputc(',', s->file);
		put_frame(s->file, s->frames.entries[i].text);
	}
	fputs("]}}\n", s->file);
}

static int write_profile(struct pageowner_export *e,
			 const struct pageowner_profile *profile, FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	const uint64_t page_size = export_page_size(e);
	const struct pageowner_group *group;
	struct scope s = {
		.file = file, .frames = { .e = e }, .name = { .e = e },
		.weights = { .e = e },
	};
	int ret = 0;

	fputs("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n"
	      "\"exporter\":\"pageowner@" PACKAGE_VERSION "\",\n\"profiles\":[{"
	      "\"type\":\"sampled\",\"name\":\"pages held\",\"unit\":\"bytes\","
	      "\"startValue\":0,\n\"samples\":[", file);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		ret = pageowner_profile_group(profile, i, &group);
		if (ret <= 0)
			break;
		fputs(i ? ",\n" : "\n", file);
		add_weight(&s, export_bytes(group->pages, page_size));
		ret = put_sample(&s, group->record->stack);
		if (ret == 0)
			ret = text_buffer_error(&s.weights);
	}
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
