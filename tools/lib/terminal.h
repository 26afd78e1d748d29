/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * terminal.h - text from dumps on its way to a terminal.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Writes control characters, changes of the direction of writing, invisible characters
 * and invalid UTF-8 as \\xNN; keeps newlines and tabs of @lines. */
void cli_write_safe(FILE *file, const char *text, size_t len, bool lines);

/* A stream that writes so to the terminal @file, which it closes with itself; NULL if
 * there is no memory. */
FILE *cli_guard_terminal(FILE *file);

#endif
