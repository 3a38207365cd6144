/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a libFuzzer harness without libFuzzer: every file of the directories named, as it is, cut
 * short, and with bytes changed at random (always the same ones). Prints how many inputs were run.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_MAX (1 << 20)
#define VARIANTS 48

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t random_state = 88172645463325252u;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* in memory of just this size, so that a read past the end is found */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void run_variants(uint8_t *data, size_t size)
{
	static const char nasty[] = { '\0', '\n',   '=', '"', '\'', ' ', '[',
				      '-',  '\x1d', '9', '(', ')',  ':', '\xff' };
	for (int i = 0; i < VARIANTS && size; i++) {
		size_t changes = 1 + random_next() % 8;
		run(data, random_next() % size);
		while (changes--)
			data[random_next() % size] = (uint8_t)nasty[random_next() % sizeof(nasty)];
		run(data, size);
	}
}

static size_t run_directory(const char *path)
{
	static uint8_t data[INPUT_MAX];
	DIR *dir = opendir(path);
	size_t files = 0;
	if (!dir) {
		perror(path);
		exit(1);
	}
	for (struct dirent *e; (e = readdir(dir));) {
		int fd = e->d_name[0] == '.' ? -1
					     : openat(dirfd(dir), e->d_name, O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, data, sizeof(data));
		if (fd >= 0)
			close(fd);
		if (n < 0)
			continue;
		run(data, (size_t)n);
		run_variants(data, (size_t)n);
		files++;
	}
	closedir(dir);
	return files;
}

int main(int argc, char **argv)
{
	size_t files = 0;
	for (int i = 1; i < argc; i++)
		files += run_directory(argv[i]);
	printf("%zu files of the corpus, %d variants of each\n", files, 2 * VARIANTS);
	return files == 0;
}
