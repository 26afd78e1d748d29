// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sqlite.c - a database of a snapshot: stacks, frames, groups, records, and views for
 * the usual questions (docs/formats.md).
 *
 * It is made in a temporary file and then written as a whole: so it goes wherever a
 * report can go, and never is there by half.
 */
#include "row.h"

#ifdef HAVE_SQLITE
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "buffer.h"

/* Sums of counts that no machine has are no error, but the largest number. */
#define SUM(what, times) "CASE count(" what ") WHEN 0 THEN NULL ELSE" \
	" CAST(total(" what ")" times " AS INTEGER) END"
#define HELD	SUM("g.pages", "") " AS pages, " SUM("g.pages", " * s.page_size") " AS bytes"

static const char schema[] =
"PRAGMA application_id = 1349482350;" /* "Pown", see own-report.c */
"CREATE TABLE snapshots (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, host TEXT,"
" boot_id TEXT, kernel TEXT, time_ns INTEGER, page_size INTEGER NOT NULL, complete INTEGER);"
"CREATE TABLE stacks (id INTEGER PRIMARY KEY, stack_id TEXT NOT NULL,"
" stack_id_exact TEXT NOT NULL UNIQUE, owner TEXT, module TEXT);"
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
" " HELD ", " SUM("g.times", "") " AS times"
" FROM groups g JOIN stacks t ON g.stack = t.id JOIN snapshots s ON g.snapshot = s.id"
" GROUP BY s.id, t.stack_id ORDER BY pages DESC;"
"CREATE VIEW top_owners AS SELECT s.id AS snapshot, g.owner, " HELD
" FROM groups g JOIN snapshots s ON g.snapshot = s.id GROUP BY s.id, g.owner ORDER BY pages DESC;"
"CREATE VIEW top_modules AS SELECT s.id AS snapshot, g.module, " HELD
" FROM groups g JOIN snapshots s ON g.snapshot = s.id GROUP BY s.id, g.module ORDER BY pages DESC;"
"CREATE VIEW stack_text AS SELECT stack, group_concat(symbol ||"
" CASE WHEN module IS NULL THEN '' ELSE ' [' || module || ']' END, char(10)) AS text"
" FROM (SELECT * FROM frames ORDER BY stack, depth) GROUP BY stack;";

static const char from_records[] =
"CREATE INDEX records_by_stack ON records (stack);"
"CREATE INDEX records_by_pfn ON records (pfn);"
"INSERT INTO groups (snapshot, stack, times, pages, pid, name, \"order\", gfp,"
" migratetype, node, memcg, owner, module) SELECT snapshot, stack,"
" " SUM("times", "") ", " SUM("pages", "") ", pid, name, \"order\", gfp,"
" migratetype, node, memcg, owner, module FROM records GROUP BY snapshot, stack,"
" pid, name, \"order\", gfp, migratetype, node, memcg, owner, module"
" ORDER BY total(pages) DESC;";

/* In the order of the columns of groups from pid on */
static const enum pageowner_field columns[] = {
	PAGEOWNER_FIELD_PID, PAGEOWNER_FIELD_TGID, PAGEOWNER_FIELD_NAME,
	PAGEOWNER_FIELD_ORDER, PAGEOWNER_FIELD_GFP, PAGEOWNER_FIELD_MIGRATETYPE,
	PAGEOWNER_FIELD_BLOCKTYPE, PAGEOWNER_FIELD_NODE, PAGEOWNER_FIELD_ZONE,
	PAGEOWNER_FIELD_MEMCG, PAGEOWNER_FIELD_ALLOCATOR, PAGEOWNER_FIELD_FREE,
	PAGEOWNER_FIELD_OWNER, PAGEOWNER_FIELD_MODULE,
};
#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))
#define FIRST_COLUMN	4	/* of what an insert into groups is given */

enum statement { SNAPSHOT, STACK, STACK_OF, FRAME, GROUP, STATEMENTS };

static const char *const statements[STATEMENTS] = {
	[SNAPSHOT] = "INSERT INTO snapshots (version, host, boot_id,"
		" kernel, time_ns, page_size) VALUES (?, ?, ?, ?, ?, ?)",
	[STACK] = "INSERT INTO stacks (stack_id, stack_id_exact, owner, module) VALUES (?, ?, ?, ?)",
	[STACK_OF] = "SELECT id FROM stacks WHERE stack_id_exact = ?",
	[FRAME] = "INSERT INTO frames VALUES (?, ?, ?, ?, ?)",
	[GROUP] = "INSERT INTO groups (snapshot, stack, times, pages, pid, tgid, name,"
		" \"order\", gfp, migratetype, blocktype, node, zone, memcg, allocator,"
		" free, owner, module) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?)",
};

