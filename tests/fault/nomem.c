// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * nomem.c - memory that runs out: each allocation of library and exports fails in turn.
 *
 * The linker puts __wrap_NAME in place of NAME (local.mk), here and in the library's
 * objects but not in other libraries: zlib, liblzma and libzstd fail as a whole, SQLite
 * is given an allocator. GLib is left alone: it ends the process when it gets no memory.
 */
#include "nomem.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif
#ifdef HAVE_SQLITE
#include <sqlite3.h>
#endif

/* --- what fails */

struct nomem nomem;

/* Whether this allocation is to fail; several threads may ask. */
static bool fails(void)
{
	unsigned long number;

	if (!nomem.on)
		return false;
	number = __atomic_add_fetch(&nomem.seen, 1, __ATOMIC_RELAXED);
	if (!nomem.at || number < nomem.at || (number > nomem.at && !nomem.stays))
		return false;
	__atomic_add_fetch(&nomem.failed, 1, __ATOMIC_RELAXED);
	errno = ENOMEM;
	return true;
}

/* --- what the library has, by address */

#define HELD_MAX	(1u << 16)

static struct {
	pthread_mutex_t lock;
	void *at[HELD_MAX];
	size_t count;
} held = { .lock = PTHREAD_MUTEX_INITIALIZER };

static size_t place_of(const void *p)
{
	return (size_t)((uintptr_t)p / 16 * 2654435761u) % HELD_MAX;
}

static void *hold(void *p)
{
	size_t i;

	if (!p || !nomem.on)
		return p;
	pthread_mutex_lock(&held.lock);
	for (i = place_of(p); held.at[i]; i = (i + 1) % HELD_MAX)
		;
	held.at[i] = p;
	if (++held.count > HELD_MAX / 2)
		abort();
	pthread_mutex_unlock(&held.lock);
	return p;
}

/* Whether it was held; no more. */
static bool let_go(const void *p)
{
	size_t i, next;

	if (!p)
		return false;
	pthread_mutex_lock(&held.lock);
	for (i = place_of(p); held.at[i] && held.at[i] != p; i = (i + 1) % HELD_MAX)
		;
	if (!held.at[i]) {
		pthread_mutex_unlock(&held.lock);
		return false;
	}
	held.at[i] = NULL;
	held.count--;
	/* Those after it may be there because their place was taken. */
	for (next = (i + 1) % HELD_MAX; held.at[next]; next = (next + 1) % HELD_MAX) {
		const size_t wanted = place_of(held.at[next]);

		if ((next - wanted) % HELD_MAX >= (next - i) % HELD_MAX) {
			held.at[i] = held.at[next];
			held.at[next] = NULL;
			i = next;
		}
	}
	pthread_mutex_unlock(&held.lock);
	return true;
}

/* --- in place of the C library's */

#define WRAP(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

WRAP(void *, malloc, size_t size)
{
	return fails() ? NULL : hold(__real_malloc(size));
}

WRAP(void *, calloc, size_t count, size_t size)
{
	return fails() ? NULL : hold(__real_calloc(count, size));
}

WRAP(void *, reallocarray, void *old, size_t count, size_t size)
{
	bool was_held;
	void *p;

	if (fails())
		return NULL;
	was_held = let_go(old);
	p = __real_reallocarray(old, count, size);
	if (!p && was_held)
		hold(old);
	return hold(p);
}

WRAP(void *, realloc, void *old, size_t size)
{
	return __wrap_reallocarray(old, 1, size);
}

WRAP(void, free, void *p)
{
	let_go(p);
	__real_free(p);
}

WRAP(char *, strdup, const char *text)
{
	return fails() ? NULL : hold(__real_strdup(text));
}

WRAP(char *, strndup, const char *text, size_t len)
{
	return fails() ? NULL : hold(__real_strndup(text, len));
}

static int __attribute__((format(printf, 2, 0)))
print_new(char **text, const char *format, va_list args)
{
	int len;

	if (fails())
		return -1;
	len = vasprintf(text, format, args);
	if (len >= 0)
		hold(*text);
	return len;
}

int __wrap_asprintf(char **text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **text, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = print_new(text, format, args);
	va_end(args);
	return len;
}

/* What asprintf() is where _FORTIFY_SOURCE is defined */
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
	va_list args;
	int len;

	(void)flag;
	va_start(args, format);
	len = print_new(text, format, args);
	va_end(args);
	return len;
}

