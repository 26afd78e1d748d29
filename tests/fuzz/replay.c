// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * replay.c - a fuzz target as a program that takes files: what was found once, and
 * the real and odd files of tests/data, on any compiler and machine. A fuzzer brings
 * a main() of its own, or runs this one with a file (afl-fuzz: @@).
 */
#include "fuzz.h"

#include <dirent.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

/* Beyond that, files say no more and take long. */
#define MOST	(64u << 10)

static size_t replayed;

static void replay(const void *data, size_t size)
{
	/* A block of its own, so that memory checkers see each byte beyond it. */
	uint8_t *copy = malloc(size + !size);

	fuzz_check(copy);
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	replayed++;
}

static void replay_file(const char *path, const char *choices)
{
	struct buffer all = { 0 };
	FILE *file = fopen(path, "rb");
	char block[4096];
	size_t n;

	if (!file) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	while (all.len < MOST && (n = fread(block, 1, sizeof(block), file)) > 0)
		buffer_add(&all, block, n);
	fclose(file);
	buffer_add(&all, choices, strlen(choices));
	replay(all.ptr, all.len);
	buffer_free(&all);
}

/* All files of a folder of tests/data, if there is one; @choices: bytes to append to each of
 * them, see fuzz_choose() */
static void replay_folder(const char *name, const char *choices)
{
	const char *data = getenv("PAGEOWNER_DATA");
	struct dirent **entries;
	char path[4096];
	int count;

	snprintf(path, sizeof(path), "%s/%s", data ? data : "tests/data", name);
	count = scandir(path, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s/%s",
				 data ? data : "tests/data", name, entries[i]->d_name);
			replay_file(path, choices);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

int main(int argc, char *argv[])
{
	/* libtool's programs are lt-NAME while they lie in the build tree. */
	static const char *const choices[] = { "", "\1\1\1\1", "\2\3\5\7" };
	const char *target = strstr(basename(argv[0]), "fuzz-");
	char folder[256];

	for (int i = 1; i < argc; i++)
		replay_file(argv[i], "");
	if (argc > 1)
		return EXIT_SUCCESS;
	snprintf(folder, sizeof(folder), "fuzz/%s", target ? target + 5 : "");
	folder[strcspn(folder, ".")] = '\0';	/* ".elf", ".exe" */
	replay_folder(folder, "");
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
		replay_folder("dialects", choices[i]);
		replay_folder("odd", choices[i]);
	}
	printf("%zu inputs\n", replayed);
	return EXIT_SUCCESS;
}
