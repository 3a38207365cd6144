/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts to a person's terminal or into a pipe: one line each, text or JSON.
 *
 * A descriptor that others share cannot be made non-blocking, so it is written to in pieces that
 * poll(2) promises room for; the rest waits in memory until the next alert or flush.
 */
#include "base/file.h"
#include "sink/kinds.h"

#define WAITING_MAX ((size_t)1 << 20)
#define LAST_WAIT_MS 1000

struct stdout_sink {
	struct sink sink;
	int fd;
	enum sink_format format;
	bool patient, colour;
	struct buf waiting; /* bytes not written yet */
	uint64_t alerts_waiting;
};

/* write until nothing waits, or until @timeout_ms (-1: however long it takes) */
static void push(struct stdout_sink *s, int timeout_ms)
{
	ssize_t n = file_write_within(s->fd, buf_str(&s->waiting), timeout_ms);

	if (n < 0) { /* the reader is gone */
		buf_clear(&s->waiting);
		s->sink.stats.failed += s->alerts_waiting;
		s->alerts_waiting = 0;
		return;
	}
	buf_consume(&s->waiting, (size_t)n);
	if (s->waiting.len > 0)
		return;
	s->sink.stats.told += s->alerts_waiting;
	s->alerts_waiting = 0;
}

static void stdout_flush(struct sink *sink)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;

	push(s, s->patient ? -1 : 0);
}

static void stdout_tell(struct sink *sink, const struct alert *a)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;
	size_t before = s->waiting.len;

	if (s->format == SINK_JSON)
		alert_render_json(a, &s->waiting);
	else
		alert_render_terminal(a, s->colour, &s->waiting);
	buf_char(&s->waiting, '\n');
	if (buf_failed(&s->waiting)) { /* whole lines or none */
		s->waiting.len = before;
		s->waiting.failed = false;
		sink->stats.failed++;
	} else {
		s->alerts_waiting++;
	}
	stdout_flush(sink);
}

static void stdout_free(struct sink *sink)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;

	push(s, s->patient ? -1 : LAST_WAIT_MS);
	buf_release(&s->waiting);
	free(s);
}

const struct sink_def sink_stdout_def = {
	.name = "stdout",
	.help = "text (coloured on a terminal) or JSON lines on standard output",
	.tell = stdout_tell,
	.flush = stdout_flush,
	.free = stdout_free,
};

struct sink *sink_stdout_new(int fd, enum sink_format format, bool patient, struct diag *d)
{
	struct stdout_sink *s = calloc(1, sizeof(*s));

	if (!s) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	s->sink.def = &sink_stdout_def;
	s->fd = fd;
	s->format = format;
	s->patient = patient;
	s->colour = isatty(fd) && !getenv("NO_COLOR");
	s->waiting.max = WAITING_MAX;
	return &s->sink;
}