WRAP(int, pthread_create, pthread_t *thread, const pthread_attr_t *attr,
     void *(*run)(void *), void *data)
{
	return fails() ? EAGAIN : __real_pthread_create(thread, attr, run, data);
}

/* --- and of other libraries' */

WRAP(int, inflateInit2_, z_streamp z, int bits, const char *version, int size)
{
	return fails() ? Z_MEM_ERROR : __real_inflateInit2_(z, bits, version, size);
}

WRAP(int, inflate, z_streamp z, int flush)
{
	return fails() ? Z_MEM_ERROR : __real_inflate(z, flush);
}

WRAP(int, deflateInit2_, z_streamp z, int level, int method, int bits, int memory,
     int strategy, const char *version, int size)
{
	return fails() ? Z_MEM_ERROR : __real_deflateInit2_(z, level, method, bits,
			memory, strategy, version, size);
}

#ifdef HAVE_LZMA
WRAP(lzma_ret, lzma_stream_decoder, lzma_stream *xz, uint64_t limit, uint32_t flags)
{
	return fails() ? LZMA_MEM_ERROR : __real_lzma_stream_decoder(xz, limit, flags);
}

WRAP(lzma_ret, lzma_code, lzma_stream *xz, lzma_action action)
{
	return fails() ? LZMA_MEM_ERROR : __real_lzma_code(xz, action);
}
#endif

#ifdef HAVE_ZSTD
WRAP(ZSTD_DStream *, ZSTD_createDStream, void)
{
	return fails() ? NULL : __real_ZSTD_createDStream();
}

WRAP(size_t, ZSTD_decompressStream, ZSTD_DStream *zstd, ZSTD_outBuffer *out,
     ZSTD_inBuffer *in)
{
	return fails() ? (size_t)-ZSTD_error_memory_allocation :
		__real_ZSTD_decompressStream(zstd, out, in);
}
#endif

#ifdef HAVE_SQLITE
static sqlite3_mem_methods sqlite_memory;

static void *sqlite_malloc(int size)
{
	return fails() ? NULL : sqlite_memory.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
	return fails() ? NULL : sqlite_memory.xRealloc(old, size);
}
#endif

void nomem_free(void *p)
{
	__real_free(p);
}

static void replace_allocators(void)
{
#ifdef HAVE_SQLITE
	sqlite3_mem_methods ours;

	/* Its pools of its own would be filled once and then never ask again. */
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory);
	ours = sqlite_memory;
	ours.xMalloc = sqlite_malloc;
	ours.xRealloc = sqlite_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
	sqlite3_initialize();
#endif
}

/* --- each allocation in turn */

static unsigned long *total;

void nomem_start(void)
{
	total = mmap(NULL, sizeof(*total), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (total == MAP_FAILED)
		abort();
	replace_allocators();
}

unsigned long nomem_total(void)
{
	return *total;
}

static unsigned long number_of(const char *variable, unsigned long otherwise)
{
	const char *text = getenv(variable);

	return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

void nomem_each(const char *name, int (*run)(struct buffer *b, const void *data),
		const void *data)
{
	const unsigned long stride = number_of("NOMEM_STRIDE", 1) ?: 1;
	const unsigned long first = 1 + number_of("NOMEM_OFFSET", 0) % stride;
	struct buffer expected = { 0 }, got = { 0 };
	unsigned long failed = 0;

	nomem.at = 0;
	ck_assert_int_eq(run(&expected, data), 0);
	ck_assert_uint_eq(held.count, 0);
	for (int stays = 0; stays < 2; stays++) {
		for (unsigned long at = first; ; at += stride) {
			int ret;

			nomem.stays = stays;
			nomem.at = at;
			nomem.seen = nomem.failed = 0;
			buffer_free(&got);
			ret = run(&got, data);
			ck_assert_msg(!held.count, "%s, allocation %lu%s: %zu not freed",
				      name, at, stays ? " on" : "", held.count);
			if (ret < 0)
				ck_assert_msg(ret == -ENOMEM, "%s, allocation %lu%s: %s",
					      name, at, stays ? " on" : "",
					      strerror(-ret));
			else
				assert_same_text(name, &got, &expected);
			failed += nomem.failed;
			if (!nomem.failed)
				break;
			/* Where all the rest fails, the next is much the same. */
			at += stays ? at / 8 : 0;
		}
	}
	buffer_free(&got);
	buffer_free(&expected);
	__atomic_add_fetch(total, failed, __ATOMIC_RELAXED);
	printf("%s: %lu allocations failed\n", name, failed);
	fflush(stdout);
}
