/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of changes that wait for their cause. Owns it; learns of processes what a notice says of their ids,
 * and nothing else. Must not decide whether a change is an attack.
 */
#include "state/id_change.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <sys/stat.h>

#include "event/scan.h"
#include "state/birth.h"
#include "state/credentials.h"
#include "state/state_parts.h"

#define ANCESTORS_MAX 32
/* a call begins before it changes anything; the two clocks are read at different times */
#define SLACK NS_PER_MS

/* of a process that audit tells of now: what a loss hid is no proof, nor what was learnt before it */
uint32_t id_change_recorded(const struct state *s)
{
	return s->losses + 1;
}

/* what was known of its ids when they changed */

static const struct process *born_of(const struct state *s, const struct process *p)
{
	const struct process *parent = process_find(&s->processes, 0, p->ppid);

	return parent && parent->ref.generation == p->parent_generation ? parent : NULL;
}

static bool are_ids_told(const struct state *s, const struct process *p)
{
	return p->ids_told_at && p->ids_told_at == s->notice_epoch;
}

/* of a process that made no record yet its line knows; has_ids: false if not even that */
static void ids_before(const struct state *s, const struct process *p, struct id_change *c)
{
	const struct process *last = p;

	for (unsigned i = 0; last && last->is_newborn && i < ANCESTORS_MAX; i++)
		last = born_of(s, last);
	if (last && !last->is_newborn) {
		c->is_recorded = last->recorded_at == id_change_recorded(s);
		/* what was read since is what it became */
		if (last->read_at < c->at)
			c->before = last->cred;
	}
	if (!are_ids_told(s, p))
		return;
	if (c->before.ruid != p->told_ruid || c->before.euid != p->told_euid)
		c->before = CREDENTIALS_UNKNOWN;
	c->before.has_ids = true;
	c->before.ruid = p->told_ruid;
	c->before.euid = p->told_euid;
}

/* telling */

static void tell(struct state *s, const struct id_change *c, struct str cause, struct arena *a)
{
	struct process *p = process_find(&s->processes, 0, c->pid);
	struct derived *d = state_derive(s);

	if (!d)
		return;
	if (p && p->ref.generation != c->generation)
		p = NULL;
	if (p)
		birth_settle(s, p, NULL, a);
	d->event = (struct event){
		.time = c->at,
		.serial = c->serial,
		.type = EVT_UID_CHANGE,
		.origin = ORIGIN_CONNECTOR,
		.cause = cause,
		.arena = a,
	};
	d->scene = (struct scene){
		.state = s,
		.before = c->before,
		.after = c->before,
		.is_container_unknown = true,
	};
	d->scene.after.ruid = c->real;
	d->scene.after.euid = c->effective;
	d->scene.after.has_ids = true;
	if (p)
		scene_belongs(&d->scene, p);
}

/* no call but one that gains root need have left a record */
static bool must_have_cause(const struct id_change *c)
{
	return c->is_recorded && c->effective == 0 && c->before.has_ids && c->before.euid != 0;
}

/* of those that no record explained */
static struct str cause_at_last(const struct state *s, const struct id_change *c)
{
	const struct process *p = process_find(&s->processes, 0, c->pid);

	if (p && p->ref.generation == c->generation && p->execs == c->execs &&
	    (p->is_runtime_init || p->is_runtime))
		return STR("runtime");
	return s->id_changes.are_audited && must_have_cause(c) && c->losses == s->losses
		       ? STR("none")
		       : STR_ABSENT;
}

static struct id_change *change_at(struct id_changes *t, size_t i)
{
	return &t->waiting[(t->first + i) % ID_CHANGES_MAX];
}

/* the others keep their order */
static void drop(struct id_changes *t, size_t i)
{
	for (; i > 0; i--)
		*change_at(t, i) = *change_at(t, i - 1);
	t->first = (t->first + 1) % ID_CHANGES_MAX;
	t->n--;
}

static void tell_at(struct state *s, size_t i, struct str cause, struct arena *a)
{
	tell(s, change_at(&s->id_changes, i), cause, a);
	drop(&s->id_changes, i);
}

/* the oldest of those that can wait for nothing: nobody pushes out what is to be judged by changing to and fro */
static void make_room(struct state *s, struct arena *a)
{
	struct id_changes *t = &s->id_changes;
	size_t i = 0;

	while (i < t->n && must_have_cause(change_at(t, i)))
		i++;
	tell_at(s, i < t->n ? i : 0, STR_ABSENT, a);
}

void id_change_time(struct state *s, const struct event *ev)
{
	struct id_changes *t = &s->id_changes;
	uint64_t wait = ev->notice ? ID_CHANGE_WAIT_BESIDE : ID_CHANGE_WAIT;

	while (t->n && change_at(t, 0)->at + wait < ev->time && state_has_room(s))
		tell_at(s, 0, cause_at_last(s, change_at(t, 0)), ev->arena);
}

