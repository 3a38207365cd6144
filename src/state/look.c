/* SPDX-License-Identifier: Apache-2.0 */
/* Owns the answers of the event at hand, nothing else; asks through facts. */
#include "state/look.h"

#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "state/state_parts.h"

enum {
	ASKED_EXE,
	ASKED_TASK,
	ASKED_FIRST,
	ASKED_STDIO,
	ASKED_DESCRIPTORS,
	ASKED_OBJECT,
	ASKED_CLASS,
	ASKED_LAYER,
	ASKED_MAX
};

/* a variable that was asked for, in the event's arena */
struct variable {
	struct variable *next;
	struct str name, value; /* name absent: the names of all */
	bool is_known;
};

struct looks {
	uint64_t number; /* of the scene that the answers are about */
	struct {
		bool is_asked, is_known;
	} at[ASKED_MAX];
	struct facts_exe exe, object;
	struct str host_class, layer_class;
	const struct path_record *layer; /* NULL: none */
	struct facts_task task, first; /* first: of the pid namespace */
	struct variable *variables;
	struct facts_descriptor *stdio, *descriptors;
	size_t n_stdio, n_descriptors;
};

struct looks *looks_new(void)
{
	return calloc(1, sizeof(struct looks));
}

void looks_free(struct looks *l)
{
	free(l);
}

/* a scene without a state behind it has none */
static struct looks *looks_at(const struct scene *s)
{
	struct looks *l = s->state ? state_looks(s->state) : NULL;

	if (!l || !s->event->arena)
		return NULL;
	if (l->number != s->number)
		*l = (struct looks){ .number = s->number };
	return l;
}

/* nor has one without a living local subject */
static struct looks *looks_of(const struct scene *s, const struct process *p)
{
	if (!p || p->is_dead || !s->state || !state_can_ask(s->state, process_node(p)))
		return NULL;
	return looks_at(s);
}

static struct facts_who who_is(const struct scene *s, const struct process *p)
{
	return (struct facts_who){
		.pid = p->ref.pid,
		.start_ticks = p->ref.start_ticks,
		.not_after = s->event->time,
		.exe = text_str(&p->exe),
		.party = container_party(p->container),
	};
}

/* true: the question is still to be asked */
static bool is_new(struct looks *l, unsigned which)
{
	bool is_new = !l->at[which].is_asked;

	l->at[which].is_asked = true;
	return is_new;
}

const struct facts_exe *look_exe(const struct scene *s)
{
	struct looks *l = looks_of(s, s->process);
	struct facts_who who;

	if (!l)
		return NULL;
	who = who_is(s, s->process);
	if (is_new(l, ASKED_EXE))
		l->at[ASKED_EXE].is_known =
			facts_ask_exe(state_facts(s->state), &who, &l->exe, s->event->arena) == 0;
	return l->at[ASKED_EXE].is_known ? &l->exe : NULL;
}

const struct facts_task *look_task(const struct scene *s)
{
	struct looks *l = looks_of(s, s->process);
	struct facts_who who;

	if (!l)
		return NULL;
	who = who_is(s, s->process);
	if (is_new(l, ASKED_TASK))
		l->at[ASKED_TASK].is_known =
			facts_ask_task(state_facts(s->state), &who, &l->task, s->event->arena) == 0;
	return l->at[ASKED_TASK].is_known ? &l->task : NULL;
}

static const struct facts_descriptor *descriptors(const struct scene *s, bool only_stdio, size_t *n)
{
	struct looks *l = looks_of(s, s->process);
	unsigned which = only_stdio ? ASKED_STDIO : ASKED_DESCRIPTORS;
	struct facts_descriptor **list;
	size_t *count;
	struct facts_who who;

	if (!l)
		return NULL;
	list = only_stdio ? &l->stdio : &l->descriptors;
	count = only_stdio ? &l->n_stdio : &l->n_descriptors;
	who = who_is(s, s->process);
	if (is_new(l, which))
		l->at[which].is_known =
			facts_ask_descriptors(state_facts(s->state), &who, only_stdio, list, count,
					      s->event->arena) == 0;
	*n = *count;
	return l->at[which].is_known ? *list : NULL;
}

