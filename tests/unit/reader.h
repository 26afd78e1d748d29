/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reader.h - what the tests of readers share.
 */
#ifndef TEST_READER_H
#define TEST_READER_H

#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The reader's first window */
#define WINDOW (256 << 10)

static char **odd;
static int odd_count;

static struct buffer odd_file(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "odd/%s", name);
	return data_file(path);
}

static struct buffer sample;	/* 300 real records */

#endif
