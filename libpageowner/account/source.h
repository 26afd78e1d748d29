/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source.h - the files of /proc and /sys that an account is made from: one table of them,
 * one small parser for each.
 */
#ifndef PO_SOURCE_H
#define PO_SOURCE_H

#include "account/fact.h"
#include "account/parts.h"
#include "base/cursor.h"

/* A file that is being read, for its parser */
struct po_source_file {
	struct po_facts *facts;
	struct po_parts *parts;
	struct pageowner_text instance;	/* of several: the name of its folder; or two, with a / */
	/* The parser's own; zeroed at the beginning */
	bool is_inside;
	uint64_t unit;
	char text[64];
	size_t text_len;
	struct pageowner_text process;
};

/*
 * What one line says; @line is without its end. 0, also for a line that says nothing of
 * interest; -EBADMSG if it is damaged, then it has changed nothing; -ENOMEM
 */
typedef int po_source_line_fn(struct po_source_file *file, struct pageowner_text line);

/* @path: below the root; a * stands for any name, which is the instance, or a part of it.
 * @line: NULL for meminfo, which is read as a whole. @other_path: if that is absent; or NULL.
 * @is_of_processes: each * is a number, and may end at any time */
struct po_source {
	const char *name;
	const char *path;
	po_source_line_fn *line;
	const char *other_path;
	bool is_of_processes;
};

/* By enum pageowner_account_source */
extern const struct po_source po_sources[PO_ACCOUNT_SOURCES];

po_source_line_fn po_slabinfo_line, po_vmallocinfo_line, po_zoneinfo_line,
	po_buddyinfo_line, po_vmstat_line, po_zram_line, po_arcstats_line,
	po_hugepages_line, po_free_hugepages_line, po_ksm_line, po_mounts_line, po_df_line,
	po_sysvipc_line, po_status_line, po_cgroups_line, po_cgroup_stat_line,
	po_memory_stat_line, po_dma_buf_line, po_dma_buf_size_line, po_drm_line,
	po_iomem_line, po_allocinfo_line, po_zswap_line, po_sockstat_line,
	po_node_hugepages_line;

/* Measure each tmpfs of this machine's mounts: 0 or -ENOMEM */
int po_measure_mounts(struct po_parts *parts);

/* A text without the spaces at its beginning */
static inline void po_skip_spaces(struct po_cursor *c)
{
	while (po_take_word(c, " "))
		;
}

/* The next word of a line; false at its end */
static inline bool po_take_token(struct po_cursor *c, struct pageowner_text *word)
{
	po_skip_spaces(c);
	word->ptr = c->at;
	while (po_left(c) && *c->at != ' ' && *c->at != '\t')
		c->at++;
	word->len = (size_t)(c->at - word->ptr);
	return word->len;
}

/* The next word, which must be a number: 0 or -EBADMSG */
static inline int po_take_count(struct po_cursor *c, uint64_t *number)
{
	po_skip_spaces(c);
	if (po_take_decimal(c, number) != PO_NUMBER_OK ||
	    (po_left(c) && *c->at != ' ' && *c->at != '\t'))
		return -EBADMSG;
	return 0;
}

static inline bool po_is_one_of(struct pageowner_text text, const char *const *list,
				size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (po_text_equal(text, po_text_of(list[i])))
			return true;
	return false;
}

/* A whole line that is a number: 0 or -EBADMSG */
static inline int po_read_number(struct pageowner_text line, uint64_t *number)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };

	if (po_take_count(&c, number) < 0)
		return -EBADMSG;
	po_skip_spaces(&c);
	return po_left(&c) ? -EBADMSG : 0;
}

/* Reading, part after part: -EBADMSG of a parser is counted, -ENOMEM is returned. */
struct po_source_reader {
	struct pageowner_account *account;
	const struct po_source *source;
	struct po_source_file file;
	uint64_t lines, bad_lines, first_bad;
};

void po_source_begin(struct po_source_reader *r, struct pageowner_account *account,
		     enum pageowner_account_source source, const char *instance);
/* Whole lines; one without a newline at the end is damaged. 0 or -ENOMEM */
int po_source_read(struct po_source_reader *r, struct pageowner_text text);
/* A line that cannot be read */
void po_source_skip_line(struct po_source_reader *r);
/* What became of the file: @error as of struct pageowner_account_file, -ENOENT for none */
void po_source_end(struct po_source_reader *r, int error);

#endif
