// SPDX-License-Identifier: GPL-2.0-only
/*
 * state.c - module parameters, and whether tracking is enabled.
 *
 * Variables that all files look at; who may change them is said in base.h. The
 * parameters that do something when written are in main.c.
 */
#include <linux/module.h>

#include "base.h"

DECLARE_RWSEM(po_lock);
bool po_enabled;
u64 po_enabled_ns;

bool po_free_stacks;
module_param_named(free_stacks, po_free_stacks, bool, 0400);
MODULE_PARM_DESC(free_stacks, "also keep the stack and time of each page's last free (8 more bytes a page)");

bool po_times = true;
module_param_named(times, po_times, bool, 0400);
MODULE_PARM_DESC(times, "keep when each page was allocated (on; without, 8 bytes a page less)");

unsigned int po_arena_kb = 8192;
module_param_named(arena_kb, po_arena_kb, uint, 0400);
MODULE_PARM_DESC(arena_kb, "room for distinct stacks, in KiB (8192)");

bool po_trie = true;
module_param_named(trie, po_trie, bool, 0400);
MODULE_PARM_DESC(trie, "learn call paths instead of unwinding each time (on)");

unsigned int po_trie_bits = 14;
module_param_named(trie_bits, po_trie_bits, uint, 0400);
MODULE_PARM_DESC(trie_bits, "log2 of the places in the call-path trie, 16 bytes each (14)");

unsigned int po_trie_verify = 1024;
module_param_named(trie_verify, po_trie_verify, uint, 0400);
MODULE_PARM_DESC(trie_verify, "check one trie result in this many with the unwinder (1024)");

/* Under lockdown its debugfs file cannot be opened for writing; this still works. */
unsigned long long po_count_threshold;
module_param_named(count_threshold, po_count_threshold, ullong, 0600);
MODULE_PARM_DESC(count_threshold, "show only stacks with at least this many base pages (0)");