const struct facts_descriptor *look_stdio(const struct scene *s, int32_t fd)
{
	size_t n;
	const struct facts_descriptor *list = descriptors(s, true, &n);

	for (size_t i = 0; list && i < n; i++)
		if (list[i].fd == fd)
			return &list[i];
	return NULL;
}

const struct facts_descriptor *look_descriptors(const struct scene *s, size_t *n)
{
	return descriptors(s, false, n);
}

bool look_env(const struct scene *s, struct str name, struct str *value)
{
	struct looks *l = looks_of(s, s->process);
	struct variable *v = l ? l->variables : NULL;
	struct facts_who who;

	while (v && !(v->name.ptr ? str_eq(v->name, name) : !name.ptr))
		v = v->next;
	if (l && !v) {
		v = arena_alloc(s->event->arena, sizeof(*v));
		if (!v)
			return false;
		who = who_is(s, s->process);
		*v = (struct variable){ .next = l->variables, .name = name };
		v->is_known = facts_ask_env(state_facts(s->state), &who, name, &v->value,
					    s->event->arena) == 0;
		l->variables = v;
	}
	*value = v ? v->value : STR_ABSENT;
	return v && v->is_known;
}

const struct facts_exe *look_object(const struct scene *s)
{
	const struct object *o = &s->object;
	struct looks *l = looks_of(s, s->process);
	struct facts_who who;

	if (!l || !o->exists || !o->has_inode || !o->name.ptr)
		return NULL;
	who = who_is(s, s->process);
	if (is_new(l, ASKED_OBJECT))
		l->at[ASKED_OBJECT].is_known =
			facts_ask_layer(state_facts(s->state), &who, o->name, o->dev_major,
					o->dev_minor, &l->object, s->event->arena) == 0;
	return l->at[ASKED_OBJECT].is_known ? &l->object : NULL;
}

static void put_file(struct buf *out, const struct path_record *path, struct str name)
{
	if (out->len)
		buf_char(out, '\0');
	buf_printf(out, "%u:%u:%llu", path->dev_major, path->dev_minor,
		   (unsigned long long)path->inode);
	if (!name.len)
		return;
	buf_char(out, '/');
	buf_add(out, name);
}

static struct str without_slashes(struct str path)
{
	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		path.len--;
	return path;
}

/* the directory of a PARENT record is the one that @child was looked up in */
static bool is_parent_of(const struct path_record *dir, struct str child)
{
	ssize_t slash = str_rchr(child, '/');

	return dir->kind == PATH_PARENT && dir->has_inode &&
	       (slash < 0 || str_eq(without_slashes(dir->name),
				    slash ? str_first(child, (size_t)slash) : STR("/")));
}

/* each file of the event, the places of those that came or went, the directories on the way */
static void put_files(const struct scene *s, struct buf *out)
{
	for (size_t i = 0; i < s->n_paths; i++) {
		const struct path_record *path = &s->paths[i];
		struct str child = without_slashes(path->name);

		if (path->has_inode)
			put_file(out, path, STR_ABSENT);
		for (size_t k = 0; path->kind != PATH_PARENT && k < s->n_paths; k++)
			if (child.len && is_parent_of(&s->paths[k], child))
				put_file(out, &s->paths[k], str_basename(child));
	}
}

static bool ask_class(const struct scene *s, const struct buf *files, struct str *class)
{
	return files->len && !buf_failed(files) &&
	       facts_ask_host_file(state_facts(s->state),
				   arena_str(s->event->arena, buf_str(files)), class,
				   s->event->arena) == 0;
}

struct str look_host_class(const struct scene *s)
{
	struct looks *l = looks_at(s);
	auto_buf struct buf files = { 0 };

