// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * load.c - load a file or memory into a profile, with several threads if it can be cut.
 *
 * The only place that knows both readers and profiles. Plain text is cut into parts;
 * each thread fills an intake of its own from the parts it takes, and these are merged.
 * Records carry their offset as their order, so it does not matter which thread read
 * them.
 *
 * Only records of page_owner can be recognised from any place on. If a part has another
 * kind of record, the state in which the next part begins is unknown, and one thread
 * reads the file again from its start. All parts before that record are correct, so it
 * cannot be missed.
 */
#include "profile_load.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "read/drain.h"
#include "read/damage.h"
#include "read/explain.h"
#include "read/part.h"

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define PART_MIN	((off_t)1 << 8)		/* so that fuzzers also use threads */
#else
#define PART_MIN	((off_t)1 << 20)
#endif
#define PART_MAX	((off_t)32 << 20)
#define JOBS_MAX	256
/* How often progress is reported */
#define RECORDS_A_CALL	4096u

/* Where the text comes from */
struct source {
	const char *name;
	bool is_memory;
	int fd;
	const char *data;
	size_t len;
};

/* One source being loaded, shared by the threads that do it */
struct load {
	struct pageowner_profile *profile;
	const struct source *source;
	off_t size;		/* 0 if not known */
	off_t part_size;
	uint64_t seq;		/* of the first byte */
	_Alignas(8) uint64_t next_part;	/* taken atomically; aligned as in budget.h */
	uint64_t done;		/* bytes, added to atomically */
	struct po_capture_lines *lines;	/* one for each thread */
	int error;		/* the first, set atomically */
	bool not_parts;		/* to be read as a whole, set atomically */
	size_t width;		/* see part.h */
	const char *tool;	/* see explain.h */
};

struct job {
	struct load *load;
	struct po_intake *intake;	/* the profile's, or own */
	struct po_intake own;
	pthread_t thread;
	struct pageowner_input_stats stats;
	struct po_capture_lines *lines;
	unsigned int records;	/* added, to report progress now and then */
	bool reports;		/* is the caller's thread, and may call it */
	char error[sizeof(((struct pageowner_profile *)0)->error)];
};

static int open_whole(const struct source *s, struct po_input **input)
{
	return s->is_memory ? po_input_new_memory(s->data, s->len, input) :
		po_input_new_fd(s->fd, input);
}

/* [from, size) of a source that can be cut */
static int open_rest(const struct source *s, off_t from, off_t size,
		     struct po_input **input)
{
	return s->is_memory ?
		po_input_new_plain_memory(s->data + from, (size_t)(size - from), input) :
		po_input_new_range(s->fd, from, size, input);
}

static bool can_cut(const struct source *s, off_t *size)
{
	if (!s->is_memory)
		return po_input_can_range(s->fd, size);
	return !__builtin_add_overflow(s->len, 0, size) &&
		po_input_is_plain(s->data, s->len);
}

static int report_progress(struct job *job, uint64_t done)
{
	const struct pageowner_profile *p = job->load->profile;

	if (!job->reports || !p->progress)
		return 0;
	return p->progress(p->progress_data, done, (uint64_t)job->load->size);
}

/* Whether the threads should stop */
static bool must_stop(const struct load *load)
{
	return __atomic_load_n(&load->error, __ATOMIC_RELAXED) ||
		__atomic_load_n(&load->not_parts, __ATOMIC_RELAXED);
}

