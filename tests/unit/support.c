// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * support.c - what several tests need: text that grows, files, text to read. What was
 * read, as text: print.c.
 *
 * What goes wrong in here ends the test.
 */
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "read/input.h"

/* Generous: valgrind on a busy machine */
#define TIMEOUT_S 900

void give_up(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

struct pageowner_text text_from(const char *string)
{
	return (struct pageowner_text){ string, strlen(string) };
}

bool text_is(struct pageowner_text text, const char *string)
{
	return text.len == strlen(string) &&
		!memcmp(text.len ? text.ptr : "", string, text.len);
}

/* --- text that grows */

void buffer_add(struct buffer *b, const void *data, size_t len)
{
	if (b->len + len + 1 > b->size) {
		b->size = (b->len + len + 1) * 2;
		b->ptr = realloc(b->ptr, b->size);
		if (!b->ptr)
			give_up("memory");
	}
	if (len)
		memcpy(b->ptr + b->len, data, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		give_up("memory");
	buffer_add(b, text, (size_t)len);
	free(text);
}

void buffer_stack(struct buffer *b, const char *frames)
{
	while (*frames) {
		const int len = (int)strcspn(frames, " ");

		buffer_printf(b, " %.*s+0x1/0x2\n", len, frames);
		frames += len + (frames[len] == ' ');
	}
}

static bool is_plain(char c)
{
	return c >= 0x20 && c <= 0x7e && c != '\\';
}

void buffer_escape(struct buffer *b, struct pageowner_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char *p = text.ptr + i;
		size_t plain = 0;

		while (i + plain < text.len && is_plain(p[plain]))
			plain++;
		if (plain) {
			buffer_add(b, p, plain);
			i += plain - 1;
		} else if (*p == '\n') {
			buffer_add(b, "\\n", 2);
		} else if (*p == '\t') {
			buffer_add(b, "\\t", 2);
		} else if (*p == '\\') {
			buffer_add(b, "\\\\", 2);
		} else {
			buffer_printf(b, "\\x%02x", (unsigned char)*p);
		}
	}
}

void buffer_free(struct buffer *b)
{
	free(b->ptr);
	*b = (struct buffer){ 0 };
}

void assert_same_text(const char *what, const struct buffer *got,
		      const struct buffer *expected)
{
	size_t same = 0, from;

	while (same < got->len && same < expected->len &&
	       got->ptr[same] == expected->ptr[same])
		same++;
	if (same == got->len && same == expected->len)
		return;
	from = same < 120 ? 0 : same - 120;
	ck_abort_msg("%s: at byte %zu of the output\n     got: ...%.400s\nexpected: ...%.400s",
		     what, same, got->len ? got->ptr + from : "",
		     expected->len ? expected->ptr + from : "");
}

/* --- files */

static bool ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);

	return len >= tail && !strcmp(name + len - tail, suffix);
}

bool can_read(const char *name)
{
#ifndef HAVE_LZMA
	if (ends_with(name, ".xz"))
		return false;
#endif
#ifndef HAVE_ZSTD
	if (ends_with(name, ".zst"))
		return false;
#endif
	(void)name;
	return true;
}

static const char *data_folder(void)
{
	const char *folder = getenv("PAGEOWNER_DATA");

	return folder ? folder : "tests/data";
}

struct buffer data_file(const char *name)
{
	static char chunk[1 << 16];
	struct buffer b = { 0 };
	struct po_input *input;
	char path[4096];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", data_folder(), name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || po_input_new_fd(fd, &input) < 0)
		give_up(path);
	while ((n = po_input_read(input, chunk, sizeof(chunk))) > 0)
		buffer_add(&b, chunk, (size_t)n);
	if (n < 0)
		give_up(path);
	buffer_add(&b, "", 0);
	po_input_free(input);
	close(fd);
	return b;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **data_names(const char *folder, const char *suffix, int *count)
{
	char **names = calloc(1024, sizeof(*names));
	char path[4096];
	struct dirent *entry;
	DIR *dir;
	int n = 0;

	snprintf(path, sizeof(path), "%s/%s", data_folder(), folder);
	dir = opendir(path);
	if (!names || !dir)
		give_up(path);
	while ((entry = readdir(dir)) && n < 1023)
		if (ends_with(entry->d_name, suffix))
			names[n++] = strdup(entry->d_name);
	closedir(dir);
	qsort(names, (size_t)n, sizeof(*names), by_name);
	*count = n;
	return names;
}

static char temp_path[64];

static void remove_temp(void)
{
	unlink(temp_path);
}

const char *temp_file(const void *data, size_t len)
{
	static pid_t made_by;
	int fd;

	if (made_by != getpid()) {
		strcpy(temp_path, "/tmp/pageowner-test-XXXXXX");
		fd = mkstemp(temp_path);
		made_by = getpid();
		atexit(remove_temp);
	} else {
		fd = open(temp_path, O_WRONLY | O_TRUNC);
	}
	ck_assert_msg(fd >= 0, "%s: %s", temp_path, strerror(errno));
	while (len) {
		ssize_t n = write(fd, data, len);

		ck_assert_int_gt(n, 0);
		data = (const char *)data + n;
		len -= (size_t)n;
	}
	close(fd);
	return temp_path;
}

/* With a copy of the text: the writer may live longer than the test's own. */
void put_file(const char *folder, const char *name, const void *text, size_t len)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	for (char *p = path + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(path, 0700);
	}
	file = fopen(path, "w");
	if (!file || fwrite(text, 1, len, file) != len || fclose(file))
		give_up(path);
}

