/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event in, what is known about it out; synthetic events as they become due.
 *
 * Owns the tables. Data: events from `event`, answers from facts; scenes go to `rule`. Must not
 * decide what is an attack, nor ask the machine but through facts.
 */
#include "state/state.h"

#include <errno.h>
#include <stdlib.h>

#include "event/scan.h"
#include "state/acted_upon.h"
#include "state/birth.h"
#include "state/complete.h"
#include "state/credentials.h"
#include "state/id_change.h"
#include "state/id_names.h"
#include "state/lineage.h"
#include "state/look.h"
#include "state/mount_drift.h"
#include "state/object.h"
#include "state/runtime_stage.h"
#include "state/state_parts.h"
#include "state/sweep.h"
#include "state/telemetry.h"
#include "state/threads.h"
#include "state/trespass.h"
#include "state/waiting.h"
#include "state/whereabouts.h"
#include "state/written.h"

#define PROCESSES_MAX 8192
#define CONTAINERS_MAX 1024
#define ARGS_KEPT 4096

struct state *state_new(const struct state_options *o, struct facts *facts)
{
	AUTO(state) s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->facts = facts;
	s->scratch = arena_new(SCRATCH_FIRST, SCRATCH_LIMIT);
	s->id_names = id_names_new();
	s->looks = looks_new();
	if (!s->scratch || !s->id_names || !s->looks || kernel_tasks_init(&s->kernel_tasks) < 0 ||
	    process_table_init(&s->processes,
			       o && o->processes_max ? o->processes_max : PROCESSES_MAX) < 0 ||
	    container_table_init(&s->containers,
				 o && o->containers_max ? o->containers_max : CONTAINERS_MAX) < 0)
		return NULL;
	return take_ptr(s);
}

void state_free(struct state *s)
{
	if (!s)
		return;
	process_table_release(&s->processes);
	container_table_release(&s->containers);
	kernel_tasks_release(&s->kernel_tasks);
	knob_table_release(&s->knobs);
	hierarchy_table_release(&s->hierarchies);
	drift_table_release(&s->drift);
	helpers_release(&s->helpers);
	roll_release(&s->roll);
	id_names_free(s->id_names);
	looks_free(s->looks);
	for (size_t i = 0; i < NODES_MAX; i++)
		text_release(&s->nodes[i]);
	arena_free(s->scratch);
	free(s);
}

/* parts */

uint32_t state_node(struct state *s, struct str node)
{
	if (facts_is_local(s->facts, node))
		return 0;
	for (size_t i = 0; i < s->n_nodes; i++)
		if (str_eq(text_str(&s->nodes[i]), node))
			return (uint32_t)i + 1;
	if (s->n_nodes < NODES_MAX && text_set(&s->nodes[s->n_nodes], node, NAME_MAX_KEPT) == 0)
		s->n_nodes++;
	return (uint32_t)s->n_nodes;
}

bool state_can_ask(const struct state *s, uint32_t node)
{
	(void)s;
	return node == 0;
}

void state_asked(struct state *s)
{
	s->stats.questions += !s->is_sweeping && facts_is_live(s->facts);
}

int state_ask_process(struct state *s, int32_t pid, struct facts_process *out, struct arena *a)
{
	state_asked(s);
	return facts_ask_process(s->facts, pid, out, a);
}

/* evt.num, evt.reltime, evt.deltatime */
static void scene_count(struct state *s, struct scene *out)
{
	if (!s->told++)
		s->first_time = out->event->time;
	out->number = s->told;
	out->first_time = s->first_time;
	out->previous_time = s->previous_time;
	s->previous_time = out->event->time;
}

bool state_next(struct state *s, struct scene *out)
{
	struct derived *d;

	if (!s->derived_n && s->hierarchies.n_untold) {
		arena_reset(s->scratch);
		hierarchies_tell_late(s);
	}
	if (!s->derived_n)
		return false;
	d = &s->derived[s->derived_head];
	s->derived_head = (s->derived_head + 1) % DERIVED_MAX;
	s->derived_n--;
	*out = d->scene;
	out->event = &d->event;
	scene_count(s, out);
	return true;
}

const struct state_stats *state_stats(const struct state *s)
{
	return &s->stats;
}

const uint64_t *state_host_ns(const struct state *s)
{
	return s->host_ns;
}

struct id_names *state_id_names(const struct state *s)
{
	return s->id_names;
}

struct looks *state_looks(const struct state *s)
{
	return s->looks;
}

struct facts *state_facts(const struct state *s)
{
	return s->facts;
}

uint64_t state_container_generation(const struct state *s)
{
	return s->containers.generations + s->containers_told;
}

/* any process that is in it will do where the first is not known */
static int32_t some_process(const struct state *s, const struct container *c)
{
	for (const struct process *p = s->processes.live.oldest; p; p = p->newer)
		if (p->container == c && !p->is_runtime_init)
			return p->ref.pid;
	return 0;
}

