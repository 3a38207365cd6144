/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child is what its parent is until it shows otherwise: container, credentials, session, program.
 *
 * Children of those who reap orphans are left to their first record (lineage.c): where these belong a fork
 * alone does not say. Must not ask /proc: a host forks too often for that.
 */
#include "state/birth.h"

#include "base/clock.h"
#include "state/credentials.h"
#include "state/lineage.h"
#include "state/runtime_stage.h"
#include "state/state_parts.h"
#include "state/threads.h"
#include "state/whereabouts.h"

#define GONE 1 /* ns: long enough ago for any record to be of somebody else */
#define LINE_MAX 32 /* generations that were born and never made a record */
#define TICK (10 * NS_PER_MS) /* of audit stamps, the coarse clock, at HZ=100 */

bool birth_is_certain(const struct state *s, const struct process *p)
{
	return p->told_at && p->told_at == s->notice_epoch;
}

bool birth_awaits_records(const struct state *s, const struct process *p)
{
	for (unsigned i = 0; p && i < LINE_MAX; i++) {
		const struct process *parent = process_find(&s->processes, 0, p->ppid);

		if (p->is_runtime_init || p->execs > p->recorded_execs)
			return true;
		if (!p->is_newborn)
			return false;
		p = parent && parent->ref.generation == p->parent_generation ? parent : NULL;
	}
	return true;
}

static void text_copy(struct text *to, const struct text *from, size_t max)
{
	text_set(to, text_str(from), max);
}

/* where it belongs by what is known of its parent; the rest is taken by birth_settle() */
static void place(struct state *s, struct process *p, const struct process *parent,
		  const struct event *ev, struct arena *a)
{
	p->is_runtime_init = p->forks_in_steps = false;
	p->verb = VERB_NONE;
	lineage_place(s, p, parent, ev, a);
}

static void inherit(struct process *p, const struct process *parent)
{
	text_copy(&p->comm, &parent->comm, NAME_MAX_KEPT);
	text_copy(&p->exe, &parent->exe, PATH_KEPT);
	text_copy(&p->args, &parent->args, PATH_KEPT);
	text_copy(&p->cwd, &parent->cwd, PATH_KEPT);
	p->has_exe_inode = parent->has_exe_inode;
	p->exe_inode = parent->exe_inode;
	p->exe_dev_major = parent->exe_dev_major;
	p->exe_dev_minor = parent->exe_dev_minor;
	credentials_copy(&p->cred, &parent->cred);
	threads_inherit(p, parent);
	p->loginuid = parent->loginuid;
	p->tty = parent->tty;
}

/*
 * It runs another program than it did when @child was born: whether that fork was a runtime's is not known any more.
 * What a container's program left behind is never taken for the runtime, for nothing of the runtime's is suspicious.
 */
static void place_in_doubt(struct process *child, const struct process *parent)
{
	if (child->is_runtime_init && !runtime_stage_begins(parent) && parent->container)
		child->is_runtime_init = false;
}

/* as many programs as at the fork: notices count them, one by one */
static bool runs_the_same(const struct state *s, const struct process *parent,
			  const struct process *child)
{
	return parent->execs == child->parent_execs && child->told_at == s->notice_epoch;
}

const struct process *birth_parent(const struct state *s, const struct process *p)
{
	const struct process *parent = process_find(&s->processes, 0, p->ppid);

	return parent && parent->ref.generation == p->parent_generation &&
			       runs_the_same(s, parent, p)
		       ? parent
		       : NULL;
}

static bool is_before(uint64_t time, const struct process *child)
{
	return !time || time + TICK < child->start_time;
}

/* @ev: the first record of @child; NULL: that is one of its line */
static void settle(struct state *s, struct process *child, const struct process *parent,
		   const struct event *ev, struct arena *a)
{
	child->is_newborn = false;
	child->cred = CREDENTIALS_UNKNOWN;
	if (!parent || parent->is_newborn)
		return;
	child->recorded_at = parent->recorded_at;
	if (is_before(parent->changed, child) &&
	    (runs_the_same(s, parent, child) || is_before(parent->program_at, child)))
		inherit(child, parent);
	if (runs_the_same(s, parent, child))
		place(s, child, parent, ev, a);
	else
		place_in_doubt(child, parent);
}

/*
 * A notice overtakes the records that are on their way, be it the very exec that made the parent a runtime. All
 * that the parent was at the fork is known when the child's first record comes, unless the parent has run
 * another program since, or changed its credentials since or just then.
 */
