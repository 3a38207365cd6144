/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as JSON lines appended to a file. A file that rotation has moved away is left at reload. */
#include "base/linefile.h"
#include "sink/kinds.h"

struct json_sink {
	struct sink sink;
	struct linefile file;
	struct buf line;
};

static void json_tell(struct sink *sink, const struct alert *a)
{
	struct json_sink *s = (struct json_sink *)sink;

	buf_clear(&s->line);
	alert_render_json(a, &s->line);
	buf_char(&s->line, '\n');
	if (!buf_failed(&s->line) && linefile_add(&s->file, buf_str(&s->line)) == 0)
		sink->stats.told++;
	else
		sink->stats.failed++;
}

static void json_free(struct sink *sink)
{
	struct json_sink *s = (struct json_sink *)sink;

	linefile_close(&s->file);
	buf_release(&s->line);
	free(s);
}

const struct sink_def sink_json_def = {
	.name = "json",
	.help = "JSON lines appended to a file",
	.tell = json_tell,
	.free = json_free,
};

struct sink *sink_json_new(const char *path, struct diag *d)
{
	struct json_sink *s = calloc(1, sizeof(*s));
	int r = s ? linefile_open(&s->file, path) : -ENOMEM;

	if (r < 0) {
		diag_error(d, NULL, "json-file", "alerts cannot be written to '%s': %s", path,
			   strerror(-r));
		free(s);
		return NULL;
	}
	s->sink.def = &sink_json_def;
	return &s->sink;
}
