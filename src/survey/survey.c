/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the tables of state to containers with their processes, judged and sorted.
 *
 * Must not look at the machine itself: facts answer to state, state tells who belongs where.
 */
#include "survey/survey.h"

#include <errno.h>

#include "base/clock.h"
#include "base/diag.h"
#include "state/state.h"
#include "survey/reach.h"
#include "survey/tree.h"

#define ARENA_FIRST (256 * 1024)
#define ARENA_LIMIT ((size_t)512 * 1024 * 1024)
#define DETAIL_MAX (64 * 1024) /* more than any row can say */
#define PROCESSES_SPARE 1024 /* born while we look */
#define CONTAINERS_SPARE 1024 /* that runtimes keep state of, and nobody is in */

/* asking */

static struct state *make_state(struct facts *facts, struct arena *a)
{
	struct state_options o = { 0 };
	int32_t *pids;
	size_t n;

	if (facts_ask_pids(facts, &pids, &n, a) < 0)
		n = 0;
	o.processes_max = n + n / 4 + PROCESSES_SPARE;
	o.containers_max = n + CONTAINERS_SPARE;
	return state_new(&o, facts);
}

static int ask(struct survey *s, const struct survey_options *o, struct diag *d)
{
	int r = inventory_take(s->state, &s->inventory);

	if (r < 0)
		return r;
	if (o->snapshot.ptr && snapshot_restore(s->state, o->snapshot, &o->now, d) == 0) {
		s->has_snapshot = true;
		s->snapshot_time = snapshot_time(o->snapshot);
	}
	inventory_settle(s->state, clock_realtime());
	memcpy(s->host_ns, state_host_ns(s->state), sizeof(s->host_ns));
	s->refused = facts_refused(state_facts(s->state));
	s->is_partial = state_stats(s->state)->evicted > 0;
	return 0;
}

/* grouping */

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* the host first, then a container behind the other in any order; by pid within */
static int by_container(const void *a, const void *b)
{
	const struct process *p = ((const struct survey_process *)a)->process;
	const struct process *q = ((const struct survey_process *)b)->process;
	int r = compare((uintptr_t)p->container, (uintptr_t)q->container);

	return r ? r : compare((uint64_t)p->ref.pid, (uint64_t)q->ref.pid);
}

static size_t collect(struct survey *s, struct survey_process **out)
{
	const struct process *p = NULL;
	size_t n = 0;

	while ((p = inventory_next(s->state, p)))
		n++;
	*out = arena_array_of(s->arena, struct survey_process, n + 1);
	if (!*out)
		return 0;
	for (n = 0; (p = inventory_next(s->state, p)); n++)
		(*out)[n].process = p;
	qsort(*out, n, sizeof(**out), by_container);
	return n;
}

static size_t run_length(const struct survey_process *list, size_t n)
{
	size_t i = 0;

	while (i < n && list[i].process->container == list[0].process->container)
		i++;
	return i;
}

/* judging */

/* who does not tell may be like the others, or not */
static void agree(int *common, int value, bool is_first)
{
	if (is_first || *common == value)
		*common = value;
	else
		*common = *common < 0 || value < 0 ? SURVEY_UNKNOWN : SURVEY_MIXED;
}

static void sum_up(struct survey_container *c, const struct reason_view *v)
{
	c->seccomp = c->no_new_privs = SURVEY_UNKNOWN;
	for (size_t i = 0; i < v->n; i++) {
		const struct process *p = v->members[i];

		agree(&c->seccomp, p->cred.seccomp, i == 0);
		agree(&c->no_new_privs, p->cred.no_new_privs, i == 0);
		for (unsigned ns = 0; ns < NS_COUNT; ns++) {
			enum answer a = reach_shares(v, p, ns);

			c->shared |= (unsigned)(a == ANSWER_YES) << ns;
			c->unknown_ns |= (unsigned)(a == ANSWER_UNKNOWN) << ns;
		}
	}
	c->has_reach = reach_find(v, &c->reach);
}

static void judge(struct survey *s, struct survey_container *c, const struct reason_view *v)
{
	auto_buf struct buf detail = { .max = DETAIL_MAX };

	c->reasons = arena_array_of(s->arena, struct survey_reason, reasons_n);
	for (size_t i = 0; c->reasons && i < reasons_n; i++) {
		const struct reason_def *def = &reasons[i];
		enum answer a;

		buf_clear(&detail);
		a = def->judge(v, def->param, &detail);
		if (a == ANSWER_UNKNOWN)
			c->unknown |= UINT64_C(1) << i;
		if (a != ANSWER_YES)
			continue;
		c->reasons[c->n_reasons++] =
			(struct survey_reason){ def, arena_str(s->arena, buf_str(&detail)) };
		c->counts[def->severity]++;
		if (def->severity > c->risk)
			c->risk = def->severity;
	}
	for (size_t i = 0; i < reasons_n; i++)
		c->is_least |= c->unknown & UINT64_C(1) << i && reasons[i].severity > c->risk;
}

