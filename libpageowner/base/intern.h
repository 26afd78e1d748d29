/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * intern.h - bytes -> small number, each stored once; the only user of GLib in
 * the library. GLib ends the process if memory runs out, so its table holds only
 * what grows with distinct texts.
 */
#ifndef PO_INTERN_H
#define PO_INTERN_H

#include "base/buffer.h"
#include "base/charge.h"

struct po_intern;

/* What GLib's table hashes and compares */
struct po_key {
	uint32_t hash;
	uint32_t number;	/* 0, 1, 2 ... in order of arrival */
};

/* One stored text; its payload follows the text. */
struct po_entry {
	struct po_key key;
	size_t len;
	char text[];
};

/* Replaces the text in a table of lines */
struct po_lines {
	size_t len;		/* of the whole text */
	struct po_entry *line[];	/* each with its newline */
};

/* @payload: bytes to store with each text, cleared when it is new. @budget: charged
 * before the table grows, must outlive it; or NULL */
int po_intern_new(size_t payload, struct po_budget *budget,
		  struct po_intern **table);

/*
 * A table of texts that share most of their lines: the lines are stored in
 * @lines, each once, and a text is a list of them. Its entries are struct
 * po_lines. @lines must outlive the table.
 */
int po_intern_new_of_lines(size_t payload, struct po_budget *budget,
			   struct po_intern *lines, struct po_intern **table);
void po_intern_free(struct po_intern *table);

/* Find or create the entry of a text; NULL if memory runs out. */
struct po_entry *po_intern_add(struct po_intern *table,
			       struct pageowner_text text);

/* Undo the last add, which created this entry; not in a table of lines. */
void po_intern_remove_last(struct po_intern *table, struct po_entry *entry);

/* Drop the hash index, which only adding needs; the next add rebuilds it. */
void po_intern_drop_index(struct po_intern *table);

/* All entries, by number, or as sorted since; valid until the next add. */
struct po_entry **po_intern_entries(const struct po_intern *table,
				    size_t *count);

static inline struct pageowner_text po_entry_text(const struct po_entry *entry)
{
	return (struct pageowner_text){ entry->text, entry->len };
}

static inline const struct po_lines *po_entry_lines(const struct po_entry *entry,
						    size_t *count)
{
	*count = (entry->len - sizeof(struct po_lines)) / sizeof(struct po_entry *);
	return (const void *)entry->text;
}

/* The text of an entry of a table of lines, in @buffer. 0 or -ENOMEM */
int po_entry_join(const struct po_entry *entry, struct po_buffer *buffer,
		  struct po_budget *budget, struct pageowner_text *text);

/* The same in @room, which holds at least all of the text */
struct pageowner_text po_entry_join_in(const struct po_entry *entry, char *room);

static inline void *po_entry_payload(const struct po_entry *entry)
{
	return (char *)entry->text + ((entry->len + 7) & ~(size_t)7);
}

#endif
