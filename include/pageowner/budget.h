/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * budget.h - one limit on the memory that input can make many objects use.
 *
 * Memory use depends on the input, which may be damaged or hostile. Give one budget
 * to all objects of a program, and together they use no more than its limit: what
 * would exceed it fails with -ENOBUFS, and the object can still be used and freed.
 * Counted is what grows with the input: tables, texts, windows and decoders. Not
 * counted are the program itself, stacks of threads and objects of constant size.
 *
 * Threads may share a budget: all its functions may be called at any time by any
 * thread.
 */
#ifndef PAGEOWNER_BUDGET_H
#define PAGEOWNER_BUDGET_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_budget;

/**
 * pageowner_budget_new() - create a budget
 * @max_bytes: memory limit in bytes; 0 means none, then memory is only counted
 * @budget: set on success; free it with pageowner_budget_free()
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_budget_new(uint64_t max_bytes, struct pageowner_budget **budget);

/**
 * pageowner_budget_free() - free a budget
 * @budget: a budget or NULL; objects that use it keep it until they are freed
 */
void pageowner_budget_free(struct pageowner_budget *budget);

/**
 * pageowner_budget_set_max() - change the limit
 * @budget: the budget
 * @max_bytes: memory limit in bytes; 0 means none. May be lower than what is used:
 *	then nothing more is granted until enough is freed
 */
void pageowner_budget_set_max(struct pageowner_budget *budget, uint64_t max_bytes);

/**
 * pageowner_budget_max() - get the limit
 * @budget: the budget
 *
 * Return: bytes; 0 means none.
 */
uint64_t pageowner_budget_max(const struct pageowner_budget *budget);

/**
 * pageowner_budget_used() - get what is used now
 * @budget: the budget
 *
 * Return: bytes, over all objects.
 */
uint64_t pageowner_budget_used(const struct pageowner_budget *budget);

/**
 * pageowner_budget_take() - charge memory of the program itself to a budget
 * @budget: the budget; NULL has no limit
 * @bytes: how much is to be allocated
 *
 * Return: 0, or -ENOBUFS if that exceeds the limit; then nothing is charged.
 */
int pageowner_budget_take(struct pageowner_budget *budget, uint64_t bytes);

/**
 * pageowner_budget_give() - uncharge what pageowner_budget_take() charged
 * @budget: the budget, or NULL
 * @bytes: how much was freed
 */
void pageowner_budget_give(struct pageowner_budget *budget, uint64_t bytes);

#ifdef __cplusplus
}
#endif
#endif
