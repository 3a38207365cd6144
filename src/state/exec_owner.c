/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PATH records of an exec are, in their order, the script if it is one, the interpreters and the dynamic linker
 * (kernel fs/exec.c, do_open_execat() for each). `exe` is the program that runs, every link resolved.
 *
 * Owns nothing. Must stay cheap where the host runs its own: a comparison of numbers and of the first bytes of paths
 * for each container.
 */
#include "state/exec_owner.h"

#include <fcntl.h>

#include "state/credentials.h"
#include "state/file_owner.h"
#include "state/object.h"
#include "state/state_parts.h"

/* parts of paths that are in volumes which runtimes make and keep: docker's and podman's, a kubelet's, CRI's */
static const char *const volume_places[] = {
	"/_data/",
	"/kubelet/pods/",
	"/io.containerd.grpc.v1.cri/containers/",
};

static bool is_kept_volume(struct str path)
{
	for (size_t i = 0; i < ARRAY_LEN(volume_places); i++)
		if (str_find(path, str_of(volume_places[i])) >= 0)
			return true;
	return false;
}

static struct owner by_path(const struct state *s, struct str path)
{
	return file_owner_by_path(s, path, is_kept_volume(path));
}

static bool was_alive(const struct process *p, uint64_t at)
{
	return p && (!p->is_dead || p->died >= at);
}

/* else its root is unmounted, and another file system may have the number */
static bool has_process(const struct state *s, const struct container *c, uint64_t at)
{
	const struct process_queue *queues[] = { &s->processes.live, &s->processes.dead };
	const struct process *first = process_find(&s->processes, 0, c->init_pid);

	if (first && first->container == c && was_alive(first, at))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(queues); i++)
		for (const struct process *p = queues[i]->oldest; p; p = p->newer)
			if (p->container == c && was_alive(p, at))
				return true;
	return false;
}

/* a root with a device of its own has an anonymous one: evidence.h */
static struct owner by_device(const struct state *s, const struct path_record *file, uint64_t at)
{
	const struct container *c = NULL;

	if (file->has_inode && !file->dev_major)
		c = container_of_device(&s->containers, 0, file->dev_major, file->dev_minor);
	return (struct owner){ .container = c && has_process(s, c, at) ? c : NULL };
}

/* "/proc/PID/root/REST": the process, and what it calls the file */
static const struct process *through_root(const struct state *s, struct str path, struct str *rest)
{
	struct str part;
	uint64_t pid;

	if (!str_starts(path, STR("/proc/")))
		return NULL;
	*rest = str_from(path, 6);
	if (!str_cut(rest, '/', &part) || str_to_u64(part, 10, &pid) < 0 || pid > INT32_MAX ||
	    !str_starts(*rest, STR("root/")))
		return NULL;
	*rest = str_from(*rest, 4);
	return process_find(&s->processes, 0, (int32_t)pid);
}

static struct owner by_name(const struct scene *scene, struct str name)
{
	const struct event *ev = scene->event;
	const struct process *p;
	struct str rest, bound;

	name = path_absolute(event_cwd(ev), name, ev->arena);
	/* the program itself has been looked at */
	if (!name.len || str_eq(name, ev->sys.exe))
		return (struct owner){ 0 };
	p = through_root(scene->state, name, &rest);
	if (!p || !p->container || !p->container->is_identified || !was_alive(p, ev->time))
		return by_path(scene->state, name);
	bound = spec_on_host(&p->container->spec, rest, ev->arena);
	return bound.len ? by_path(scene->state, bound)
			 : (struct owner){ .container = p->container };
}

/* of execveat(2) the directory is a descriptor's, which no record names */
static bool is_named(const struct event *ev, const struct path_record *file)
{
	return str_starts(file->name, STR("/")) ||
	       (file->name.len && (ev->type == EVT_EXECVE || (int32_t)ev->sys.arg[0] == AT_FDCWD));
}

struct owner exec_owner(const struct scene *scene)
{
	const struct event *ev = scene->event;
	struct owner owner = { 0 };

	if (!scene->state || !scene->process || process_node(scene->process) ||
	    !event_is_exec(ev) || !ev->sys.success)
		return owner;
	for (size_t i = 0; !owner.container && i < ev->n_paths; i++)
		if (ev->paths[i].kind == PATH_NORMAL)
			owner = by_device(scene->state, &ev->paths[i], ev->time);
	if (!owner.container)
		owner = by_path(scene->state, ev->sys.exe);
	for (size_t i = 0; !owner.container && i < ev->n_paths; i++)
		if (ev->paths[i].kind == PATH_NORMAL && is_named(ev, &ev->paths[i]))
			owner = by_name(scene, ev->paths[i].name);
	return owner;
}
