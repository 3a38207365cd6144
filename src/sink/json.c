/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts as JSON lines appended to a file: one write a line, so lines of several writers do not mix, and a
 * rotated file is followed after reopen (HUP).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "sink/kinds.h"
#include "sink/sink.h"

struct json_sink {
	struct sink sink;
	char *path;
	int fd;
	struct buf line;
};

static int file_open(const char *path)
{
	struct stat st;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd >= 0 && (fstat(fd, &st) < 0 || S_ISDIR(st.st_mode))) {
		close(fd);
		errno = EISDIR;
		return -1;
	}
	return fd;
}

static void json_tell(struct sink *sink, const struct alert *a)
{
	struct json_sink *s = (struct json_sink *)sink;
	buf_clear(&s->line);
	alert_render_json(a, &s->line);
	buf_char(&s->line, '\n');
	if (s->fd < 0)
		s->fd = file_open(s->path);
	if (s->fd >= 0 && !buf_failed(&s->line) && file_write_all(s->fd, buf_str(&s->line)) == 0)
		sink->stats.told++;
	else
		sink->stats.failed++;
}

static void json_reopen(struct sink *sink)
{
	struct json_sink *s = (struct json_sink *)sink;
	int fd = file_open(s->path);
	/* what cannot be opened again is written on as it is */
	if (fd < 0)
		return;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = fd;
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
	.name = "json", .help = "JSON lines appended to a file",
	.tell = json_tell, .reopen = json_reopen, .free = json_free,
};

struct sink *sink_json_new(const char *path, struct diag *d)
{
	struct json_sink *s = calloc(1, sizeof(*s));
	char *copy = strdup(path);
	if (!s || !copy) {
		free(s);
		free(copy);
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	s->sink.def = &sink_json_def;
	s->path = copy;
	s->fd = file_open(path);
	if (s->fd < 0) {
		diag_error(d, &(struct place){ .file = path }, "json-file", "cannot be opened for alerts: %s", strerror(errno));
		json_free(&s->sink);
		return NULL;
	}
	return &s->sink;
}
