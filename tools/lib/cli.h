/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cli.h - what most files of a tool need: messages, input, output, progress.
 */
#ifndef CLI_H
#define CLI_H

#include "tools/lib/message.h"
#include "tools/lib/output.h"
#include "tools/lib/privilege.h"
#include "tools/lib/progress.h"
#include "tools/lib/source.h"
#include "tools/lib/terminal.h"

/* A decimal number from @min to @max and nothing else: 0 or -EINVAL. */
int cli_parse_number(const char *text, unsigned long min, unsigned long max,
		     unsigned long *number);

/* Which of @count names a text is, or -EINVAL */
int cli_one_of(const char *text, const char *const *names, int count);

/* "wrong argument for --OPTION: ARGUMENT", of what getopt_long() returned */
struct option;
void cli_wrong_argument(const struct option *options, int returned,
			const char *argument);

/* --version: the exit status. */
int cli_print_version(void);

#endif
