// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * pprof.c - the profile of google/pprof, which Parca, Pyroscope and others take.
 *
 * Messages of protobuf may be written one after the other and are one then: each
 * string, function and sample is packed and forgotten, only the numbers of names
 * are kept. Ids count from 1 in the order of appearance, as Parca wants them.
 */
#include "writer.h"

#ifdef HAVE_PROTOBUF_C
#include <zlib.h>

#include "export/profile.pb-c.h"
#include "buffer.h"
#include "map.h"

#define CHUNK	16384

struct pprof {
	struct pageowner_export *e;
	FILE *file;
	z_stream zip;
	struct map strings, mappings, functions;
	struct text_buffer name, valid;
	uint8_t *roles;		/* of each function: enum role bits */
	size_t roles_count;
	uint8_t *packed;
	size_t packed_size;
	int error;
};

/* Where a function is in stacks: before the owner, or elsewhere */
enum role { PASSES_ON = 1, HOLDS = 2 };

static void compress_bytes(struct pprof *p, const uint8_t *bytes, size_t len,
			   int flush)
{
	uint8_t out[CHUNK];
	int ret;

	p->zip.next_in = (Bytef *)bytes;
	p->zip.avail_in = (uInt)len;
	do {
		p->zip.next_out = out;
		p->zip.avail_out = sizeof(out);
		ret = deflate(&p->zip, flush);
		fwrite(out, 1, sizeof(out) - p->zip.avail_out, p->file);
	} while (ret == Z_OK && !p->zip.avail_out);
}

static void put(struct pprof *p, const Pageowner__Pprof__Profile *message)
{
	const size_t len = pageowner__pprof__profile__get_packed_size(message);

	if (len > p->packed_size) {
		uint8_t *grown = realloc(p->packed, len);

		if (!grown) {
			p->error = -ENOMEM;
			return;
		}
		p->packed = grown;
		p->packed_size = len;
	}
	pageowner__pprof__profile__pack(message, p->packed);
	compress_bytes(p, p->packed, len, Z_NO_FLUSH);
}

/* --- the tables */

/* The number of a text in @map, made UTF-8: 0 with *is_new set, or -ENOMEM */
static int number_of(struct pprof *p, struct map *map, struct pageowner_text text,
		     uint32_t *number, bool *is_new)
{
	int ret;

	text = text_buffer_utf8(&p->valid, text);
	ret = text_buffer_error(&p->valid);
	if (ret == 0)
		ret = map_add(map, text, number);
	if (ret < 0) {
		p->error = ret;
		*number = 0;
	}
	*is_new = ret > 0;
	return ret < 0 ? ret : 0;
}

static int64_t string_of(struct pprof *p, struct pageowner_text text)
{
	Pageowner__Pprof__Profile message = PAGEOWNER__PPROF__PROFILE__INIT;
	const char *string;
	uint32_t number = 0;
	bool is_new = false;

	number_of(p, &p->strings, text, &number, &is_new);
	if (is_new) {
		string = p->strings.entries[number].text.ptr;
		message.n_string_table = 1;
		message.string_table = (char **)&string;
		put(p, &message);
	}
	return number;
}

static int64_t constant(struct pprof *p, const char *text)
{
	return string_of(p, text_of(text));
}

static uint64_t mapping_of(struct pprof *p, struct pageowner_text module)
{
	Pageowner__Pprof__Profile message = PAGEOWNER__PPROF__PROFILE__INIT;
	Pageowner__Pprof__Mapping mapping = PAGEOWNER__PPROF__MAPPING__INIT;
	Pageowner__Pprof__Mapping *mappings[] = { &mapping };
	uint32_t number = 0;
	bool is_new = false;

	if (!module.len)
		module = text_of("[kernel.kallsyms]");
	number_of(p, &p->mappings, module, &number, &is_new);
	mapping.id = number + 1;
	if (is_new) {
		mapping.filename = string_of(p, module);
		mapping.has_functions = true;
		message.n_mapping = 1;
		message.mapping = mappings;
		put(p, &message);
	}
	return mapping.id;
}

