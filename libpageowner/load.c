// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * load.c - a file into a profile, with several threads if it can be cut.
 *
 * The only place that knows both readers and profiles. A plain file is cut into
 * parts; each thread fills a profile of its own from the parts it takes, and
 * these are merged. Records carry their offset as their order, so it does not
 * matter who read what.
 *
 * Only records of page_owner can be told from any place on. Where a part holds
 * another one, nobody knows in which state the next part begins: the file is read
 * again from its start, by one thread. Up to that record all parts are right, so
 * it is sure to be seen.
 */
#include "group/profile_private.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filter_private.h"
#include "read/drain.h"
#include "read/damage.h"
#include "read/explain.h"
#include "read/part.h"

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define PART_MIN	((off_t)1 << 8)		/* so that fuzzers come to use threads */
#else
#define PART_MIN	((off_t)1 << 20)
#endif
#define PART_MAX	((off_t)32 << 20)
#define JOBS_MAX	256
/* How often the caller hears of progress */
#define RECORDS_A_CALL	4096u

/* One file being loaded, shared by the threads that do it */
struct load {
	struct pageowner_profile *profile;
	const char *name;
	int fd;
	off_t size;		/* 0 if not known */
	off_t part_size;
	uint64_t seq;		/* of the first byte */
	_Alignas(8) uint64_t next_part;	/* taken atomically; aligned as in budget.h */
	uint64_t done;		/* bytes, added to atomically */
	struct po_capture_lines *lines;	/* one for each thread */
	int error;		/* the first, set atomically */
	bool not_parts;		/* to be read as a whole, set atomically */
};

struct job {
	struct load *load;
	struct pageowner_profile *profile;
	pthread_t thread;
	struct pageowner_input_stats stats;
	struct po_capture_lines *lines;
	unsigned int records;	/* added, to tell of progress now and then */
	bool tells;		/* is the caller's thread, and may call it */
	char error[sizeof(((struct pageowner_profile *)0)->error)];
};

static int tell(struct job *job, uint64_t done)
{
	const struct pageowner_profile *p = job->load->profile;

	if (!job->tells || !p->progress)
		return 0;
	return p->progress(p->progress_data, done, (uint64_t)job->load->size);
}

/* Whether what the threads do is of no use any more */
static bool is_over(const struct load *load)
{
	return __atomic_load_n(&load->error, __ATOMIC_RELAXED) ||
		__atomic_load_n(&load->not_parts, __ATOMIC_RELAXED);
}

static int add_records(struct job *job, struct pageowner_reader *reader,
		       bool is_whole)
{
	const struct pageowner_record *record;
	struct load *load = job->load;
	uint64_t told = 0;
	unsigned int same;
	int ret;

	while ((ret = po_reader_next(reader, &record, &same)) > 0) {
		if (po_unlikely(record->kind != PAGEOWNER_RECORD_PAGE) && !is_whole) {
			__atomic_store_n(&load->not_parts, true, __ATOMIC_RELAXED);
			return 0;
		}
		ret = po_profile_add(job->profile, record, same,
				     load->seq + record->offset);
		if (ret < 0)
			return ret;
		if (++job->records % RECORDS_A_CALL)
			continue;
		if (is_whole) {
			ret = tell(job, po_reader_position(reader));
		} else {
			uint64_t read = pageowner_reader_stats(reader)->bytes;
			uint64_t done = __atomic_add_fetch(&load->done,
					read - told, __ATOMIC_RELAXED);

			told = read;
			ret = tell(job, done);
		}
		if (ret < 0)
			return ret;
		if (is_over(load))
			return 0;
	}
	__atomic_add_fetch(&load->done,
			   pageowner_reader_stats(reader)->bytes - told,
			   __ATOMIC_RELAXED);
	return ret;
}

/* The sentence of a failure, and its number */
static int explain(struct job *job, int ret, uint64_t offset)
{
	const struct po_budget *budget = job->profile->budget;

	ret = po_budget_error(budget, ret);
	if (ret == -ENOBUFS)
		po_explain_bound(job->error, sizeof(job->error), job->load->name,
				 budget, offset);
	else
		po_explain(job->error, sizeof(job->error), job->load->name, ret,
			   offset);
	return ret;
}

