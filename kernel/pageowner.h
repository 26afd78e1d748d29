/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pageowner.h - what probes, scans and files in debugfs offer each other.
 *
 * Events flow one way: probe.c -> stack.c -> stacks.c -> pages.c. The show files
 * only read. enable.c calls all of them in order and undoes in reverse.
 */
#ifndef PO_PAGEOWNER_H
#define PO_PAGEOWNER_H

#include <linux/jump_label.h>
#include <linux/mmzone.h>
#include <linux/seq_file.h>
#include <linux/types.h>

#include "records.h"

struct dentry;

/* ---- scan.c: what each page is used for --------------------------------- */

enum po_use {
	PO_USE_RESERVED,	/* never was the allocator's */
	PO_USE_POISONED,	/* taken out of use after a hardware error */
	PO_USE_FREE,		/* in a free block */
	PO_USE_LISTED,		/* no reference, but linked into a list: a CPU's, mostly */
	PO_USE_MAYBE,		/* no reference and not linked */
	PO_USE_USED,
};

/**
 * struct po_run - pages with the same use
 * @pfn:   first of them
 * @order: how many: of a compound page or a free block, otherwise 0
 * @use:   what they are used for
 */
struct po_run {
	unsigned long pfn;
	unsigned int order;
	enum po_use use;
};

enum po_use po_use_of(struct page *page);
bool po_can_scan_cpu_lists(void);
void po_scan_cpu_lists(struct zone *zone,
		       void (*fn)(unsigned long pfn, unsigned int order, void *data),
		       void *data);
int po_scan_zone(struct zone *zone, void (*fn)(const struct po_run *run, void *data),
		 void *data);

/* ---- early.c: pages that were in use before tracking began ------------- */
int po_early_scan(void);

/* ---- check.c: do the records agree with the kernel? --------------------- */
void po_check_create(struct dentry *dir);

/* ---- filter.c: which allocations are recorded -------------------------- */
DECLARE_STATIC_KEY_FALSE(po_filter_key);
bool po_filter_match(struct page *page, unsigned int order, gfp_t gfp);
int po_filter_set(const char *text);
void po_filter_show(struct seq_file *m);
void po_filter_exit(void);

/* ---- probe.c: what reports allocations and frees ----------------------- */
int po_probes_attach(void);
void po_probes_detach(void);
void po_probes_show(struct seq_file *m);

/* ---- enable.c: enable, disable and reset tracking ------------------------ */
int po_set_enabled(bool on);
int po_reset(void);
void po_disable(void);

/* ---- types.c: numbers and their names ------------------------------------ */
extern const char *const po_migratetype_names[MIGRATE_TYPES];
unsigned int po_gfp_type(gfp_t gfp);
const char *po_reason_name(unsigned int reason);

/* ---- text.c: one record as text ------------------------------------------ */

enum po_print { PO_PRINT_STACK, PO_PRINT_HANDLE, PO_PRINT_STACK_HANDLE };

/**
 * struct po_text - text that is being written, and in which form
 * @mode:       what names the stack
 * @newest:     the newest kernel's form instead of this kernel's
 * @size:       no more than this fits
 * @len:        what was written, even if it did not fit
 * @stack_id:   stack whose text is in @stack
 * @stack_len:  length of @stack
 * @enabled_ns: when @stack_id was valid
 * @stack:      frames as text
 * @buf:        the text
 */
struct po_text {
	enum po_print mode;
	bool newest;
	size_t size;
	size_t len;
	u32 stack_id;
	int stack_len;
	u64 enabled_ns;
	char stack[PAGE_SIZE];
	char buf[PAGE_SIZE];
};

struct po_text *po_text_new(void);
__printf(2, 3) void po_text_put(struct po_text *t, const char *fmt, ...);
void po_text_stack(struct po_text *t, u32 id);
void po_text_record(struct po_text *t, unsigned long pfn, struct page *page,
		    const struct po_page *known, unsigned int order);
int po_order_now(unsigned long pfn, struct page *page, u64 state);
int po_stack_print(char *buf, size_t size, u32 id);

/* ---- show_*.c: debugfs --------------------------------------------------- */
void po_show_pages_create(struct dentry *dir);
void po_show_lookup_create(struct dentry *dir);
void po_show_stacks_create(struct dentry *dir);
void po_show_blocks_create(struct dentry *dir);
void po_stats_create(struct dentry *dir);

/* ---- control.c: debugfs enabled, reset, filter -------------------------- */
void po_control_create(struct dentry *dir);

#endif /* PO_PAGEOWNER_H */