bool state_container_next(const struct state *s, size_t *next, struct state_container *out)
{
	while (*next < s->containers.used) {
		const struct container *c = &s->containers.rows[(*next)++];

		if (!c->is_identified || c->node.set || (!c->refs && !c->init_pid))
			continue;
		*out = (struct state_container){
			.id = text_str(&c->id),
			.type = text_str(&c->type),
			.init_pid = c->init_pid ? c->init_pid : some_process(s, c),
			.ns = c->ns,
		};
		return true;
	}
	return false;
}

void state_count(struct state *s)
{
	s->stats.processes = s->processes.by_key.len;
	s->stats.containers = s->containers.by_key.len;
	s->stats.refused = facts_refused(s->facts);
	s->stats.host_files_unread = facts_unread(s->facts);
	s->stats.evicted = s->processes.evicted + s->containers.evicted;
}

/* the subject */

static void learn_args(struct process *p, const struct event *ev)
{
	char args[ARGS_KEPT];
	size_t n = event_argc(ev), len = 0;

	for (size_t i = 0; i < n && len < sizeof(args); i++) {
		struct str arg = str_first(event_argv(ev, i), sizeof(args) - len);

		if (arg.len)
			memcpy(args + len, arg.ptr, arg.len);
		len += arg.len;
		if (i + 1 < n && len < sizeof(args))
			args[len++] = '\0';
	}
	text_set(&p->args, n ? str_mem(args, len) : STR_ABSENT, sizeof(args));
}

static void text_update(struct text *t, struct str s, size_t max)
{
	if (s.ptr && !(t->set && str_eq(text_str(t), s)))
		text_set(t, s, max);
}

/* what a record says of its process, whatever the call was; true: it runs a new program now */
static bool learn_record(struct process *p, const struct event *ev)
{
	bool is_new_program = event_is_exec(ev) && ev->sys.success;

	text_update(&p->comm, ev->sys.comm, NAME_MAX_KEPT);
	p->loginuid = ev->sys.auid;
	if (is_new_program) {
		learn_args(p, ev);
		text_update(&p->cwd, event_cwd(ev), PATH_KEPT);
	} else if (p->exe.set && ev->sys.exe.ptr && !str_eq(text_str(&p->exe), ev->sys.exe)) {
		/* an exec that no record told: what is known is of the program before */
		text_clear(&p->args);
		p->has_exe_inode = false;
	}
	text_update(&p->exe, ev->sys.exe, PATH_KEPT);
	return is_new_program;
}

static bool is_mount_call(const struct event *ev)
{
	return ev->type == EVT_MOUNT || ev->type == EVT_FSMOUNT || ev->type == EVT_MOVE_MOUNT ||
	       ev->type == EVT_FSCONFIG;
}

static bool changes_place(const struct event *ev)
{
	return ev->type == EVT_SETNS || ev->type == EVT_CHROOT || ev->type == EVT_PIVOT_ROOT;
}

void scene_belongs(struct scene *out, const struct process *p)
{
	out->process = p;
	out->container = p->container && p->container->is_identified ? p->container : NULL;
	out->id_source = p->id_source;
	out->is_container_unknown =
		p->container ? !p->container->is_identified : p->id_source == ID_UNKNOWN;
}

static void tell_container(struct state *s, const struct scene *out)
{
	struct derived *d = state_derive(s);

	if (!d)
		return;
	d->event = *out->event;
	d->event.type = EVT_CONTAINER;
	d->scene = *out;
}

/* a record that was on its way when its process ended and another got the pid */
static bool observe_straggler(struct state *s, const struct event *ev, struct scene *out)
{
	const struct container *container;
	enum id_source source;
	struct process *successor = birth_previous(s, ev, &container, &source);

	if (!successor)
		return false;
	out->container = container && container->is_identified ? container : NULL;
	out->id_source = source;
	out->is_container_unknown = container ? !container->is_identified : source == ID_UNKNOWN;
	out->paths = ev->paths;
	out->n_paths = ev->n_paths;
	object_observe(s, ev, NULL, &out->object);
	if (out->object.exists)
		knob_object(s, ev, successor, &out->object);
	acted_upon_observe(s, ev, NULL, out);
	helpers_observe(s, out);
	return true;
}