struct database {
	int fd;
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
	sqlite3_stmt *record;		/* the insert into records */
	sqlite3_int64 snapshot;		/* the last, 0 for none */
	uint64_t capture_at;		/* where in the input it begins */
	uint64_t incomplete;		/* captures so far, of single records */
	bool is_capture;		/* the last snapshot */
	bool lost;			/* a value could not be bound */
	struct text_buffer valid;
};

static void bind_text(struct database *d, sqlite3_stmt *s, int at,
		      struct pageowner_text text)
{
	if (!text.len)
		return;		/* stays NULL */
	text = text_buffer_utf8(&d->valid, text);
	d->lost |= text_buffer_error(&d->valid) < 0 ||
		sqlite3_bind_text64(s, at, text.ptr, text.len, SQLITE_TRANSIENT,
				    SQLITE_UTF8) != SQLITE_OK;
}

static void bind_id(struct database *d, sqlite3_stmt *s, int at, uint64_t id)
{
	char text[20];

	snprintf(text, sizeof(text), "%016" PRIx64, id);
	d->lost |= sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT) != SQLITE_OK;
}

/* Runs an insert and makes it ready for the next. */
static int step(const struct database *d, sqlite3_stmt *s)
{
	/* What is not bound is NULL, and must not be where there was a value. */
	const int ret = d->lost ? SQLITE_NOMEM : sqlite3_step(s);

	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return ret == SQLITE_DONE ? 0 : -EIO;
}

static int put_snapshot(struct database *d, const struct pageowner_export *e)
{
	const struct pageowner_conditions *c = e->capture;
	const uint64_t ns = export_time_ns(e);
	sqlite3_stmt *s = d->statement[SNAPSHOT];

	sqlite3_bind_int(s, 1, EXPORT_VERSION);
	bind_text(d, s, 2, export_host(e));
	if (c) {
		bind_text(d, s, 3, c->boot_id);
		bind_text(d, s, 4, c->kernel);
	}
	if (ns)
		sqlite3_bind_int64(s, 5, (sqlite3_int64)ns);
	sqlite3_bind_int64(s, 6, (sqlite3_int64)export_page_size(e));
	d->snapshot++;
	d->is_capture = c && c->has & PAGEOWNER_CONDITIONS_HAS_VERSION;
	return step(d, s);
}

/* Whether the last snapshot was read to its end: of single records that is known only
 * after them. */
static int put_complete(struct database *d, bool is_complete)
{
	char *text = sqlite3_mprintf("UPDATE snapshots SET complete = %d WHERE id = %lld",
				     is_complete, d->snapshot);
	int ret = -ENOMEM;

	if (text)
		ret = sqlite3_exec(d->db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : -EIO;
	sqlite3_free(text);
	return ret;
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
		bind_text(d, s, 3, frame.symbol);
		bind_text(d, s, 4, frame.module);
		sqlite3_bind_int64(s, 5, (sqlite3_int64)frame.offset);
		ret = step(d, s);
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

	bind_id(d, find, 1, exact);
	ret = d->lost ? SQLITE_NOMEM : sqlite3_step(find);
	if (ret == SQLITE_ROW)
		id = sqlite3_column_int64(find, 0);
	sqlite3_reset(find);
	if (id)
		return id;
	if (ret != SQLITE_DONE)
		return -EIO;
	bind_id(d, s, 1, pageowner_stack_id_portable(stack));
	bind_id(d, s, 2, exact);
	if (pageowner_stack_owner(stack, d->valid.e->plumbing, &owner))
		bind_text(d, s, 3, owner.symbol);
	bind_text(d, s, 4, pageowner_stack_module(stack));
	ret = step(d, s);
	if (ret < 0)
		return ret;
	id = sqlite3_last_insert_rowid(d->db);
	ret = put_frames(d, stack, id);
	return ret < 0 ? ret : id;
}

static bool has_key(const enum pageowner_field keys[], unsigned int count,
		    enum pageowner_field key)
{
	for (unsigned int k = 0; k < count; k++)
		if (keys[k] == key)
			return true;
	return false;
}

static int put_group(struct database *d, const struct pageowner_export *e,
		     const struct pageowner_profile *profile, size_t row)
{
	const struct pageowner_group *group;
	enum pageowner_field keys[EXPORT_KEYS_MAX];
	const unsigned int count = export_keys(e, profile, keys);
	sqlite3_stmt *s = d->statement[GROUP];
	int ret = pageowner_profile_group(profile, row, &group);

	if (ret <= 0)
		return ret;
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

		if (!has_key(keys, count, columns[i]))
			continue;
		ret = export_value(profile, row, columns[i], buf, &text);
		if (ret < 0)
			return ret;
		/* A column of numbers makes numbers of texts that are some. */
		if (ret > 0)
			bind_text(d, s, (int)i + FIRST_COLUMN, text);
	}
	return step(d, s);
}

