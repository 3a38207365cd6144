/* SPDX-License-Identifier: Apache-2.0 */
/* Owns nothing: what it finds is given away at once, in the order of the table. */
#include "kernel/hostfiles_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "base/cleanup.h"

#define BELOW_MAX 2048 /* of one directory of the table: who floods it hides nothing elsewhere */
#define DEPTH_MAX 4

/* one reading */
struct reading {
	int root;
	hostfiles_give *give;
	void *ctx;
	const struct hostfile_row *row; /* at hand */
	struct hostfile_id seen[32]; /* its directories */
	size_t n_seen;
	struct str way; /* to the last of them, of the table */
	bool is_way; /* at hand */
	size_t below; /* entries of the directory at hand */
	dev_t dev; /* its file system */
	bool is_overlay;
};

/* paths of the table */

static int open_below(int root, struct str path, uint64_t flags)
{
	const struct open_how how = { .flags = O_PATH | O_CLOEXEC | flags,
				      .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT };
	char z[PATH_MAX];

	if (path.len >= sizeof(z))
		return -1;
	snprintf(z, sizeof(z), "%.*s", STR_ARG(path));
	return (int)syscall(SYS_openat2, root, z, &how, sizeof(how));
}

/* where the descriptor leads, below @root; absent: not known */
static struct str real_path(int root, int fd, char path[static PATH_MAX])
{
	char link[32], base[PATH_MAX];
	ssize_t n, skip;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", root);
	skip = readlink(link, base, sizeof(base));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX);
	if (skip < 0 || n < 0 || n == PATH_MAX)
		return STR_ABSENT;
	if (skip == 1)
		skip = 0;
	if (!str_starts(str_mem(path, (size_t)n), str_mem(base, (size_t)skip)))
		return STR_ABSENT;
	return str_from(str_mem(path, (size_t)n), (size_t)skip);
}

static struct str parent_of(struct str path)
{
	ssize_t slash = str_rchr(path, '/');

	return slash > 0 ? str_first(path, (size_t)slash) : STR("/");
}

static struct str join(struct str dir, struct str name, char out[static PATH_MAX])
{
	int n = snprintf(out, PATH_MAX, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));

	return n < PATH_MAX ? str_mem(out, (size_t)n) : STR_ABSENT;
}

static void each_directory(struct reading *r, void (*see)(struct reading *r, struct str dir))
{
	struct str dirs = str_of(r->row->dirs), dir;

	while (str_cut(&dirs, ',', &dir))
		see(r, dir);
}

/* what is there */

static void add(struct reading *r, const struct hostfile_id *id, struct str name)
{
	struct hostfile_found f = { .id = *id,
				    .row = (uint32_t)(r->row - hostfile_rows),
				    .name_len = (uint32_t)name.len,
				    .is_way = r->is_way };

	r->give(r->ctx, &f, name);
}

static bool identify(int fd, struct hostfile_id *out)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return false;
	*out = (struct hostfile_id){ major(st.st_dev), minor(st.st_dev), st.st_ino };
	return true;
}

/* @path is, or will be, the name of one */
static void add_place(struct reading *r, struct str path)
{
	auto_close int fd = open_below(r->root, parent_of(path), O_DIRECTORY);
	struct hostfile_id id;

	if (identify(fd, &id))
		add(r, &id, str_basename(path));
}

/* @dir and the directories above it: who puts another in the place of one changes all below. Many have the same. */
static void add_way(struct reading *r, struct str dir)
{
	if (str_eq(dir, r->way))
		return;
	r->way = dir;
	r->is_way = true;
	for (; dir.len > 1; dir = parent_of(dir))
		add_place(r, dir);
	r->is_way = false;
}

/* where @path is reached by a link, also the place that this leads to */
static void add_real_place(struct reading *r, int fd, struct str path)
{
	char memory[PATH_MAX];
	struct str real = real_path(r->root, fd, memory);

	if (!real.len || str_eq(real, path))
		return;
	add_place(r, real);
}

