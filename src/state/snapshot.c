/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snapshot's lines are facts (state/fact.h), so a recording carries those that were believed.
 *
 * Owns nothing. Must not open files (daemon/memory.c does), nor ask the machine: it compares with
 * what the sweep at start has just found.
 */
#include "state/snapshot.h"

#include <errno.h>

#include "base/clock.h"
#include "base/diag.h"
#include "event/scan.h"
#include "state/ledger.h"
#include "state/lineage.h"
#include "state/mount_drift.h"
#include "state/recall.h"
#include "state/state_parts.h"
#include "state/trespass.h"

#define VERSION 2
#define HASH_SEED 0
#define RELEASE_AGENT STR("release_agent")
/* a start time is computed from two clocks, each of its own grain */
#define START_SLACK (20 * NS_PER_MS)

/* writing */

static void put_fact(const struct fact *f, struct buf *line, struct buf *out)
{
	if (fact_write(f, line) < 0)
		return;
	buf_add(out, buf_str(line));
	buf_char(out, '\n');
}

static void put_processes(const struct state *s, struct buf *line, struct buf *out)
{
	for (const struct process *p = s->processes.live.oldest; p; p = p->newer) {
		struct fact f = { .kind = FACT_ORIGIN, .id = p->ref.pid };

		if (process_node(p) || !p->container || !p->container->is_identified ||
		    p->is_runtime_init)
			continue;
		f.origin = (struct facts_origin){
			.start_ticks = p->ref.start_ticks,
			.first_seen = p->first_seen,
			.container = text_str(&p->container->id),
			.type = text_str(&p->container->type),
			.has_deserted = p->has_deserted,
			.ns_told = p->ns_told,
			.threads_ns = p->threads.ns,
			.outside_told = p->outside_told,
			.cap_granted = p->cap_granted,
			.cap_told = p->cap_told,
			.ledger = ledger_write(&p->cred),
		};
		put_fact(&f, line, out);
	}
}

static void put_containers(const struct state *s, struct buf *line, struct buf *out)
{
	for (size_t i = 0; i < s->containers.used; i++) {
		const struct container *c = &s->containers.rows[i];
		struct fact f = { .kind = FACT_GIVEN, .text = text_str(&c->id) };

		if (!c->is_identified || c->node.set || !c->refs)
			continue;
		f.given = (struct facts_given){
			.init_pid = c->init_pid,
			.start_time = c->start_time,
			.has_bounding = c->has_bounding,
			.cap_bounding = c->cap_bounding,
			.home = text_str(&c->home),
			.ns_since = c->ns_since,
			.root_mount = c->root_mount,
			.mounts = text_str(&c->mounts),
			.mounts_cut = c->mounts_cut,
			.mounts_told = text_str(&c->mounts_told),
			.drift = text_str(&c->drift),
		};
		memcpy(f.given.ns, c->ns, sizeof(c->ns));
		put_fact(&f, line, out);
	}
}

/* a line each: a value may be long */
static void put_knob(struct str name, struct str path, struct str value, struct buf *line,
		     struct buf *out)
{
	struct facts_knob k = { .name = name, .path = path, .value = value };
	struct fact f = { .kind = FACT_BASELINE, .list = { .n = 1, .knobs = &k } };

	put_fact(&f, line, out);
}

static void put_knobs(const struct state *s, struct buf *line, struct buf *out)
{
	for (size_t i = 0; i < s->drift.n; i++) {
		const struct drift_row *row = &s->drift.rows[i];

		if (row->value.set)
			put_knob(text_str(&row->name), text_str(&row->path), text_str(&row->value),
				 line, out);
	}
	for (size_t i = 0; i < s->hierarchies.n; i++) {
		const struct hierarchy *h = &s->hierarchies.rows[i];

		if (h->is_present && h->release_agent.set)
			put_knob(RELEASE_AGENT, text_str(&h->controllers),
				 text_str(&h->release_agent), line, out);
	}
}

int snapshot_write(const struct state *s, const struct snapshot_head *head, struct buf *out)
{
	auto_buf struct buf line = { 0 }, body = { 0 };

	put_processes(s, &line, &body);
	put_containers(s, &line, &body);
	put_knobs(s, &line, &body);
	buf_clear(out);
	if (buf_failed(&body))
		return -ENOMEM;
	buf_printf(out, "watchcap-snapshot version=%d boot=%.*s time=%llu hash=%llu\n", VERSION,
		   STR_ARG(head->boot), (unsigned long long)head->time,
		   (unsigned long long)str_hash(buf_str(&body), HASH_SEED));
	buf_add(out, buf_str(&body));
	return buf_failed(out) ? -ENOMEM : 0;
}

