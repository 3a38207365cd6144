/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sweep at start, the slow sweeper after it, and both again from a recording.
 *
 * Asks facts about everything there is and fills the tables. Must not run for every event: the
 * census of pids and the hierarchies are all that is looked at again.
 */
#include "state/sweep.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "state/birth.h"
#include "state/bounds.h"
#include "state/fact.h"
#include "state/inventory.h"
#include "state/lineage.h"
#include "state/mount_drift.h"
#include "state/runtime.h"
#include "state/snapshot.h"
#include "state/state_parts.h"
#include "state/threads.h"
#include "state/whereabouts.h"

#define TICKS_PER_CENSUS 10
#define LOOKS_PER_CENSUS 512
#define START_LASTS (10 * NS_PER_S) /* of a container, or of a program in it */
#define LOOKS_PER_RESYNC 128 /* a tick: some ten milliseconds */

/* the sweep at start */

/*
 * Where pid 1 has more rights than we and shows nothing: the first namespaces of a kernel have numbers of their own,
 * include/linux/proc_ns.h. Those of mounts and of networks have not, but the kernel's threads live in them
 * (init_nsproxy, kernel/nsproxy.c), and whoever sees the first of these, pid 2, is on the host.
 */
#define FIRST_THREAD 2
static const uint64_t first_ns[NS_COUNT] = {
	[NS_PID] = 0xEFFFFFFC, [NS_USER] = 0xEFFFFFFD,	 [NS_IPC] = 0xEFFFFFFF,
	[NS_UTS] = 0xEFFFFFFE, [NS_CGROUP] = 0xEFFFFFFB,
};

static void learn_host_ns(struct state *s, const struct facts_process *init)
{
	for (unsigned i = 0; i < NS_COUNT; i++)
		s->host_ns[i] = init->ns[i] ? init->ns[i] : first_ns[i];
}

static bool must_learn_more(const struct state *s)
{
	return s->host_ns[NS_PID] && (!s->host_ns[NS_MNT] || !s->host_ns[NS_NET]);
}

static void learn_first_ns(struct state *s, const struct facts_process *thread)
{
	if (!thread->is_kernel_thread || !must_learn_more(s))
		return;
	for (unsigned i = 0; i < NS_COUNT; i++)
		if (!s->host_ns[i])
			s->host_ns[i] = thread->ns[i];
}

