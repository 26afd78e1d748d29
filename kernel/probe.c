// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe.c - the tracepoints and kprobes that report allocations and frees.
 *
 * Two tracepoints report nearly everything and are required. Four kprobes close
 * the gaps they leave: the bulk allocator, contiguous ranges, compaction's targets
 * and migration. Each of these may be missing; its state is shown. What an event
 * does to the records is decided elsewhere.
 *
 * Every handler runs with preemption disabled by the handler itself, whatever its
 * caller does (since 7.0 tracepoints no longer do): whoever frees what a handler
 * may use unpublishes it and then calls synchronize_rcu().
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/log2.h>
#include <linux/migrate_mode.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>
#include <linux/tracepoint.h>

#include "pageowner.h"
#include "compat.h"

/* ---- tracepoints: allocation, free, reason of a migration ---------------- */

static noinline void on_alloc(void *data, struct page *page, unsigned int order,
			      gfp_t gfp, int migratetype)
{
	if (unlikely(!page))
		return;		/* a failed allocation */
	preempt_disable_notrace();
	if (static_branch_unlikely(&po_filter_key) &&
	    !po_filter_match(page, order, gfp))
		po_page_skip(page, order);
	else
		po_page_alloc(page, order, gfp,
			      po_stack_here(__builtin_frame_address(0)));
	preempt_enable_notrace();
}

static noinline void on_free(void *data, struct page *page, unsigned int order)
{
	unsigned long unmatched;
	u32 stack;

	preempt_disable_notrace();
	stack = po_free_stacks ? po_stack_here(__builtin_frame_address(0)) : 0;
	unmatched = po_page_free(page, order, stack);
	if (unlikely(unmatched))
		po_stack_unmatched(stack ?: po_stack_here(__builtin_frame_address(0)),
				   unmatched);
	preempt_enable_notrace();
}

/*
 * Which task migrates pages, and why. Few tasks do so at the same time; one that
 * finds no place leaves its pages without a reason.
 */
static struct {
	struct task_struct *task;	/* set by cmpxchg, cleared by that task */
	int reason;			/* by that task only */
} migrating[32];

static int current_reason(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(migrating); i++)
		if (READ_ONCE(migrating[i].task) == current)
			return migrating[i].reason;
	return -1;
}

static void on_migrate_start(void *data, enum migrate_mode mode, int reason)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(migrating); i++)
		if (!cmpxchg(&migrating[i].task, NULL, current)) {
			migrating[i].reason = reason;
			return;
		}
	po_count_add(PO_REASONS_LOST, 1);
}

/* The arguments differ between kernels; none of them is used. */
static void on_migrate_end(void *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(migrating); i++)
		if (READ_ONCE(migrating[i].task) == current)
			/* Its reason was read before the next task takes the place. */
			smp_store_release(&migrating[i].task, NULL);
}

static struct trace {
	const char *name;
	void *probe;
	bool needed;
	struct tracepoint *tp;		/* found when attaching */
	bool attached;
} traces[] = {
	/* Free first: the free of each recorded allocation must be seen. */
	{ "mm_page_free", on_free, true },
	{ "mm_page_alloc", on_alloc, true },
	{ "mm_migrate_pages", on_migrate_end, false },
	{ "mm_migrate_pages_start", on_migrate_start, false },
};

/* ---- kprobes -------------------------------------------------------------- */

/*
 * The stack seen from a kprobe begins with kprobes' own functions. Cut it to begin
 * at @from; if the walk finds only the caller of the probed function, @entry, the
 * address of that function, is put on top.
 */
