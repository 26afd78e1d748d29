// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * message.c - messages on standard error, with the name of the program.
 */
#include "tools/lib/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/lib/privilege.h"
#include "tools/lib/terminal.h"

const char *cli_program = "pageowner";

void cli_begin(const char *program, char *argv[])
{
	cli_program = program;
	argv[0] = (char *)program;	/* in what getopt_long() says */
	cli_drop_privileges();
}

void cli_error(const char *format, ...)
{
	int saved = errno, len;
	va_list args;
	char *text;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		text = NULL, len = 0;
	fprintf(stderr, "%s: ", cli_program);
	if (isatty(STDERR_FILENO))
		cli_write_safe(stderr, text, (size_t)len, false);
	else
		fwrite(text, 1, (size_t)len, stderr);
	fputc('\n', stderr);
	free(text);
	errno = saved;
}

void cli_say_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		cli_error("%.*s", (int)len, text);
		text += len + (text[len] == '\n');
	}
}