static int add_records(struct job *job, struct pageowner_reader *reader,
		       bool is_whole)
{
	const struct pageowner_record *record;
	struct load *load = job->load;
	uint64_t reported = 0;
	unsigned int same;
	int ret;

	while ((ret = po_reader_next(reader, &record, &same)) > 0) {
		if (po_unlikely(record->kind != PAGEOWNER_RECORD_PAGE ||
				po_reader_has_repaired(reader)) && !is_whole) {
			__atomic_store_n(&load->not_parts, true, __ATOMIC_RELAXED);
			return 0;
		}
		ret = po_intake_add(job->intake, record, same,
				    load->seq + record->offset);
		if (ret < 0)
			return ret;
		if (++job->records % RECORDS_A_CALL)
			continue;
		if (is_whole) {
			ret = report_progress(job, po_reader_position(reader));
		} else {
			uint64_t read = pageowner_reader_stats(reader)->bytes;
			uint64_t done = __atomic_add_fetch(&load->done,
					read - reported, __ATOMIC_RELAXED);

			reported = read;
			ret = report_progress(job, done);
		}
		if (ret < 0)
			return ret;
		if (must_stop(load))
			return 0;
	}
	__atomic_add_fetch(&load->done,
			   pageowner_reader_stats(reader)->bytes - reported,
			   __ATOMIC_RELAXED);
	return ret;
}

/* Keep the sentence of a failure and return its number. */
static int explain(struct job *job, int ret, uint64_t offset)
{
	const struct po_budget *budget = &job->load->profile->budget;
	const char *name = job->load->source->name;

	ret = po_budget_error(budget, ret);
	if (ret == -ENOBUFS)
		po_explain_bound(job->error, sizeof(job->error), name, budget, offset);
	else
		po_explain(job->error, sizeof(job->error), name, ret, offset);
	return ret;
}

/* Takes ownership of @input. */
static int read_input(struct job *job, struct po_input *input, struct po_part part,
		      bool is_whole)
{
	struct pageowner_reader *reader;
	int ret = po_reader_new(input, job->load->source->name, part,
				&job->load->profile->budget, &reader);

	if (ret < 0)
		return explain(job, ret, part.base);
	po_reader_keep_capture_lines(reader, job->lines);
	if (!po_intake_needs_pfn_line(job->intake))
		po_reader_skip_pfn_line(reader);
	ret = add_records(job, reader, is_whole);
	if (ret < 0)
		ret = explain(job, ret, po_reader_offset(reader));
	po_stats_add(&job->stats, pageowner_reader_stats(reader), 0);
	if (!part.base)
		job->load->tool = po_reader_tool(reader);
	/* The last record's texts belong to the reader. */
	po_intake_forget_last(job->intake);
	pageowner_reader_free(reader);
	return ret;
}

static int read_whole(struct job *job)
{
	struct po_input *input;
	int ret = open_whole(job->load->source, &input);

	return ret < 0 ? explain(job, ret, PO_NO_OFFSET) :
		read_input(job, input, PO_WHOLE_INPUT, true);
}

/*
 * A part consists of the records that begin in it. The byte before it is also read: a
 * line, and so a record, begins only after a newline.
 */
static int read_part(struct job *job, uint64_t number)
{
	const struct load *load = job->load;
	off_t from = (off_t)number * load->part_size;
	struct po_part part = { .limit = (uint64_t)(from + load->part_size) };
	struct po_input *input;
	int ret;

	if (from + load->part_size >= load->size)
		part.limit = UINT64_MAX;
	part.skip_start = from > 0;
	part.width = load->width;
	part.base = (uint64_t)(from - (from > 0));
	ret = open_rest(load->source, (off_t)part.base, load->size, &input);
	return ret < 0 ? explain(job, ret, part.base) :
		read_input(job, input, part, false);
}

