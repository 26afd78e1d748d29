// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * dispatch.c - the tables of functions that only call others: entries of the kernel,
 * and what runs work, timers, notifiers, attributes and init functions.
 *
 * Names as in plumbing.c. Functions that pass memory on are there, not here.
 */
#include "stack/dispatch.h"

#include "stack/symbol.h"

static const char *const entries[] = {
	"asm_*", "do_int80_*", "do_syscall_64*", "do_syscall_x64", "do_fast_syscall_32",
	"do_SYSENTER_32", "__do_fast_syscall_32", "el0_svc*", "el0t_64_sync*",
	"el0t_32_sync*", "el0_sync*", "el0_da", "el1_abort",
	"el1h_64_sync*", "entry_SYSCALL_*", "entry_SYSENTER_*", "entry_INT80_*",
	"exc_page_fault*", "invoke_syscall*", "kthread*", "ret_from_fork*",
	"ret_to_user*", "x64_sys_call*", "__do_syscall*", "system_call*",
	"ret_fast_syscall", "kernel_thread_helper",
};

static const char *const dispatchers[] = {
	/* workqueues and kernel threads */
	"process_one_work", "process_scheduled_works", "worker_thread",
	"rescuer_thread", "bh_worker", "smpboot_thread_fn", "async_run_entry_fn",
	"irq_thread", "irq_thread_fn", "task_work_run",
	/* interrupts, timers, RCU */
	"__do_softirq", "do_softirq*", "handle_softirqs", "irq_exit*",
	"__irq_exit_rcu", "run_ksoftirqd", "tasklet_action*", "call_timer_fn",
	"expire_timers", "__run_timers", "run_timer_softirq", "rcu_do_batch",
	"rcu_core*", "__handle_irq_event_percpu", "handle_irq_event*",
	"net_rx_action", "__napi_poll", "napi_poll",
	/* notifiers and CPU hotplug */
	"notifier_call_chain", "atomic_notifier_call_chain*",
	"blocking_notifier_call_chain*", "raw_notifier_call_chain*",
	"srcu_notifier_call_chain", "cpuhp_invoke_callback",
	"cpuhp_thread_fun", "__cpuhp_invoke_callback_range",
	/* attributes of debugfs, sysfs, procfs */
	"simple_attr_write*", "simple_attr_read", "debugfs_attr_write*",
	"debugfs_attr_read", "full_proxy_*", "kernfs_fop_write*",
	"kernfs_fop_read_iter", "sysfs_kf_write", "sysfs_kf_seq_show",
	"dev_attr_store", "dev_attr_show", "kobj_attr_store", "kobj_attr_show",
	"module_attr_store", "param_attr_store", "proc_sys_call_handler",
	"proc_sys_write",
	/* start-up */
	"do_one_initcall", "do_initcalls", "do_basic_setup", "kernel_init",
	"kernel_init_freeable", "start_kernel", "x86_64_start_*",
	"secondary_startup_64*", "common_startup_64", "start_secondary",
	"__primary_switched", "start_here_common", "rest_init",
};

bool po_is_entry(struct pageowner_text symbol)
{
	return po_symbol_fits_any(po_symbol_without_suffix(symbol), entries,
				  PO_ARRAY_SIZE(entries));
}

bool po_is_dispatcher(struct pageowner_text symbol)
{
	symbol = po_symbol_without_suffix(symbol);
	return po_symbol_fits_any(symbol, dispatchers, PO_ARRAY_SIZE(dispatchers)) ||
		po_symbol_fits_any(symbol, entries, PO_ARRAY_SIZE(entries));
}
