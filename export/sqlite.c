// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sqlite.c - a database of a snapshot: stacks, frames, groups, and views for the
 * usual questions (docs/formats.md).
 *
 * It is made in memory, which grows with rows and stacks, and written as a whole:
 * so it goes wherever a report can go, and never is there by half.
 */
#include "export.h"

#ifdef HAVE_SQLITE
#include <glib.h>
#include <sqlite3.h>

static const char schema[] =
"CREATE TABLE snapshots (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, host TEXT,"
" boot_id TEXT, kernel TEXT, time_ns INTEGER, page_size INTEGER NOT NULL);"
"CREATE TABLE stacks (id INTEGER PRIMARY KEY, stack_id TEXT NOT NULL,"
" exact_id TEXT NOT NULL UNIQUE, owner TEXT, module TEXT);"
"CREATE TABLE frames (stack INTEGER NOT NULL REFERENCES stacks, depth INTEGER NOT NULL,"
" symbol TEXT NOT NULL, module TEXT, offset INTEGER, PRIMARY KEY (stack, depth))"
" WITHOUT ROWID;"
"CREATE TABLE groups (id INTEGER PRIMARY KEY, snapshot INTEGER NOT NULL REFERENCES"
" snapshots, stack INTEGER REFERENCES stacks, times INTEGER, pages INTEGER,"
" pid INTEGER, tgid INTEGER, name TEXT, \"order\" INTEGER, gfp TEXT, migratetype TEXT,"
" blocktype TEXT, node INTEGER, zone INTEGER, memcg TEXT, allocator TEXT, free INTEGER,"
" owner TEXT, module TEXT);"
"CREATE INDEX groups_by_stack ON groups (stack);"
"CREATE VIEW top_stacks AS SELECT s.id AS snapshot, t.stack_id, t.owner, t.module,"
" sum(g.pages) AS pages, sum(g.pages) * s.page_size AS bytes, sum(g.times) AS times"
" FROM groups g JOIN stacks t ON g.stack = t.id JOIN snapshots s ON g.snapshot = s.id"
" GROUP BY s.id, t.stack_id ORDER BY pages DESC;"
"CREATE VIEW top_owners AS SELECT s.id AS snapshot, g.owner, sum(g.pages) AS pages,"
" sum(g.pages) * s.page_size AS bytes FROM groups g JOIN snapshots s ON g.snapshot ="
" s.id GROUP BY s.id, g.owner ORDER BY pages DESC;"
"CREATE VIEW top_modules AS SELECT s.id AS snapshot, g.module, sum(g.pages) AS pages,"
" sum(g.pages) * s.page_size AS bytes FROM groups g JOIN snapshots s ON g.snapshot ="
" s.id GROUP BY s.id, g.module ORDER BY pages DESC;"
"CREATE VIEW stack_text AS SELECT stack, group_concat(symbol ||"
" CASE WHEN module IS NULL THEN '' ELSE ' [' || module || ']' END, char(10)) AS text"
" FROM (SELECT * FROM frames ORDER BY stack, depth) GROUP BY stack;";

/* In the order of the columns of groups from pid on */
static const enum pageowner_key columns[] = {
	PAGEOWNER_KEY_PID, PAGEOWNER_KEY_TGID, PAGEOWNER_KEY_NAME,
	PAGEOWNER_KEY_ORDER, PAGEOWNER_KEY_GFP, PAGEOWNER_KEY_MIGRATETYPE,
	PAGEOWNER_KEY_BLOCKTYPE, PAGEOWNER_KEY_NODE, PAGEOWNER_KEY_ZONE,
	PAGEOWNER_KEY_MEMCG, PAGEOWNER_KEY_ALLOCATOR, PAGEOWNER_KEY_FREE,
	PAGEOWNER_KEY_OWNER, PAGEOWNER_KEY_MODULE,
};
#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))
#define FIRST_COLUMN	4	/* of what an insert into groups is given */

