/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hash.h - for GLib's tables of texts that come out of dumps.
 *
 * g_str_hash() and g_bytes_hash() are known to all: who writes a dump could choose
 * texts that all fall into one place. These are seeded per process.
 */
#ifndef HASH_H
#define HASH_H

#include <glib.h>

guint hash_string(gconstpointer string);	/* const char * */
guint hash_bytes(gconstpointer bytes);		/* GBytes * */

#endif