struct writing {
	int fd;
	size_t len, chunk;
	char data[];
};

static void *write_pieces(void *data)
{
	struct writing *w = data;
	uint32_t x = (uint32_t)w->len * 2654435761u + 1;
	size_t done = 0;

	while (done < w->len) {
		size_t piece, left = w->len - done;
		ssize_t n;

		x = x * 1664525u + 1013904223u;
		piece = 1 + (x >> 8) % w->chunk;
		n = write(w->fd, w->data + done, piece < left ? piece : left);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	close(w->fd);
	free(w);
	return NULL;
}

int pipe_of(const void *data, size_t len, size_t chunk)
{
	struct writing *w = malloc(sizeof(*w) + len);
	pthread_t thread;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_ptr_nonnull(w);
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	*w = (struct writing){ .fd = ends[1], .len = len, .chunk = chunk };
	if (len)
		memcpy(w->data, data, len);
	ck_assert_int_eq(pthread_create(&thread, NULL, write_pieces, w), 0);
	pthread_detach(thread);
	return ends[0];
}

/* --- numbers that look random */

static uint64_t random_state = 1;

void random_start(uint32_t seed)
{
	random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

uint32_t random_number(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 32);
}

uint32_t random_below(uint32_t limit)
{
	return (uint32_t)((uint64_t)random_number() * limit >> 32);
}

/* --- making text */

void add_record(struct buffer *b, const struct maker *m)
{
	buffer_printf(b, "Page allocated via order %u, mask %s, pid %d, tgid %d (%s), ts %"
		      PRIu64 " ns%s\n", m->order,
		      m->mask ? m->mask : "0xcc0(GFP_KERNEL)", m->pid, m->tgid,
		      m->comm ? m->comm : "task", m->ts, m->free_ts ? m->free_ts : "");
	buffer_printf(b, "PFN 0x%" PRIx64 " type %s Block %" PRIu64 " type %s Flags %s\n",
		      m->pfn, m->type ? m->type : "Unmovable", m->pfn >> 9,
		      m->block_type ? m->block_type : "Movable",
		      m->flags ? m->flags : "0x200000000000000(node=0|zone=2)");
	buffer_printf(b, "%s%s\n", m->stack ? m->stack : " get_page+0x1/0x20\n",
		      m->notes ? m->notes : "");
}

static const char padding_head[] =
	"Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (pad), ts 1 ns\n"
	"PFN 0x1 type Unmovable Block 0 type Movable Flags 0x200000000000000(node=0|zone=2)\n"
	" pad";

void add_padding(struct buffer *b, size_t len)
{
	static const char tail[] = "+0x1/0x10\n\n";
	size_t fill = len - (sizeof(padding_head) - 1) - (sizeof(tail) - 1);
	char *x = malloc(fill);

	if (!x)
		give_up("memory");
	memset(x, 'x', fill);
	buffer_add(b, padding_head, sizeof(padding_head) - 1);
	buffer_add(b, x, fill);
	buffer_add(b, tail, sizeof(tail) - 1);
	free(x);
}

void begin_padding(char *at)
{
	memcpy(at, padding_head, sizeof(padding_head) - 1);
}

/* --- processes that sleep */

void adopt_sleepers(void)
{
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

void end_sleepers(void)
{
	char path[64];
	FILE *file;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "r");
	while (file && fscanf(file, "%d", &pid) == 1) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	if (file)
		fclose(file);
}

/* --- running */

/* Check has no function that lists the cases of a suite. */
static struct {
	TCase *tcase;
	const char *name;
} cases[64];
static size_t case_count;

TCase *new_case(const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, TIMEOUT_S);
	if (case_count == ARRAY_SIZE(cases))
		give_up("cases");
	cases[case_count].tcase = tc;
	cases[case_count++].name = name;
	return tc;
}

/* Check runs nothing, and that passes, if no case has the name. */
static bool case_exists(const char *wanted)
{
	for (size_t i = 0; i < case_count; i++)
		if (!wanted || !strcmp(cases[i].name, wanted))
			return true;
	fprintf(stderr, "no case \"%s\"; there are:", wanted);
	for (size_t i = 0; i < case_count; i++)
		fprintf(stderr, " \"%s\"", cases[i].name);
	fputc('\n', stderr);
	return false;
}

int run_cases(const char *name)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < case_count; i++)
		suite_add_tcase(suite, cases[i].tcase);
	runner = srunner_create(suite);
	if (!case_exists(getenv("CK_RUN_CASE"))) {
		srunner_free(runner);
		return EXIT_FAILURE;
	}
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