enum statement { SNAPSHOT, STACK, STACK_OF, FRAME, GROUP, STATEMENTS };

static const char *const statements[STATEMENTS] = {
	[SNAPSHOT] = "INSERT INTO snapshots VALUES (1, ?, ?, ?, ?, ?, ?)",
	[STACK] = "INSERT INTO stacks (stack_id, exact_id, owner, module) VALUES (?, ?, ?, ?)",
	[STACK_OF] = "SELECT id FROM stacks WHERE exact_id = ?",
	[FRAME] = "INSERT INTO frames VALUES (?, ?, ?, ?, ?)",
	[GROUP] = "INSERT INTO groups (snapshot, stack, times, pages, pid, tgid, name,"
		" \"order\", gfp, migratetype, blocktype, node, zone, memcg, allocator,"
		" free, owner, module) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?)",
};

struct database {
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
};

static void bind_text(sqlite3_stmt *s, int at, struct pageowner_text text)
{
	char *valid;

	if (!text.len)
		return;		/* stays NULL */
	valid = g_utf8_make_valid(text.ptr, (gssize)text.len);
	sqlite3_bind_text(s, at, valid, -1, SQLITE_TRANSIENT);
	g_free(valid);
}

static void bind_id(sqlite3_stmt *s, int at, uint64_t id)
{
	char text[20];

	snprintf(text, sizeof(text), "%016" PRIx64, id);
	sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT);
}

/* Runs an insert and makes it ready for the next. */
static int step(sqlite3_stmt *s)
{
	const int ret = sqlite3_step(s);

	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return ret == SQLITE_DONE || ret == SQLITE_ROW ? 0 : -ENOMEM;
}

static int put_snapshot(struct database *d, const struct pageowner_export *e,
			const struct pageowner_profile *profile)
{
	const struct pageowner_capture *c = export_capture(profile);
	const uint64_t ns = export_time_ns(e, profile);
	sqlite3_stmt *s = d->statement[SNAPSHOT];

	sqlite3_bind_int(s, 1, EXPORT_VERSION);
	bind_text(s, 2, export_host(e, profile));
	if (c) {
		bind_text(s, 3, c->boot_id);
		bind_text(s, 4, c->kernel);
	}
	if (ns)
		sqlite3_bind_int64(s, 5, (sqlite3_int64)ns);
	sqlite3_bind_int64(s, 6, (sqlite3_int64)export_page_size(e, profile));
	return step(s);
}

static int put_frames(struct database *d, struct pageowner_text stack,
		      sqlite3_int64 id)
{
	sqlite3_stmt *s = d->statement[FRAME];
	struct pageowner_frame frame;
	int ret = 0;

	for (int depth = 0; ret == 0 && pageowner_frame_next(&stack, &frame);
	     depth++) {
		sqlite3_bind_int64(s, 1, id);
		sqlite3_bind_int(s, 2, depth);
		/* A damaged line may lack it. */
		sqlite3_bind_text(s, 3, "", 0, SQLITE_STATIC);
		bind_text(s, 3, frame.symbol);
		bind_text(s, 4, frame.module);
		sqlite3_bind_int64(s, 5, (sqlite3_int64)frame.offset);
		ret = step(s);
	}
	return ret;
}

/* The row of a stack, made if it is new; negative errno */
static sqlite3_int64 stack_of(struct database *d, struct pageowner_text stack)
{
	const uint64_t exact = pageowner_stack_id_exact(stack);
	sqlite3_stmt *find = d->statement[STACK_OF], *s = d->statement[STACK];
	struct pageowner_frame owner;
	sqlite3_int64 id = 0;
	int ret;

	bind_id(find, 1, exact);
	if (sqlite3_step(find) == SQLITE_ROW)
		id = sqlite3_column_int64(find, 0);
	sqlite3_reset(find);
	if (id)
		return id;
	bind_id(s, 1, pageowner_stack_id_portable(stack));
	bind_id(s, 2, exact);
	if (pageowner_stack_owner(stack, &owner))
		bind_text(s, 3, owner.symbol);
	bind_text(s, 4, pageowner_stack_module(stack));
	ret = step(s);
	if (ret < 0)
		return ret;
	id = sqlite3_last_insert_rowid(d->db);
	ret = put_frames(d, stack, id);
	return ret < 0 ? ret : id;
}

