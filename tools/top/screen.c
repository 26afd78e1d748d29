// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * top-screen.c - the full-screen view of pageowner-stacks-top.
 *
 * Draws what the model says and turns keys into views. Samples are taken in by a
 * thread, so that a slow kernel file does not keep a key waiting; curses sends
 * only the cells that changed, which is what a slow terminal needs.
 */
#include "screen.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/lib/cli.h"
#include "tools/fold.h"
#include "tools/lib/units.h"

#define SPARK_CELLS	12
#define KEY_ESCAPE	27
#define KEY_WAIT_MS	100

/* What the thread is doing */
enum loading { IDLE, BUSY, DONE };

struct state {
	struct top_screen *screen;
	struct top_model *model;
	uint64_t page_size;	/* bytes, of the last sample */
	struct top_view view;
	enum loading loading;	/* atomic: says whose the next three are */
	int loaded;
	struct top_sample sample;
	size_t next;		/* file of a replay */
	/* the user's */
	size_t cursor, top;	/* row that is marked, first row that is shown */
	bool frozen, expanded, help, typing, unicode;
	char search[64];
	char message[256];
	double delay;
	struct timespec last;	/* when the last sample was asked for */
};

/* --- samples */

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) +
		(double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

static void *load_one(void *data)
{
	struct state *s = data;
	struct top_sample sample = { 0 };

	s->loaded = s->screen->source.load(s->screen->source.data, s->next,
					   &sample);
	s->sample = sample;
	__atomic_store_n(&s->loading, DONE, __ATOMIC_RELEASE);
	return NULL;
}

static enum loading stage(const struct state *s)
{
	return __atomic_load_n(&s->loading, __ATOMIC_ACQUIRE);
}

static bool is_replay(const struct state *s)
{
	return s->screen->source.count > 0;
}

static bool has_more(const struct state *s)
{
	return !is_replay(s) || s->next < s->screen->source.count;
}

static void ask(struct state *s)
{
	pthread_t thread;

	if (stage(s) != IDLE || !has_more(s))
		return;
	clock_gettime(CLOCK_MONOTONIC, &s->last);
	s->loading = BUSY;	/* no thread yet that could look */
	if (pthread_create(&thread, NULL, load_one, s)) {
		s->loading = IDLE;
		return;
	}
	pthread_detach(thread);
}

/* Whether there is something new to show */
static bool take(struct state *s)
{
	if (stage(s) != DONE)
		return false;
	if (s->loaded == 0)
		s->loaded = top_model_add(s->model, s->sample.profile,
					  s->screen->filter, s->sample.time);
	if (s->loaded == 0)
		s->page_size = s->sample.page_size;
	else
		snprintf(s->message, sizeof(s->message), "%s",
			 s->sample.why ? s->sample.why : s->loaded == -ENOBUFS ?
			 "more stacks than --max-memory has room for" :
			 strerror(ENOMEM));
	pageowner_profile_free(s->sample.profile);
	free(s->sample.why);
	s->sample = (struct top_sample){ 0 };
	s->next++;
	s->loading = IDLE;
	return true;
}

/* Back to a file before the last: all up to it are read again. */
static void go_back(struct state *s)
{
	size_t to = s->next;

	if (stage(s) != IDLE || to < 2)
		return;
	top_model_free(s->model);
	s->model = top_model_new(s->screen->budget);
	s->next = 0;
	while (s->next < to - 1) {
		s->loading = BUSY;
		load_one(s);
		take(s);
	}
	s->frozen = true;
}

/* --- drawing */

/* What a terminal may have of a text out of a dump; to be freed */
static char *safe_text(struct pageowner_text text)
{
	char *safe = NULL;
	size_t size;
	FILE *out = open_memstream(&safe, &size);

	if (!out)
		return NULL;
	cli_write_safe(out, text.ptr, text.len, false);
	fclose(out);
	return safe;
}

static void put(int y, int x, const char *text)
{
	if (text && y < LINES && x < COLS)
		mvaddnstr(y, x, text, COLS - x);
}

static void put_safe(int y, int x, int width, struct pageowner_text text)
{
	char *safe = safe_text(text);

	/* A cell a byte is enough: what is cut is cut a little early. */
	if (safe && width > 0 && y < LINES && x < COLS)
		mvaddnstr(y, x, safe, width < COLS - x ? width : COLS - x);
	free(safe);
}

static void draw_sparkline(const struct state *s, int y, int x,
			   const struct top_row *row)
{
	static const char *const blocks[] = {
		"\u2581", "\u2582", "\u2583", "\u2584",
		"\u2585", "\u2586", "\u2587", "\u2588",
	};
	static const char *const letters[] = {
		"_", ".", ",", "-", "=", "+", "*", "#",
	};
	const size_t samples = top_model_samples(s->model);
	const size_t count = samples < SPARK_CELLS ? samples : SPARK_CELLS;
	const uint64_t *last = row->history + samples - count;
	uint64_t low = UINT64_MAX, high = 0;

	for (size_t i = 0; i < count; i++) {
		low = last[i] < low ? last[i] : low;
		high = last[i] > high ? last[i] : high;
	}
	for (size_t i = 0; i < count; i++) {
		size_t level = high == low ? 0 : (size_t)
			((double)(last[i] - low) / (double)(high - low) * 7 + 0.5);

		put(y, x + (int)(SPARK_CELLS - count + i),
		    s->unicode ? blocks[level] : letters[level]);
	}
}

static void draw_row(const struct state *s, int y, const struct top_row *row,
		     bool marked)
{
	const double size = (double)s->page_size;
	const double change = (double)row->pages - (double)row->first;
	const uint64_t total = top_model_total(s->model, -1);
	char held[UNITS_TEXT_MAX], grown[UNITS_TEXT_MAX], rate[UNITS_TEXT_MAX];
	char line[128];
	int x, owner_width = COLS > 140 ? 32 : 24;
	char *folded;

	if (marked)
		attron(A_REVERSE);
	mvhline(y, 0, ' ', COLS);
	units_bytes(held, (double)row->pages * size, false);
	units_bytes(grown, change * size, true);
	units_bytes(rate, top_model_rate(s->model, row) * size, true);
	x = snprintf(line, sizeof(line), "%10s %5.1f%% %11s %11s ", held,
		     total ? 100 * (double)row->pages / (double)total : 0, grown,
		     rate);
	put(y, 0, line);
	draw_sparkline(s, y, x, row);
	x += SPARK_CELLS + 1;
	if (s->view.by != TOP_BY_STACK) {
		snprintf(line, sizeof(line), "%6zu ", row->stacks);
		put(y, x, line);
		x += 7;
	}
	if (s->view.by != TOP_BY_MODULE) {
		put_safe(y, x, owner_width, row->owner);
		x += owner_width + 1;
	}
	if (s->view.by != TOP_BY_OWNER) {
		put_safe(y, x, 14, row->module.len ? row->module :
			 (struct pageowner_text){ "-", 1 });
		x += 15;
	}
	folded = fold_stack(row->stack, 8);
	if (folded)
		put_safe(y, x, COLS - x,
			 (struct pageowner_text){ folded, strlen(folded) });
	free(folded);
	if (marked)
		attroff(A_REVERSE);
}

static void draw_head(const struct state *s, size_t rows)
{
	static const char *const units[] = { "stacks", "owners", "modules" };
	static const char *const orders[] = {
		"size", "change", "rate", "stacks", "name",
	};
	const double size = (double)s->page_size;
	const uint64_t total = top_model_total(s->model, -1);
	const double change = (double)total -
		(double)top_model_total(s->model, 0);
	char held[UNITS_TEXT_MAX], grown[UNITS_TEXT_MAX], line[256];

	snprintf(line, sizeof(line), "%s held, %s in %.0f s; %zu %s by %s",
		 units_bytes(held, (double)total * size, false),
		 units_bytes(grown, change * size, true),
		 top_model_passed(s->model), rows, units[s->view.by],
		 orders[s->view.order]);
	put(0, 0, line);
	if (is_replay(s))
		snprintf(line, sizeof(line), "%zu/%zu%s",
			 s->next, s->screen->source.count,
			 s->frozen ? " paused" : "");
	else
		snprintf(line, sizeof(line), "every %gs%s", s->delay,
			 s->frozen ? " FROZEN" : "");
	put(0, COLS - (int)strlen(line) > 0 ? COLS - (int)strlen(line) : 0, line);
	put_safe(1, 0, COLS, (struct pageowner_text){ s->screen->source.name,
				strlen(s->screen->source.name) });
	attron(A_BOLD | A_UNDERLINE);
	mvhline(2, 0, ' ', COLS);
	snprintf(line, sizeof(line), "%10s %6s %11s %11s %-*s %s%-*s%s%s", "SIZE",
		 "SHARE", "CHANGE", "PER SECOND", SPARK_CELLS, "LAST",
		 s->view.by == TOP_BY_STACK ? "" : "STACKS ",
		 s->view.by == TOP_BY_MODULE ? 0 : COLS > 140 ? 33 : 25,
		 s->view.by == TOP_BY_MODULE ? "" : "OWNER",
		 s->view.by == TOP_BY_OWNER ? "" : "MODULE         ", "STACK");
	put(2, 0, line);
	attroff(A_BOLD | A_UNDERLINE);
}

static void draw_foot(const struct state *s)
{
	char line[sizeof(s->search) + 32];

	mvhline(LINES - 1, 0, ' ', COLS);
	if (s->typing) {
		snprintf(line, sizeof(line), "Only stacks with: %s", s->search);
		put(LINES - 1, 0, line);
		return;
	}
	if (*s->message) {
		put_safe(LINES - 1, 0, COLS, (struct pageowner_text){
			s->message, strlen(s->message) });
		return;
	}
	attron(A_DIM);
	put(LINES - 1, 0, is_replay(s) ?
	    "q quit  n next  p previous  space play  s sort  g group  / filter  enter expand  w write  h help" :
	    "q quit  space freeze  s sort  g group  / filter  enter expand  w write  + - delay  h help");
	attroff(A_DIM);
}

static void draw_help(void)
{
	static const char *const lines[] = {
		"q            quit",
		"up down      mark a row; also k j, page up and down, home, end",
		"enter, e     show all frames of the marked row, or its largest stack",
		"s            sort by the next: size, change, rate, stacks, name",
		"g            group by the next: stack, owner, module",
		"/            only stacks with a text in a frame; enter ends, escape clears",
		"space        freeze, go on; a replay: play, pause",
		"n p          of a replay: the next sample, the one before",
		"+ -          longer and shorter delay",
		"w            write this sample to a file that pageowner-diff reads",
		"^L           draw anew",
		"h ?          this help, and away again",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		put(4 + (int)i, 4, lines[i]);
}

/* All frames of the marked row, below it: how many lines */
static int draw_frames(int y, const struct top_row *row)
{
	struct pageowner_text stack = row->stack;
	struct pageowner_frame frame;
	int start = y;

	while (y < LINES - 1 && pageowner_frame_next(&stack, &frame)) {
		mvhline(y, 0, ' ', COLS);
		put_safe(y++, 12, COLS - 12, frame.line);
	}
	return y - start;
}

static size_t page_rows(void)
{
	return LINES > 5 ? (size_t)LINES - 4 : 1;
}

static void draw(struct state *s)
{
	const struct top_row *rows;
	size_t count;
	int y = 3;

	s->view.search = *s->search ? s->search : NULL;
	count = top_model_view(s->model, &s->view, &rows);
	if (s->cursor >= count)
		s->cursor = count ? count - 1 : 0;
	if (s->cursor < s->top)
		s->top = s->cursor;
	if (s->cursor >= s->top + page_rows())
		s->top = s->cursor - page_rows() + 1;
	erase();
	draw_head(s, count);
	if (s->help)
		draw_help();
	for (size_t i = s->top; !s->help && i < count && y < LINES - 1; i++) {
		draw_row(s, y++, &rows[i], i == s->cursor);
		if (s->expanded && i == s->cursor)
			y += draw_frames(y, &rows[i]);
	}
	if (!count && !s->help)
		put(4, 4, top_model_samples(s->model) ? "Nothing to show." :
		    "Reading ...");
	draw_foot(s);
	refresh();
}

/* --- keys */

static void write_snapshot(struct state *s)
{
	char name[64];
	time_t now = time(NULL);
	struct tm tm;
	FILE *file;
	int fd;

	gmtime_r(&now, &tm);
	strftime(name, sizeof(name), "stacks-%Y%m%d-%H%M%S.txt", &tm);
	/* Its text is only for who may read the kernel's file. */
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (file)
		top_model_write(s->model, file, s->page_size);
	if (!file || (ferror(file) | fclose(file)))
		snprintf(s->message, sizeof(s->message), "%s: %s", name,
			 strerror(errno));
	else
		snprintf(s->message, sizeof(s->message), "Written to %s", name);
}

static void type(struct state *s, int key)
{
	const size_t len = strlen(s->search);

	if (key == KEY_ESCAPE)
		*s->search = '\0';
	if (key == KEY_ESCAPE || key == '\n' || key == '\r' || key == KEY_ENTER)
		s->typing = false;
	else if ((key == KEY_BACKSPACE || key == 127 || key == '\b') && len)
		s->search[len - 1] = '\0';
	else if (key > ' ' && key < 127 && len + 1 < sizeof(s->search))
		s->search[len] = (char)key, s->search[len + 1] = '\0';
}

static void move_cursor(struct state *s, int key)
{
	const size_t page = page_rows();

	switch (key) {
	case KEY_UP: case 'k':
		s->cursor -= s->cursor > 0;
		break;
	case KEY_DOWN: case 'j':
		s->cursor++;
		break;
	case KEY_PPAGE:
		s->cursor -= s->cursor < page ? s->cursor : page;
		break;
	case KEY_NPAGE:
		s->cursor += page;
		break;
	case KEY_HOME:
		s->cursor = 0;
		break;
	case KEY_END:
		s->cursor = SIZE_MAX - page;
		break;
	}
}

/* false to quit */
static bool press(struct state *s, int key)
{
	*s->message = '\0';
	if (s->typing) {
		type(s, key);
		return true;
	}
	switch (key) {
	case 'q': case 'Q':
		return false;
	case 's':
		s->view.order = (s->view.order + 1) % TOP_ORDERS;
		break;
	case 'g':
		s->view.by = (s->view.by + 1) % TOP_BYS;
		s->expanded = false;
		break;
	case '/':
		s->typing = true;
		break;
	case KEY_ESCAPE:
		*s->search = '\0';
		s->help = false;
		break;
	case ' ':
		s->frozen = !s->frozen;
		break;
	case 'n':
		if (is_replay(s)) {
			s->frozen = true;
			ask(s);
		}
		break;
	case 'p':
		if (is_replay(s))
			go_back(s);
		break;
	case '\n': case '\r': case KEY_ENTER: case 'e':
		s->expanded = !s->expanded;
		break;
	case 'w':
		write_snapshot(s);
		break;
	case '+':
		s->delay *= 2;
		break;
	case '-':
		s->delay = s->delay > 0.2 ? s->delay / 2 : s->delay;
		break;
	case 'h': case '?':
		s->help = !s->help;
		break;
	case 'L' - '@':
		clearok(curscr, TRUE);
		break;
	default:
		move_cursor(s, key);
	}
	return true;
}

static void loop(struct state *s)
{
	bool stale = true;

	ask(s);
	for (;;) {
		int key;

		if (take(s) || stale)
			draw(s);
		stale = false;
		key = getch();
		if (key == ERR) {
			/* A terminal that is gone gives no key at once. */
			if (!isatty(STDIN_FILENO))
				return;
		} else if (key == KEY_RESIZE) {
			stale = true;
		} else {
			if (!press(s, key))
				return;
			stale = true;
		}
		if (!s->frozen && seconds_since(&s->last) >= s->delay)
			ask(s);
	}
}

static void free_state(struct state *s)
{
	take(s);
	top_model_free(s->model);
	free(s);
}

int top_screen_run(struct top_screen *screen)
{
	struct state *s = calloc(1, sizeof(*s));
	SCREEN *terminal;

	if (!s) {
		cli_error("%s", strerror(ENOMEM));
		return -1;
	}
	*s = (struct state){
		.screen = screen, .view = screen->view, .delay = screen->delay,
		.model = top_model_new(screen->budget),
	};
	setlocale(LC_CTYPE, "");
	s->unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal) {
		cli_error("this terminal is not known (TERM=%s); --once prints a table",
			  getenv("TERM") ? getenv("TERM") : "");
		free_state(s);
		return -1;
	}
	set_escdelay(50);
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	timeout(KEY_WAIT_MS);
	loop(s);
	endwin();
	delscreen(terminal);
	/* A thread that still reads has it; it ends with the program. */
	if (stage(s) != BUSY)
		free_state(s);
	return 0;
}