/* Takes over @input. */
static int read_part(struct job *job, struct po_input *input, struct po_part part,
		     bool is_whole)
{
	struct po_budget *budget = job->profile->budget;
	struct pageowner_reader *reader;
	int ret = po_reader_new(input, job->load->name, part, budget, &reader);

	if (ret < 0)
		return explain(job, ret, part.base);
	po_reader_keep_capture_lines(reader, job->lines);
	if (!po_profile_needs_pfn_line(job->profile))
		po_reader_skip_pfn_line(reader);
	ret = add_records(job, reader, is_whole);
	if (ret < 0)
		ret = explain(job, ret, po_reader_offset(reader));
	po_stats_add(&job->stats, pageowner_reader_stats(reader), 0);
	pageowner_reader_free(reader);
	return ret;
}

static int read_whole(struct job *job)
{
	struct po_input *input;
	int ret = po_input_new_fd(job->load->fd, &input);

	return ret < 0 ? explain(job, ret, PO_NO_OFFSET) :
		read_part(job, input, PO_WHOLE_INPUT, true);
}

/*
 * A part is the records that begin in it. The byte before it is read, too: only
 * behind a newline does a line, and so a record, begin.
 */
static int read_range(struct job *job, uint64_t number)
{
	const struct load *load = job->load;
	off_t from = (off_t)number * load->part_size;
	struct po_part part = { .limit = (uint64_t)(from + load->part_size) };
	struct po_input *input;
	int ret;

	if (from + load->part_size >= load->size)
		part.limit = UINT64_MAX;
	part.skip_start = from > 0;
	part.base = (uint64_t)(from - (from > 0));
	ret = po_input_new_range(load->fd, (off_t)part.base, load->size, &input);
	return ret < 0 ? ret : read_part(job, input, part, false);
}