bool id_change_waits(const struct state *s, uint64_t now)
{
	const struct id_changes *t = &s->id_changes;

	return t->n && t->waiting[t->first].at + ID_CHANGE_WAIT_BESIDE < now;
}

void id_change_notice(struct state *s, const struct event *ev)
{
	const struct notice *n = ev->notice;
	struct id_changes *t = &s->id_changes;
	struct process *p = process_find(&s->processes, 0, n->pid);
	struct id_change *c;

	if (t->n == ID_CHANGES_MAX)
		make_room(s, ev->arena);
	c = change_at(t, t->n++);
	*c = (struct id_change){
		.at = n->at,
		.serial = ev->serial,
		.pid = n->pid,
		.losses = s->losses,
		.real = n->real,
		.effective = n->effective,
		.before = CREDENTIALS_UNKNOWN,
	};
	/* the dead change nothing: a child of a reaper has that pid, and no row yet (birth.c) */
	if (!p || (p->is_dead && !birth_is_certain(s, p)))
		return;
	c->generation = p->ref.generation;
	c->execs = p->execs;
	ids_before(s, p, c);
	if (n->tid != n->pid)
		return; /* of one thread: the process keeps what it has */
	p->ids_told_at = s->notice_epoch;
	p->told_ruid = n->real;
	p->told_euid = n->effective;
}

/* causes */

static bool is_setid_call(const struct event *ev)
{
	return ev->type == EVT_SETUID || ev->type == EVT_SETREUID || ev->type == EVT_SETRESUID ||
	       ev->type == EVT_SETFSUID;
}

/* setuid(2): without CAP_SETUID a process gets no id but those it has */
static bool can_become(const struct credentials *c, uint32_t id)
{
	return !c->has_ids || !c->has_caps || c->cap_effective & UINT64_C(1) << CAP_SETUID ||
	       c->ruid == id || c->euid == id || c->suid == id;
}

/* whose it is on disk does not matter: a mount may map ids */
static bool is_setuid_exec(const struct event *ev)
{
	for (size_t i = 0; i < ev->n_paths; i++)
		if (ev->paths[i].mode & S_ISUID)
			return true;
	return false;
}

/* the record is made when the call ends: what it brought stands in it, in the ids of the first user namespace */
static bool brings(const struct event *ev, const struct id_change *c)
{
	return ev->sys.uid == c->real && ev->sys.euid == c->effective;
}

/* no exec changes the real id */
static bool had_real(const struct id_change *c)
{
	return !c->before.has_ids || c->before.ruid == c->real;
}

static struct str cause_in(const struct event *ev, const struct id_change *c,
			   const struct credentials *before)
{
	if (is_setid_call(ev) && brings(ev, c) && can_become(before, c->effective))
		return STR("syscall");
	if (event_is_exec(ev) && ev->sys.euid == c->effective && had_real(c) && is_setuid_exec(ev))
		return STR("exec");
	return STR_ABSENT;
}

/* ids that notices told are newer than the ledger's, for calls that give up root leave no record */
static void complete_before(struct id_change *c, const struct credentials *before)
{
	struct credentials told = c->before;

	c->before = *before;
	if (!told.has_ids)
		return;
	c->before.has_ids = true;
	c->before.ruid = told.ruid;
	c->before.euid = told.euid;
}

void id_change_record(struct state *s, struct process *p, const struct event *ev,
		      const struct credentials *before)
{
	struct id_changes *t = &s->id_changes;

	if (!ev->sys.success || !(is_setid_call(ev) || event_is_exec(ev)))
		return;
	t->are_audited |= is_setid_call(ev);
	for (size_t i = 0; i < t->n; i++) {
		struct id_change *c = change_at(t, i);
		struct str cause;

		if (c->pid != p->ref.pid || c->generation != p->ref.generation ||
		    c->at + SLACK < ev->time)
			continue;
		cause = cause_in(ev, c, before);
		if (!cause.ptr)
			continue;
		complete_before(c, before);
		tell_at(s, i, cause, ev->arena);
		break;
	}
}

/* rules of exit filters; ours for hierarchies come and go in the ordinary course, and are about neither */
static bool hides_causes(struct str change)
{
	struct scan_field op, field;

	if (!scan_find(change, STR("op"), &op))
		return false;
	if (str_eq(op.value, STR("remove_rule")))
		return !scan_find(change, STR("key"), &field) ||
		       !str_eq(field.value, STR("wc_cg1"));
	return scan_find(change, STR("audit_enabled"), &field);
}

void id_change_configured(struct state *s, const struct event *ev)
{
	const struct record *change = event_record(ev, AUDIT_CONFIG_CHANGE);

	if (!change || !hides_causes(change->body))
		return;
	s->losses++;
	s->id_changes.are_audited = false;
}
