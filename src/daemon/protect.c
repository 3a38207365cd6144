// SPDX-License-Identifier: Apache-2.0
/* The administrator's paths, looked at once a second with one stat(2) each. */
#include "daemon/protect.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "daemon/guardian.h"
#include "guard/protocol.h"

#define LOOK_EVERY NS_PER_S

/* where an open may wait for somebody else, or takes no permission marks: statfs(2), linux/magic.h */
static const struct {
	unsigned long magic;
	const char *what;
} unfit[] = {
	{ NFS_SUPER_MAGIC, "lies on a network file system" },
	{ SMB_SUPER_MAGIC, "lies on a network file system" },
	{ 0xFF534D42, "lies on a network file system" }, /* CIFS */
	{ 0xFE534D42, "lies on a network file system" }, /* SMB 2 */
	{ 0x00C36400, "lies on a network file system" }, /* Ceph */
	{ AFS_SUPER_MAGIC, "lies on a network file system" },
	{ CODA_SUPER_MAGIC, "lies on a network file system" },
	{ V9FS_MAGIC, "lies on a network file system" },
	{ 0x0BD00BD0, "lies on a network file system" }, /* Lustre */
	{ 0x65735546, "lies on a FUSE file system" },
	{ PROC_SUPER_MAGIC, "lies in /proc, where nothing can be refused" },
};

/* NULL: it can be guarded */
static const char *why_unfit(int fd, const struct stat *st)
{
	struct statfs fs;

	if (S_ISDIR(st->st_mode))
		return "is a directory: name the files";
	if (!S_ISREG(st->st_mode))
		return "is no regular file";
	if (fstatfs(fd, &fs) < 0)
		return strerror(errno);
	for (size_t i = 0; i < ARRAY_LEN(unfit); i++)
		if ((unsigned long)fs.f_type == unfit[i].magic)
			return unfit[i].what;
	return NULL;
}

static bool check(const char *path, struct diag *d)
{
	auto_close int fd = -1;
	const char *why;
	struct stat st;

	if (path[0] != '/') {
		diag_error(d, NULL, "guard-protect", "guard.protect: %s is no absolute path", path);
		return false;
	}
	/* no FIFO and no device is waited for: O_PATH opens nothing */
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		diag_warning(
			d, NULL, "guard-protect",
			"guard.protect: %s cannot be found (%s): it is guarded once it is there",
			path, strerror(errno));
		return true;
	}
	why = why_unfit(fd, &st);
	if (why)
		diag_error(d, NULL, "guard-protect", "guard.protect: %s %s", path, why);
	return !why;
}

int protect_init(struct protect *p, const struct words *paths, struct diag *d)
{
	int r = 0;

	*p = (struct protect){ 0 };
	if (!paths->n)
		return 0;
	p->files = calloc(paths->n, sizeof(*p->files));
	if (!p->files)
		return -ENOMEM;
	for (size_t i = 0; i < paths->n; i++) {
		if (!check(paths->at[i], d))
			r = -EINVAL;
		p->files[p->n].path = strdup(paths->at[i]);
		if (!p->files[p->n++].path)
			return -ENOMEM;
	}
	return r;
}

void protect_release(struct protect *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->files[i].path);
	free(p->files);
	*p = (struct protect){ 0 };
}

void protect_forget(struct protect *p)
{
	for (size_t i = 0; i < p->n; i++)
		p->files[i].inode = 0;
	p->next_look = 0;
}

static void tell(struct protected_file *f, struct guardian *g)
{
	struct guard_message m = { .kind = GUARD_MARK, .mark.is_protected = true };
	auto_close int fd = open(f->path, O_PATH | O_CLOEXEC);
	struct stat st;

	/* the same name may stand for anything by now */
	if (fd < 0 || fstat(fd, &st) < 0 || why_unfit(fd, &st))
		return;
	snprintf(m.mark.path, sizeof(m.mark.path), "%s", f->path);
	if (guardian_tell(g, &m, sizeof(m.mark), fd) < 0)
		return;
	f->dev = st.st_dev;
	f->inode = st.st_ino;
}

void protect_follow(struct protect *p, struct guardian *g)
{
	uint64_t now = p->n ? clock_monotonic() : 0;
	struct stat st;

	if (!p->n || now < p->next_look)
		return;
	p->next_look = now + LOOK_EVERY;
	for (size_t i = 0; i < p->n; i++) {
		struct protected_file *f = &p->files[i];

		if (stat(f->path, &st) == 0 && (st.st_ino != f->inode || st.st_dev != f->dev))
			tell(f, g);
	}
}