void birth_settle(struct state *s, struct process *p, const struct event *ev, struct arena *a)
{
	struct process *line[LINE_MAX], *parent = p;
	size_t n = 0;

	for (; parent && parent->is_newborn && n < LINE_MAX; n++) {
		struct process *child = line[n] = parent;

		parent = process_find(&s->processes, 0, child->ppid);
		if (parent && parent->ref.generation != child->parent_generation)
			parent = NULL;
	}
	/* from the eldest down */
	while (n-- > 0) {
		settle(s, line[n], parent, line[n] == p ? ev : NULL, a);
		parent = line[n];
	}
}

/* where its children belong does not follow from their own records alone */
static bool says_where(const struct process *p)
{
	return p->ref.pid != 1 && p->role != RUNTIME_SHIM && !p->is_adrift &&
	       p->id_source != ID_UNKNOWN && !p->is_dead;
}

static void renew(struct state *s, struct process *p)
{
	struct container *container = p->container;
	uint32_t generation = container ? container->generation : 0;
	enum id_source source = p->id_source;

	process_renew(&s->processes, p);
	p->previous = container;
	p->previous_generation = generation;
	p->previous_source = source;
}

struct process *birth_previous(struct state *s, const struct event *ev,
			       const struct container **container, enum id_source *source)
{
	struct process *p = process_find(&s->processes, state_node(s, ev->node), ev->sys.pid);

	/* two ticks: a stamp lies on the coarse clock, and the first record of a child just behind it */
	if (!p || !birth_is_certain(s, p) || !p->start_time || ev->time + 2 * TICK >= p->start_time)
		return NULL;
	*container = p->previous && p->previous->generation == p->previous_generation ? p->previous
										      : NULL;
	*source = p->previous_source;
	return p;
}

/* its first thread has ended, and others do what only the living do */
static void still_lives(struct state *s, struct process *p)
{
	if (p && birth_is_certain(s, p))
		process_revive(&s->processes, p);
}

static void forked(struct state *s, const struct event *ev)
{
	const struct notice *n = ev->notice;
	struct process *p = process_find(&s->processes, 0, n->pid);
	struct process *parent = process_find(&s->processes, 0, n->other);

	/* a thread is no birth */
	if (n->tid != n->pid || p == parent)
		return;
	still_lives(s, parent);
	if (!parent || !says_where(parent)) {
		if (p) {
			process_died(&s->processes, p, GONE);
			p->died = GONE;
			p->told_at = 0;
		}
		return;
	}
	/* the parent must not go to make room for its child */
	process_touch(&s->processes, parent, n->at);
	if (p)
		renew(s, p);
	else
		p = process_add(&s->processes, 0, n->pid);
	process_touch(&s->processes, p, n->at);
	p->first_seen = p->start_time = n->at;
	p->ppid = parent->ref.pid;
	p->parent_generation = parent->ref.generation;
	p->parent_execs = parent->execs;
	p->is_newborn = true;
	p->ids_told_at = parent->ids_told_at;
	p->told_ruid = parent->told_ruid;
	p->told_euid = parent->told_euid;
	p->told_at = s->notice_epoch;
	/* a session is left by a notice alone, and those come in order */
	p->sid = parent->sid;
	p->pgid = parent->pgid;
	place(s, p, parent, NULL, ev->arena);
}

static void renamed(struct process *p, const struct notice *n)
{
	text_set(&p->comm, str_mem(n->comm, strnlen(n->comm, sizeof(n->comm))), NAME_MAX_KEPT);
}

void birth_observe(struct state *s, const struct event *ev)
{
	const struct notice *n = ev->notice;
	struct process *p = n->pid > 0 ? process_find(&s->processes, 0, n->pid) : NULL;

	switch (n->kind) {
	case NOTICE_LISTEN:
	case NOTICE_OVERRUN:
	case NOTICE_LOST:
	case NOTICE_KERNEL_LOST:
		/* what was told before is no longer certain */
		s->notice_epoch++;
		break;
	case NOTICE_FORK:
		if (s->notice_epoch)
			forked(s, ev);
		break;
	case NOTICE_EXEC:
		/* a thread that runs a program ends all others and takes the first one's place */
		still_lives(s, p);
		if (p)
			p->execs++;
		break;
	case NOTICE_EXIT:
		if (!p || n->tid != n->pid || p->is_dead || !s->notice_epoch)
			break;
		process_died(&s->processes, p, n->at);
		/*
		 * Its first thread at least: the others may go on (de_thread(), pthread_exit(3)). Until
		 * a fork tells otherwise, whoever has this pid is this process.
		 */
		p->told_at = s->notice_epoch;
		break;
	case NOTICE_UID:
	case NOTICE_GID:
		still_lives(s, p);
		break;
	case NOTICE_SID:
		still_lives(s, p);
		if (p)
			p->sid = n->pid;
		break;
	case NOTICE_COMM:
		if (p && n->tid == n->pid)
			renamed(p, n);
		break;
	default:
		break;
	}
}
