/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table on this machine: read when somebody asks, and kept for a second.
 *
 * Owns a sorted list. No link is followed but those of the table's own paths, no other file system is entered below
 * them, nothing is opened for reading but directories.
 */
#include "kernel/hostfiles.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "base/buf.h"
#include "base/clock.h"

#define BELOW_MAX 2048 /* of one directory of the table: who floods it hides nothing elsewhere */
#define DEPTH_MAX 4
#define DEVICES_MAX 16
#define FRESH NS_PER_S
#define FRESH_NONE (NS_PER_S / 10) /* somebody may just have made it */
#define FRESH_DEVICE (10 * NS_PER_S) /* somebody may have mounted it */
#define ARENA_FIRST 4096
#define ARENA_LIMIT ((size_t)1 << 20)

struct entry {
	struct hostfile_id id;
	struct str name; /* absent: the object itself */
	const struct hostfile_row *row;
};

struct hostfiles {
	const char *root;
	struct entry *entries;
	size_t n;
	struct arena *arena; /* names that are not the table's */
	uint64_t read_at; /* 0: never */
	struct hostfile_id devices[DEVICES_MAX]; /* that they lie on; inode 0 */
	size_t n_devices;
};

/* one reading */
struct reading {
	int root;
	struct buf entries; /* struct entry */
	const struct hostfile_row *row; /* at hand */
	struct hostfile_id seen[32]; /* its directories */
	size_t n_seen;
	size_t below; /* entries of the directory at hand */
	dev_t dev; /* its file system */
	bool is_overlay;
	struct arena *arena;
};

static void cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}
#define auto_dir __attribute__((cleanup(cleanup_closedir)))

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
static struct str real_path(int root, int fd, struct arena *a)
{
	char link[32], base[PATH_MAX], path[PATH_MAX];
	ssize_t n, skip;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", root);
	skip = readlink(link, base, sizeof(base));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	if (skip < 0 || n < 0 || n == (ssize_t)sizeof(path))
		return STR_ABSENT;
	if (skip == 1)
		skip = 0;
	if (!str_starts(str_mem(path, (size_t)n), str_mem(base, (size_t)skip)))
		return STR_ABSENT;
	return arena_str(a, str_from(str_mem(path, (size_t)n), (size_t)skip));
}

static struct str parent_of(struct str path)
{
	ssize_t slash = str_rchr(path, '/');

	return slash > 0 ? str_first(path, (size_t)slash) : STR("/");
}

static void each_directory(void *ctx,
			   void (*see)(void *ctx, const struct hostfile_row *row, struct str dir))
{
	for (size_t i = 0; i < hostfile_rows_n; i++) {
		struct str dirs = str_of(hostfile_rows[i].dirs), dir;

		while (str_cut(&dirs, ',', &dir))
			see(ctx, &hostfile_rows[i], dir);
	}
}

/* the list */

static int entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->id.inode != y->id.inode)
		return x->id.inode < y->id.inode ? -1 : 1;
	if (x->id.dev_major != y->id.dev_major)
		return x->id.dev_major < y->id.dev_major ? -1 : 1;
	if (x->id.dev_minor != y->id.dev_minor)
		return x->id.dev_minor < y->id.dev_minor ? -1 : 1;
	return str_cmp(x->name, y->name);
}

/* of equal ones that of the first row comes first */
static int entry_order(const void *a, const void *b)
{
	const struct hostfile_row *x = ((const struct entry *)a)->row,
				  *y = ((const struct entry *)b)->row;
	int order = entry_cmp(a, b);

	return order ? order : (x > y) - (x < y);
}

