// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * screen.c - the full-screen view of pageowner-stacks-top: the terminal, and the loop
 * between samples (sample.c), keys (keys.c) and drawing (draw.c).
 */
#include "view.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "tools/lib/message.h"

#define KEY_WAIT_MS	100

static void loop(struct top_state *s)
{
	bool stale = true;

	top_sample_ask(s);
	for (;;) {
		int key;

		if (top_sample_take(s) || stale)
			top_draw(s);
		stale = false;
		key = getch();
		if (key == ERR) {
			/* A terminal that is gone gives no key at once. */
			if (!isatty(STDIN_FILENO))
				return;
		} else if (key == KEY_RESIZE) {
			stale = true;
		} else {
			if (!top_press(s, key))
				return;
			stale = true;
		}
		top_sample_ask(s);
	}
}

static void free_state(struct top_state *s)
{
	top_sample_take(s);
	top_sample_free(&s->sample);
	top_model_free(s->model);
	free(s->failure);
	free(s);
}

static void use_colors(struct top_state *s)
{
	s->color = s->screen->color && has_colors() && start_color() == OK;
	if (!s->color)
		return;
	use_default_colors();
	init_pair(TOP_GROWS, COLOR_RED, -1);
	init_pair(TOP_SHRINKS, COLOR_GREEN, -1);
	init_pair(TOP_BAR, COLOR_CYAN, -1);
	init_pair(TOP_WARNING, COLOR_YELLOW, -1);
}

bool top_screen_fits(void)
{
	const char *moves;
	int known;

	if (setupterm(NULL, STDOUT_FILENO, &known) == ERR)
		return false;
	moves = tigetstr("cup");
	known = moves && moves != (char *)-1;
	del_curterm(cur_term);
	return known;
}

int top_screen_run(struct top_screen *screen)
{
	struct top_model *model = top_model_new(screen->view.by, screen->budget, screen->plumbing);
	struct top_state *s = model ? calloc(1, sizeof(*s)) : NULL;
	SCREEN *terminal;

	if (!s) {
		cli_error("%s", strerror(ENOMEM));
		top_model_free(model);
		return -1;
	}
	*s = (struct top_state){
		.screen = screen, .view = screen->view, .delay = screen->delay,
		.model = model, .loading_by = screen->view.by,
	};
	setlocale(LC_CTYPE, "");
	s->unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal) {
		cli_error("this terminal cannot be used; --once prints a table");
		free_state(s);
		return -1;
	}
	set_escdelay(50);
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	use_colors(s);
	curs_set(0);
	timeout(KEY_WAIT_MS);
	loop(s);
	endwin();
	delscreen(terminal);
	screen->is_reading = top_sample_stage(s) == BUSY;
	if (!screen->is_reading)
		free_state(s);
	return 0;
}