/* A location is a function: where in it the call is does not matter here. */
static uint64_t location_of(struct pprof *p, const struct pageowner_frame *frame)
{
	Pageowner__Pprof__Profile message = PAGEOWNER__PPROF__PROFILE__INIT;
	Pageowner__Pprof__Function function = PAGEOWNER__PPROF__FUNCTION__INIT;
	Pageowner__Pprof__Function *functions[] = { &function };
	Pageowner__Pprof__Location location = PAGEOWNER__PPROF__LOCATION__INIT;
	Pageowner__Pprof__Location *locations[] = { &location };
	Pageowner__Pprof__Line line = PAGEOWNER__PPROF__LINE__INIT;
	Pageowner__Pprof__Line *lines[] = { &line };
	uint32_t number = 0;
	bool is_new = false;

	p->name.len = 0;
	text_buffer_add(&p->name, frame->symbol.ptr, frame->symbol.len);
	text_buffer_add_string(&p->name, " [");
	text_buffer_add(&p->name, frame->module.ptr, frame->module.len);
	if (text_buffer_error(&p->name) < 0) {
		p->error = -ENOMEM;
		return 1;
	}
	number_of(p, &p->functions, text_buffer_text(&p->name), &number, &is_new);
	location.id = number + 1;
	if (!is_new)
		return location.id;
	function.id = location.id;
	location.mapping_id = mapping_of(p, frame->module);
	function.name = string_of(p, frame->symbol);
	function.system_name = function.name;
	if (frame->module.len)
		function.filename = string_of(p, frame->module);
	line.function_id = function.id;
	location.n_line = 1;
	location.line = lines;
	message.n_function = 1;
	message.function = functions;
	message.n_location = 1;
	message.location = locations;
	put(p, &message);
	return location.id;
}

/* --- samples */

/* Names as Parca and Pyroscope use them where the kernel has the same thing */
static const char *label_name(enum pageowner_field key)
{
	return key == PAGEOWNER_FIELD_NAME ? "comm" : pageowner_field_name(key);
}

static size_t add_labels(struct pprof *p, const struct pageowner_profile *profile,
			 size_t row, Pageowner__Pprof__Label *labels)
{
	enum pageowner_field keys[EXPORT_KEYS_MAX];
	const unsigned int count = export_keys(p->e, profile, keys);
	size_t used = 0;

	for (unsigned int k = 0; k < count; k++) {
		Pageowner__Pprof__Label *label = &labels[used];
		char buf[EXPORT_VALUE_MAX];
		struct pageowner_text text;
		int ret;

		/* The stack shows its owner. It also shows the module, by which users filter. */
		if (keys[k] == PAGEOWNER_FIELD_OWNER)
			continue;
		ret = export_value(profile, row, keys[k], buf, &text);
		if (ret < 0)
			p->error = ret;
		if (ret <= 0 || !text.len)
			continue;
		pageowner__pprof__label__init(label);
		label->key = constant(p, label_name(keys[k]));
		if (keys[k] == PAGEOWNER_FIELD_ORDER || keys[k] == PAGEOWNER_FIELD_PID ||
		    keys[k] == PAGEOWNER_FIELD_TGID) {
			label->num = strtoll(buf, NULL, 10);
			/* A number of 0 is not written, and then it is no label. */
			if (!label->num)
				label->num_unit = constant(p, "count");
		} else {
			label->str = string_of(p, text);
		}
		used++;
	}
	return used;
}

static void note_role(struct pprof *p, uint64_t id, enum role role)
{
	if (id > p->roles_count) {
		const size_t count = id * 2;
		uint8_t *grown = export_realloc(p->e, p->roles, p->roles_count, count);

		if (!grown) {
			p->error = -ENOMEM;
			return;
		}
		memset(grown + p->roles_count, 0, count - p->roles_count);
		p->roles = grown;
		p->roles_count = count;
	}
	p->roles[id - 1] |= role;
}

static int put_sample(struct pprof *p, const struct pageowner_profile *profile,
		      size_t row, bool has_times, uint64_t page_size)
{
	Pageowner__Pprof__Profile message = PAGEOWNER__PPROF__PROFILE__INIT;
	Pageowner__Pprof__Sample sample = PAGEOWNER__PPROF__SAMPLE__INIT;
	Pageowner__Pprof__Sample *samples[] = { &sample };
	Pageowner__Pprof__Label labels[EXPORT_KEYS_MAX];
	Pageowner__Pprof__Label *list[EXPORT_KEYS_MAX];
	const size_t label_count = add_labels(p, profile, row, labels);
	const struct pageowner_group *group;
	struct pageowner_frame *frames;
	int64_t values[2];
	uint64_t *locations;
	size_t count, inner, len;
	int ret = pageowner_profile_group(profile, row, &group);

	if (ret <= 0)
		return ret;
	if (export_frames(group->record->stack, &frames, &count) < 0)
		return -ENOMEM;
	locations = calloc(count + 1, sizeof(*locations));
	if (!locations) {
		free(frames);
		return -ENOMEM;
	}
	/* The leaf comes first. */
	inner = export_inner(p->e, group->record->stack, &len);
	for (size_t i = 0; i < count; i++) {
		locations[i] = location_of(p, &frames[count - 1 - i]);
		note_role(p, locations[i], i < inner ? PASSES_ON : HOLDS);
	}
	for (size_t i = 0; i < label_count; i++)
		list[i] = &labels[i];
	values[0] = (int64_t)export_number(group->times);
	values[has_times] = (int64_t)export_bytes(group->pages, page_size);
	sample.n_location_id = count;
	sample.location_id = locations;
	sample.n_value = (size_t)has_times + 1;
	sample.value = values;
	sample.n_label = label_count;
	sample.label = list;
	message.n_sample = 1;
	message.sample = samples;
	put(p, &message);
	free(locations);
	free(frames);
	return p->error;
}