static void *run_job(void *data)
{
	struct job *job = data;
	struct load *load = job->load;
	int ret = 0, none = 0;

	while (ret == 0 && !is_over(load)) {
		uint64_t part = __atomic_fetch_add(&load->next_part, 1,
						   __ATOMIC_RELAXED);

		if ((off_t)part > (load->size - 1) / load->part_size)
			break;
		ret = read_range(job, part);
	}
	if (ret < 0 && !__atomic_compare_exchange_n(&load->error, &none, ret,
			false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		job->error[0] = '\0';	/* only the first is told */
	return NULL;
}

static int finish_job(struct job *job, struct pageowner_input_stats *stats)
{
	struct pageowner_profile *p = job->load->profile;
	const bool is_of_use = !job->load->not_parts;
	int ret = 0;

	if (is_of_use)
		po_stats_add(stats, &job->stats, 0);
	if (job->error[0])
		memcpy(p->error, job->error, sizeof(p->error));
	if (job->profile != p) {
		if (is_of_use)
			ret = po_profile_merge(p, job->profile, 0);
		pageowner_profile_free(job->profile);
	} else if (!is_of_use) {
		ret = po_profile_clear(p);
	}
	return ret;
}

static int read_with_jobs(struct load *load, unsigned int count,
			  struct pageowner_input_stats *stats)
{
	struct job *jobs = calloc(count, sizeof(*jobs));
	unsigned int started;
	int ret = 0;

	if (!jobs)
		return -ENOMEM;
	load->part_size = load->size / 8 / count;
	if (load->part_size < PART_MIN)
		load->part_size = PART_MIN;
	if (load->part_size > PART_MAX)
		load->part_size = PART_MAX;
	jobs[0] = (struct job){ .load = load, .profile = load->profile,
		.lines = load->lines, .tells = true };
	/* What was loaded before must stay if these parts are of no use. */
	if (load->profile->kinds &&
	    po_profile_clone(load->profile, &jobs[0].profile) < 0) {
		free(jobs);
		return -ENOMEM;
	}
	for (started = 1; started < count; started++) {
		struct job *job = &jobs[started];

		job->load = load;
		job->lines = &load->lines[started];
		/* Fewer threads do as well. */
		if (po_profile_clone(load->profile, &job->profile) < 0) {
			po_budget_begin(load->profile->budget);
			break;
		}
		if (pthread_create(&job->thread, NULL, run_job, job)) {
			pageowner_profile_free(job->profile);
			break;
		}
	}
	run_job(&jobs[0]);
	for (unsigned int i = 1; i < started; i++)
		pthread_join(jobs[i].thread, NULL);
	for (unsigned int i = 0; i < started; i++) {
		int merged = finish_job(&jobs[i], stats);

		ret = ret ? ret : merged;
	}
	free(jobs);
	return load->error ? load->error : ret;
}

static int read_alone(struct load *load, struct pageowner_input_stats *stats)
{
	struct job job = { .load = load, .profile = load->profile,
		.lines = load->lines, .tells = true };
	struct stat st;
	int ret;

	if (fstat(load->fd, &st) == 0 && S_ISREG(st.st_mode))
		load->size = st.st_size;
	ret = read_whole(&job);
	finish_job(&job, stats);
	return ret;
}

static unsigned int job_count(const struct pageowner_profile *p, off_t size)
{
	long jobs = p->jobs ? (long)p->jobs : sysconf(_SC_NPROCESSORS_ONLN);

	if (jobs > size / PART_MIN)
		jobs = size / PART_MIN;
	return jobs < 1 ? 1 : jobs > JOBS_MAX ? JOBS_MAX : (unsigned int)jobs;
}

static int load_fd(struct pageowner_profile *p, int fd, const char *name)
{
	struct load load = { .profile = p, .name = name, .fd = fd, .seq = p->seq };
	struct pageowner_input_stats stats = { 0 };
	unsigned int jobs = 1;
	int ret = 0, added;

	if (po_input_can_range(fd, &load.size))
		jobs = job_count(p, load.size);
	load.lines = calloc(jobs, sizeof(*load.lines));
	if (!load.lines)
		return -ENOMEM;
	for (unsigned int i = 0; i < jobs; i++)
		load.lines[i].budget = p->budget;
	if (jobs > 1)
		ret = read_with_jobs(&load, jobs, &stats);
	if (ret == 0 && (jobs == 1 || load.not_parts)) {
		for (unsigned int i = 0; i < jobs; i++)
			po_capture_lines_free(&load.lines[i]);
		load.not_parts = false;
		load.done = 0;
		ret = read_alone(&load, &stats);
	}
	if (ret == 0 && po_stats_are_foreign(&stats)) {
		ret = -EBADMSG;
		po_explain(p->error, sizeof(p->error), name, ret, stats.bytes);
	}
	added = po_captures_add(&p->captures, load.lines, jobs, p->stats.bytes);
	ret = ret ? ret : added;
	/* What reading failed with has its sentence. */
	if (ret == -ENOMEM && po_budget_error(p->budget, ret) == -ENOBUFS) {
		ret = -ENOBUFS;
		po_explain_bound(p->error, sizeof(p->error), name, p->budget,
				 PO_NO_OFFSET);
	}
	for (unsigned int i = 0; i < jobs; i++)
		po_capture_lines_free(&load.lines[i]);
	free(load.lines);
	po_stats_add(&p->stats, &stats, p->stats.bytes);
	p->seq += stats.bytes;
	/* What it points to is a reader's that is gone. */
	memset(&p->last, 0, sizeof(p->last));
	return ret;
}

PO_EXPORT int pageowner_profile_load(struct pageowner_profile *p,
				     const char *path)
{
	struct po_drain file;
	int ret, closed;

	p->error[0] = '\0';
	if (po_filter_lacks_clock(p->filter))
		return po_profile_refuse_age(p);
	po_budget_begin(p->budget);
	if (!strcmp(path, "-"))
		return load_fd(p, STDIN_FILENO, "(standard input)");
	ret = po_drain_open(path, &file);
	if (ret == 0) {
		ret = load_fd(p, file.fd, path);
		closed = po_drain_close(&file);
		/* That it stops early is why the load failed, not that it did. */
		if (!closed || closed == -ECANCELED)
			return ret;
		ret = closed;
	}
	if (ret < 0)
		po_explain(p->error, sizeof(p->error), path, ret, PO_NO_OFFSET);
	return ret;
}
