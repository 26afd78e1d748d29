// SPDX-License-Identifier: GPL-2.0-only
/*
 * filter.c - which allocations are recorded.
 *
 * One line of `key=list` words, all of which an allocation must match. Without a
 * filter it costs the probe a patched-out branch. An allocation that does not
 * match is recorded as such, so that its free is not an unmatched one.
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "pageowner.h"

#define MAX_PIDS	16
#define MAX_COMMS	8
#define MAX_ORDERS	32

struct filter {
	struct rcu_head rcu;
	DECLARE_BITMAP(orders, MAX_ORDERS);
	DECLARE_BITMAP(types, MIGRATE_TYPES);
	nodemask_t nodes;
	unsigned int nr_pids;		/* 0: any */
	unsigned int nr_comms;		/* 0: any */
	pid_t pids[MAX_PIDS];		/* process ids, of all their threads */
	char comms[MAX_COMMS][TASK_COMM_LEN];
	char text[];			/* as written, for reading back */
};

DEFINE_STATIC_KEY_FALSE(po_filter_key);

static DEFINE_MUTEX(filter_mutex);
static struct filter __rcu *filter;	/* written under filter_mutex */

static bool match_task(const struct filter *f)
{
	unsigned int i;

	for (i = 0; i < f->nr_pids; i++)
		if (f->pids[i] == current->tgid || f->pids[i] == current->pid)
			break;
	if (f->nr_pids && i == f->nr_pids)
		return false;
	for (i = 0; i < f->nr_comms; i++)
		if (!strncmp(f->comms[i], current->comm, TASK_COMM_LEN))
			break;
	return !f->nr_comms || i < f->nr_comms;
}

/**
 * po_filter_match() - check whether to record an allocation
 * @page:  first page
 * @order: of the allocation
 * @gfp:   its mask
 *
 * Any context, preemption off.
 */
bool po_filter_match(struct page *page, unsigned int order, gfp_t gfp)
{
	const struct filter *f = rcu_dereference_sched(filter);

	po_window();
	return !f || (test_bit(order, f->orders) &&
		      test_bit(po_gfp_type(gfp), f->types) &&
		      node_isset(page_to_nid(page), f->nodes) && match_task(f));
}

static int parse_types(struct filter *f, char *list)
{
	char *name;
	int type;

	bitmap_zero(f->types, MIGRATE_TYPES);
	while ((name = strsep(&list, ","))) {
		type = match_string(po_migratetype_names, MIGRATE_TYPES, name);
		if (type < 0)
			return -EINVAL;
		set_bit(type, f->types);
	}
	return 0;
}

static int parse_pids(struct filter *f, char *list)
{
	char *word;
	int ret;

	while ((word = strsep(&list, ","))) {
		if (f->nr_pids == MAX_PIDS)
			return -E2BIG;
		ret = kstrtoint(word, 10, &f->pids[f->nr_pids]);
		if (ret)
			return ret;
		if (f->pids[f->nr_pids++] < 0)
			return -EINVAL;
	}
	return 0;
}

static int parse_comms(struct filter *f, char *list)
{
	char *word;

	while ((word = strsep(&list, ","))) {
		if (f->nr_comms == MAX_COMMS)
			return -E2BIG;
		if (!*word || strlen(word) >= TASK_COMM_LEN)
			return -EINVAL;
		strscpy(f->comms[f->nr_comms++], word, TASK_COMM_LEN);
	}
	return 0;
}

static int parse_orders(struct filter *f, char *list)
{
	int ret = bitmap_parselist(list, f->orders, MAX_ORDERS);

	return ret ?: bitmap_empty(f->orders, MAX_ORDERS) ? -EINVAL : 0;
}

/* A node that has no memory is a mistake. */
static int parse_nodes(struct filter *f, char *list)
{
	int ret = nodelist_parse(list, f->nodes);

	/* How many nodes a kernel could have is nobody's concern. */
	if (ret || nodes_empty(f->nodes) || !nodes_subset(f->nodes, node_states[N_MEMORY]))
		return -EINVAL;
	return 0;
}

static const struct {
	const char *name;
	int (*parse)(struct filter *f, char *list);
} keys[] = {
	{ "order", parse_orders },
	{ "migratetype", parse_types },
	{ "nid", parse_nodes },
	{ "pid", parse_pids },
	{ "comm", parse_comms },
};

/* Sets a bit in *seen, as a key that comes twice would have two meanings. */
static int parse_word(struct filter *f, char *word, unsigned long *seen)
{
	char *list = strchr(word, '=');
	unsigned int i;

	if (!list || !list[1])
		return -EINVAL;
	*list++ = '\0';
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(word, keys[i].name))
			return __test_and_set_bit(i, seen) ? -EINVAL :
				keys[i].parse(f, list);
	return -EINVAL;
}

static int parse(struct filter *f, char *text)
{
	unsigned long seen = 0;
	char *word;
	int ret;

	bitmap_fill(f->orders, MAX_ORDERS);
	bitmap_fill(f->types, MIGRATE_TYPES);
	nodes_setall(f->nodes);
	while ((word = strsep(&text, " \t\n"))) {
		if (!*word)
			continue;
		ret = parse_word(f, word, &seen);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * po_filter_set() - replace the filter
 * @text: `key=list` words; if empty, everything is recorded again
 *
 * Return: 0, or a negative errno with the filter unchanged.
 */
int po_filter_set(const char *text)
{
	struct filter *new = NULL, *old;
	char *copy = NULL;
	int ret = 0;

	text = skip_spaces(text);
	if (*text) {
		size_t size = strlen(text) + 1;

		new = kzalloc(struct_size(new, text, size), GFP_KERNEL);
		copy = kstrdup(text, GFP_KERNEL);
		ret = new && copy ? parse(new, copy) : -ENOMEM;
		kfree(copy);
		if (ret) {
			kfree(new);
			return ret;
		}
		memcpy(new->text, text, size);
		strim(new->text);
	}
	mutex_lock(&filter_mutex);
	old = rcu_replace_pointer(filter, new, lockdep_is_held(&filter_mutex));
	if (new && !old)
		static_branch_enable(&po_filter_key);
	else if (!new && old)
		static_branch_disable(&po_filter_key);
	mutex_unlock(&filter_mutex);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

void po_filter_show(struct seq_file *m)
{
	const struct filter *f;

	mutex_lock(&filter_mutex);
	f = rcu_dereference_protected(filter, lockdep_is_held(&filter_mutex));
	seq_printf(m, "%s\n", f ? f->text : "");
	mutex_unlock(&filter_mutex);
}

void po_filter_exit(void)
{
	po_filter_set("");
	rcu_barrier();
}
