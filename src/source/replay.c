/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens all files first, sorts them by the first record that their heads hold, then reads one after
 * the other as if they were one stream: an event may begin in one file and end in the next.
 */
#include "source/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/record.h"
#include "source/lines.h"

#define HEAD_SIZE 65536

struct input {
	const char *name;
	size_t position; /* on the command line */
	int fd;
	uint64_t time, serial; /* of the first record; UINT64_MAX: cannot be known beforehand */
};

struct inputs {
	struct input *at;
	size_t n;
};

static void inputs_release(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->n; i++)
		if (inputs->at[i].fd > STDERR_FILENO)
			close(inputs->at[i].fd);
	free(inputs->at);
}

#define auto_inputs __attribute__((cleanup(inputs_release)))

static int fail(struct diag *d, const char *name, int error)
{
	struct place where = { .file = name };
	diag_error(d, &where, "unreadable", "%s", strerror(error));
	return -error;
}

static void look_ahead(struct input *in)
{
	auto_free char *head = malloc(HEAD_SIZE);
	ssize_t n = head ? pread(in->fd, head, HEAD_SIZE, 0) : -1;
	struct str rest, line;
	struct record r;
	in->time = in->serial = UINT64_MAX;
	if (n <= 0)
		return;
	for (rest = str_mem(head, (size_t)n); str_cut(&rest, '\n', &line);) {
		if (record_parse_line(line, &r) == 0) {
			in->time = r.time;
			in->serial = r.serial;
			return;
		}
	}
}

static int input_open(struct input *in, struct diag *d)
{
	struct stat st;
	in->fd = strcmp(in->name, "-") == 0 ? STDIN_FILENO
					    : open(in->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (in->fd < 0 || fstat(in->fd, &st) < 0)
		return fail(d, in->name, errno);
	if (S_ISDIR(st.st_mode))
		return fail(d, in->name, EISDIR);
	look_ahead(in);
	return 0;
}

static int by_stamp(const void *one, const void *other)
{
	const struct input *a = one, *b = other;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->serial != b->serial)
		return a->serial < b->serial ? -1 : 1;
	return a->position < b->position ? -1 : 1;
}

static int input_read(const struct input *in, struct lines *lines, struct diag *d)
{
	ssize_t n;
	lines_begin(lines);
	do
		n = lines_read(lines, in->fd);
	while (n > 0 || n == -EINTR);
	lines_end(lines);
	return n < 0 ? fail(d, in->name, (int)-n) : 0;
}

int replay_read(const char *const *paths, size_t n, const struct source_consumer *to,
		struct diag *d)
{
	auto_inputs struct inputs inputs = { calloc(n, sizeof(struct input)), 0 };
	AUTO(lines) lines = lines_new(to);
	int r = 0;
	if (!inputs.at || !lines)
		return -ENOMEM;
	for (size_t i = 0; i < n && r == 0; i++) {
		inputs.at[i] = (struct input){ .name = paths[i], .position = i };
		inputs.n++;
		r = input_open(&inputs.at[i], d);
	}
	if (r < 0)
		return r;
	qsort(inputs.at, inputs.n, sizeof(*inputs.at), by_stamp);
	for (size_t i = 0; i < inputs.n && r == 0; i++)
		r = input_read(&inputs.at[i], lines, d);
	return r;
}