static void observe_call(struct state *s, const struct event *ev, struct scene *out)
{
	bool fresh, is_new_program, is_new_container = false;
	struct process *p = lineage_subject(s, ev, &fresh);

	/* what /proc said since the call is how it is after it */
	credentials_observe(&p->cred,
			    (!fresh && p->read_at < ev->time) || p->cred.cap_source != CAP_STATUS,
			    ev, &out->before, &out->after);
	p->cred = out->after;
	is_new_program = learn_record(p, ev);
	if (is_new_program)
		p->program_at = ev->time;
	else if (credentials_can_change(ev))
		p->changed = ev->time;
	if (is_new_program) {
		p->recorded_execs += p->recorded_execs < p->execs;
		p->caps_asked = false;
		is_new_container = runtime_stage_exec(s, p, ev);
		credentials_complete(&out->after, &p->cred);
		credentials_take_ns(&out->after, p->cred.ns);
	} else if (ev->sys.success) {
		runtime_stage_entered(p, ev);
	}
	p->recorded_at = id_change_recorded(s);
	id_change_record(s, p, ev, &out->before);
	complete_credentials(s, p, ev, out);
	if (is_new_container)
		complete_container(p->container, &out->after, ev->time);
	p->cred = out->after;
	threads_complete(p, ev, out);
	scene_belongs(out, p);
	out->paths = ev->paths;
	out->n_paths = ev->n_paths;
	object_observe(s, ev, p, &out->object);
	if (out->object.exists)
		knob_object(s, ev, p, &out->object);
	if (is_mount_call(ev) && ev->sys.success) {
		knob_mounted(s, ev, p);
		disk_mounted(s);
	}
	acted_upon_observe(s, ev, p, out);
	helpers_observe(s, out);
	if (is_new_container) {
		tell_container(s, out);
		whereabouts_begin(s, p, ev);
		mount_drift_begin(s, p, ev);
	} else if (is_new_program || (changes_place(ev) && ev->sys.success)) {
		whereabouts_look(s, p, ev);
	}
	if (is_new_program && !is_new_container)
		mount_drift_moved(s, p, ev);
	else if (ev->sys.success)
		mount_drift_call(s, p, ev);
	credentials_take_ns(&out->after, p->cred.ns);
	if (credentials_can_change(ev))
		trespass_capabilities(s, p, ev);
	if (is_new_program)
		p->threads = (struct thread_sets){ 0 }; /* no other survives an exec */
	else if (credentials_can_change(ev))
		threads_look(s, p, ev, &out->before);
}

/* a record without a call: the kernel itself put the pid in front */
static void observe_lone(struct state *s, const struct event *ev, struct scene *out)
{
	struct scan_field field;
	struct process *p;
	uint64_t pid;
	bool is_user;

	if (!ev->n_records || !scan_find(ev->records[0].body, STR("pid"), &field) ||
	    str_to_u64(field.value, 10, &pid) < 0 || pid > INT32_MAX)
		return;
	if (!state_node(s, ev->node))
		roll_meet(s, (int32_t)pid);
	is_user = record_type_is_user(ev->records[0].type);
	p = is_user && !state_node(s, ev->node)
		    ? lineage_meet(s, (int32_t)pid, ev)
		    : process_find(&s->processes, state_node(s, ev->node), (int32_t)pid);
	if (!p)
		return;
	birth_settle(s, p, NULL, ev->arena);
	out->before = out->after = p->cred;
	scene_belongs(out, p);
	if (is_user)
		telemetry_words(s, ev, out);
}

/* what notices told, once the records about it have come */
static void tell_in_time(struct state *s, const struct event *ev)
{
	id_change_time(s, ev);
	deed_time(s, ev);
}

bool state_waits(const struct state *s, uint64_t now)
{
	return id_change_waits(s, now) || deed_waits(s, now);
}

void state_notice(struct state *s, const struct event *ev)
{
	s->stats.dropped += s->derived_n;
	s->derived_n = 0;
	telemetry_notice(s, ev);
	s->now = ev->notice->at;
	facts_begin(s->facts, ev);
	if (ev->notice->kind != NOTICE_EXIT && ev->notice->kind != NOTICE_ROLE)
		roll_meet(s, ev->notice->kind == NOTICE_FORK ? ev->notice->other : ev->notice->pid);
	birth_observe(s, ev);
	if (ev->notice->kind == NOTICE_UID) {
		id_change_notice(s, ev);
		threads_notice(s, ev);
	}
	if (ev->notice->kind == NOTICE_PTRACE || ev->notice->kind == NOTICE_COREDUMP)
		deed_notice(s, ev);
	tell_in_time(s, ev);
	launch_notice(s, ev, ev->notice);
}

/* what a look found, in a recording: live it was no event */
static bool is_sweep(const struct event *ev)
{
	return ev->n_records && sweep_is_record(ev->records[0].type);
}

void state_observe(struct state *s, const struct event *ev, struct scene *out)
{
	/* nobody fetched them while their records lived */
	s->stats.dropped += s->derived_n;
	s->derived_n = 0;
	*out = (struct scene){
		.event = ev,
		.state = s,
		.before = CREDENTIALS_UNKNOWN,
		.after = CREDENTIALS_UNKNOWN,
	};
	s->now = ev->time;
	if (!is_sweep(ev))
		scene_count(s, out);
	facts_begin(s->facts, ev);
	id_change_configured(s, ev);
	if (ev->is_permission)
		waiting_observe(s, ev, out);
	else if (ev->modification)
		written_observe(s, ev, out);
	else if (ev->has_syscall && observe_straggler(s, ev, out))
		s->stats.unattributed += out->id_source == ID_UNKNOWN;
	else if (ev->has_syscall)
		observe_call(s, ev, out);
	else if (is_sweep(ev))
		sweep_learn(s, ev);
	else
		observe_lone(s, ev, out);
	tell_in_time(s, ev);
	state_count(s);
}
