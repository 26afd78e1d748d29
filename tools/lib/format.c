// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * format.c - --format= of the tools: the formats of libpageowner-export.
 */
#include "tools/lib/format.h"

#include <errno.h>
#include <string.h>

#include "tools/lib/message.h"
#include "tools/lib/output.h"
#include "tools/lib/source.h"

static bool fits(const struct option_table *table, unsigned int uses)
{
	return !uses || uses & table->export_uses;	/* 0: this was built without it */
}

const char *format_word(const struct words *words, size_t index)
{
	const struct option_table *table = words->data;
	const struct option_format *own = table->formats;
	unsigned int uses;
	const char *name;

	for (; own && own->name; own++)
		if (!index--)
			return own->name;
	for (size_t i = 0; (name = pageowner_export_format(i, &uses, NULL)); i++) {
		bool is_own = false;

		for (own = table->formats; own && own->name; own++)
			is_own = is_own || !strcmp(own->name, name);
		if (!is_own && fits(table, uses) && !index--)
			return name;
	}
	return index ? NULL : "help";
}

int format_help(const struct option_table *table)
{
	const struct words words = { .at = format_word, .data = table };
	struct cli_output out;
	const char *name, *found, *help;
	unsigned int uses;

	if (cli_output_open(&out, NULL) < 0)
		return CLI_FAILED;
	for (size_t i = 0; (name = words_at(&words, i)) && strcmp(name, "help"); i++) {
		const struct option_format *own = table->formats;

		while (own->name && strcmp(own->name, name))
			own++;
		help = own->help;
		for (size_t j = 0; !own->name &&
		     (found = pageowner_export_format(j, &uses, &help)); j++)
			if (!strcmp(found, name))
				break;
		fprintf(out.file, "%-12s %s\n", name, !own->name && !uses ?
			"(this was built without it)" : help);
	}
	return cli_output_close(&out) < 0 ? CLI_FAILED : CLI_OK;
}

static unsigned int traits_of(const char *name)
{
	const char *found;
	unsigned int uses;

	for (size_t i = 0; (found = pageowner_export_format(i, &uses, NULL)); i++)
		if (!strcmp(found, name))
			return uses;
	return 0;
}

bool format_can(const char *name, unsigned int what)
{
	return traits_of(name) & what;
}

struct pageowner_export *format_new(const char *name, unsigned int uses)
{
	struct pageowner_export *e = NULL;
	int ret = pageowner_export_new(name, &e);

	if (ret == 0 && !(traits_of(name) & uses)) {
		pageowner_export_free(e);
		ret = -EINVAL;
	}
	if (ret == 0)
		return e;
	if (ret == -ENOTSUP)
		cli_error("--format=%s: this was built without it", name);
	else if (ret == -EINVAL)
		cli_error("--format=%s: cannot show this report", name);
	else
		cli_error("%s", strerror(-ret));
	return NULL;
}

int format_add_inputs(struct pageowner_export *e, const char *const *inputs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const int ret = pageowner_export_add_input(e, cli_input_name(inputs[i]));

		if (ret < 0) {
			cli_error("%s", strerror(-ret));
			return -1;
		}
	}
	return 0;
}

static int open_output(struct cli_output *out, const char *name, const char *path)
{
	if (cli_output_open(out, path) < 0)
		return -1;
	if (!out->to_terminal || !(traits_of(name) & PAGEOWNER_EXPORT_IS_BINARY))
		return 0;
	cli_error("--format=%s is not for a terminal; -o FILE writes a file", name);
	fclose(out->file);
	return -1;
}

static int close_output(struct cli_output *out, struct pageowner_export *e, int ret)
{
	int closed;

	if (ret < 0) {
		cli_error("%s", pageowner_export_error(e));
		out->is_abandoned = true;
	}
	closed = cli_output_close(out);
	return ret < 0 ? ret : closed;
}

int format_write(struct pageowner_export *e, const char *name, const char *path,
		 format_write_fn *write, void *data)
{
	struct cli_output out;

	if (open_output(&out, name, path) < 0)
		return -1;
	return close_output(&out, e, write(e, data, out.file));
}

int format_write_profile(struct pageowner_export *e, const char *name,
			 struct pageowner_profile *profile, const char *path)
{
	struct cli_output out;

	if (open_output(&out, name, path) < 0)
		return -1;
	(void)pageowner_export_set_flags(e, out.to_terminal ? PAGEOWNER_EXPORT_TERMINAL : 0);
	return close_output(&out, e, pageowner_export_profile(e, profile, out.file));
}
