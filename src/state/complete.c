/* SPDX-License-Identifier: Apache-2.0 */
/* Owns nothing; asks through facts. What records tell is credentials.c's. */
#include "state/complete.h"

#include "state/credentials.h"
#include "state/lineage.h"
#include "state/state_parts.h"
#include "state/threads.h"

void complete_credentials(struct state *s, struct process *p, const struct event *ev,
			  struct scene *out)
{
	struct facts_process f;

	if (out->after.has_caps || !p->container || p->is_runtime_init || p->caps_asked ||
	    !state_can_ask(s, process_node(p)))
		return;
	p->caps_asked = true;
	if (lineage_ask(s, p->ref.pid, ev, &f) < 0)
		return;
	credentials_from_status(&p->cred, &f, s->host_ns[NS_USER], ev->time);
	credentials_complete(&out->after, &p->cred);
	if (!credentials_can_change(ev))
		out->before = out->after;
	/* ids that moved without a record are those of one thread, perhaps */
	if (f.threads > 1)
		threads_look(s, p, ev, &out->before);
}

void complete_container(struct container *c, struct credentials *after, uint64_t now)
{
	if (!after->has_bounding && c->has_bounding) {
		after->has_bounding = true;
		after->cap_bounding = c->cap_bounding;
	}
	if (!after->has_caps && after->has_bounding && after->has_ids && after->euid == 0) {
		credentials_root_exec(after, after->cap_bounding);
		after->cap_time = now;
	}
	if (!c->has_bounding && after->has_bounding) {
		c->has_bounding = true;
		c->cap_bounding = after->cap_bounding;
	}
}