/* a directory entry has the inode in it, but on an overlay perhaps another than stat(2) tells */
static bool stat_entry(struct reading *r, int dir, const struct dirent64 *entry, struct stat *st)
{
	if (!r->is_overlay && entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN) {
		*st = (struct stat){ .st_dev = r->dev, .st_ino = entry->d_ino };
		return true;
	}
	return fstatat(dir, entry->d_name, st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0 &&
	       st->st_dev == r->dev;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void add_below(struct reading *r, int at, const char *name, unsigned depth)
{
	auto_close int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	_Alignas(struct dirent64) char block[4096];
	struct hostfile_id id;
	struct stat st;
	ssize_t n;

	while (fd >= 0 && (n = getdents64(fd, block, sizeof(block))) > 0)
		for (ssize_t next = 0; next < n && r->below < BELOW_MAX;) {
			const struct dirent64 *entry = (const void *)(block + next);

			next += entry->d_reclen;
			if (is_dots(entry->d_name) || !stat_entry(r, fd, entry, &st))
				continue;
			id = (struct hostfile_id){ major(st.st_dev), minor(st.st_dev), st.st_ino };
			add(r, &id, STR_ABSENT);
			r->below++;
			if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
				add_below(r, fd, entry->d_name, depth + 1);
		}
}

/* a directory with all that lies in it, on its own file system */
static void add_directory(struct reading *r, int fd, const struct hostfile_id *id)
{
	struct statfs fs;

	add(r, id, STR_ABSENT);
	r->below = 0;
	r->dev = makedev(id->dev_major, id->dev_minor);
	r->is_overlay = fstatfs(fd, &fs) < 0 || fs.f_type == OVERLAYFS_SUPER_MAGIC;
	add_below(r, fd, ".", 1);
}

static void add_file(struct reading *r, int dir, struct str path, struct str name)
{
	auto_close int fd = -1;
	struct hostfile_id id;
	struct stat st;
	char z[NAME_MAX + 1], whole[PATH_MAX];

	snprintf(z, sizeof(z), "%.*s", STR_ARG(name));
	if (fstatat(dir, z, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return;
	id = (struct hostfile_id){ major(st.st_dev), minor(st.st_dev), st.st_ino };
	add(r, &id, STR_ABSENT);
	if (!S_ISLNK(st.st_mode))
		return;
	path = join(path, name, whole);
	fd = open_below(r->root, path, 0);
	if (!identify(fd, &id))
		return;
	add(r, &id, STR_ABSENT);
	add_real_place(r, fd, path);
}

/* the directories of a row are often links to each other */
static bool was_seen(struct reading *r, const struct hostfile_id *id)
{
	for (size_t i = 0; i < r->n_seen; i++)
		if (r->seen[i].inode == id->inode && r->seen[i].dev_major == id->dev_major &&
		    r->seen[i].dev_minor == id->dev_minor)
			return true;
	if (r->n_seen < ARRAY_LEN(r->seen))
		r->seen[r->n_seen++] = *id;
	return false;
}

static void read_directory(struct reading *r, struct str dir)
{
	const struct hostfile_row *row = r->row;
	auto_close int fd = open_below(r->root, dir, O_DIRECTORY);
	struct str names = str_of(row->names), name;
	bool is_of_kernel = hostfile_is_of_kernel(row->class);
	struct hostfile_id id;

	if (!is_of_kernel)
		add_way(r, row->names ? dir : parent_of(dir));
	if (!row->names)
		add_place(r, dir);
	if (!identify(fd, &id) || was_seen(r, &id))
		return;
	if (!row->names) {
		add_real_place(r, fd, dir);
		add_directory(r, fd, &id);
	}
	while (str_cut(&names, ',', &name)) {
		if (!is_of_kernel)
			add(r, &id, name);
		add_file(r, fd, dir, name);
	}
}

static int read_row(const char *root, size_t row, hostfiles_give *give, void *ctx,
		    void (*see)(struct reading *r, struct str dir))
{
	auto_close int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct reading r = { .root = fd, .give = give, .ctx = ctx };

	if (fd < 0 || row >= hostfile_rows_n)
		return fd < 0 ? -errno : -EINVAL;
	r.row = &hostfile_rows[row];
	each_directory(&r, see);
	return 0;
}

int hostfiles_read(const char *root, size_t row, hostfiles_give *give, void *ctx)
{
	return read_row(root, row, give, ctx, read_directory);
}

/* what can be watched */

static void watch(struct reading *r, struct str path, uint64_t flags, bool is_way)
{
	auto_close int fd = open_below(r->root, path, flags);
	struct hostfile_found found = { .row = (uint32_t)(r->row - hostfile_rows),
					.is_way = is_way };
	char memory[PATH_MAX];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 ||
	    !(S_ISDIR(st.st_mode) || S_ISREG(st.st_mode) || S_ISSOCK(st.st_mode) ||
	      S_ISLNK(st.st_mode)))
		return;
	path = real_path(r->root, fd, memory);
	found.id.inode = st.st_ino;
	found.name_len = (uint32_t)path.len;
	found.is_directory = S_ISDIR(st.st_mode);
	found.is_socket = S_ISSOCK(st.st_mode);
	if (path.len > 1)
		r->give(r->ctx, &found, path);
}

static void watch_directory(struct reading *r, struct str dir)
{
	struct str names = str_of(r->row->names), name;
	char whole[PATH_MAX];

	/* one line for all that is below: nobody writes there all day */
	if (str_starts(dir, STR("/etc")))
		watch(r, STR("/etc"), 0, true);
	if (!r->row->names)
		watch(r, dir, 0, false);
	while (str_cut(&names, ',', &name)) {
		watch(r, join(dir, name, whole), 0, false);
		/* modprobe is one to kmod, and the kernel starts whatever has its name */
		if (r->row->class == HOSTFILE_HELPER)
			watch(r, join(dir, name, whole), O_NOFOLLOW, false);
	}
}

int hostfiles_read_watches(const char *root, size_t row, hostfiles_give *give, void *ctx)
{
	return read_row(root, row, give, ctx, watch_directory);
}