static void *read_parts(void *data)
{
	struct job *job = data;
	struct load *load = job->load;
	int ret = 0, none = 0;

	while (ret == 0 && !must_stop(load)) {
		uint64_t part = __atomic_fetch_add(&load->next_part, 1,
						   __ATOMIC_RELAXED);

		if ((off_t)part > (load->size - 1) / load->part_size)
			break;
		ret = read_part(job, part);
	}
	if (ret < 0 && !__atomic_compare_exchange_n(&load->error, &none, ret,
			false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		job->error[0] = '\0';	/* only the first is reported */
	return NULL;
}

/* --- jobs */

/* With an intake of its own, to be merged later: 0 or -ENOMEM */
static int begin_own(struct job *job)
{
	const int ret = po_intake_new_like(&job->own, &job->load->profile->intake);

	if (ret == 0)
		job->intake = &job->own;
	return ret;
}

/* Add what a job has read to the profile, unless it is discarded. */
static int end_job(struct job *job, struct pageowner_input_stats *stats)
{
	struct pageowner_profile *p = job->load->profile;
	const bool is_of_use = !job->load->not_parts;
	int ret = 0;

	if (is_of_use)
		po_stats_add(stats, &job->stats, 0);
	if (job->error[0])
		memcpy(p->error, job->error, sizeof(p->error));
	if (job->intake == &job->own) {
		if (is_of_use)
			ret = po_intake_merge(&p->intake, &job->own, 0);
		po_intake_free(&job->own);
	} else if (!is_of_use) {
		ret = po_intake_clear(&p->intake);
	}
	return ret;
}

static void choose_part_size(struct load *load, unsigned int count)
{
	load->part_size = load->size / 8 / count;
	if (load->part_size < PART_MIN)
		load->part_size = PART_MIN;
	if (load->part_size > PART_MAX)
		load->part_size = PART_MAX;
}

/* Whether its readers must look at each stack: 0 or an error */
static int look_at_start(struct load *load)
{
	const struct source *s = load->source;
	struct pageowner_text text = { s->data, s->len };
	char *start = NULL;
	ssize_t n;

	if (!s->is_memory) {
		start = po_budget_alloc(&load->profile->budget, PO_CAREFUL_SIZE, 1);
		if (!start)
			return -ENOMEM;
		n = pread(s->fd, start, PO_CAREFUL_SIZE, 0);
		text = (struct pageowner_text){ start, n < 0 ? 0 : (size_t)n };
	}
	load->width = po_posted_width(text);
	po_budget_free(&load->profile->budget, start, PO_CAREFUL_SIZE, 1);
	return 0;
}

static int load_with_jobs(struct load *load, unsigned int count,
			  struct pageowner_input_stats *stats)
{
	struct job *jobs = calloc(count, sizeof(*jobs));
	unsigned int started;
	int ret = 0;

	if (!jobs)
		return -ENOMEM;
	choose_part_size(load, count);
	for (unsigned int i = 0; i < count; i++) {
		jobs[i].load = load;
		jobs[i].lines = &load->lines[i];
	}
	jobs[0].intake = &load->profile->intake;
	jobs[0].reports = true;
	/* What was loaded before must stay if these parts are discarded. */
	if (!po_profile_is_empty(load->profile) && begin_own(&jobs[0]) < 0) {
		free(jobs);
		return -ENOMEM;
	}
	for (started = 1; started < count; started++) {
		struct job *job = &jobs[started];

		/* Fewer threads are enough. */
		if (begin_own(job) < 0) {
			po_budget_begin(&load->profile->budget);
			break;
		}
		if (pthread_create(&job->thread, NULL, read_parts, job)) {
			po_intake_free(&job->own);
			break;
		}
	}
	read_parts(&jobs[0]);
	for (unsigned int i = 1; i < started; i++)
		pthread_join(jobs[i].thread, NULL);
	for (unsigned int i = 0; i < started; i++) {
		int ended = end_job(&jobs[i], stats);

		ret = ret ? ret : ended;
	}
	free(jobs);
	return load->error ? load->error : ret;
}

static int load_alone(struct load *load, struct pageowner_input_stats *stats)
{
	struct job job = { .load = load, .intake = &load->profile->intake,
		.lines = load->lines, .reports = true };
	struct stat st;
	int ret;

	if (load->source->is_memory)
		load->size = (off_t)load->source->len;
	else if (fstat(load->source->fd, &st) == 0 && S_ISREG(st.st_mode))
		load->size = st.st_size;
	ret = read_whole(&job);
	end_job(&job, stats);
	return ret;
}

static unsigned int job_count(const struct pageowner_profile *p, off_t size)
{
	long jobs = p->jobs ? (long)p->jobs : sysconf(_SC_NPROCESSORS_ONLN);

	if (jobs > size / PART_MIN)
		jobs = size / PART_MIN;
	return jobs < 1 ? 1 : jobs > JOBS_MAX ? JOBS_MAX : (unsigned int)jobs;
}

/* Set the sentence of a failure that has none yet, and return its number. */
static int fail(struct pageowner_profile *p, const struct source *source, int ret)
{
	ret = po_budget_error(&p->budget, ret);
	if (ret == -ENOBUFS && !p->error[0])
		po_explain_bound(p->error, sizeof(p->error), source->name, &p->budget,
				 PO_NO_OFFSET);
	else if (ret < 0 && !p->error[0])
		po_explain(p->error, sizeof(p->error), source->name, ret, PO_NO_OFFSET);
	return ret;
}

static int load_source(struct pageowner_profile *p, const struct source *source)
{
	struct load load = { .profile = p, .source = source, .seq = p->seq };
	struct pageowner_input_stats stats = { 0 };
	const size_t captures = p->captures.count;
	unsigned int jobs = 1;
	int ret = 0, added;

	if (can_cut(source, &load.size))
		jobs = job_count(p, load.size);
	load.lines = calloc(jobs, sizeof(*load.lines));
	if (!load.lines)
		return -ENOMEM;
	for (unsigned int i = 0; i < jobs; i++)
		load.lines[i].budget = &p->budget;
	if (jobs > 1)
		ret = look_at_start(&load);
	if (jobs > 1 && ret == 0)
		ret = load_with_jobs(&load, jobs, &stats);
	if (ret == 0 && (jobs == 1 || load.not_parts)) {
		for (unsigned int i = 0; i < jobs; i++)
			po_capture_lines_free(&load.lines[i]);
		load.not_parts = false;
		load.done = 0;
		ret = load_alone(&load, &stats);
	}
	if (ret == 0 && po_stats_are_foreign(&stats)) {
		ret = -EBADMSG;
		po_explain_foreign(p->error, sizeof(p->error), source->name, &stats,
				   load.tool);
	}
	added = po_captures_add(&p->captures, load.lines, jobs, p->stats.bytes);
	ret = ret ? ret : added;
	if (ret == 0)
		ret = po_inputs_check(&p->inputs, &p->captures, captures, source->name,
				      p->error, sizeof(p->error));
	for (unsigned int i = 0; i < jobs; i++)
		po_capture_lines_free(&load.lines[i]);
	free(load.lines);
	po_stats_add(&p->stats, &stats, p->stats.bytes);
	added = po_captures_judge(&p->captures, captures, ret < 0 ? UINT64_MAX : stats.records,
				  &p->stats);
	ret = ret ? ret : added;
	p->seq += stats.bytes;
	po_profile_end_adding(p);
	return fail(p, source, ret);
}

PO_EXPORT int pageowner_profile_load_fd(struct pageowner_profile *p, int fd,
					const char *name)
{
	const int ret = po_profile_begin_adding(p);

	return ret < 0 ? ret :
		load_source(p, &(struct source){ .name = name, .fd = fd });
}

PO_EXPORT int pageowner_profile_load_memory(struct pageowner_profile *p,
					    const void *data, size_t len,
					    const char *name)
{
	const int ret = po_profile_begin_adding(p);

	return ret < 0 ? ret : load_source(p, &(struct source){
		.name = name, .is_memory = true, .data = data, .len = len });
}

PO_EXPORT int pageowner_profile_load(struct pageowner_profile *p, const char *path)
{
	struct po_drain file;
	int ret, closed;

	if (!strcmp(path, "-"))
		return pageowner_profile_load_fd(p, STDIN_FILENO, "(standard input)");
	ret = po_profile_begin_adding(p);
	if (ret < 0)
		return ret;
	ret = po_drain_open(path, &file);
	if (ret == 0) {
		ret = load_source(p, &(struct source){ .name = path, .fd = file.fd });
		closed = po_drain_close(&file);
		/* That reading stopped early is a consequence of the failure, not its cause. */
		if (!closed || closed == -ECANCELED)
			return ret;
		ret = closed;
	}
	if (ret < 0)
		po_explain(p->error, sizeof(p->error), path, ret, PO_NO_OFFSET);
	return ret;
}
