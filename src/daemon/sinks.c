// SPDX-License-Identifier: Apache-2.0
/*
 * From options to open sinks. A reload opens a new set beside the old one.
 */
#include "daemon/sinks.h"

#include <errno.h>
#include <unistd.h>

static struct sink *open_syslog(const struct config *c, struct diag *d)
{
	return sink_syslog_new(config_facility(c), c->syslog_tag, c->syslog_path, d);
}

static struct sink *open_json(const struct config *c, struct diag *d)
{
	return sink_json_new(c->json_file, d);
}

static struct sink *open_stdout(const struct config *c, struct diag *d)
{
	return sink_stdout_new(STDOUT_FILENO,
			       c->output_format == CONFIG_JSON ? SINK_JSON : SINK_TEXT, false, d);
}

int sinks_open(struct sinks *s, const struct config *c, bool stdout_too, struct diag *d)
{
	const struct {
		bool wanted;
		struct sink *(*open)(const struct config *c, struct diag *d);
	} kinds[] = {
		{ c->syslog_enabled, open_syslog },
		{ c->json_file[0] != '\0', open_json },
		{ stdout_too && c->output_enabled, open_stdout },
	};

	*s = (struct sinks){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!kinds[i].wanted)
			continue;
		s->at[s->n] = kinds[i].open(c, d);
		if (!s->at[s->n]) {
			sinks_release(s);
			return -EINVAL;
		}
		s->n++;
	}
	return 0;
}

void sinks_release(struct sinks *s)
{
	for (size_t i = 0; i < s->n; i++)
		sink_free(s->at[i]);
	*s = (struct sinks){ 0 };
}

void sinks_tell(const struct sinks *s, const struct alert *a)
{
	for (size_t i = 0; i < s->n; i++)
		sink_tell(s->at[i], a);
}

void sinks_flush(const struct sinks *s)
{
	for (size_t i = 0; i < s->n; i++)
		sink_flush(s->at[i]);
}

struct sink_stats sinks_stats(const struct sinks *s)
{
	struct sink_stats sum = { 0 };

	for (size_t i = 0; i < s->n; i++) {
		sum.told += s->at[i]->stats.told;
		sum.failed += s->at[i]->stats.failed;
	}
	return sum;
}
