/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * privilege.h - give up the rights that a tool does not need.
 */
#ifndef PRIVILEGE_H
#define PRIVILEGE_H

/* Keeps only those that concern files, and starts no program with more. */
void cli_drop_privileges(void);

#endif
