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
		ret = top_model_write(s->model, file, s->page_size);
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
	else if ((key == KEY_BACKSPACE || key == 127 || key == '\b') && len)
		s->search[len - 1] = '\0';
	else if (key > ' ' && key < 127 && len + 1 < sizeof(s->search))
		s->search[len] = (char)key, s->search[len + 1] = '\0';
}

static void move_cursor(struct top_state *s, int key)
{
	const size_t page = top_page_rows();

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
bool top_press(struct top_state *s, int key)
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
		s->view.is_reversed = false;
		break;
	case 'g':
		s->view.by = (s->view.by + 1) % (TOP_BY_MODULE + 1);
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
		if (top_is_replay(s)) {
			s->frozen = true;
			top_sample_ask(s);
		}
		break;
	case 'p':
		if (top_is_replay(s))
			top_sample_back(s);
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
