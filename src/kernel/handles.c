/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of mounts on one side, handles on the other.
 *
 * A list is whole if it shows a mount at "/": else the task's root lies within a mount (chroot), which does not
 * show. Only a whole list can prove that something is outside.
 */
#include "kernel/handles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "kernel/descriptors.h"
#include "kernel/errand.h"
#include "kernel/mountinfo.h"
#include "kernel/procfs.h"

#define MOUNTINFO_MAX (1024 * 1024)
#define NAMES_MAX 3584 /* of files, in one question */
#define STDIO 3

struct mounts {
	uint32_t *ids;
	size_t n;
	bool is_whole;
	bool has_queues;
	uint32_t queues_major,
		queues_minor; /* of message queues, which show at no mount's number */
};

/* one look */
struct look {
	int task, witness;
	uint32_t root_mount; /* of the container */
	bool is_shared; /* both are in the same mount namespace */
	struct mounts own, theirs;
	struct errand *errand;
	struct errand_handle at[STDIO]; /* cwd, root, exe */
	struct errand_handle *files; /* NULL: not asked yet */
	size_t n_files;
	struct arena *arena;
};
enum { AT_CWD, AT_ROOT, AT_EXE };

const char *handles_name(unsigned i)
{
	static const char *const names[HANDLE_KINDS] = { "cwd", "root", "exe", "dir", "file" };

	return i < HANDLE_KINDS ? names[i] : "";
}

static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n';
	return n;
}

/* adds to what is there */
static int mounts_read(int task, struct arena *a, struct mounts *out)
{
	const uint32_t *before = out->ids;
	struct mountinfo m;
	struct str text;
	int r = procfs_file(task, "mountinfo", MOUNTINFO_MAX, a, &text);

	if (r < 0)
		return r;
	out->ids = arena_array_of(a, uint32_t, out->n + count_lines(text) + 1);
	if (!out->ids)
		return -ENOMEM;
	if (before)
		memcpy(out->ids, before, out->n * sizeof(*before));
	while (mountinfo_next(&text, &m, a)) {
		out->ids[out->n++] = m.id;
		out->is_whole |= str_eq(m.mount_point, STR("/"));
		if (str_eq(m.fstype, STR("mqueue"))) {
			out->has_queues = true;
			out->queues_major = m.major;
			out->queues_minor = m.minor;
		}
	}
	return arena_exhausted(a) ? -ENOMEM : 0;
}

static bool mounts_have(const struct mounts *m, uint32_t id)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->ids[i] == id)
			return true;
	return false;
}

static bool is_within(const struct look *l, uint32_t mount)
{
	return mount == l->root_mount || mounts_have(&l->own, mount) ||
	       mounts_have(&l->theirs, mount);
}

/* root and working directory */

enum verdict { WITHIN, OUTSIDE, NOT_KNOWN };

static enum verdict judge_root(const struct look *l)
{
	uint32_t mount = l->at[AT_ROOT].mount;

	if (!mount)
		return NOT_KNOWN;
	if (mount == l->root_mount || mounts_have(&l->theirs, mount))
		return WITHIN;
	if (l->is_shared && l->root_mount)
		return l->theirs.is_whole ? OUTSIDE : NOT_KNOWN;
	if (l->own.is_whole)
		return WITHIN;
	return l->is_shared && l->theirs.is_whole ? OUTSIDE : NOT_KNOWN;
}

/* the file system of what is nowhere mounted prints names that a mounted one could have, too */
static bool is_internal(struct str path)
{
	static const char *const heads[] = { "/secretmem", "/anon_hugepage" };

	if (descriptor_is_memfd(path) || str_starts(path, STR("/dmabuf:")))
		return true;
	/* who can make files in the root of a mount may call them so, but they are none that were deleted */
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		if (str_starts(path, str_of(heads[i])) && str_ends(path, STR(" (deleted)")))
			return true;
	return !str_starts(path, STR("/"));
}

static bool is_internal_link(int task, const char *name)
{
	char path[PATH_MAX];
	ssize_t n = readlinkat(task, name, path, sizeof(path));

	return n <= 0 || is_internal(str_mem(path, (size_t)n));
}

/* what it shows itself is no proof once its root is outside */
static bool is_outside(const struct look *l, const struct errand_handle *h, bool is_root_outside)
{
	if (!h->mount)
		return false;
	if (is_root_outside)
		return h->mount != l->root_mount && !mounts_have(&l->theirs, h->mount);
	return !is_within(l, h->mount) && h->mount != l->at[AT_ROOT].mount;
}

/* descriptors */

/*
 * "fd/3 fd/17 ": those that are of some file system. Returns how many. fdinfo has the mount's number, too, but behind it
 * comes a line for each lock of the file, all of which the kernel writes for whoever reads the first
 * (fs/locks.c, show_fd_locks()): the task decides how long that takes.
 */
