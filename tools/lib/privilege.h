/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * privilege.h - drop the privileges that a tool does not need.
 */
#ifndef PRIVILEGE_H
#define PRIVILEGE_H

/* Keep only capabilities that concern files; no program is started with more. */
void cli_drop_privileges(void);

#endif
