/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture.h - take a snapshot of the running kernel's page_owner, as
 * pageowner-capture does.
 *
 *	pageowner_live_new(&live);
 *	pageowner_capture_new(live, PAGEOWNER_CAPTURE_PAGES, &capture);
 *	pageowner_capture_set_write(capture, write_to_file, file);
 *	if (pageowner_capture_take(capture) < 0)
 *		puts(pageowner_capture_error(capture));
 *	pageowner_capture_free(capture);
 *
 * The text goes to a function of the caller: the kernel's text, and before and
 * after it lines with the conditions of the capture (conditions.h). It is a walk
 * over memory: what is allocated in memory that was already read is missing.
 *
 * page_owner is read by PFN ranges, by child processes: a kernel fault in
 * read(2) kills the process that reads, and a read(2) may never return. What the
 * children have read until then is kept, and a later capture can continue there.
 * They block all signals, hold no descriptors of the program, make only calls
 * that are safe after fork(2) in a program with threads, and end with it.
 * A program that waits for any child (waitpid(-1)) or ignores SIGCHLD only loses
 * how such a process died. Nothing here raises SIGPIPE or changes what signals do.
 */
#ifndef PAGEOWNER_CAPTURE_H
#define PAGEOWNER_CAPTURE_H

#include <pageowner/live.h>
#include <pageowner/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pageowner_capture;

/**
 * enum pageowner_capture_kind - what to capture
 * @PAGEOWNER_CAPTURE_PAGES: each allocation (page_owner)
 * @PAGEOWNER_CAPTURE_STACKS: pages by stack (show_stacks, Linux 6.9+)
 * @PAGEOWNER_CAPTURE_HANDLES: stacks by number and pages by number, one after the
 *	other (show_stacks_handles and show_handles, Linux 6.19+)
 */
enum pageowner_capture_kind {
	PAGEOWNER_CAPTURE_PAGES,
	PAGEOWNER_CAPTURE_STACKS,
	PAGEOWNER_CAPTURE_HANDLES,
};

/* Write the kernel's text only, without the conditions of the capture. */
#define PAGEOWNER_CAPTURE_PLAIN	0x01u
/* Read a file even if this kernel may crash on it, see pageowner_live_risk(). */
#define PAGEOWNER_CAPTURE_FORCE	0x02u

/**
 * struct pageowner_capture_state - how far a capture is
 * @records: records written, of a continued capture also those of before; 0 if
 *	pages are not captured one by one
 * @skipped: places that could not be read and were skipped
 * @first_pfn: the PFN at which reading began or continued
 * @next_pfn: the PFN at which reading would continue
 * @last_pfn: about the last PFN of this machine; 0 if unknown
 * @seeks: 1 if the kernel's file can be read from any PFN on (Linux 6.1+), known
 *	after pageowner_capture_prepare(); otherwise one process reads it, from its
 *	start
 * @is_complete: 1 if all was read to the end, apart from @skipped
 * @was_killed: 1 if a process that read was killed, probably by a kernel fault,
 *	which would recur
 *
 * Members may be added at the end; never embed or copy this struct by size.
 */
struct pageowner_capture_state {
	uint64_t records;
	uint64_t skipped;
	uint64_t first_pfn;
	uint64_t next_pfn;
	uint64_t last_pfn;
	int seeks;
	int is_complete;
	int was_killed;
};

/**
 * pageowner_capture_new() - create a capture
 * @live: the running kernel's files; borrowed until the capture is freed, which
 *	uses it while it prepares and takes
 * @kind: what to capture
 * @capture: set on success; free it with pageowner_capture_free()
 *
 * Return: 0; -EINVAL if @kind is unknown; -ENOMEM.
 */
int pageowner_capture_new(struct pageowner_live *live,
			  enum pageowner_capture_kind kind,
			  struct pageowner_capture **capture);

/**
 * pageowner_capture_free() - free a capture
 * @capture: a capture or NULL
 */
void pageowner_capture_free(struct pageowner_capture *capture);

