/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded with generation_load(); the main thread's until it hands it over. */
#include "daemon/handover.h"

#include <stdlib.h>

#include "base/log.h"

struct handover *handover_load(const struct origin *origin, bool stdout_too, struct config **config,
			       struct sinks *sinks, struct diag *d)
{
	AUTO(generation) g = generation_load(origin, d);
	struct handover *h;

	if (!g || sinks_open(sinks, g->config, stdout_too, d) < 0)
		return NULL;
	h = calloc(1, sizeof(*h));
	if (!h) {
		sinks_release(sinks);
		return NULL;
	}
	config_hostname(g->config, h->hostname);
	h->rules = take_ptr(g->rules);
	*config = take_ptr(g->config);
	return h;
}

void handover_free(struct handover *h)
{
	if (h)
		ruleset_free(h->rules);
	free(h);
}

void handover_tell_unchanged(const struct config *old, const struct config *new)
{
	for (size_t i = 0; i < option_count(); i++) {
		auto_buf struct buf before = { 0 }, after = { 0 };
		const struct option_def *o = option_at(i);

		config_render_value(old, o, &before);
		config_render_value(new, o, &after);
		if (o->at_start && !str_eq(buf_str(&before), buf_str(&after)))
			log_warning("reload: %s changes at the next start", o->name);
	}
}
