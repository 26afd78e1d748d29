/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pageowner.h - the whole public interface of libpageowner, and what holds for
 * all of it: objects, errors, lifetime, memory, threads.
 *
 *	cc ... $(pkg-config --cflags --libs libpageowner)
 *
 * Each header can also be included alone and documents its own functions.
 *
 * Objects. An input is a stream of records (record.h), which a reader (reader.h)
 * gets from a file, a descriptor or memory. A profile (profile.h) groups records
 * by fields (field.h); a diff (diff.h) compares profiles. Pageblocks
 * (pageblock.h) show fragmentation, an account (account.h) shows where all memory
 * of a machine is. A filter (filter.h) selects records, suppress.h leaves out
 * known stacks, plumbing.h adds functions that only pass memory on, budget.h
 * limits memory. live.h finds the running kernel's files, capture.h takes a snapshot
 * of them, conditions.h has what is recorded with a snapshot. stack.h parses stacks,
 * text.h makes texts safe for a terminal.
 *
 * Calls. X_new() or X_open() creates an object, X_free() frees it and accepts
 * NULL. Setters come first, then records are added. X_finish() or X_sort()
 * completes the object, which takes time and memory and may fail; after that it
 * can be looked at, which changes nothing.
 *
 * Errors. Functions that can fail return int: a negative errno, otherwise 0 or a
 * positive result. An object is returned through the last parameter, which is
 * unchanged on failure. X_next() and accessors return 1 with the object set, 0 if
 * there is none (the end, or absent), so that neither looks like a failure. X_error()
 * describes the last failure of an object in a sentence with file, byte offset and
 * what was expected. Wrong use is refused with -EINVAL. Damaged text is not an
 * error: it is counted (struct pageowner_input_stats), and reading continues.
 * Functions that look at a const object set no sentence, because their only error is
 * -EINVAL: the object is not finished or not sorted since something was added, or it
 * cannot have what is asked for (a field that groups lack, an age without a clock); each
 * says which.
 *
 * Lifetime. What is returned as const struct *, text or string belongs to the
 * object it came from. It is valid until the next call on a reader, until the next
 * change of a profile, and where one function returns one item after the other,
 * until its next call; each function says which. An object that is lent to
 * another (filter, suppress, plumbing) must not be changed or freed before that
 * one is freed. Structs that the library fills may grow at their end in later
 * versions: read them, do not allocate, embed or copy them. The few that callers
 * allocate say so and never grow.
 *
 * Absent is not zero. What a kernel did not print is marked as absent, by bits in
 * has; the member is then meaningless.
 *
 * Memory. It grows with the number of distinct stacks and groups, not with the
 * length of the input. A budget (budget.h) limits what objects use together; what
 * would exceed it fails with -ENOBUFS. If memory runs out, functions return
 * -ENOMEM, with one exception: the tables of distinct texts are hash tables of
 * GLib, which ends the process.
 *
 * Threads. There is no global state. An object may be used by one thread at a
 * time, different objects by different threads; a plumbing object may be shared
 * while it does not change, a budget always. pageowner_profile_load() starts
 * threads of its own only after pageowner_profile_set_jobs().
 *
 * The library never prints, never exits and does not change locale, signals or
 * working directory. It forks only to read the running kernel's files: show_stacks,
 * to its end (live.h), and page_owner, because a kernel fault kills the process that
 * reads (capture.h). These processes run nothing of the program.
 */
#ifndef PAGEOWNER_PAGEOWNER_H
#define PAGEOWNER_PAGEOWNER_H

#include <pageowner/account.h>
#include <pageowner/account_file.h>
#include <pageowner/budget.h>
#include <pageowner/capture.h>
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
#include <pageowner/text.h>
#include <pageowner/version.h>

#endif
