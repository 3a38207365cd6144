/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts as JSON lines appended to a file: one write a line, so lines of several writers do not
 * mix. A file that rotation has moved away is left at reopen (HUP).
 */
#include <fcntl.h>

#include "sink/kinds.h"

struct json_sink {
	struct sink sink;
	int fd;
	char *path;
	struct buf line;
	bool is_torn; /* the last line is there in part: the disk was full */
};

/* O_NONBLOCK: an administrator may name a FIFO, and nobody may read it */
static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
}

static void json_tell(struct sink *sink, const struct alert *a)
{
	struct json_sink *s = (struct json_sink *)sink;
	ssize_t n;

	buf_clear(&s->line);
	if (s->is_torn)
		buf_char(&s->line, '\n');
	alert_render_json(a, &s->line);
	buf_char(&s->line, '\n');
	if (buf_failed(&s->line)) {
		sink->stats.failed++;
		return;
	}
	do
		n = write(s->fd, s->line.ptr, s->line.len);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)s->line.len) {
		s->is_torn = false;
		sink->stats.told++;
		return;
	}
	s->is_torn |= n > 0;
	sink->stats.failed++;
}

static void json_reopen(struct sink *sink)
{
	struct json_sink *s = (struct json_sink *)sink;
	int fd = open_file(s->path);

	/* better the file that was moved away than none */
	if (fd < 0)
		return;
	close(s->fd);
	s->fd = fd;
	s->is_torn = false;
}

static void json_free(struct sink *sink)
{
	struct json_sink *s = (struct json_sink *)sink;

	if (s->fd >= 0)
		close(s->fd);
	buf_release(&s->line);
	free(s->path);
	free(s);
}

const struct sink_def sink_json_def = {
	.name = "json",
	.help = "JSON lines appended to a file",
	.tell = json_tell,
	.reopen = json_reopen,
	.free = json_free,
};

struct sink *sink_json_new(const char *path, struct diag *d)
{
	struct json_sink *s = calloc(1, sizeof(*s));

	if (!s || !(s->path = strdup(path))) {
		free(s);
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	s->sink.def = &sink_json_def;
	s->fd = open_file(path);
	if (s->fd < 0) {
		diag_error(d, NULL, "json-file", "alerts cannot be written to '%s': %s", path,
			   strerror(errno));
		json_free(&s->sink);
		return NULL;
	}
	return &s->sink;
}
