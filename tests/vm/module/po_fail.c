// SPDX-License-Identifier: GPL-2.0-only
/*
 * po_fail.c - while loaded, one kernel function fails when called by whoever writes
 * to debugfs, so that each step of enabling can be seen to be undone.
 *
 *   insmod po_fail.ko symbol=__vmalloc skip=1 result=0	the second call gives NULL
 *
 * The function does not run at all: its caller is returned to with @result.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>

static char *symbol;
module_param(symbol, charp, 0400);
static int skip;
module_param(skip, int, 0400);
static long result;
module_param(result, long, 0400);
static char *comm = "tee";
module_param(comm, charp, 0400);

static noinline void just_return(void)
{
	barrier();
}

static int fail(struct kprobe *probe, struct pt_regs *regs)
{
	if (strcmp(current->comm, comm) || skip-- != 0)
		return 0;
	regs->ax = result;
	regs->ip = (unsigned long)just_return;
	return 1;
}
NOKPROBE_SYMBOL(fail);

static struct kprobe probe = { .pre_handler = fail };

static int __init po_fail_init(void)
{
	probe.symbol_name = symbol;
	return register_kprobe(&probe);
}

static void __exit po_fail_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(po_fail_init);
module_exit(po_fail_exit);

MODULE_DESCRIPTION("Lets a kernel function fail, for the tests of pageowner");
MODULE_LICENSE("GPL");
