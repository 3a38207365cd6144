/* SPDX-License-Identifier: Apache-2.0 */
/* What all sinks share, and the table of their kinds. */
#include "sink/sink.h"

#include "sink/kinds.h"

static const struct sink_def *const kinds[] = { &sink_syslog_def, &sink_json_def,
						&sink_stdout_def };

void sink_flush(struct sink *s)
{
	if (s->def->flush)
		s->def->flush(s);
}

void sink_free(struct sink *s)
{
	if (s)
		s->def->free(s);
}

const struct sink_def *const *sink_kinds(size_t *n)
{
	*n = ARRAY_LEN(kinds);
	return kinds;
}