/* reading */

/* the pid is still the same process's: it has that start, or was there when we first saw it */
static struct process *survivor(const struct state *s, int32_t pid, const struct facts_origin *o)
{
	struct process *p = process_find(&s->processes, 0, pid);

	if (!p || p->is_dead || p->is_kernel_thread)
		return NULL;
	if (o->start_ticks)
		return p->ref.start_ticks == o->start_ticks ? p : NULL;
	return p->start_time && p->start_time <= o->first_seen + START_SLACK ? p : NULL;
}

/* what a deserter forked since is where it is, and its container's */
static void claim_descendants(struct state *s, struct container *c, struct arena *a)
{
	bool found = true;

	while (found) {
		found = false;
		for (size_t i = 0; i < s->processes.used; i++) {
			struct process *p = &s->processes.rows[i], *parent;

			if (process_node(p) || p->is_dead || p->container)
				continue;
			parent = process_find(&s->processes, 0, p->ppid);
			if (!parent || parent->container != c)
				continue;
			lineage_belong(s, p, c, ID_INHERITED, a);
			p->has_deserted = parent->has_deserted;
			found = true;
		}
	}
}

static void recall(struct process *p, const struct facts_origin *o)
{
	p->has_deserted = o->has_deserted;
	p->ns_told = (uint8_t)o->ns_told;
	p->threads.ns = (uint8_t)o->threads_ns;
	p->outside_told = (uint8_t)o->outside_told;
	p->cap_granted = o->cap_granted;
	p->cap_told = o->cap_told;
	ledger_recall(&o->ledger, &p->cred);
}

static void learn_origin(struct state *s, int32_t pid, const struct facts_origin *o,
			 struct arena *a)
{
	struct process *p = survivor(s, pid, o);
	struct container *c;

	if (!p || !o->container.len)
		return;
	if (p->container && str_eq(text_str(&p->container->id), o->container)) {
		recall(p, o);
		/* a parent's line came before */
		if (p->id_source == ID_INHERITED)
			p->id_source = ID_SNAPSHOT;
		return;
	}
	c = lineage_container(s, 0, o->container, o->type);
	lineage_belong(s, p, c, ID_SNAPSHOT, a);
	recall(p, o);
	claim_descendants(s, c, a);
}

static void learn_given(struct state *s, struct str id, const struct facts_given *g)
{
	struct container *c = container_find(&s->containers, 0, id);
	const struct process *init;
	bool is_eldest;

	if (!c)
		return;
	if (!c->home.set)
		text_set(&c->home, g->home, PATH_KEPT);
	if (!c->has_bounding && g->has_bounding) {
		c->has_bounding = true;
		c->cap_bounding = g->cap_bounding;
	}
	init = process_find(&s->processes, 0, g->init_pid);
	if (!c->init_pid && init && init->container == c)
		c->init_pid = g->init_pid;
	if (!c->start_time)
		c->start_time = g->start_time;
	if (!c->root_mount)
		c->root_mount = g->root_mount;
	mount_drift_recall(c, g);
	/* the eldest that was seen then may be gone by now */
	is_eldest = g->ns_since && (!c->ns_since || g->ns_since <= c->ns_since);
	trespass_take(c, g->ns, is_eldest, s->host_ns);
	if (is_eldest)
		c->ns_since = g->ns_since;
}

static void learn_baseline(struct state *s, const struct facts_knob *k, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(k[i].name, RELEASE_AGENT))
			hierarchy_recall(s, k[i].path, k[i].value);
		else
			drift_recall(s, &k[i]);
}

void snapshot_learn(struct state *s, const struct fact *f, struct arena *a)
{
	bool was_sweeping = s->is_sweeping;

	s->is_sweeping = true;
	if (f->kind == FACT_ORIGIN)
		learn_origin(s, f->id, &f->origin, a);
	else if (f->kind == FACT_GIVEN)
		learn_given(s, f->text, &f->given);
	else if (f->kind == FACT_BASELINE)
		learn_baseline(s, f->list.knobs, f->list.n);
	s->is_sweeping = was_sweeping;
}

static bool number_is(struct str line, struct str key, uint64_t *out)
{
	struct scan_field field;

	return scan_find(line, key, &field) && str_to_u64(field.value, 10, out) == 0;
}

