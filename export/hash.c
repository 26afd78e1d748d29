// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * hash.c - for GLib's tables of texts that come out of dumps.
 */
#include "hash.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static uint64_t seed;
static pthread_once_t seeded = PTHREAD_ONCE_INIT;

static void make_seed(void)
{
	struct timespec now;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	seed = (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15) ^
		(uintptr_t)&now;
}

static guint hash(const void *p, size_t len)
{
	pthread_once(&seeded, make_seed);
	return (guint)XXH3_64bits_withSeed(p, len, seed);
}

guint hash_string(gconstpointer string)
{
	return hash(string, strlen(string));
}

guint hash_bytes(gconstpointer bytes)
{
	gsize len;
	const void *p = g_bytes_get_data((GBytes *)bytes, &len);

	return hash(len ? p : "", len);
}