/**
 * pageowner_capture_set_write() - set where the text goes
 * @capture: the capture, not begun
 * @write: called with @len > 0 bytes of text, in their order, by the thread that
 *	calls pageowner_capture_resume() or pageowner_capture_take(). If it returns
 *	a negative errno, the capture ends with it
 * @data: passed to the callback
 *
 * Return: 0; -EBUSY if the capture has begun.
 */
int pageowner_capture_set_write(struct pageowner_capture *capture,
				int (*write)(void *data, const void *text,
					     size_t len),
				void *data);

/**
 * pageowner_capture_set_progress() - set a progress callback
 * @capture: the capture, not begun
 * @progress: called about ten times a second by the thread that takes the
 *	capture, with memory of the capture. If it returns a negative errno, the
 *	capture ends with it. NULL (default) for none
 * @data: passed to the callback
 *
 * Return: 0; -EBUSY if the capture has begun.
 */
int pageowner_capture_set_progress(struct pageowner_capture *capture,
		int (*progress)(void *data,
				const struct pageowner_capture_state *state),
		void *data);

/**
 * pageowner_capture_set_skipped() - set a callback for what cannot be read
 * @capture: the capture, not begun
 * @skipped: called by the thread that takes the capture when a record cannot be
 *	read and is skipped: it is in the range of PFNs from @first_pfn to
 *	@last_pfn; @error is the negative errno of read(2). NULL (default) for none
 * @data: passed to the callback
 *
 * Return: 0; -EBUSY if the capture has begun.
 */
int pageowner_capture_set_skipped(struct pageowner_capture *capture,
				  void (*skipped)(void *data, uint64_t first_pfn,
						  uint64_t last_pfn, int error),
				  void *data);

/**
 * pageowner_capture_set_flags() - set how to capture
 * @capture: the capture, not begun
 * @flags: PAGEOWNER_CAPTURE_* bits; 0 (default)
 *
 * Return: 0; -EINVAL if a bit is unknown; -EBUSY if the capture has begun.
 */
int pageowner_capture_set_flags(struct pageowner_capture *capture,
				unsigned int flags);

/**
 * pageowner_capture_set_mode() - have the kernel write handles, stacks or both
 * @capture: of pages, not begun
 * @mode: what follows "mode=" in a command to page_owner: "stack", "handle" or
 *	"stack_handle" (Linux 7.3+, and the module); copied. NULL (default) for no
 *	command
 *
 * Return: 0; -EINVAL if @mode is not a word, or pages are not captured; -EBUSY if
 * the capture has begun.
 */
int pageowner_capture_set_mode(struct pageowner_capture *capture, const char *mode);

/**
 * pageowner_capture_set_nodes() - capture only pages of some NUMA nodes
 * @capture: of pages, not begun
 * @nodes: what follows "nid=" in a command to page_owner: "0,2-3" (Linux 7.3+, and
 *	the module); copied. NULL (default) for all
 *
 * Return: 0; -EINVAL if @nodes is not a list, or pages are not captured; -EBUSY if
 * the capture has begun.
 */
int pageowner_capture_set_nodes(struct pageowner_capture *capture,
				const char *nodes);

/**
 * pageowner_capture_set_jobs() - set the number of processes that read page_owner
 * @capture: the capture, not begun
 * @jobs: 1 (default) to 64; each reads other ranges of PFNs. The text is the same
 *	with any number. One is used if the file cannot be read by ranges. Each
 *	uses up to 66 MiB of memory
 *
 * Return: 0; -EINVAL if the number is too large or 0; -EBUSY if the capture has
 * begun.
 */
int pageowner_capture_set_jobs(struct pageowner_capture *capture,
			       unsigned int jobs);

/**
 * pageowner_capture_set_timeout() - set how long to wait for the kernel
 * @capture: the capture, not begun
 * @timeout_ns: nanoseconds without an answer after which the capture ends; default
 *	one minute; 0 means no limit
 *
 * Return: 0; -EBUSY if the capture has begun.
 */