uint64_t snapshot_time(struct str text)
{
	struct str first;
	uint64_t time;

	return str_cut(&text, '\n', &first) && str_starts(first, STR("watchcap-snapshot ")) &&
			       number_is(first, STR("time"), &time)
		       ? time
		       : 0;
}

/* NULL, or why it is not for us */
static const char *refuse(struct str first, struct str body, const struct snapshot_head *now)
{
	struct scan_field boot;
	uint64_t version, hash, time;

	if (!str_starts(first, STR("watchcap-snapshot ")) ||
	    !number_is(first, STR("version"), &version) || !number_is(first, STR("hash"), &hash) ||
	    !number_is(first, STR("time"), &time) || !scan_find(first, STR("boot"), &boot))
		return "it is not a snapshot";
	if (version != VERSION)
		return "it is of another version";
	if (!now->boot.len || !str_eq(boot.value, now->boot))
		return "the machine was started again since";
	if (hash != str_hash(body, HASH_SEED))
		return "it is damaged";
	if (time > now->time + NS_PER_S || now->time - time > SNAPSHOT_AGE_MAX)
		return now->time < time ? "it is of the future" : "it is too old";
	return NULL;
}

void snapshot_apply(struct state *s, struct str line, struct arena *a)
{
	struct fact f;

	if (fact_read(line, &f, a) < 0 || f.err)
		return;
	if (f.kind == FACT_ORIGIN ? !survivor(s, f.id, &f.origin)
				  : f.kind != FACT_GIVEN && f.kind != FACT_BASELINE)
		return;
	facts_tell(s->facts, line);
	snapshot_learn(s, &f, a);
}

/* of a hierarchy that is not in it, a value that is set now was set meanwhile */
static void recall_absent_hierarchies(struct state *s, struct str text, struct arena *a)
{
	struct str line;
	bool was_there[HIERARCHIES_MAX] = { 0 }, is_told = false;
	struct fact f;

	while (str_cut(&text, '\n', &line)) {
		if (!str_starts(line, STR("q=baseline ")) || fact_read(line, &f, a) < 0)
			continue;
		is_told = true;
		for (size_t i = 0; f.list.n && i < s->hierarchies.n; i++)
			was_there[i] |= str_eq(f.list.knobs[0].path,
					       text_str(&s->hierarchies.rows[i].controllers));
	}
	/* an older sensor's snapshot has none of them */
	for (size_t i = 0; is_told && i < s->hierarchies.n; i++) {
		struct facts_knob k = { .name = RELEASE_AGENT,
					.path = text_str(&s->hierarchies.rows[i].controllers),
					.value = STR("") };
		struct fact absent = { .kind = FACT_BASELINE, .list = { .n = 1, .knobs = &k } };
		auto_buf struct buf body = { 0 };

		if (!was_there[i] && fact_write(&absent, &body) == 0)
			snapshot_apply(s, buf_str(&body), a);
	}
}

/* knobs are not about processes: they are recalled at once */
static void restore_knobs(struct state *s, struct str text)
{
	struct str rest = text, line;

	facts_begin(s->facts, NULL);
	arena_reset(s->scratch);
	while (str_cut(&rest, '\n', &line))
		if (str_starts(line, STR("q=baseline ")))
			snapshot_apply(s, line, s->scratch);
	recall_absent_hierarchies(s, text, s->scratch);
	arena_reset(s->scratch);
}

static void restore_all(struct state *s, struct str text)
{
	struct str line;

	facts_begin(s->facts, NULL);
	while (str_cut(&text, '\n', &line)) {
		arena_reset(s->scratch);
		if (!str_starts(line, STR("q=baseline ")))
			snapshot_apply(s, line, s->scratch);
	}
	for (size_t i = 0; i < s->containers.used; i++) {
		arena_reset(s->scratch);
		lineage_describe(s, &s->containers.rows[i], s->scratch);
	}
	arena_reset(s->scratch);
	state_count(s);
}

int snapshot_restore(struct state *s, struct str text, const struct snapshot_head *now,
		     struct diag *d)
{
	struct str first;
	const char *why;

	if (!str_cut(&text, '\n', &first))
		text = first = STR("");
	why = refuse(first, text.ptr ? text : STR(""), now);
	if (why) {
		diag_error(d, NULL, "snapshot", "%s", why);
		return -EINVAL;
	}
	restore_knobs(s, text.ptr ? text : STR(""));
	if (!s->roll.is_first) {
		restore_all(s, text);
		return 0;
	}
	s->roll.recall = recall_new(text);
	return s->roll.recall ? 0 : -ENOMEM;
}
