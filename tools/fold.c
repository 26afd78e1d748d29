// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * fold.c - a stack in one line: the part of it that tells something.
 */
#include "tools/fold.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where system calls, faults, interrupts and kernel threads begin: true of
 * everybody, so it tells nothing about who holds a page. */
static const char *const entries[] = {
	"asm_", "do_int80_", "do_syscall_64", "el0_svc", "el0t_64_sync",
	"el0t_32_sync", "el1h_64_sync", "entry_SYSCALL_", "entry_INT80_",
	"exc_page_fault", "invoke_syscall", "kthread", "ret_from_fork",
	"ret_to_user", "x64_sys_call", "__do_syscall",
};

static bool is_entry(struct pageowner_text symbol)
{
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		const size_t len = strlen(entries[i]);

		if (symbol.len >= len && !memcmp(symbol.ptr, entries[i], len))
			return true;
	}
	return false;
}

static void put_frame(FILE *out, const struct pageowner_frame *f, bool first)
{
	fprintf(out, "%s%.*s", first ? "" : " < ", (int)f->symbol.len,
		f->symbol.ptr);
	if (f->module.len)
		fprintf(out, " [%.*s]", (int)f->module.len, f->module.ptr);
}

char *fold_stack(struct pageowner_text stack, unsigned int max)
{
	struct pageowner_text rest = stack;
	struct pageowner_frame frame;
	unsigned int shown = 0;
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	while (pageowner_frame_next(&rest, &frame)) {
		if (!shown && pageowner_plumbing_match(NULL, frame.symbol))
			continue;
		if (is_entry(frame.symbol))
			break;
		if (shown == max) {
			fputs(" < ...", out);
			break;
		}
		put_frame(out, &frame, !shown++);
	}
	/* All of it is plumbing: then that is who holds it. */
	if (!shown && pageowner_stack_owner(stack, NULL, &frame))
		put_frame(out, &frame, true);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

char *fold_full(struct pageowner_text stack)
{
	struct pageowner_frame frame;
	bool first = true;
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	while (pageowner_frame_next(&stack, &frame)) {
		fprintf(out, "%s%.*s", first ? "" : "\n", (int)frame.line.len,
			frame.line.ptr);
		first = false;
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
