/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pageowner.h - all of libpageowner's public interface.
 *
 *	cc ... $(pkg-config --cflags --libs libpageowner)
 */
#ifndef PAGEOWNER_PAGEOWNER_H
#define PAGEOWNER_PAGEOWNER_H

#include <pageowner/account.h>
#include <pageowner/budget.h>
#include <pageowner/conditions.h>
#include <pageowner/diff.h>
#include <pageowner/filter.h>
#include <pageowner/field.h>
#include <pageowner/live.h>
#include <pageowner/pageblock.h>
#include <pageowner/plumbing.h>
#include <pageowner/profile.h>
#include <pageowner/reader.h>
#include <pageowner/record.h>
#include <pageowner/stack.h>
#include <pageowner/suppress.h>
#include <pageowner/version.h>

#endif