/* --- the rest of it */

static void put_head(struct pprof *p, const struct pageowner_export *e,
		     bool has_times)
{
	Pageowner__Pprof__Profile message = PAGEOWNER__PPROF__PROFILE__INIT;
	Pageowner__Pprof__ValueType types[2], period = PAGEOWNER__PPROF__VALUE_TYPE__INIT;
	Pageowner__Pprof__ValueType *list[] = { &types[0], &types[1] };
	const struct pageowner_conditions *c = e->capture;
	int64_t comments[2];

	constant(p, "");	/* has to be the first */
	pageowner__pprof__value_type__init(&types[0]);
	pageowner__pprof__value_type__init(&types[has_times]);
	types[0].type = constant(p, "allocations");
	types[0].unit = constant(p, "count");
	types[has_times].type = constant(p, "inuse_space");
	types[has_times].unit = constant(p, "bytes");
	period.type = constant(p, "space");
	period.unit = constant(p, "bytes");
	message.n_sample_type = (size_t)has_times + 1;
	message.sample_type = list;
	message.period_type = &period;
	message.period = 1;
	message.default_sample_type = types[has_times].type;
	message.time_nanos = (int64_t)export_time_ns(e);
	if (c && c->has & PAGEOWNER_CONDITIONS_HAS_END_TIME &&
	    c->has & PAGEOWNER_CONDITIONS_HAS_START_TIME &&
	    c->end_time_ns > c->start_time_ns)
		message.duration_nanos = (int64_t)(c->end_time_ns -
						   c->start_time_ns);
	message.comment = comments;
	if (c && c->kernel.len)
		comments[message.n_comment++] = string_of(p, c->kernel);
	if (export_is_incomplete(e))
		comments[message.n_comment++] = constant(p, "incomplete capture");
	put(p, &message);
}

/*
 * Functions that are before the owner and nowhere else: pprof drops them, so that what is
 * "self" is the owner's. One that is elsewhere as well would take owners with it.
 */
static void put_dropped(struct pprof *p)
{
	Pageowner__Pprof__Profile message = PAGEOWNER__PPROF__PROFILE__INIT;
	struct text_buffer names = { .e = p->e };

	for (size_t i = 0; i < p->functions.count && i < p->roles_count; i++) {
		const struct pageowner_text name = p->functions.entries[i].text;
		const size_t len = (size_t)((const char *)memmem(name.ptr, name.len, " [", 2) -
					    name.ptr);

		if (p->roles[i] != PASSES_ON)
			continue;
		if (names.len)
			text_buffer_add_string(&names, "|");
		for (size_t c = 0; c < len; c++) {
			if (strchr(".*+?()[]{}^$|\\", name.ptr[c]))
				text_buffer_add_string(&names, "\\");
			text_buffer_add(&names, &name.ptr[c], 1);
		}
	}
	if (text_buffer_error(&names) < 0)
		p->error = -ENOMEM;
	else if (names.len) {
		message.drop_frames = string_of(p, text_buffer_text(&names));
		put(p, &message);
	}
	text_buffer_free(&names);
}

static int write_profile(struct pageowner_export *e,
			 const struct pageowner_profile *profile, FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	const uint64_t page_size = export_page_size(e);
	const bool has_times = pageowner_profile_has(profile) &
		PAGEOWNER_HAS_TIMES;
	struct pprof p = {
		.e = e, .file = file, .strings = { .e = e }, .mappings = { .e = e },
		.functions = { .e = e }, .name = { .e = e }, .valid = { .e = e },
	};
	int ret = 0;

	/* 16 more than the window's bits: with the header of gzip */
	if (deflateInit2(&p.zip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	put_head(&p, e, has_times);
	for (size_t i = 0; ret == 0 && i < rows; i++)
		ret = put_sample(&p, profile, i, has_times, page_size);
	if (ret == 0)
		put_dropped(&p);
	compress_bytes(&p, NULL, 0, Z_FINISH);
	deflateEnd(&p.zip);
	map_free(&p.functions);
	map_free(&p.mappings);
	map_free(&p.strings);
	text_buffer_free(&p.name);
	text_buffer_free(&p.valid);
	free(p.packed);
	export_release(e, p.roles, p.roles_count);
	return ret ? ret : p.error;
}
#endif

const struct export_format export_pprof = {
	.name = "pprof",
#ifdef HAVE_PROTOBUF_C
	.help = "gzipped protobuf of pprof, for Parca, Pyroscope",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_NEEDS_STACKS |
		PAGEOWNER_EXPORT_IS_BINARY,
	.profile = write_profile,
#endif
	.keys = "callstack,name,node,migratetype,memcg",
};
