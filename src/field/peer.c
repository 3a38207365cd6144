/* SPDX-License-Identifier: Apache-2.0 */
/* Which call names which end. */
#include "field/peer.h"

#include "event/event_type.h"
#include "field/join.h"

enum told { TOLD_NOTHING, TOLD_REMOTE, TOLD_LOCAL };

static enum told told_by(evt_type type)
{
	switch (type) {
	case EVT_CONNECT:
	case EVT_ACCEPT:
	case EVT_ACCEPT4:
		return TOLD_REMOTE;
	case EVT_BIND:
		return TOLD_LOCAL;
	}
	if (str_starts(event_type_name(type), STR("send")))
		return TOLD_REMOTE;
	return TOLD_NOTHING;
}

bool peer_remote(const struct scene *s, struct endpoint *out)
{
	return told_by(s->event->type) == TOLD_REMOTE &&
	       endpoint_decode(event_sockaddr(s->event), out);
}

bool peer_local(const struct scene *s, struct endpoint *out)
{
	return told_by(s->event->type) == TOLD_LOCAL &&
	       endpoint_decode(event_sockaddr(s->event), out);
}

enum peer_role peer_role(const struct scene *s)
{
	switch (s->event->type) {
	case EVT_CONNECT:
		return ROLE_CLIENT;
	case EVT_BIND:
	case EVT_LISTEN:
	case EVT_ACCEPT:
	case EVT_ACCEPT4:
		return ROLE_SERVER;
	}
	return ROLE_UNKNOWN;
}

struct str peer_name(const struct scene *s, struct arena *a)
{
	struct endpoint local, remote;
	struct str from = STR_ABSENT, to = STR_ABSENT;

	if (peer_local(s, &local))
		from = endpoint_text(&local, a);
	if (peer_remote(s, &remote))
		to = endpoint_text(&remote, a);
	if (!from.ptr && !to.ptr)
		return STR_ABSENT;
	return join((struct str[]){ from.ptr ? from : STR("?"), STR("->"), to.ptr ? to : STR("?") },
		    3, 0, a);
}