/* --- records */

/* The stack of the record has its place at the start of a row. */
static bool is_the_stack(const struct export_field *field)
{
	return field->type == EXPORT_STACK && !strcmp(field->name, "stack");
}

static bool is_column(const struct export_field *field)
{
	return field->type == EXPORT_NUMBER || field->type == EXPORT_TEXT ||
		(field->type == EXPORT_STACK && !is_the_stack(field));
}

/* Its columns are the fields of a record; stacks are in a table. */
static int add_records_table(struct database *d, const struct export_row *names)
{
	sqlite3_str *table = sqlite3_str_new(d->db), *insert = sqlite3_str_new(d->db);
	char *sql;
	int ret;

	sqlite3_str_appendall(table, "CREATE TABLE records (id INTEGER PRIMARY KEY, snapshot"
			      " INTEGER NOT NULL REFERENCES snapshots, stack INTEGER"
			      " REFERENCES stacks");
	sqlite3_str_appendall(insert, "INSERT INTO records VALUES (NULL, ?, ?");
	for (size_t i = 0; i < names->count; i++) {
		if (!is_column(&names->field[i]))
			continue;
		sqlite3_str_appendf(table, ", \"%w\" %s", names->field[i].name,
				    names->field[i].type == EXPORT_TEXT ? "TEXT" :
				    names->field[i].type == EXPORT_STACK ?
				    "INTEGER REFERENCES stacks" : "INTEGER");
		sqlite3_str_appendall(insert, ", ?");
	}
	sqlite3_str_appendall(table, ")");
	sqlite3_str_appendall(insert, ")");
	sql = sqlite3_str_finish(table);
	d->lost |= !sql;
	ret = sql && sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK;
	sqlite3_free(sql);
	sql = sqlite3_str_finish(insert);
	d->lost |= !sql;
	ret = ret && sql && sqlite3_prepare_v2(d->db, sql, -1, &d->record,
					       NULL) == SQLITE_OK;
	sqlite3_free(sql);
	return ret ? 0 : -EIO;
}

static int bind_stack(struct database *d, sqlite3_stmt *s, int at,
		      struct pageowner_text text)
{
	const sqlite3_int64 stack = stack_of(d, text);

	if (stack < 0)
		return (int)stack;
	sqlite3_bind_int64(s, at, stack);
	return 0;
}

/* Before the next one: what was counted for it since it began */
static int end_capture(struct database *d, const struct export_records *records)
{
	const uint64_t before = d->incomplete;

	d->incomplete = export_incomplete_count(records);
	return d->is_capture || d->incomplete != before ?
		put_complete(d, d->incomplete == before) : 0;
}

static int put_record(struct database *d, const struct pageowner_export *e,
		      const struct export_records *records, const struct export_row *row)
{
	sqlite3_stmt *s = d->record;
	int at = 3, ret = 0;

	if (!d->snapshot || (e->capture && e->capture->offset != d->capture_at)) {
		d->capture_at = e->capture ? e->capture->offset : 0;
		ret = end_capture(d, records);
		if (ret == 0)
			ret = put_snapshot(d, e);
		if (ret < 0)
			return ret;	/* a call of SQLite would hide the reason */
	}
	sqlite3_bind_int64(s, 1, d->snapshot);
	for (size_t i = 0; ret == 0 && i < row->count; i++) {
		const struct export_field *field = &row->field[i];

		if (field->is_there && field->type == EXPORT_STACK)
			ret = bind_stack(d, s, is_the_stack(field) ? 2 : at,
					 field->text);
		else if (field->is_there && field->type == EXPORT_TEXT)
			bind_text(d, s, at, field->text);
		else if (field->is_there && field->type == EXPORT_NUMBER)
			sqlite3_bind_int64(s, at, field->number);
		at += is_column(field);
	}
	return ret < 0 ? ret : step(d, s);
}

/* --- the database, in a file that has lost its name */

