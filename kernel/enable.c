// SPDX-License-Identifier: GPL-2.0-only
/*
 * enable.c - enable, disable and reset tracking.
 *
 * Enabling allocates everything first and attaches last; disabling undoes that in
 * reverse. Who asks for it, by which file or parameter, is not known here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/sched/clock.h>
#include <linux/sizes.h>

#include "pageowner.h"

static int start(void)
{
	int ret;

	po_counts_clear();
	ret = po_probes_attach();
	if (ret)
		return ret;
	/* From here on nothing is missed. */
	po_enabled_ns = local_clock();
	ret = po_early_scan();
	if (ret) {
		po_probes_detach();
		return ret;
	}
	WRITE_ONCE(po_enabled, true);
	return 0;
}

/*
 * Checked before anything is allocated: filling memory until none is left would
 * starve others first.
 */
static int check_memory(void)
{
	u64 needed = (u64)po_arena_kb * SZ_1K + po_chunks_needed() +
		po_trie_needed() + SZ_1M;	/* and the small tables */
	u64 available = (u64)si_mem_available() << PAGE_SHIFT;

	if (needed < available - available / 8)
		return 0;
	pr_notice("%llu MiB are needed, %llu MiB are available\n", needed >> 20,
		  available >> 20);
	return -ENOMEM;
}

static int enable(void)
{
	int ret;

	ret = check_memory();
	if (ret)
		goto fail;
	ret = po_stacks_init();
	if (ret)
		goto fail;
	ret = po_comm_init();
	if (ret)
		goto undo_stacks;
	ret = po_trie_init();
	if (ret)
		goto undo_comm;
	ret = po_chunks_init();
	if (ret)
		goto undo_trie;
	ret = start();
	if (ret)
		goto undo_chunks;
	pr_info("enabled, %zu KiB of records\n", po_chunks_bytes() >> 10);
	return 0;

undo_chunks:
	po_chunks_exit();
undo_trie:
	po_trie_exit();
undo_comm:
	po_comm_exit();
undo_stacks:
	po_stacks_exit();
fail:
	pr_notice("not enabled: %d\n", ret);
	return ret;
}

static void free_all(void)
{
	po_chunks_exit();
	po_trie_exit();
	po_comm_exit();
	po_stacks_exit();
}

static void disable(void)
{
	lockdep_assert_held_write(&po_lock);
	po_enabled = false;
	po_probes_detach();
	free_all();
	pr_info("disabled\n");
}

/**
 * po_set_enabled() - enable or disable tracking
 * @on: true to enable
 *
 * Return: 0, also if nothing is to be done, or a negative errno.
 */
int po_set_enabled(bool on)
{
	int ret = 0;

	if (down_write_killable(&po_lock))
		return -EINTR;
	if (on && !po_enabled)
		ret = enable();
	else if (!on && po_enabled)
		disable();
	up_write(&po_lock);
	return ret;
}

/**
 * po_reset() - start a new baseline: all pages in use now count as early
 *
 * Allocates nothing, so it works where enabling again might not.
 *
 * Return: 0, -EINVAL if not enabled, or a negative errno with tracking disabled.
 */
int po_reset(void)
{
	int ret = -EINVAL;

	if (down_write_killable(&po_lock))
		return -EINTR;
	if (po_enabled) {
		po_enabled = false;
		po_probes_detach();
		po_chunks_clear();
		po_trie_clear();
		po_comm_clear();
		po_stacks_clear();
		ret = start();
		if (ret) {
			free_all();
			pr_err("disabled: reset failed: %d\n", ret);
		}
	}
	up_write(&po_lock);
	return ret;
}

/**
 * po_disable() - disable tracking, also for a task that is being killed
 */
void po_disable(void)
{
	down_write(&po_lock);
	if (po_enabled)
		disable();
	up_write(&po_lock);
}
