/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gaps by a table, roles by their number.
 *
 * Must not decide who may signal whom, nor what a loss is worth: rules do.
 */
#include "state/telemetry.h"

#include "base/clock.h"
#include "state/credentials.h"
#include "state/state_parts.h"

static const struct gap_kind {
	enum notice_kind kind;
	const char *what;
	bool hides_lives; /* births and deaths, or what processes did, may have been missed */
} gap_kinds[] = {
	{ NOTICE_OVERRUN, "connector-overrun", true }, { NOTICE_LOST, "records-lost", true },
	{ NOTICE_KERNEL_LOST, "kernel-lost", true },   { NOTICE_AUDIT_OFF, "audit-off", true },
	{ NOTICE_AUDIT_ON, "audit-on", true },	       { NOTICE_STALL, "stall", false },
	{ NOTICE_BACKLOG, "backlog", false },
};

static struct derived *tell(struct state *s, const struct event *ev, uint64_t time)
{
	struct derived *d = state_derive(s);

	if (!d)
		return NULL;
	d->event = (struct event){
		.time = time,
		.serial = ev->serial,
		.type = EVT_TELEMETRY,
		.origin = ORIGIN_PROC,
		.arena = ev->arena,
	};
	d->scene = (struct scene){
		.state = s,
		.before = CREDENTIALS_UNKNOWN,
		.after = CREDENTIALS_UNKNOWN,
		.is_container_unknown = true,
	};
	return d;
}

void telemetry_gap(struct state *s, const struct event *ev, struct str what, uint64_t from)
{
	uint64_t to = ev->notice ? ev->notice->at : ev->time;
	struct derived *d = tell(s, ev, to);

	if (!d)
		return;
	d->event.gap.what = what;
	d->event.gap.from = from;
	d->event.gap.to = to;
	d->event.gap.count = ev->notice ? ev->notice->count : 0;
}

static void set_role(struct state *s, uint32_t role, int32_t pid)
{
	if (role == ROLE_NONE || role >= NOTICE_ROLES || s->telemetry.pid[role] == pid)
		return;
	s->telemetry.pid[role] = pid;
	s->telemetry.generation++;
}

/* whoever gets the number next is nobody of ours */
static void forget(struct state *s, const struct notice *n)
{
	enum notice_role role = telemetry_role(s, n->pid);

	if (n->tid == n->pid && role != ROLE_NONE)
		set_role(s, role, 0);
}

void telemetry_notice(struct state *s, const struct event *ev)
{
	const struct notice *n = ev->notice;

	if (n->kind == NOTICE_ROLE)
		set_role(s, n->code, n->pid);
	else if (n->kind == NOTICE_EXIT)
		forget(s, n);
	for (size_t i = 0; i < ARRAY_LEN(gap_kinds); i++) {
		const struct gap_kind *k = &gap_kinds[i];

		if (k->kind != n->kind)
			continue;
		if (k->hides_lives) {
			s->losses++;
			s->must_resync_again = s->must_resync;
			s->must_resync = true;
		}
		telemetry_gap(s, ev, str_of(k->what), n->since ? n->since : s->now);
	}
}

static void tell_words(struct state *s, const struct event *ev, const struct scene *out,
		       const struct user_messages *w)
{
	struct derived *d = tell(s, ev, ev->time);

	if (!d)
		return;
	d->scene = *out;
	d->event.gap.what = STR("user-messages");
	d->event.gap.from = w->since;
	d->event.gap.to = ev->time;
	d->event.gap.count = w->n;
}

void telemetry_words(struct state *s, const struct event *ev, struct scene *out)
{
	struct container *c = out->process ? out->process->container : NULL;
	struct user_messages *w = c ? &c->user_messages : &s->strangers_messages;

	if (!c && !out->is_container_unknown)
		return;
	out->is_ignored = true;
	s->stats.user_messages++;
	if (!w->n || ev->time < w->since || ev->time - w->since >= NS_PER_S)
		*w = (struct user_messages){ .since = ev->time };
	if (++w->n == WORDS_RATE + 1)
		tell_words(s, ev, out, w);
}

enum notice_role telemetry_role(const struct state *s, int32_t pid)
{
	for (int role = ROLE_NONE + 1; pid > 0 && role < NOTICE_ROLES; role++)
		if (s->telemetry.pid[role] == pid)
			return (enum notice_role)role;
	return ROLE_NONE;
}

struct str telemetry_role_name(enum notice_role role)
{
	static const char *const names[NOTICE_ROLES] = {
		[ROLE_SENSOR] = "sensor",
		[ROLE_GUARD] = "guard",
		[ROLE_AUDITD] = "auditd",
	};

	return role == ROLE_NONE ? STR_ABSENT : str_of(names[role]);
}

size_t state_roles(const struct state *s, int32_t out[static STATE_ROLES_MAX])
{
	size_t n = 0;

	for (int role = ROLE_NONE + 1; role < NOTICE_ROLES; role++)
		if (s->telemetry.pid[role] > 0)
			out[n++] = s->telemetry.pid[role];
	return n;
}
