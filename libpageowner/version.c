// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * version.c - the version of the library.
 */
#include "base/po.h"

#include <pageowner/version.h>

PO_EXPORT const char *pageowner_version(void)
{
	return PAGEOWNER_VERSION_STRING;
}