static u32 probed_stack(unsigned long from, unsigned long len, unsigned long entry)
{
	unsigned long all[PO_FRAMES * 2 + 1];
	unsigned long *entries = all + 1;	/* room for one on top */
	unsigned int nr, i;

	nr = stack_trace_save(entries, ARRAY_SIZE(all) - 1, 0);
	for (i = 0; i < nr; i++)
		if (entries[i] - from < len)
			break;
	if (i < nr) {
		entries += i;
		nr -= i;
	}
	nr = po_filter_irq_stacks(entries, nr);
	if (entry) {
		*--entries = entry;
		nr++;
	}
	return po_stack_intern(entries, min_t(unsigned int, nr, PO_FRAMES));
}

static void record(struct page *page, unsigned int order, gfp_t gfp, u32 stack)
{
	if (static_branch_unlikely(&po_filter_key) &&
	    !po_filter_match(page, order, gfp))
		po_page_skip(page, order);
	else
		po_page_alloc(page, order, gfp, stack);
}

static unsigned long argument(struct pt_regs *regs, int n)
{
	return n < 0 ? 0 : regs_get_kernel_argument(regs, n);
}

/* What is kept from the entry of a function to its return. */
struct call {
	u32 stack;			/* 0: found at the return */
	gfp_t gfp;
	union {
		struct {
			struct list_head *list;
			struct page **array;
		};
		struct {
			unsigned long start, end;
		};
	};
};

static int on_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (struct call *)ri->data;

	call->stack = 0;
	if (PO_KRETPROBE_HIDES_CALLER) {
		preempt_disable_notrace();
		/* The first instruction, and what calls the probe: up to 10 bytes */
		call->stack = probed_stack((unsigned long)po_kretprobe(ri)->kp.addr, 10, 0);
		preempt_enable_notrace();
	}
	return 0;
}

/* The stack that called the function, which now returns. */
static u32 call_stack(struct kretprobe_instance *ri)
{
	const struct call *call = (const struct call *)ri->data;

	return call->stack ?:
		probed_stack(po_kretprobe_retaddr(ri), 1,
			     (unsigned long)po_kretprobe(ri)->kp.addr);
}

static int on_bulk_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (struct call *)ri->data;

	on_entry(ri, regs);
	call->gfp = (__force gfp_t)argument(regs, 0);
	call->list = (struct list_head *)argument(regs, PO_BULK_ARG_LIST);
	call->array = (struct page **)argument(regs, PO_BULK_ARG_ARRAY);
	return 0;
}

/*
 * The records tell which pages are new: pages that the caller passed in are live
 * already, and so is the one from the fallback to the plain allocator.
 */
static void record_bulk(struct page *page, gfp_t gfp, u32 stack)
{
	if (!page || po_page_is_live(page))
		return;
	po_count_add(PO_BULK_PAGES, 1);
	record(page, 0, gfp, stack);
}

static int on_bulk_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (struct call *)ri->data;
	long nr = regs_return_value(regs);
	struct page *page;
	u32 stack;
	long i;

	if (nr <= 0)
		return 0;
	preempt_disable_notrace();
	stack = call_stack(ri);
	if (call->array) {
		for (i = 0; i < nr; i++)
			record_bulk(call->array[i], call->gfp, stack);
	} else if (call->list) {
		list_for_each_entry(page, call->list, lru) {
			if (nr-- <= 0)
				break;
			record_bulk(page, call->gfp, stack);
		}
	}
	preempt_enable_notrace();
	return 0;
}

static int on_contig_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (struct call *)ri->data;

	on_entry(ri, regs);
	call->start = argument(regs, 0);
	call->end = argument(regs, 1);
	call->gfp = (__force gfp_t)argument(regs, 3);
	return 0;
}

static int on_contig_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (struct call *)ri->data;
	unsigned long pfn = call->start;
	unsigned int order = 0;
	u32 stack;

	if ((int)regs_return_value(regs) || call->end <= call->start)
		return 0;
	preempt_disable_notrace();
	stack = call_stack(ri);
	if (PO_CONTIG_CAN_BE_COMPOUND && (call->gfp & __GFP_COMP) &&
	    is_power_of_2(call->end - call->start))
		order = ilog2(call->end - call->start);
	po_count_add(PO_CONTIG_PAGES, call->end - call->start);
	for (; pfn < call->end; pfn += 1UL << order)
		record(pfn_to_page(pfn), order, call->gfp, stack);
	preempt_enable_notrace();
	return 0;
}

