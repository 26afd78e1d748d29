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

#endif
