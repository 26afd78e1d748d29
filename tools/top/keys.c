// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * keys.c - the keys of the full-screen view.
 */
#include "view.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define KEY_ESCAPE	27

/* Cells that an arrow key scrolls sideways */
#define SIDEWAYS	8

/* 0 or a negative errno */
static int write_file(const struct top_state *s, const char *name)
{
	/* Its text is only for users who may read the kernel's file. */
	int ret, fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			   0600);
	FILE *file;

	if (fd < 0)
		return -errno;
	file = fdopen(fd, "w");
	if (file) {
		ret = top_model_write(s->model, file, s->sample.page_size,
				      s->sample.is_damaged ? "what it was taken from is not" :
				      s->screen->filter ?
				      "it has only what was selected" : NULL);
		if (fclose(file) && ret == 0)
			ret = -errno;
	} else {
		ret = -errno;
		close(fd);
	}
	if (ret < 0)
		unlink(name);
	return ret;
}

static void write_snapshot(struct top_state *s)
{
	time_t now = time(NULL);
	char name[64];
	struct tm tm;
	int ret;

	gmtime_r(&now, &tm);
	strftime(name, sizeof(name), "stacks-%Y%m%d-%H%M%S.txt", &tm);
	ret = write_file(s, name);
	if (ret < 0)
		snprintf(s->message, sizeof(s->message), "%s: %s", name, strerror(-ret));
	else
		snprintf(s->message, sizeof(s->message), "Written to %s", name);
}

static void type(struct top_state *s, int key)
{
	const size_t len = strlen(s->search);

	if (key == KEY_ESCAPE)
		*s->search = '\0';
	if (key == KEY_ESCAPE || key == '\n' || key == '\r' || key == KEY_ENTER)
		s->typing = false;
	else if (key == 'U' - '@')
		*s->search = '\0';
	else if ((key == KEY_BACKSPACE || key == 127 || key == '\b') && len)
		s->search[len - 1] = '\0';
	else if (key >= ' ' && key < 256 && key != 127 && len + 1 < sizeof(s->search))
		s->search[len] = (char)key, s->search[len + 1] = '\0';
	s->is_viewed = false;
}

/* Where a list or page of @count lines of which @page are shown is after a key; @at if it
 * does not move */
static size_t moved(size_t at, size_t count, size_t page, int key)
{
	switch (key) {
	case KEY_UP: case 'k':
		return at - (at > 0);
	case KEY_DOWN: case 'j':
		return at + (at + 1 < count);
	case KEY_PPAGE: case 'B' - '@':
		return at - (at < page ? at : page);
	case KEY_NPAGE: case 'F' - '@':
		return at + page < count ? at + page : count - (count > 0);
	case KEY_HOME:
		return 0;
	case KEY_END:
		return count - (count > 0);
	}
	return at;
}

static void open_page(struct top_state *s, enum top_page page, size_t choice)
{
	s->page = page;
	s->page_top = 0;
	s->page_lines = SIZE_MAX / 2;
	s->choice = choice;
}

static void sort_by(struct top_state *s, enum top_order order)
{
	s->view.order = order;
	s->view.is_reversed = false;
	s->is_viewed = false;
	s->cursor = 0;
}

static void choose(struct top_state *s, size_t choice)
{
	if (s->page == TOP_SORTINGS) {
		sort_by(s, (enum top_order)choice);
	} else if (s->view.by != (enum top_by)choice) {
		s->view.by = (enum top_by)choice;
		s->cursor = s->left = 0;
		top_sample_regroup(s);
	}
	s->page = TOP_TABLE;
}

/* A key while a page is open */
static void press_page(struct top_state *s, int key)
{
	const bool is_list = s->page == TOP_GROUPINGS || s->page == TOP_SORTINGS;
	const size_t room = LINES > 3 ? (size_t)LINES - 3 : 1;
	const int choice = is_list ? top_page_choice(s, key) : -1;

	if (choice >= 0) {
		choose(s, (size_t)choice);
		return;
	}
	switch (key) {
	case 'q': case 'Q': case KEY_ESCAPE: case KEY_F(10):
		s->page = TOP_TABLE;
		return;
	case 'h': case '?': case KEY_F(1):
		if (s->page == TOP_HELP)
			s->page = TOP_TABLE;
		else
			open_page(s, TOP_HELP, 0);
		return;
	case '\n': case '\r': case KEY_ENTER: case 'e':
		s->page = TOP_TABLE;
		return;
	}
	if (is_list)
		s->choice = moved(s->choice, s->page == TOP_GROUPINGS ? (size_t)TOP_BYS :
				  (size_t)TOP_ORDERS, room, key);
	else
		s->page_top = moved(s->page_top, s->page_lines, room, key);
}

static void open_details(struct top_state *s)
{
	if (s->cursor >= s->count)
		return;
	s->details = top_row_id(&s->view, &s->rows[s->cursor]);
	open_page(s, TOP_DETAILS, 0);
}

/* Keys that change what is sampled: false if it is not one */
static bool press_sample(struct top_state *s, int key)
{
	switch (key) {
	case ' ':
		s->frozen = !s->frozen;
		return true;
	case 'n':
		if (top_is_replay(s))
			top_sample_forward(s);
		return true;
	case 'p':
		if (top_is_replay(s))
			top_sample_back(s);
		return true;
	case 'r':
		top_sample_set_baseline(s);
		snprintf(s->message, sizeof(s->message), "Changes are counted from this sample on");
		return true;
	case '+':
		s->delay *= 2;
		return true;
	case '-':
		s->delay = s->delay > 0.2 ? s->delay / 2 : s->delay;
		return true;
	case 'w':
		write_snapshot(s);
		return true;
	}
	return false;
}

/* Keys that change which rows are shown: false if it is not one */
static bool press_view(struct top_state *s, int key)
{
	switch (key) {
	case 's': case KEY_F(6):
		open_page(s, TOP_SORTINGS, s->view.order);
		return true;
	case '<':
		sort_by(s, (s->view.order + TOP_ORDERS - 1) % TOP_ORDERS);
		return true;
	case '>':
		sort_by(s, (s->view.order + 1) % TOP_ORDERS);
		return true;
	case 'I':
		s->view.is_reversed = !s->view.is_reversed;
		s->is_viewed = false;
		return true;
	case 'g':
		open_page(s, TOP_GROUPINGS, s->view.by);
		return true;
	case '/': case KEY_F(4):
		s->typing = true;
		return true;
	case KEY_ESCAPE:
		*s->search = '\0';
		s->is_viewed = false;
		return true;
	case KEY_LEFT:
		s->left -= s->left < SIDEWAYS ? s->left : SIDEWAYS;
		return true;
	case KEY_RIGHT:
		s->left += s->is_cut ? SIDEWAYS : 0;
		return true;
	}
	return false;
}

/* false to quit */
bool top_press(struct top_state *s, int key)
{
	*s->message = '\0';
	if (s->typing) {
		type(s, key);
		return true;
	}
	if (s->page != TOP_TABLE) {
		press_page(s, key);
		return true;
	}
	if (press_sample(s, key) || press_view(s, key))
		return true;
	switch (key) {
	case 'q': case 'Q': case KEY_F(10):
		return false;
	case '\n': case '\r': case KEY_ENTER: case 'e':
		open_details(s);
		break;
	case 'h': case '?': case KEY_F(1):
		open_page(s, TOP_HELP, 0);
		break;
	case 'L' - '@':
		clearok(curscr, TRUE);
		break;
	default:
		s->cursor = moved(s->cursor, s->count, top_page_rows(s), key);
	}
	return true;
}
