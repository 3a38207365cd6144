/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of changes that wait for their cause. Owns it; learns of processes what a notice says of their ids,
 * and nothing else. Must not decide whether a change is an attack.
 */
#include "state/id_change.h"

#include <linux/capability.h>
#include <sys/stat.h>

#include "state/birth.h"
#include "state/credentials.h"
#include "state/state_parts.h"

#define LINE_MAX 32
/* a call begins before it changes anything; the two clocks are read at different times */
#define SLACK NS_PER_MS

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

	for (unsigned i = 0; last && last->is_newborn && i < LINE_MAX; i++)
		last = born_of(s, last);
	if (last && !last->is_newborn) {
		c->is_recorded = last->is_recorded;
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

/* of those that no record explained */
static struct str cause_at_last(const struct state *s, const struct id_change *c)
{
	const struct process *p = process_find(&s->processes, 0, c->pid);

	if (p && p->ref.generation == c->generation && p->execs == c->execs &&
	    (p->is_runtime_init || p->is_runtime))
		return STR("runtime");
	if (c->effective != 0 || !c->before.has_ids || c->before.euid == 0)
		return STR_ABSENT; /* no call but one that gains root need have left a record */
	return s->id_changes.are_audited && c->is_recorded && c->losses == s->losses ? STR("none")
										     : STR_ABSENT;
}

static void drop_told(struct id_changes *t)
{
	while (t->n && t->waiting[t->first].is_told) {
		t->first = (t->first + 1) % ID_CHANGES_MAX;
		t->n--;
	}
}

static void tell_oldest(struct state *s, struct str cause, struct arena *a)
{
	struct id_change *c = &s->id_changes.waiting[s->id_changes.first];

	tell(s, c, cause, a);
	c->is_told = true;
	drop_told(&s->id_changes);
}

void id_change_time(struct state *s, const struct event *ev)
{
	struct id_changes *t = &s->id_changes;
	uint64_t wait = ev->notice ? ID_CHANGE_WAIT_BESIDE : ID_CHANGE_WAIT;

	while (t->n && t->waiting[t->first].at + wait < ev->time && state_has_room(s))
		tell_oldest(s, cause_at_last(s, &t->waiting[t->first]), ev->arena);
}

bool state_waits(const struct state *s, uint64_t now)
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
		tell_oldest(s, STR_ABSENT, ev->arena);
	c = &t->waiting[(t->first + t->n++) % ID_CHANGES_MAX];
	*c = (struct id_change){
		.at = n->at,
		.serial = ev->serial,
		.pid = n->pid,
		.losses = s->losses,
		.real = n->real,
		.effective = n->effective,
		.before = CREDENTIALS_UNKNOWN,
	};
	if (!p)
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

static bool is_setuid_exec(const struct event *ev, uint32_t owner)
{
	for (size_t i = 0; i < ev->n_paths; i++)
		if (ev->paths[i].mode & S_ISUID && ev->paths[i].ouid == owner)
			return true;
	return false;
}

static struct str cause_in(const struct event *ev, const struct id_change *c,
			   const struct credentials *before)
{
	if (is_setid_call(ev))
		return can_become(before, c->effective) ? STR("syscall") : STR_ABSENT;
	if (event_is_exec(ev) && is_setuid_exec(ev, c->effective))
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
		struct id_change *c = &t->waiting[(t->first + i) % ID_CHANGES_MAX];
		struct str cause;

		if (c->is_told || c->pid != p->ref.pid || c->generation != p->ref.generation ||
		    c->at + SLACK < ev->time)
			continue;
		cause = cause_in(ev, c, before);
		if (!cause.ptr)
			continue;
		complete_before(c, before);
		tell(s, c, cause, ev->arena);
		c->is_told = true;
		break;
	}
	drop_told(t);
}