static void add(struct reading *r, const struct hostfile_id *id, struct str name)
{
	struct entry e = { .id = *id, .name = name, .row = r->row };

	buf_add(&r->entries, str_mem(&e, sizeof(e)));
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

/* where @path is reached by a link, also the place that this leads to */
static void add_real_place(struct reading *r, int fd, struct str path)
{
	struct str real = real_path(r->root, fd, r->arena);

	if (real.len && !str_eq(real, path))
		add_place(r, real);
}

/* a directory entry has the inode in it, but on an overlay perhaps another than stat(2) tells */
static bool stat_entry(struct reading *r, int dir, const struct dirent *entry, struct stat *st)
{
	if (!r->is_overlay && entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN) {
		*st = (struct stat){ .st_dev = r->dev, .st_ino = entry->d_ino };
		return true;
	}
	return fstatat(dir, entry->d_name, st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0 &&
	       st->st_dev == r->dev;
}

static void add_below(struct reading *r, int at, const char *name, unsigned depth)
{
	auto_close int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	auto_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct hostfile_id id;
	struct stat st;

	if (!dir)
		return;
	take_fd(&fd);
	while (r->below < BELOW_MAX && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    !stat_entry(r, dirfd(dir), entry, &st))
			continue;
		id = (struct hostfile_id){ major(st.st_dev), minor(st.st_dev), st.st_ino };
		add(r, &id, STR_ABSENT);
		r->below++;
		if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			add_below(r, dirfd(dir), entry->d_name, depth + 1);
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
	char z[NAME_MAX + 1];

	snprintf(z, sizeof(z), "%.*s", STR_ARG(name));
	if (fstatat(dir, z, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return;
	id = (struct hostfile_id){ major(st.st_dev), minor(st.st_dev), st.st_ino };
	add(r, &id, STR_ABSENT);
	if (!S_ISLNK(st.st_mode))
		return;
	path = arena_printf(r->arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(name));
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

static void read_directory(void *ctx, const struct hostfile_row *row, struct str dir)
{
	struct reading *r = ctx;
	auto_close int fd = open_below(r->root, dir, O_DIRECTORY);
	struct str names = str_of(row->names), name;
	struct hostfile_id id;

	if (r->row != row)
		r->n_seen = 0;
	r->row = row;
	if (!row->names)
		add_place(r, dir);
	if (!identify(fd, &id) || was_seen(r, &id))
		return;
	if (!row->names) {
		add_real_place(r, fd, dir);
		add_directory(r, fd, &id);
	}
	while (str_cut(&names, ',', &name)) {
		add(r, &id, name);
		add_file(r, fd, dir, name);
	}
}

static bool is_device(const struct hostfiles *h, const struct hostfile_id *id)
{
	for (size_t i = 0; i < h->n_devices; i++)
		if (h->devices[i].dev_major == id->dev_major &&
		    h->devices[i].dev_minor == id->dev_minor)
			return true;
	/* there may be more than fit */
	return h->n_devices == DEVICES_MAX;
}

static void keep_devices(struct hostfiles *h)
{
	h->n_devices = 0;
	for (size_t i = 0; i < h->n; i++)
		if (!is_device(h, &h->entries[i].id))
			h->devices[h->n_devices++] = h->entries[i].id;
}

static void read_all(struct hostfiles *h)
{
	auto_close int root = open(h->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct reading r = { .root = root, .arena = h->arena };
	size_t n, kept = 0;

	if (root < 0)
		return;
	arena_reset(h->arena);
	each_directory(&r, read_directory);
	free(h->entries);
	h->entries = (struct entry *)(void *)r.entries.ptr;
	n = r.entries.len / sizeof(*h->entries);
	if (n)
		qsort(h->entries, n, sizeof(*h->entries), entry_order);
	for (size_t i = 0; i < n; i++)
		if (!kept || entry_cmp(&h->entries[kept - 1], &h->entries[i]) != 0)
			h->entries[kept++] = h->entries[i];
	h->n = kept;
	keep_devices(h);
}

struct hostfiles *hostfiles_new(const char *root)
{
	struct hostfiles *h = calloc(1, sizeof(*h));

	if (h)
		h->arena = arena_new(ARENA_FIRST, ARENA_LIMIT);
	if (!h || !h->arena) {
		free(h);
		return NULL;
	}
	h->root = root;
	return h;
}

void hostfiles_free(struct hostfiles *h)
{
	if (!h)
		return;
	arena_free(h->arena);
	free(h->entries);
	free(h);
}

static const struct entry *find(const struct hostfiles *h, const struct hostfile_id *id,
				struct str name)
{
	const struct entry wanted = { .id = *id, .name = name };

	return h->n ? bsearch(&wanted, h->entries, h->n, sizeof(wanted), entry_cmp) : NULL;
}

/* what lies where nothing of the table does needs no other look soon: a container's own files */
static bool is_due(const struct hostfiles *h, const struct hostfile_id *id, uint64_t now,
		   uint64_t fresh)
{
	return !h->read_at || now >= h->read_at + (is_device(h, id) ? fresh : FRESH_DEVICE);
}

enum hostfile_class hostfiles_find(struct hostfiles *h, const struct hostfile_id *id,
				   struct str name, uint64_t now)
{
	const struct entry *found = is_due(h, id, now, FRESH) ? NULL : find(h, id, name);

	if (!found && is_due(h, id, now, FRESH_NONE)) {
		read_all(h);
		h->read_at = now;
		found = find(h, id, name);
	}
	return found ? found->row->class : HOSTFILE_NONE;
}

/* what can be watched */

struct watching {
	int root;
	struct buf list; /* struct hostfile_watch */
	struct arena *arena;
};

static bool is_watched(const struct watching *w, struct str path)
{
	const struct hostfile_watch *list = (const struct hostfile_watch *)(void *)w->list.ptr;

	for (size_t i = 0; i < w->list.len / sizeof(*list); i++)
		if (str_eq(path, list[i].path) ||
		    (list[i].is_directory && str_starts(path, list[i].path) &&
		     path.ptr[list[i].path.len] == '/'))
			return true;
	return false;
}

static void watch(struct watching *w, struct str path)
{
	auto_close int fd = open_below(w->root, path, 0);
	struct hostfile_watch found = { .path = STR_ABSENT };
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 ||
	    !(S_ISDIR(st.st_mode) || S_ISREG(st.st_mode) || S_ISSOCK(st.st_mode)))
		return;
	found.path = real_path(w->root, fd, w->arena);
	found.is_directory = S_ISDIR(st.st_mode);
	found.is_socket = S_ISSOCK(st.st_mode);
	if (found.path.len > 1 && !is_watched(w, found.path))
		buf_add(&w->list, str_mem(&found, sizeof(found)));
}

static void watch_directory(void *ctx, const struct hostfile_row *row, struct str dir)
{
	struct watching *w = ctx;
	struct str names = str_of(row->names), name;

	if (!row->names)
		watch(w, dir);
	while (str_cut(&names, ',', &name))
		watch(w, arena_printf(w->arena, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name)));
}

int hostfiles_watches(const char *root, struct hostfile_watch **out, size_t *n, struct arena *a)
{
	auto_close int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct watching w = { .root = fd, .arena = a };

	*n = 0;
	if (fd < 0)
		return -errno;
	/* one line for all that is below: nobody writes there all day */
	watch(&w, STR("/etc"));
	each_directory(&w, watch_directory);
	*out = arena_array_of(a, struct hostfile_watch, w.list.len / sizeof(**out) + 1);
	if (*out && w.list.len) {
		memcpy(*out, w.list.ptr, w.list.len);
		*n = w.list.len / sizeof(**out);
	}
	buf_release(&w.list);
	return *out && !arena_exhausted(a) ? 0 : -ENOMEM;
}