int pageowner_capture_set_timeout(struct pageowner_capture *capture,
				  uint64_t timeout_ns);

/**
 * pageowner_capture_set_names() - name the program in the conditions
 * @capture: the capture, not begun
 * @tool: name of the program; copied; NULL (default) for the library's
 * @command: its command line; copied; NULL (default) for none
 *
 * Return: 0; -EBUSY if the capture has begun; -ENOMEM.
 */
int pageowner_capture_set_names(struct pageowner_capture *capture, const char *tool,
				const char *command);

/**
 * pageowner_capture_prepare() - test whether the kernel allows this capture
 * @capture: the capture, not begun; on success it has begun
 *
 * Opens page_owner, sends it the command of mode and nodes, and closes it. Nothing
 * is written. It is also the first step of pageowner_capture_resume() and
 * pageowner_capture_take(), unless it was called.
 *
 * Return: 0; -ENOENT if a file is missing or must not be read;
 * pageowner_capture_error() then says what can be done; -ENOTSUP if this kernel may
 * crash on it, see PAGEOWNER_CAPTURE_FORCE; -EINVAL if there is no
 * pageowner_capture_set_write(), or the kernel does not accept mode or nodes; the
 * negative errno of open(2) or write(2). After a failure, setters may be called
 * again.
 */
int pageowner_capture_prepare(struct pageowner_capture *capture);

/**
 * pageowner_capture_resume() - continue an incomplete capture
 * @capture: of pages, with conditions, not taken
 * @reader: the incomplete capture, nothing read; at its end after the call
 *
 * Copies the complete records of @reader to where the text goes;
 * pageowner_capture_take() continues with the next PFN. If @reader has no record,
 * the capture begins at the start.
 *
 * Return: 0; -ESTALE if the incomplete capture does not say of which boot it is, or
 * is of another one, or of another file, mode or nodes; then nothing was written;
 * -ESPIPE if this kernel (before 6.1) can only be read from the start; -EINVAL if
 * pages are not captured, or without conditions; -EBUSY if it was called before, or
 * the capture was taken; what pageowner_reader_next(), pageowner_capture_prepare()
 * and the write callback return.
 */
int pageowner_capture_resume(struct pageowner_capture *capture,
			     struct pageowner_reader *reader);

/**
 * pageowner_capture_take() - take the capture
 * @capture: the capture
 *
 * Blocks until all is read, or the capture ends earlier for a reason, which is in
 * pageowner_capture_error() and in its last lines: what was read is written with
 * its conditions, except if writing fails. It can be called once.
 *
 * Return: 0, also if some records were skipped, see pageowner_capture_state();
 * -EINTR after pageowner_capture_stop(); -ETIMEDOUT if the kernel does not answer;
 * -ECHILD if a process that reads ended; -EUCLEAN if the kernel's list of stacks is
 * damaged, see pageowner_live_close(); -ENOMEM; -EBUSY if it was taken before; what
 * pageowner_capture_prepare(), the callbacks, or read(2) and other system calls
 * return.
 */
int pageowner_capture_take(struct pageowner_capture *capture);

/**
 * pageowner_capture_stop() - end a capture that is being taken
 * @capture: the capture
 * @signal: number of the signal that is the cause, to be named in the capture; 0
 *	for none
 *
 * May be called at any time, by a signal handler and by any thread. The capture
 * ends within a fifth of a second, or when a callback returns; one that has not
 * begun ends at once.
 */
void pageowner_capture_stop(struct pageowner_capture *capture, int signal);

/**
 * pageowner_capture_state() - get how far a capture is
 * @capture: the capture
 *
 * Return: memory of the capture, updated as it goes on.
 */
const struct pageowner_capture_state *
pageowner_capture_state(const struct pageowner_capture *capture);

/**
 * pageowner_capture_error() - describe the last failure
 * @capture: the capture
 *
 * Return: sentences, one a line, the last without newline; "" if nothing failed;
 * valid until the next call.
 */
const char *pageowner_capture_error(const struct pageowner_capture *capture);

#ifdef __cplusplus
}
#endif
#endif
