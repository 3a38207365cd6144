/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts to a person's terminal or into a pipe: one line each, text or JSON. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "sink/kinds.h"
#include "sink/sink.h"

struct stdout_sink {
	struct sink sink;
	int fd;
	enum sink_format format;
	bool colour;
	struct buf line;
};

static void stdout_tell(struct sink *sink, const struct alert *a)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;
	buf_clear(&s->line);
	if (s->format == SINK_JSON)
		alert_render_json(a, &s->line);
	else
		alert_render_terminal(a, s->colour, &s->line);
	buf_char(&s->line, '\n');
	if (!buf_failed(&s->line) && file_write_all(s->fd, buf_str(&s->line)) == 0)
		sink->stats.told++;
	else
		sink->stats.failed++;
}

static void stdout_free(struct sink *sink)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;
	buf_release(&s->line);
	free(s);
}

const struct sink_def sink_stdout_def = {
	.name = "stdout", .help = "text (coloured on a terminal) or JSON lines on standard output",
	.tell = stdout_tell, .free = stdout_free,
};

struct sink *sink_stdout_new(int fd, enum sink_format format, struct diag *d)
{
	struct stdout_sink *s = calloc(1, sizeof(*s));
	if (!s) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	s->sink.def = &sink_stdout_def;
	s->fd = fd;
	s->format = format;
	s->colour = isatty(fd) && !getenv("NO_COLOR");
	return &s->sink;
}
