/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pofile.h - the subcommands of pofile, and what they share. main.c says what each does.
 *
 * No subcommand uses another.
 */
#ifndef POFILE_H
#define POFILE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

/* Room for what is read */
extern char text[1 << 20];
/* What pofile exits with: 1 if something is wrong */
extern int bad;

/* Print it, and set bad */
void wrong(const char *what, long got, long want);
/* The PFN of a record, -1 if it has none */
long pfn_of(const char *record);

/* balance.c */
void balance(char *argv[]);
/* input.c */
void rules(const char *path);
void input(const char *folder);
/* pages.c */
void ranges(const char *path);
void agree(const char *theirs, const char *ours, unsigned long long since);
void covered(const char *path);
/* pressure.c */
void fragment(long mib);
void rename_task(long pages);
void churn(int seconds);
/* readers.c */
void stuck(const char *path, int seconds);
void partial(const char *path);
void hold(const char *path);
void latency(const char *path);

#endif