/*
 * The target of a page that compaction moves. Its free pages come from the free
 * lists without an event; this is where one of them gets an owner. A kprobe on
 * post_alloc_hook() would not do: that is inline, and since its probe is an int3 on
 * x86, it costs thousands of instructions where a kernel calls it for each page.
 */
static int on_compaction_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct page *page = (struct page *)regs_return_value(regs);

	if (!page)
		return 0;
	preempt_disable_notrace();
	po_count_add(PO_COMPACTION_PAGES, compound_nr(page));
	record(page, compound_order(page), __GFP_MOVABLE, call_stack(ri));
	preempt_enable_notrace();
	return 0;
}

static int on_folio_migrate(struct kprobe *kp, struct pt_regs *regs)
{
	/* Folios are pages here: the first member is one. */
	struct page *new = (struct page *)argument(regs, 0);
	struct page *old = (struct page *)argument(regs, 1);

	preempt_disable_notrace();
	po_page_migrate(new, old, current_reason());
	preempt_enable_notrace();
	return 0;
}

/* Linux 5.10 has only the tracepoint at the end of a migration. */
static int on_migrate_pages(struct kprobe *kp, struct pt_regs *regs)
{
	on_migrate_start(NULL, 0, (int)argument(regs, 5));
	return 0;
}

enum hook_state { HOOK_OFF, HOOK_ATTACHED, HOOK_MISSING, HOOK_ABSENT };

static struct hook {
	const char *label;
	const char *names[3];		/* newest first */
	kprobe_pre_handler_t pre;	/* a kprobe; without it a kretprobe */
	kretprobe_handler_t entry, ret;
	bool absent;			/* this kernel has no such function */
	const char *instead_of;		/* tracepoint that does the same, where it exists */
	struct kretprobe rp;		/* its kprobe is used for both */
	enum hook_state state;
	int error;
} hooks[] = {
	{ "bulk", PO_BULK_NAMES, .entry = on_bulk_entry, .ret = on_bulk_return,
	  .absent = !PO_HAVE_BULK },
	{ "contig", PO_CONTIG_NAMES, .entry = on_contig_entry, .ret = on_contig_return },
	{ "compaction", { "compaction_alloc" }, .entry = on_entry,
	  .ret = on_compaction_return },
	{ "migration", PO_MIGRATE_NAMES, .pre = on_folio_migrate },
	{ "reason", { "migrate_pages" }, .pre = on_migrate_pages,
	  .instead_of = "mm_migrate_pages_start" },
};

static int register_hook(struct hook *hook, const char *name)
{
	/* Nothing of an earlier registration may remain. */
	memset(&hook->rp, 0, sizeof(hook->rp));
	hook->rp.kp.symbol_name = name;
	if (hook->pre) {
		hook->rp.kp.pre_handler = hook->pre;
		return register_kprobe(&hook->rp.kp);
	}
	hook->rp.entry_handler = hook->entry;
	hook->rp.handler = hook->ret;
	hook->rp.data_size = sizeof(struct call);
	hook->rp.maxactive = max(64U, 4 * num_possible_cpus());
	return register_kretprobe(&hook->rp);
}

static bool have_trace(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(traces); i++)
		if (traces[i].tp && !strcmp(traces[i].name, name))
			return true;
	return false;
}

static void attach_hook(struct hook *hook)
{
	unsigned int i;

	if (hook->absent || (hook->instead_of && have_trace(hook->instead_of))) {
		hook->state = HOOK_ABSENT;
		return;
	}
	hook->state = HOOK_MISSING;
	for (i = 0; i < ARRAY_SIZE(hook->names) && hook->names[i]; i++) {
		hook->error = register_hook(hook, hook->names[i]);
		if (!hook->error) {
			hook->state = HOOK_ATTACHED;
			return;
		}
	}
	pr_notice("hook %s is missing (%d): its pages are not recorded\n",
		  hook->label, hook->error);
}

