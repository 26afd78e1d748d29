// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * message.c - what a tool says on standard error, and who says it.
 */
#include "tools/lib/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

int cli_parse_number(const char *text, unsigned long min, unsigned long max,
		     unsigned long *number)
{
	unsigned long value;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (*end || errno || value < min || value > max)
		return -EINVAL;
	*number = value;
	return 0;
}

int cli_one_of(const char *text, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(text, names[i]))
			return i;
	return -EINVAL;
}

void cli_wrong_argument(const struct option *options, int returned,
			const char *argument)
{
	while (options->name && options->val != returned)
		options++;
	cli_error("wrong argument for --%s: %s", options->name ? options->name : "",
		  argument);
}