/* where cgroup paths say nothing: containers must be known before their processes are seen */
static void sweep_containers(struct state *s)
{
	struct str *ids;
	size_t n;

	if (facts_ask_containers(s->facts, &ids, &n, s->scratch) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		lineage_describe(s, lineage_container(s, 0, ids[i], STR_ABSENT), s->scratch);
}

/* what is the host's namespace must be known before any other is looked at */
static int sweep_init(struct state *s)
{
	struct facts_process f;
	int r = facts_ask_process(s->facts, 1, &f, s->scratch);

	if (r == 0)
		learn_host_ns(s, &f);
	if (must_learn_more(s) && facts_ask_process(s->facts, FIRST_THREAD, &f, s->scratch) == 0)
		learn_first_ns(s, &f);
	return r;
}

/* what must be known before any process is looked at */
static void sweep_begin(struct state *s, struct inventory *out)
{
	arena_reset(s->scratch);
	facts_begin(s->facts, NULL);
	s->is_sweeping = true;
	facts_ask_self(s->facts, s->scratch);
	sweep_containers(s);
	out->init_error = sweep_init(s);
	out->error = roll_begin(s, true);
	out->seen = s->roll.n;
}

static void sweep_end(struct state *s)
{
	s->is_sweeping = false;
	arena_reset(s->scratch);
	state_count(s);
}

int state_begin(struct state *s, uint64_t now)
{
	struct inventory found = { 0 };

	s->now = now;
	sweep_begin(s, &found);
	knob_look(s, NULL, NULL);
	drift_look(s, NULL);
	helpers_look(s);
	sweep_end(s);
	return found.error == -ENOMEM ? -ENOMEM : 0;
}

bool state_advance(struct state *s, size_t n, uint64_t now)
{
	if (!s->roll.is_first)
		return false;
	s->now = now;
	return roll_advance(s, n);
}

bool state_is_complete(const struct state *s)
{
	return !s->roll.is_first;
}

int state_start(struct state *s)
{
	int r = state_begin(s, 0);

	while (roll_advance(s, SIZE_MAX))
		;
	return r;
}

int inventory_take(struct state *s, struct inventory *out)
{
	*out = (struct inventory){ 0 };
	sweep_begin(s, out);
	sweep_end(s);
	while (roll_advance(s, SIZE_MAX))
		;
	out->unreadable = s->unreadable;
	return out->error == -ENOMEM ? -ENOMEM : 0;
}

/*
 * Its runtime is still at work on it: it runs the runtime's program, in the container's cgroups
 * already. What it is called it could choose itself, so that is believed of young ones only.
 */
static bool is_starting(const struct state *s, const struct process *p, uint64_t now)
{
	const struct process *parent = process_find(&s->processes, 0, p->ppid);

	if (!parent || parent->container || parent->role != RUNTIME_OCI || !p->start_time ||
	    now > p->start_time + START_LASTS)
		return false;
	return runtime_is_clone(text_str(&p->exe)) ||
	       (p->has_exe_inode && parent->has_exe_inode && p->exe_inode == parent->exe_inode &&
		p->exe_dev_major == parent->exe_dev_major &&
		p->exe_dev_minor == parent->exe_dev_minor);
}

/*
 * Whoever has a container's process as parent was born in it, wherever it is now: orphans go to
 * ancestors of theirs only, PR_SET_CHILD_SUBREAPER of prctl(2).
 */
static bool claim_child(struct state *s, struct process *p)
{
	const struct process *parent;

	if (p->container || p->is_dead || p->is_kernel_thread)
		return false;
	parent = process_find(&s->processes, 0, p->ppid);
	if (!parent || !parent->container || parent->ref.start_ticks > p->ref.start_ticks)
		return false;
	lineage_belong(s, p, parent->container, ID_INHERITED, s->scratch);
	p->has_deserted = parent->container->is_identified; /* until its cgroups are looked at */
	return true;
}

static void claim_children(struct state *s)
{
	bool found = true;

	s->is_sweeping = true;
	while (found) {
		found = false;
		for (size_t i = 0; i < s->processes.used; i++)
			found |= claim_child(s, &s->processes.rows[i]);
	}
	s->is_sweeping = false;
}

void inventory_settle(struct state *s, uint64_t now)
{
	claim_children(s);
	for (size_t i = 0; i < s->processes.used; i++) {
		struct process *p = &s->processes.rows[i];

		if (!p->container)
			continue;
		arena_reset(s->scratch);
		p->is_runtime_init = is_starting(s, p, now);
		whereabouts_settle(s, p, s->scratch);
	}
	arena_reset(s->scratch);
}

const struct process *inventory_next(const struct state *s, const struct process *p)
{
	return p ? p->newer : s->processes.live.oldest;
}

/* the census */

static int pid_cmp(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* who is not among the living any more; @pids in any order */
static void census(struct state *s, int32_t *pids, size_t n)
{
	qsort(pids, n, sizeof(*pids), pid_cmp);
	for (size_t i = 0; i < s->processes.used; i++) {
		struct process *p = &s->processes.rows[i];

		if (!process_node(p) && !p->is_dead && p->seen < s->now &&
		    !bsearch(&p->ref.pid, pids, n, sizeof(*pids), pid_cmp))
			process_died(&s->processes, p, s->now);
	}
}

/*
 * The connector tells when a first thread ends, and nothing of the others. Who is dead and among the living: either
 * nobody waited for it, or it is not dead.
 */
static void find_survivors(struct state *s, const int32_t *pids, size_t n)
{
	unsigned looks = 0;

	for (size_t i = 0; i < s->processes.used && looks < LOOKS_PER_CENSUS; i++) {
		struct process *p = &s->processes.rows[i];

		if (process_node(p) || !p->is_dead || p->is_gone || !birth_is_certain(s, p) ||
		    !bsearch(&p->ref.pid, pids, n, sizeof(*pids), pid_cmp))
			continue;
		looks++;
		whereabouts_recover(s, p);
	}
}

/* after a loss: as much in a second as disturbs nobody */
static void resync(struct state *s)
{
	if (!s->roll.rows && roll_begin(s, false) < 0)
		return;
	if (!s->roll.is_first)
		(void)roll_advance(s, LOOKS_PER_RESYNC);
}

/* the same from a recording */

static void learn_fact(struct state *s, const struct event *ev, struct str body)
{
	struct fact f;

	if (fact_read(body, &f, ev->arena) < 0 || (f.err && f.kind != FACT_LAUNCH))
		return;
	switch (f.kind) {
	case FACT_PROCESS:
		if (f.id == 1 && !s->host_ns[NS_PID])
			learn_host_ns(s, &f.process);
		else if (f.id == FIRST_THREAD)
			learn_first_ns(s, &f.process);
		lineage_learn(s, &f.process, ev->arena);
		break;
	case FACT_CGROUP:
		whereabouts_replay(s, &f.process, ev->arena);
		break;
	case FACT_HANDLES:
		bounds_replay(s, &f, ev->arena);
		break;
	case FACT_THREADS:
		threads_replay(s, f.id, &f.threads, ev->arena);
		break;
	case FACT_MOUNTS:
		mount_drift_replay(s, &f, ev->arena);
		break;
	case FACT_CONTAINER:
		lineage_apply_container(s, lineage_container(s, 0, f.text, STR_ABSENT),
					&f.container);
		break;
	case FACT_HIERARCHIES:
	case FACT_KNOBS:
	case FACT_LAUNCH:
		knob_replay(s, ev, body);
		break;
	case FACT_HELPERS:
		helpers_apply(&s->helpers, f.list.helpers, f.list.n);
		break;
	case FACT_PIDS:
		census(s, f.list.pids, f.list.n);
		break;
	case FACT_ORIGIN:
	case FACT_GIVEN:
	case FACT_BASELINE:
		snapshot_learn(s, &f, ev->arena);
		break;
	default:
		break;
	}
}

bool sweep_is_record(uint32_t record_type)
{
	return record_type == RECORD_FACT || record_type == RECORD_KNOB;
}

void sweep_learn(struct state *s, const struct event *ev)
{
	s->is_sweeping = true;
	for (size_t i = 0; i < ev->n_records; i++)
		if (sweep_is_record(ev->records[i].type))
			learn_fact(s, ev, ev->records[i].body);
	s->is_sweeping = false;
}

/* the slow sweeper */

/* looks are no news of their own in a recording, only what they find is */
static void look_for_drift(struct state *s)
{
	facts_begin(s->facts, NULL);
	facts_set_quiet(s->facts, true);
	drift_look(s, NULL);
	facts_set_quiet(s->facts, false);
}

void state_tick(struct state *s, uint64_t now)
{
	int32_t *pids;
	size_t n;

	if (!facts_is_live(s->facts))
		return;
	s->now = now;
	arena_reset(s->scratch);
	state_recheck(s);
	look_for_drift(s);
	facts_set_quiet(s->facts, true);
	helpers_look(s);
	facts_set_quiet(s->facts, false);
	whereabouts_sweep(s);
	threads_sweep(s);
	bounds_sweep(s);
	mount_drift_sweep(s);
	if (++s->ticks % TICKS_PER_CENSUS && !s->must_resync)
		return;
	facts_begin(s->facts, NULL);
	if (facts_ask_pids(s->facts, &pids, &n, s->scratch) == 0) {
		census(s, pids, n);
		find_survivors(s, pids, n);
		if (s->must_resync)
			resync(s);
	}
	state_count(s);
}

void state_recheck(struct state *s)
{
	if (!facts_is_live(s->facts))
		return;
	facts_begin(s->facts, NULL);
	facts_set_quiet(s->facts, true);
	knob_look(s, NULL, NULL);
	facts_set_quiet(s->facts, false);
}