static void detach_hook(struct hook *hook)
{
	if (hook->state == HOOK_ATTACHED) {
		if (hook->pre)
			unregister_kprobe(&hook->rp.kp);
		else
			unregister_kretprobe(&hook->rp);
	}
	hook->state = HOOK_OFF;
}

/* ---- all of them ---------------------------------------------------------- */

static void match_trace(struct tracepoint *tp, void *priv)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(traces); i++)
		if (!strcmp(tp->name, traces[i].name))
			traces[i].tp = tp;
}

/* The extent of a tracepoint's iterator; only its text form has the size. */
static struct po_range iterator_of(const struct tracepoint *tp)
{
	struct po_range range = { .start = (unsigned long)tp->iterator };
	char text[KSYM_SYMBOL_LEN];
	const char *slash;

	sprint_symbol(text, range.start);
	slash = strrchr(text, '/');
	if (!slash || sscanf(slash, "/0x%lx", &range.size) != 1)
		range.size = 0;
	return range;
}

/**
 * po_probes_attach() - attach all probes
 *
 * Return: 0, or a negative errno with nothing attached.
 */
int po_probes_attach(void)
{
	unsigned int i;
	int ret;

	for_each_kernel_tracepoint(match_trace, NULL);
	for (i = 0; i < ARRAY_SIZE(traces); i++)
		if (traces[i].needed && !traces[i].tp) {
			pr_err("refused: this kernel has no tracepoint %s\n",
			       traces[i].name);
			return -EOPNOTSUPP;
		}
	po_iterators[0] = iterator_of(traces[0].tp);
	po_iterators[1] = iterator_of(traces[1].tp);
	memset(migrating, 0, sizeof(migrating));

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		attach_hook(&hooks[i]);
	for (i = 0; i < ARRAY_SIZE(traces); i++) {
		if (!traces[i].tp)
			continue;
		ret = tracepoint_probe_register(traces[i].tp, traces[i].probe, NULL);
		if (ret && traces[i].needed) {
			pr_err("cannot attach to tracepoint %s: %d\n",
			       traces[i].name, ret);
			po_probes_detach();
			return ret;
		}
		traces[i].attached = !ret;
	}
	return 0;
}

/**
 * po_probes_detach() - detach all probes; no handler runs after the return
 */
void po_probes_detach(void)
{
	int i;

	for (i = ARRAY_SIZE(traces) - 1; i >= 0; i--) {
		if (traces[i].attached)
			tracepoint_probe_unregister(traces[i].tp, traces[i].probe,
						    NULL);
		traces[i].attached = false;
	}
	for (i = ARRAY_SIZE(hooks) - 1; i >= 0; i--)
		detach_hook(&hooks[i]);
	tracepoint_synchronize_unregister();
}

void po_probes_show(struct seq_file *m)
{
	static const char *const states[] = { "off", "attached", "missing", "absent" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(traces); i++)
		seq_printf(m, "tracepoint_%s: %s\n", traces[i].name,
			   traces[i].attached ? "attached" :
			   po_enabled ? "missing" : "off");
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		struct hook *hook = &hooks[i];

		seq_printf(m, "hook_%s: %s\n", hook->label, states[hook->state]);
		seq_printf(m, "hook_%s_missed: %lu\n", hook->label,
			   hook->rp.kp.nmissed + hook->rp.nmissed);
		/* Inside another kprobe; more calls at once than instances */
		seq_printf(m, "hook_%s_missed_nested: %lu\n", hook->label,
			   hook->rp.kp.nmissed);
		seq_printf(m, "hook_%s_missed_busy: %lu\n", hook->label,
			   (unsigned long)hook->rp.nmissed);
	}
}
