/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PATH records by their place: PARENT items are directories on the way, what was there is NORMAL or
 * DELETE, what was made is CREATE, and the text of a symbolic link is UNKNOWN (kernel/auditsc.c).
 */
#include "field/call_path.h"

#include <fcntl.h>
#include <pthread.h>

#include "base/cleanup.h"
#include "event/event_type.h"
#include "field/argument_value.h"
#include "field/type_index.h"
#include "state/object.h"

enum shape {
	SHAPE_ONE, /* the last item that is no PARENT */
	SHAPE_TWO, /* the first that was there, the last that was made */
	SHAPE_MOUNT, /* the target's item comes first, the source's, if it is a path, behind it */
};

/* where the directory descriptors of source (or only path) and target stand; -1: none */
static const struct call {
	const char *types;
	enum shape shape;
	int source, target;
} calls[] = {
	{ "mkdir rmdir unlink mknod chmod chown lchown setxattr lsetxattr removexattr lremovexattr "
	  "umount2 "
	  "chroot acct swapon open creat",
	  SHAPE_ONE, -1, -1 },
	{ "mkdirat unlinkat mknodat fchmodat fchmodat2 fchownat setxattrat removexattrat openat "
	  "openat2",
	  SHAPE_ONE, 0, -1 },
	{ "rename link symlink", SHAPE_TWO, -1, -1 },
	{ "renameat renameat2 linkat", SHAPE_TWO, 0, 2 },
	{ "symlinkat", SHAPE_TWO, -1, 1 },
	{ "mount", SHAPE_MOUNT, -1, -1 },
};

static uint8_t *of_type;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const char *types_of(size_t i)
{
	return calls[i].types;
}

static void of_type_make(void)
{
	of_type = type_index_make(ARRAY_LEN(calls), types_of);
}

static const struct call *call_of(const struct scene *s)
{
	unsigned row;

	pthread_once(&once, of_type_make);
	row = s->event->type < event_type_count() ? of_type[s->event->type] : 0;
	return row ? &calls[row - 1] : NULL;
}

static const struct path_record *last(const struct scene *s, bool made_only)
{
	for (size_t i = s->n_paths; i-- > 0;)
		if (made_only ? s->paths[i].kind == PATH_CREATE : s->paths[i].kind != PATH_PARENT)
			return &s->paths[i];
	return NULL;
}

static const struct path_record *first_there(const struct scene *s)
{
	for (size_t i = 0; i < s->n_paths; i++)
		if (s->paths[i].kind != PATH_PARENT && s->paths[i].kind != PATH_CREATE)
			return &s->paths[i];
	return NULL;
}

const struct path_record *call_path_record(const struct scene *s, enum call_path which)
{
	const struct call *call = call_of(s);
	size_t at = which == CALL_TARGET ? 0 : 1;

	if (!call || (call->shape == SHAPE_ONE) != (which == CALL_ONLY))
		return NULL;
	if (call->shape == SHAPE_MOUNT)
		return at < s->n_paths ? &s->paths[at] : NULL;
	if (which == CALL_ONLY)
		return last(s, false);
	return which == CALL_SOURCE ? first_there(s) : last(s, true);
}

const struct path_record *call_path_object(const struct scene *s)
{
	const struct call *call = call_of(s);

	return call && call->shape != SHAPE_ONE ? NULL : last(s, false);
}

/* what a relative path starts from: records tell the working directory only */
static struct str directory(const struct scene *s, const struct call *call, enum call_path which)
{
	int at = which == CALL_TARGET ? call->target : call->source;
	uint64_t fd;

	if (at >= 0 && (!call_argument(s->event, (unsigned)at, &fd) || (int32_t)fd != AT_FDCWD))
		return STR_ABSENT;
	return event_cwd(s->event);
}

struct str call_path_absolute(const struct scene *s, enum call_path which, struct arena *a)
{
	const struct path_record *path = call_path_record(s, which);

	if (!path || !path->name.ptr)
		return STR_ABSENT;
	/* the text of a symbolic link starts from where the link is, not from here */
	if (path->kind == PATH_UNKNOWN && which == CALL_SOURCE)
		return path_absolute(STR_ABSENT, path->name, a);
	return path_absolute(directory(s, call_of(s), which), path->name, a);
}
