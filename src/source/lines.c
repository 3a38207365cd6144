/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One block, filled from the front. Bytes are moved only when it is full: then the beginning of the
 * line that is not complete yet goes to the front, and all that was given before is settled.
 */
#include "source/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK_SIZE (256 * 1024)
#define READ_MIN (64 * 1024) /* less room than this is not worth a read(2) */

struct lines {
	struct source_consumer to;
	size_t begin, end; /* the line that is not complete yet */
	bool skipping; /* until the newline of an over-long line, of which the head was given */
	char block[BLOCK_SIZE];
};

_Static_assert(BLOCK_SIZE >= LINE_MAX_GIVEN + READ_MIN, "a whole line and a read must fit");

struct lines *lines_new(const struct source_consumer *to)
{
	struct lines *l = malloc(sizeof(*l));
	if (!l)
		return NULL;
	l->to = *to;
	l->begin = l->end = 0;
	l->skipping = false;
	return l;
}

void lines_free(struct lines *l)
{
	if (!l)
		return;
	l->to.settle(l->to.ctx);
	free(l);
}

static void give(struct lines *l, const char *line, size_t len)
{
	if (!l->skipping)
		l->to.line(l->to.ctx, str_mem(line, len < LINE_MAX_GIVEN ? len : LINE_MAX_GIVEN));
	l->skipping = false;
}

/* @fresh: where the bytes begin that have not been looked at for a newline */
static void cut(struct lines *l, size_t fresh)
{
	const char *newline;
	while ((newline = memchr(l->block + fresh, '\n', l->end - fresh))) {
		size_t at = (size_t)(newline - l->block);
		give(l, l->block + l->begin, at - l->begin);
		l->begin = fresh = at + 1;
	}
	if (l->skipping) {
		l->begin = l->end;
	} else if (l->end - l->begin >= LINE_MAX_GIVEN) {
		give(l, l->block + l->begin, l->end - l->begin);
		l->begin = l->end;
		l->skipping = true;
	}
}

static void make_room(struct lines *l)
{
	if (BLOCK_SIZE - l->end >= READ_MIN)
		return;
	l->to.settle(l->to.ctx);
	memmove(l->block, l->block + l->begin, l->end - l->begin);
	l->end -= l->begin;
	l->begin = 0;
}

void lines_begin(struct lines *l)
{
	if (l->to.begin)
		l->to.begin(l->to.ctx);
}

ssize_t lines_read(struct lines *l, int fd)
{
	size_t fresh;
	ssize_t n;
	make_room(l);
	fresh = l->end;
	n = read(fd, l->block + l->end, BLOCK_SIZE - l->end);
	if (n <= 0)
		return n < 0 ? -errno : 0;
	l->end += (size_t)n;
	cut(l, fresh);
	return n;
}

void lines_end(struct lines *l)
{
	if (l->end > l->begin)
		give(l, l->block + l->begin, l->end - l->begin);
	l->begin = l->end;
	l->skipping = false;
}