static void fill(struct survey *s, struct survey_container *c, bool tree)
{
	const struct process **members =
		arena_array_of(s->arena, const struct process *, c->n_processes);
	struct reason_view v = { c->container, members, 0, s->host_ns };

	if (!members)
		return;
	/* what the runtime does in it while it starts something is not the container's */
	for (size_t i = 0; i < c->n_processes; i++)
		if (!c->processes[i].process->is_runtime_init)
			members[v.n++] = c->processes[i].process;
	for (size_t i = 0; i < c->n_processes; i++)
		if (!c->processes[i].process->is_runtime_init)
			c->processes[i].knows_beyond =
				reach_beyond(&v, c->processes[i].process,
					     &c->processes[i].beyond) != ANSWER_UNKNOWN;
	sum_up(c, &v);
	judge(s, c, &v);
	s->without_configuration += c->container && !c->container->spec.is_known;
	if (tree)
		tree_sort(c->processes, c->n_processes, s->arena);
}

struct str survey_container_name(const struct survey_container *c)
{
	if (!c->container)
		return STR("");
	return c->container->name.set ? text_str(&c->container->name) : text_str(&c->container->id);
}

/* the most of the worst reasons first; names tell apart what is as risky, ids what is called alike */
static int by_risk(const void *a, const void *b)
{
	const struct survey_container *c = a, *d = b;
	int r;

	for (unsigned i = SEVERITY_COUNT; i-- > 0;)
		if (c->counts[i] != d->counts[i])
			return c->counts[i] < d->counts[i] ? 1 : -1;
	r = str_cmp(survey_container_name(c), survey_container_name(d));
	if (r || !c->container || !d->container)
		return r;
	return str_cmp(text_str(&c->container->id), text_str(&d->container->id));
}

static bool is_wanted(const struct container *c, struct str prefix)
{
	if (!prefix.ptr)
		return true;
	return c->is_identified &&
	       (str_starts(text_str(&c->id), prefix) || str_starts(text_str(&c->name), prefix));
}

/* the host */

static bool has_capabilities(const struct process *p)
{
	return p->cred.has_caps &&
	       (p->cred.cap_permitted | p->cred.cap_effective | p->cred.cap_ambient);
}

static void count_host(struct survey *s, struct survey_process *list, size_t n, bool tree)
{
	struct survey_host *h = &s->host;

	h->list = list;
	for (size_t i = 0; i < n; i++) {
		const struct process *p = list[i].process;

		if (p->is_kernel_thread) {
			h->kernel_threads++;
			continue;
		}
		h->processes++;
		h->unknown += !p->cred.has_caps;
		if (has_capabilities(p))
			h->list[h->n_list++] = list[i];
	}
	h->with_capabilities = h->n_list;
	if (tree)
		tree_sort(h->list, h->n_list, s->arena);
}

static void count_unreadable(struct survey *s, const struct survey_process *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct process *p = list[i].process;

		/* who has no arguments is a kernel thread, or ended: there is nothing to read */
		s->without_namespaces += p->args.set && !p->cred.ns[NS_MNT];
	}
}

static void arrange(struct survey *s, const struct survey_options *o)
{
	struct survey_process *all;
	size_t n = collect(s, &all), groups = 0, len;

	if (!n)
		return;
	count_unreadable(s, all, n);
	for (size_t i = 0; i < n; i += run_length(all + i, n - i))
		groups++;
	s->containers = arena_array_of(s->arena, struct survey_container, groups);
	for (size_t i = 0; s->containers && i < n; i += len) {
		const struct container *c = all[i].process->container;
		struct survey_container *out = &s->containers[s->n_containers];

		len = run_length(all + i, n - i);
		if (!c) {
			count_host(s, all + i, len, o->tree);
		} else if (is_wanted(c, o->prefix)) {
			out->container = c->is_identified ? c : NULL;
			out->processes = all + i;
			out->n_processes = len;
			fill(s, out, o->tree);
			s->n_containers++;
		}
	}
	if (s->n_containers)
		qsort(s->containers, s->n_containers, sizeof(*s->containers), by_risk);
}

struct survey *survey_new(struct facts *facts, const struct survey_options *o, struct diag *d)
{
	AUTO(survey) s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->time = clock_realtime();
	s->arena = arena_new(ARENA_FIRST, ARENA_LIMIT);
	s->state = s->arena ? make_state(facts, s->arena) : NULL;
	if (!s->state || ask(s, o, d) < 0)
		return NULL;
	arrange(s, o);
	return arena_exhausted(s->arena) ? NULL : take_ptr(s);
}

void survey_free(struct survey *s)
{
	if (!s)
		return;
	state_free(s->state);
	arena_free(s->arena);
	free(s);
}
