/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Told once, then counted. An entry is one told match and what has been counted since. Entries
 * stand in the order of their telling; a closed one that has repetitions waits in a second queue
 * until it is collected.
 *
 * Owns copies of the alerts told. Whatever cannot be kept is told again rather than lost.
 */
#include "alert/aggregate.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/text.h"
#include "event/scan.h"
#include "field/argument_value.h"
#include "field/peer.h"

#define WINDOW_DEFAULT (60 * NS_PER_S)
#define ENTRIES_DEFAULT 1024
#define BYTES_DEFAULT ((size_t)4 << 20)
#define ACT_WINDOW (2 * NS_PER_S)
#define ACTS 256
#define KEY_MAX 16384

struct entry {
	struct entry *before, *after;
	struct text key;
	uint64_t first, last, repeat;
	unsigned origins;
	struct alert *told; /* NULL until aggregate_keep() */
	size_t bytes;
};

struct queue {
	struct entry *first, *last;
};

/* what somebody did to an object, as the latest matches showed it */
struct act {
	struct entry *entry; /* NULL: this row is not used */
	uint64_t time;
	unsigned origins;
	uint64_t process; /* key of its table; 0 = the origin does not know */
	uint32_t generation;
	bool is_verdict; /* of the guard */
	bool is_let_go; /* of the guard, which did not refuse it */
	uint64_t inode;
	uint32_t dev_major, dev_minor;
	struct text rule, container;
};

struct aggregate {
	struct aggregate_options limits;
	struct entry *entries;
	struct queue open, closed, unused;
	struct entry *admitted; /* waits for aggregate_keep() */
	struct map by_key;
	size_t bytes;
	struct act acts[ACTS];
	size_t next_act;
	struct buf key;
};

static void queue_add(struct queue *q, struct entry *e)
{
	e->before = q->last;
	e->after = NULL;
	*(q->last ? &q->last->after : &q->first) = e;
	q->last = e;
}

static void queue_remove(struct queue *q, struct entry *e)
{
	*(e->before ? &e->before->after : &q->first) = e->after;
	*(e->after ? &e->after->before : &q->last) = e->before;
}

struct aggregate *aggregate_new(const struct aggregate_options *o)
{
	AUTO(aggregate) g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->limits = (struct aggregate_options){
		.window = o && o->window ? o->window : WINDOW_DEFAULT,
		.entries = o && o->entries ? o->entries : ENTRIES_DEFAULT,
		.bytes = o && o->bytes ? o->bytes : BYTES_DEFAULT,
	};
	g->key.max = KEY_MAX;
	g->entries = calloc(g->limits.entries, sizeof(*g->entries));
	if (!g->entries)
		return NULL;
	for (size_t i = 0; i < g->limits.entries; i++)
		queue_add(&g->unused, &g->entries[i]);
	return take_ptr(g);
}

