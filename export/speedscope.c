// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * speedscope.c - what https://www.speedscope.app opens.
 *
 * By src/lib/file-format-spec.ts of jlfwong/speedscope: one sampled profile, its
 * samples lists of frame numbers from the root on, in bytes. The reader wants the
 * frames and the weights each in one list, so these are kept until the end.
 */
#include "writer.h"

#include <glib.h>

#include "export/json.h"
#include "numbers.h"

/* A frame as JSON until the end, and a number of text whose memory doubles */
#define FRAME_COST	768
#define WEIGHT_COST	32

struct scope {
	struct pageowner_export *e;
	struct numbers *numbers;
	json_t *frames;
	GString *weights;
	uint64_t sum;
};

static json_t *frame_json(const struct pageowner_frame *frame)
{
	json_t *value = json_object();

	json_set(&value, "name", json_text(frame->symbol));
	if (frame->module.len)
		json_set(&value, "file", json_text(frame->module));
	return value;
}

static int put_sample(struct scope *s, struct pageowner_text stack, FILE *file)
{
	GString *name = g_string_new(NULL);
	struct pageowner_frame *frames;
	size_t count;
	int ret = export_frames(stack, &frames, &count);

	fputc('[', file);
	for (size_t i = 0; ret == 0 && i < count; i++) {
		const struct pageowner_frame *frame = &frames[i];
		uint32_t number;
		bool is_new;

		g_string_truncate(name, 0);
		g_string_append_len(name, frame->symbol.ptr,
				    (gssize)frame->symbol.len);
		g_string_append(name, " [");
		if (frame->module.len)
			g_string_append_len(name, frame->module.ptr,
					    (gssize)frame->module.len);
		number = number_of(s->numbers, name->str, name->len, NULL, &is_new);
		if (is_new)
			export_take(s->e, FRAME_COST);
		if (is_new)
			json_append(&s->frames, frame_json(frame));
		fprintf(file, "%s%" PRIu32, i ? "," : "", number);
	}
	fputc(']', file);
	free(frames);
	g_string_free(name, TRUE);
	return ret;
}

static int write_profile(struct pageowner_export *e,
			 struct pageowner_profile *profile, FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	const uint64_t page_size = export_page_size(e);
	struct scope s = {
		.e = e, .numbers = numbers_new(e), .frames = json_array(),
		.weights = g_string_new(NULL),
	};
	int ret = 0;

	fputs("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n"
	      "\"exporter\":\"pageowner@" PACKAGE_VERSION "\",\n\"profiles\":[{"
	      "\"type\":\"sampled\",\"name\":\"pages held\",\"unit\":\"bytes\","
	      "\"startValue\":0,\n\"samples\":[", file);
	for (size_t i = 0; ret == 0 && i < rows; i++) {
		const struct pageowner_group *group;
		uint64_t bytes;

		fputs(i ? ",\n" : "\n", file);
		ret = pageowner_profile_group(profile, i, &group);
		if (ret <= 0)
			break;
		ret = export_check(e);
		ret = ret == 0 ? put_sample(&s, group->record->stack, file) : ret;
		if (ret < 0)
			break;
		bytes = export_bytes(group->pages, page_size);
		export_take(e, WEIGHT_COST);
		g_string_append_printf(s.weights, "%s%" PRIu64, i ? "," : "", bytes);
		s.sum = export_sum(s.sum, bytes);
	}
	fprintf(file, "],\n\"weights\":[%s],\n\"endValue\":%" PRIu64 "}],\n"
		"\"shared\":{\"frames\":", s.weights->str, s.sum);
	if (ret == 0)
		ret = json_put(file, s.frames);
	else
		json_decref(s.frames);
	fputs("}}\n", file);
	g_string_free(s.weights, TRUE);
	numbers_free(s.numbers);
	return ret;
}

const struct export_format export_speedscope = {
	.name = "speedscope", .help = "for https://www.speedscope.app",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_NEEDS_STACKS,
	.keys = "callstack", .profile = write_profile,
};