	if (!l || !facts_is_local(state_facts(s->state), s->event->node))
		return STR_ABSENT;
	if (is_new(l, ASKED_CLASS))
		put_files(s, &files);
	l->at[ASKED_CLASS].is_known |= ask_class(s, &files, &l->host_class);
	return l->at[ASKED_CLASS].is_known && l->host_class.len ? l->host_class : STR_ABSENT;
}

/*
 * The kernel looks up the layers of an overlay by itself, and audit has them among the paths of the call, links followed: of
 * mount(2) behind the mount point (fs/namespace.c do_mount()), of fsconfig(2) alone (fs/overlayfs/params.c
 * ovl_mount_dir_noesc()). A bind mount has its source there.
 */
static bool is_layer(const struct scene *s, size_t i)
{
	const struct event *ev = s->event;
	const struct path_record *path = &s->paths[i];

	if (!ev->sys.success || path->kind != PATH_NORMAL || !path->has_inode || !path->name.len ||
	    !S_ISDIR(path->mode))
		return false;
	return ev->type == EVT_FSCONFIG ||
	       (ev->type == EVT_MOUNT && i && !(ev->sys.arg[3] & (MS_BIND | MS_MOVE)));
}

/* one of the paths from @from to before @to is a layer that has a class: the first one's */
static bool ask_layers(const struct scene *s, size_t from, size_t to, struct str *class)
{
	auto_buf struct buf files = { 0 };

	for (size_t i = from; i < to; i++) {
		if (!is_layer(s, i))
			continue;
		put_file(&files, &s->paths[i], STR_ABSENT);
		buf_char(&files, '/');
	}
	return ask_class(s, &files, class) && class->len;
}

const struct path_record *look_host_layer(const struct scene *s, struct str *class)
{
	struct looks *l = looks_at(s);

	if (!l || !facts_is_local(state_facts(s->state), s->event->node))
		return NULL;
	/* most have none: one question for all, and which it is only then */
	if (is_new(l, ASKED_LAYER) && ask_layers(s, 0, s->n_paths, &l->layer_class))
		for (size_t i = 0; !l->layer && i < s->n_paths; i++)
			if (ask_layers(s, i, i + 1, &l->layer_class))
				l->layer = &s->paths[i];
	*class = l->layer_class;
	return l->layer;
}

/* the first process of a pid namespace can only be the subject, an ancestor, or its container's first */
uint64_t look_pidns_start(const struct scene *s)
{
	const struct facts_task *mine = look_task(s);
	const struct process *p;
	struct looks *l;
	struct facts_who who;

	if (!mine || !mine->pid_ns)
		return 0;
	if (mine->vpid == 1)
		return mine->start_time;
	p = state_host_ns(s->state)[NS_PID] == mine->pid_ns ? scene_process(s, 1)
	    : s->container ? scene_process(s, s->container->init_pid)
			   : NULL;
	l = looks_of(s, p);
	if (!l)
		return 0;
	who = who_is(s, p);
	if (is_new(l, ASKED_FIRST))
		l->at[ASKED_FIRST].is_known = facts_ask_task(state_facts(s->state), &who, &l->first,
							     s->event->arena) == 0;
	if (!l->at[ASKED_FIRST].is_known)
		return 0;
	return l->first.vpid == 1 && l->first.pid_ns == mine->pid_ns ? l->first.start_time : 0;
}

bool look_children(const struct scene *s, uint64_t *n)
{
	const struct process *me = s->process;

	if (!me || !s->state || process_node(me) || !s->state->notice_epoch ||
	    s->state->must_resync || s->state->processes.evicted)
		return false;
	*n = 0;
	for (const struct process *p = s->state->processes.live.oldest; p; p = p->newer)
		*n += p->key != me->key && p->ppid == me->ref.pid && !process_node(p) &&
		      (!p->parent_generation || p->parent_generation == me->ref.generation);
	return true;
}