static bool has_key(const enum pageowner_key keys[], unsigned int count,
		    enum pageowner_key key)
{
	for (unsigned int k = 0; k < count; k++)
		if (keys[k] == key)
			return true;
	return false;
}

static int put_group(struct database *d, struct pageowner_profile *profile,
		     size_t row)
{
	const struct pageowner_group *group = pageowner_profile_group(profile, row);
	enum pageowner_key keys[PAGEOWNER_KEY_COUNT];
	const unsigned int count = export_keys(profile, keys);
	sqlite3_stmt *s = d->statement[GROUP];

	if (!group)
		return -ENOMEM;
	if (export_has_stacks(profile)) {
		const sqlite3_int64 stack = stack_of(d, group->record->stack);

		if (stack < 0)
			return (int)stack;
		sqlite3_bind_int64(s, 1, stack);
	}
	if (group->has & PAGEOWNER_HAS_TIMES)
		sqlite3_bind_int64(s, 2, (sqlite3_int64)export_number(group->times));
	if (group->has & PAGEOWNER_HAS_PAGES)
		sqlite3_bind_int64(s, 3, (sqlite3_int64)export_number(group->pages));
	for (size_t i = 0; i < COLUMNS; i++) {
		char buf[EXPORT_VALUE_MAX];
		struct pageowner_text text;

		/* A column of numbers makes numbers of texts that are some. */
		if (has_key(keys, count, columns[i]) &&
		    export_value(profile, row, columns[i], buf, &text))
			bind_text(s, (int)i + FIRST_COLUMN, text);
	}
	return step(s);
}

static int fill(struct database *d, struct pageowner_export *e,
		struct pageowner_profile *profile)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	int ret = 0;

	if (sqlite3_open(":memory:", &d->db) != SQLITE_OK ||
	    sqlite3_exec(d->db, schema, NULL, NULL, NULL) != SQLITE_OK)
		return -ENOMEM;
	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v2(d->db, statements[i], -1, &d->statement[i],
				       NULL) != SQLITE_OK)
			return -ENOMEM;
	sqlite3_exec(d->db, "BEGIN", NULL, NULL, NULL);
	ret = put_snapshot(d, e, profile);
	for (size_t i = 0; ret == 0 && i < rows; i++)
		ret = put_group(d, profile, i);
	if (ret == 0 && sqlite3_exec(d->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		ret = -ENOMEM;
	return ret;
}

static int write_profile(struct pageowner_export *e,
			 struct pageowner_profile *profile, FILE *file)
{
	struct database d = { 0 };
	sqlite3_int64 size = 0;
	unsigned char *bytes;
	int ret = fill(&d, e, profile);

	if (ret < 0 && d.db && sqlite3_errcode(d.db) != SQLITE_OK)
		snprintf(e->error, sizeof(e->error), "SQLite: %s",
			 sqlite3_errmsg(d.db));
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(d.statement[i]);
	if (ret == 0) {
		bytes = sqlite3_serialize(d.db, "main", &size, 0);
		if (bytes)
			fwrite(bytes, 1, (size_t)size, file);
		else
			ret = -ENOMEM;
		sqlite3_free(bytes);
	}
	sqlite3_close(d.db);
	return ret;
}
#endif

const struct export_format export_sqlite = {
	.name = "sqlite", .help = "an SQLite database",
#ifdef HAVE_SQLITE
	.uses = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_BINARY,
	.profile = write_profile,
#endif
	.keys = "callstack,name,pid,order,gfp,node,migratetype,memcg",
};