static size_t list_files(int task, char names[static NAMES_MAX])
{
	auto_close int dir = openat(task, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_Alignas(struct dirent64) char block[4096];
	size_t len = 0, seen = 0, found = 0;
	ssize_t n;

	names[0] = '\0';
	while (dir >= 0 && (n = getdents64(dir, block, sizeof(block))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *d = (const void *)(block + at);

			at += d->d_reclen;
			if (d->d_name[0] == '.')
				continue;
			if (seen++ == HANDLES_FDS_MAX || len + 32 > NAMES_MAX)
				return found;
			if (is_internal_link(dir, d->d_name))
				continue;
			len += (size_t)snprintf(names + len, NAMES_MAX - len, "fd/%.20s ",
						d->d_name);
			found++;
		}
	}
	return found;
}

static bool is_one_of(const struct errand_handle *h, const struct errand_handle list[static STDIO])
{
	for (size_t i = 0; i < STDIO; i++)
		if (list[i].mount == h->mount && list[i].inode == h->inode &&
		    list[i].dev_major == h->dev_major && list[i].dev_minor == h->dev_minor)
			return true;
	return false;
}

static bool is_queue(const struct mounts *m, const struct errand_handle *h)
{
	return m->has_queues && m->queues_major == h->dev_major && m->queues_minor == h->dev_minor;
}

static int ask_files(struct look *l)
{
	char names[NAMES_MAX];

	if (l->files)
		return 0;
	l->n_files = list_files(l->task, names);
	l->files = arena_array_of(l->arena, struct errand_handle, l->n_files + 1);
	if (!l->files)
		return -ENOMEM;
	return l->n_files ? errand_look(l->errand, l->task, names, l->files, l->n_files) : 0;
}

static int judge_descriptors(struct look *l, unsigned *kinds)
{
	struct errand_handle *found, own[STDIO] = { 0 }, theirs[STDIO] = { 0 };
	size_t suspects = 0;
	int r = ask_files(l);

	if (r < 0)
		return r;
	found = l->files;
	for (size_t i = 0; i < l->n_files; i++)
		if (found[i].mount && !is_within(l, found[i].mount))
			found[suspects++] = found[i];
	l->n_files = suspects;
	if (!suspects)
		return 0;
	r = errand_look(l->errand, l->task, "fd/0 fd/1 fd/2", own, STDIO);
	if (r == 0 && l->witness >= 0)
		r = errand_look(l->errand, l->witness, "fd/0 fd/1 fd/2", theirs, STDIO);
	if (r < 0)
		return r;
	for (size_t i = 0; i < suspects; i++) {
		if (S_ISDIR(found[i].mode))
			*kinds |= HANDLE_DIRECTORY;
		else if (S_ISREG(found[i].mode) && !is_one_of(&found[i], own) &&
			 !is_one_of(&found[i], theirs) && !is_queue(&l->own, &found[i]) &&
			 !is_queue(&l->theirs, &found[i]))
			*kinds |= HANDLE_FILE;
	}
	return 0;
}

static int judge(struct look *l, struct handles *out)
{
	enum verdict root = judge_root(l);

	*out = (struct handles){ 0 };
	out->root_mount = l->at[AT_ROOT].mount;
	out->root_major = l->at[AT_ROOT].dev_major;
	out->root_minor = l->at[AT_ROOT].dev_minor;
	out->is_known = root == OUTSIDE || l->own.is_whole || (l->is_shared && l->theirs.is_whole);
	if (!out->is_known || root == NOT_KNOWN)
		return 0;
	if (root == OUTSIDE)
		out->outside |= HANDLE_ROOT;
	if (is_outside(l, &l->at[AT_CWD], root == OUTSIDE))
		out->outside |= HANDLE_CWD;
	if (is_outside(l, &l->at[AT_EXE], root == OUTSIDE) && !is_internal_link(l->task, "exe"))
		out->outside |= HANDLE_EXE;
	if (root == WITHIN && (l->is_shared || l->witness < 0))
		return judge_descriptors(l, &out->outside);
	return 0;
}

/* a mount that came between the list and the handle, or left just before, is in one of two lists */
static int judge_again(struct look *l, struct handles *out)
{
	int r = mounts_read(l->task, l->arena, &l->own);

	if (r == 0 && l->witness >= 0)
		(void)mounts_read(l->witness, l->arena, &l->theirs);
	return r == 0 ? judge(l, out) : r;
}

int handles_look(int task, int witness, uint32_t root_mount, struct errand *e, struct arena *a,
		 struct handles *out)
{
	struct look l = {
		.task = task, .witness = witness, .root_mount = root_mount, .errand = e, .arena = a
	};
	uint64_t ns = procfs_namespace(task, PROCFS_NS_MNT);
	int r = mounts_read(task, a, &l.own);

	*out = (struct handles){ 0 };
	if (r == 0 && witness >= 0 && mounts_read(witness, a, &l.theirs) < 0)
		l.theirs = (struct mounts){ 0 };
	l.is_shared = witness >= 0 && ns && ns == procfs_namespace(witness, PROCFS_NS_MNT);
	if (r == 0)
		r = errand_look(e, task, "cwd root exe", l.at, ARRAY_LEN(l.at));
	/* between the list and the links it has gone to other mounts: they are not of one moment */
	if (r == 0 && ns != procfs_namespace(task, PROCFS_NS_MNT))
		return -ESTALE;
	if (r == 0)
		r = judge(&l, out);
	return r == 0 && out->outside ? judge_again(&l, out) : r;
}