static int open_database(struct database *d, const struct export_row *names)
{
	static const char name[] = "/pageowner-XXXXXX";
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int ret = -EIO;

	if (!folder || !*folder || strlen(folder) > sizeof(path) - sizeof(name))
		folder = "/tmp";
	snprintf(path, sizeof(path), "%s%s", folder, name);
	d->fd = mkostemp(path, O_CLOEXEC);
	if (d->fd < 0)
		return -errno;
	/* It is there as a whole or not at all: what guards it from a crash is for
	 * databases that stay. */
	if (sqlite3_open(path, &d->db) == SQLITE_OK &&
	    sqlite3_exec(d->db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;",
			 NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(d->db, schema, NULL, NULL, NULL) == SQLITE_OK)
		ret = add_records_table(d, names);
	unlink(path);
	for (int i = 0; ret == 0 && i < STATEMENTS; i++)
		if (sqlite3_prepare_v2(d->db, statements[i], -1, &d->statement[i],
				       NULL) != SQLITE_OK)
			ret = -EIO;
	if (ret == 0 && sqlite3_exec(d->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		ret = -EIO;
	return ret;
}

static int copy_out(int fd, FILE *file)
{
	char buf[1 << 16];
	off_t at = 0;
	ssize_t len;

	while ((len = pread(fd, buf, sizeof(buf), at)) > 0) {
		fwrite(buf, 1, (size_t)len, file);
		at += len;
	}
	return len < 0 ? -errno : 0;
}

/* Whether that is why SQLite failed; without memory to say so there is no database. */
static bool has_no_memory(const struct database *d)
{
	const int error = sqlite3_extended_errcode(d->db);

	return !d->db || d->lost || error == SQLITE_NOMEM || error == SQLITE_IOERR_NOMEM;
}

/* What was put into it goes to the file, unless @ret says that this failed. */
static int close_database(struct database *d, struct pageowner_export *e, int ret,
			  FILE *file)
{
	if (ret == 0 && sqlite3_exec(d->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		ret = -EIO;
	if (ret == -EIO && has_no_memory(d))
		ret = -ENOMEM;
	if (ret < 0 && d->db && sqlite3_errcode(d->db) != SQLITE_OK && !*e->error)
		snprintf(e->error, sizeof(e->error), "SQLite: %s",
			 sqlite3_errmsg(d->db));
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(d->statement[i]);
	sqlite3_finalize(d->record);
	sqlite3_close(d->db);
	if (ret == 0)
		ret = copy_out(d->fd, file);
	if (d->fd >= 0)
		close(d->fd);
	text_buffer_free(&d->valid);
	return ret;
}

/* The names of the columns of records, whatever is written */
static void name_records(struct pageowner_export *e, struct export_row *names)
{
	struct export_document doc = { .e = e };

	export_records_document(&doc, NULL);
	row_clear(names);
	doc.list[0].names(&doc.list[0], names);
}

static int write_profile(struct pageowner_export *e,
			 const struct pageowner_profile *profile, FILE *file)
{
	const size_t rows = export_rows(e, pageowner_profile_count(profile));
	struct database d = { .fd = -1, .valid = { .e = e } };
	struct export_row names;
	int ret;

	name_records(e, &names);
	ret = open_database(&d, &names);
	if (ret == 0)
		ret = put_snapshot(&d, e);
	if (ret == 0 && e->has_complete)
		ret = put_complete(&d, e->is_complete);
	for (size_t i = 0; ret == 0 && i < rows; i++)
		ret = put_group(&d, e, profile, i);
	return close_database(&d, e, ret, file);
}

static int write_records(struct export_document *doc, FILE *file)
{
	struct export_list *list = &doc->list[0];
	struct database d = { .fd = -1, .valid = { .e = doc->e } };
	const struct export_records *records = doc->of;
	struct export_row row;
	int ret;

	name_records(doc->e, &row);
	ret = open_database(&d, &row);
	while (ret == 0) {
		row_clear(&row);
		ret = list->next(list, &row);
		if (ret <= 0)
			break;
		ret = put_record(&d, doc->e, records, &row);
	}
	if (ret == 0 && !d.snapshot)
		ret = put_snapshot(&d, doc->e);	/* of no records */
	if (ret == 0)
		ret = end_capture(&d, records);
	if (ret == 0 && sqlite3_exec(d.db, from_records, NULL, NULL, NULL) != SQLITE_OK)
		ret = -EIO;
	return close_database(&d, doc->e, ret, file);
}
#endif

const struct export_format export_sqlite = {
	.name = "sqlite",
#ifdef HAVE_SQLITE
	.help = "an SQLite database",
	.traits = PAGEOWNER_EXPORT_PROFILE | PAGEOWNER_EXPORT_RECORDS | PAGEOWNER_EXPORT_IS_BINARY,
	.profile = write_profile, .document = write_records,
#endif
	.keys = "callstack,name,pid,order,gfp,node,migratetype,memcg",
};