void aggregate_free(struct aggregate *g)
{
	if (!g)
		return;
	for (size_t i = 0; g->entries && i < g->limits.entries; i++) {
		alert_free(g->entries[i].told);
		text_release(&g->entries[i].key);
	}
	for (size_t i = 0; i < ACTS; i++) {
		text_release(&g->acts[i].rule);
		text_release(&g->acts[i].container);
	}
	map_release(&g->by_key);
	buf_release(&g->key);
	free(g->entries);
	free(g);
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static void add_part(struct buf *out, struct str s)
{
	buf_printf(out, "%zu:", s.len);
	buf_add(out, s);
}

static struct str whole_container_id(const struct scene *s)
{
	return s->container ? text_str(&s->container->id) : scene_container_id(s);
}

static void add_record(struct buf *out, const struct record *r)
{
	struct scan_field op, enabled;

	buf_printf(out, "%u:", r->type);
	/* these words are the kernel's; a rule that is removed is not audit that is switched off */
	if (r->type != AUDIT_CONFIG_CHANGE || !scan_find(r->body, STR("op"), &op))
		return;
	add_part(out, op.value);
	if (scan_find(r->body, STR("audit_enabled"), &enabled))
		add_part(out, enabled.value);
}

static bool is_signal(evt_type type)
{
	return type >= EVT_KILL && type <= EVT_PIDFD_SEND_SIGNAL;
}

/* where the call has it; one that asks who is there is not one that ends somebody */
static unsigned signal_of(const struct event *ev)
{
	bool has_thread = ev->type == EVT_TGKILL || ev->type == EVT_RT_TGSIGQUEUEINFO;

	return (unsigned)ev->sys.arg[has_thread ? 2 : 1];
}

/* what was done, where no record names a thing that it was done to */
static void add_act(struct buf *out, const struct scene *s, const struct event *ev)
{
	uint64_t domain = 0, protocol = 0;
	struct endpoint end;

	/* an entry into a namespace is the same whether the call told or, later, what came of it */
	if (ev->type >= EVT_FIRST_SYSCALL && ev->type != EVT_SETNS)
		buf_printf(out, "%u:%x:", (unsigned)ev->type, ev->sys.arch);
	if (ev->type == EVT_RECORD && ev->n_records)
		add_record(out, &ev->records[0]);
	/* who tries all families makes an alert for each, and for numbers that mean nothing no more */
	if (ev->type == EVT_SOCKET && call_argument(ev, 0, &domain) &&
	    call_argument(ev, 2, &protocol))
		buf_printf(out, "%u:%u:", (unsigned)domain & 0xff, (unsigned)protocol & 0xff);
	/* not by the address: who asks a port of everybody is told once */
	if (peer_role(s) != ROLE_SERVER && peer_remote(s, &end) && end.has_address)
		buf_printf(out, "%u:", end.port);
	if (is_signal(ev->type))
		buf_printf(out, "%d:%u:", (int)s->target.pid, signal_of(ev));
	add_part(out, ev->gap.what);
	/* not by what the mount is: a file system that comes and goes is one act */
	add_part(out, ev->mount.reason);
	add_part(out, ev->mount.target);
}

static struct str make_key(struct buf *out, const struct rule *rule, const struct scene *s)
{
	const struct event *ev = s->event;

	buf_clear(out);
	add_part(out, rule->id);
	add_part(out, ev->node);
	add_part(out, whole_container_id(s));
	add_part(out, s->process ? text_str(&s->process->exe) : STR_ABSENT);
	if (s->object.has_inode)
		buf_printf(out, "%x:%x:%llx", s->object.dev_major, s->object.dev_minor,
			   (unsigned long long)s->object.inode);
	else if (s->object.exists)
		add_part(out, s->object.name);
	for (size_t i = 0; !s->object.exists && i < s->n_paths; i++)
		add_part(out, s->paths[i].name);
	if (!s->object.exists && !s->n_paths)
		add_act(out, s, ev);
	if (ev->has_syscall && ev->sys.has_result && !ev->sys.success)
		buf_char(out, '!');
	/* a rule that acts must act on every process that it is about */
	if (rule->actions & ACTIONS_ACTIVE && s->process)
		buf_printf(out, "#%llx.%x", (unsigned long long)s->process->key,
			   s->process->ref.generation);
	return buf_failed(out) ? STR_ABSENT : buf_str(out);
}

/* no window is open for @e any more; its memory is used again */
static void entry_drop(struct aggregate *g, struct queue *from, struct entry *e)
{
	queue_remove(from, e);
	g->bytes -= e->bytes;
	alert_free(e->told);
	e->told = NULL;
	e->bytes = 0;
	queue_add(&g->unused, e);
}

static void entry_close(struct aggregate *g, struct entry *e)
{
	map_del(&g->by_key, text_str(&e->key));
	for (size_t i = 0; i < ACTS; i++)
		if (g->acts[i].entry == e)
			g->acts[i].entry = NULL;
	if (e->repeat == 1 || !e->told) {
		entry_drop(g, &g->open, e);
		return;
	}
	queue_remove(&g->open, e);
	queue_add(&g->closed, e);
}

/* NULL: everything waits to be collected, or out of memory; the match is then told and not kept */
static struct entry *entry_open(struct aggregate *g, struct str key, const struct event *ev)
{
	struct entry *e;

	if (!g->unused.first && g->open.first)
		entry_close(g, g->open.first);
	e = g->unused.first;
	if (!e || !key.ptr || text_set(&e->key, key, KEY_MAX) < 0 ||
	    map_put(&g->by_key, text_str(&e->key), e) < 0)
		return NULL;
	e->first = e->last = ev->time;
	e->repeat = 1;
	e->origins = 1u << ev->origin;
	queue_remove(&g->unused, e);
	queue_add(&g->open, e);
	return e;
}

/*
 * an origin that does not know the process may mean any, but of the same container; who it was is
 * news where nobody knew before
 */
static bool is_same_actor(const struct act *a, const struct scene *s)
{
	const struct process *p = s->process;

	if (!str_eq(text_str(&a->container), whole_container_id(s)))
		return false;
	/* a verdict overtakes the notice of the fork, with which a generation begins: there the pid must do */
	return !p ||
	       (a->process == p->key && (a->is_verdict || a->generation == p->ref.generation));
}

static bool is_let_go(const struct event *ev)
{
	return ev->is_permission && ev->permission.verdict != PERMISSION_DENIED;
}

/* the write that comes of an open which the guard let go is seen by fanotify, too, and yet in another way */
static bool is_seen_anew(const struct act *a, const struct event *ev)
{
	return !(a->origins & 1u << ev->origin) || (a->is_let_go && ev->type == EVT_WRITE);
}

/* the act behind this match, if another origin has shown it just now */
static struct act *find_act(struct aggregate *g, const struct rule *rule, const struct scene *s)
{
	const struct object *o = &s->object;

	if (!o->has_inode)
		return NULL;
	for (size_t i = 0; i < ACTS; i++) {
		struct act *a = &g->acts[i];

		if (a->entry && a->inode == o->inode && a->dev_major == o->dev_major &&
		    a->dev_minor == o->dev_minor && is_seen_anew(a, s->event) &&
		    distance(a->time, s->event->time) <= ACT_WINDOW && is_same_actor(a, s) &&
		    str_eq(text_str(&a->rule), rule->id))
			return a;
	}
	return NULL;
}

static void note_act(struct aggregate *g, struct entry *e, const struct rule *rule,
		     const struct scene *s)
{
	struct act *a = &g->acts[g->next_act++ % ACTS];

	if (!s->object.has_inode)
		return;
	a->entry = e;
	if (text_set(&a->rule, rule->id, SIZE_MAX) < 0 ||
	    text_set(&a->container, whole_container_id(s), SIZE_MAX) < 0)
		a->entry = NULL;
	a->time = s->event->time;
	a->origins = 1u << s->event->origin;
	a->process = s->process ? s->process->key : 0;
	a->generation = s->process ? s->process->ref.generation : 0;
	a->is_verdict = s->event->is_permission;
	a->is_let_go = is_let_go(s->event);
	a->inode = s->object.inode;
	a->dev_major = s->object.dev_major;
	a->dev_minor = s->object.dev_minor;
}

static void count(struct entry *e, const struct event *ev)
{
	e->repeat++;
	e->origins |= 1u << ev->origin;
	if (ev->time < e->first)
		e->first = ev->time;
	if (ev->time > e->last)
		e->last = ev->time;
}

bool aggregate_admit(struct aggregate *g, const struct rule *rule, const struct scene *scene)
{
	struct act *act = find_act(g, rule, scene);
	struct str key = make_key(&g->key, rule, scene);
	struct entry *e = key.ptr ? map_get(&g->by_key, key) : NULL;

	/* what was admitted before could not be told: nothing stands for it */
	if (g->admitted && !g->admitted->told) {
		if (e == g->admitted)
			e = NULL;
		entry_close(g, g->admitted);
		act = NULL;
	}
	g->admitted = NULL;
	if (act) {
		act->origins |= 1u << scene->event->origin;
		act->is_let_go |= is_let_go(scene->event);
		act->entry->origins |= act->origins;
		return false;
	}
	if (e && distance(e->first, scene->event->time) >= g->limits.window) {
		entry_close(g, e);
		e = NULL;
	}
	if (e)
		count(e, scene->event);
	else
		g->admitted = entry_open(g, key, scene->event);
	if (e || g->admitted)
		note_act(g, e ? e : g->admitted, rule, scene);
	return !e;
}

void aggregate_keep(struct aggregate *g, const struct alert *told)
{
	struct entry *e = g->admitted;

	if (!e)
		return;
	g->admitted = NULL;
	e->told = alert_copy(told);
	if (!e->told) {
		entry_close(g, e);
		return;
	}
	e->bytes = arena_used(e->told->arena);
	g->bytes += e->bytes;
	while (g->bytes > g->limits.bytes && g->open.first != e)
		entry_close(g, g->open.first);
}

/* the alert that was told, now standing for all */
static struct alert *sum_up(struct entry *e)
{
	char first[CLOCK_ISO_SIZE], last[CLOCK_ISO_SIZE];
	struct alert *a = take_ptr(e->told);
	struct str message;

	clock_iso8601(e->first, first);
	clock_iso8601(e->last, last);
	message = arena_printf(a->arena, "%.*s (%llu times from %s to %s)", STR_ARG(a->message),
			       (unsigned long long)e->repeat, first, last);
	if (message.ptr)
		a->message = message;
	a->time = a->last = e->last;
	a->first = e->first;
	a->repeat = e->repeat;
	a->origins = e->origins;
	a->actions = 0; /* were done when it was first told */
	return a;
}

struct alert *aggregate_due(struct aggregate *g, uint64_t now)
{
	struct entry *e;
	struct alert *a;

	while ((e = g->open.first) && (now == UINT64_MAX || now >= e->first + g->limits.window))
		entry_close(g, e);
	e = g->closed.first;
	if (!e)
		return NULL;
	a = sum_up(e);
	entry_drop(g, &g->closed, e);
	return a;
}
