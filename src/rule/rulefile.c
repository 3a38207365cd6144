/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule files: which names count, who may own them, their bytes cut into lines.
 *
 * Checks are made on the open descriptor, so a file cannot be changed for another between check and
 * read. Says nothing about what stands in a line: that is the reader's business.
 */
#include "rule/rulefile.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"

struct trust trust_of_caller(void)
{
	struct trust t = { .uid = geteuid(), .gid = getegid() };
	uint64_t uid, gid;

	if (t.uid != 0 || str_to_u64(str_of(getenv("SUDO_UID")), 10, &uid) < 0 ||
	    uid > UINT32_MAX - 1)
		return t;
	t.uid = (uid_t)uid;
	t.gid = str_to_u64(str_of(getenv("SUDO_GID")), 10, &gid) < 0 ? (gid_t)-1 : (gid_t)gid;
	return t;
}

const char *trust_refusal(const struct trust *trust, const struct stat *st)
{
	gid_t own_group = st->st_uid == 0 ? 0 : trust->gid;

	if (!S_ISREG(st->st_mode))
		return "not a regular file";
	if (st->st_uid != 0 && st->st_uid != trust->uid)
		return "owned by neither root nor the calling user";
	if (st->st_mode & S_IWOTH)
		return "writable by everybody";
	if ((st->st_mode & S_IWGRP) && st->st_gid != own_group)
		return "writable by a group other than its owner's";
	return NULL;
}

struct place rulefile_place(const struct rulefile *f, unsigned line, unsigned column,
			    unsigned width)
{
	bool known = line > 0 && line <= f->n_lines;

	return (struct place){ .file = f->name,
			       .line = line,
			       .column = column,
			       .width = width,
			       .text = known ? f->lines[line - 1] : STR_ABSENT };
}

static int refuse(struct diag *d, const char *path, const char *code, const char *reason)
{
	struct place where = { .file = path };

	diag_error(d, &where, code, "%s", reason);
	return -EINVAL;
}

static unsigned count_lines(struct str text)
{
	unsigned n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n';
	return n + (text.len > 0 && text.ptr[text.len - 1] != '\n');
}

/* @text stays where it is and must live as long as @a */
static struct rulefile *cut_into_lines(const char *name, struct str text, struct arena *a)
{
	struct rulefile *f = arena_new_of(a, struct rulefile);
	struct str rest = text;

	if (!f || !(f->name = arena_str(a, str_of(name)).ptr))
		return NULL;
	if (str_starts(rest, STR("\xef\xbb\xbf")))
		rest = str_from(rest, 3);
	f->n_lines = count_lines(rest);
	struct str *lines = arena_array_of(a, struct str, f->n_lines + 1);
	if (!lines)
		return NULL;
	for (unsigned i = 0; i < f->n_lines; i++) {
		str_cut(&rest, '\n', &lines[i]);
		if (str_ends(lines[i], STR("\r")))
			lines[i].len--;
	}
	f->lines = lines;
	return f;
}

struct rulefile *rulefile_of_text(const char *name, struct str text, struct arena *a,
				  struct diag *d)
{
	struct str copy;
	struct rulefile *f;

	if (text.len > RULEFILE_SIZE_MAX) {
		refuse(d, name, "file-too-large", "longer than 4 MiB");
		return NULL;
	}
	copy = arena_str(a, text.ptr ? text : STR(""));
	f = copy.ptr ? cut_into_lines(name, copy, a) : NULL;
	if (!f)
		refuse(d, name, NULL, "out of memory");
	return f;
}

/* the whole file behind @fd into @a; -EFBIG when it is longer than allowed */
static int read_all(int fd, struct str *out, struct arena *a)
{
	size_t len = 0, room = RULEFILE_SIZE_MAX + 1;
	struct stat st;

	/* room for what stat says, and one byte that must stay empty */
	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size >= 0 && (size_t)st.st_size < room)
		room = (size_t)st.st_size + 1;
	char *ptr = arena_alloc(a, room);
	if (!ptr)
		return -ENOMEM;
	for (;;) {
		ssize_t n = read(fd, ptr + len, room - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		len += (size_t)n;
		if (n == 0)
			break;
		if (len == room)
			return -EFBIG;
	}
	*out = str_mem(ptr, len);
	return 0;
}

struct rulefile *rulefile_open(const char *path, const struct trust *trust, struct arena *a,
			       struct diag *d)
{
	/* O_NONBLOCK: a FIFO of that name must not hold us */
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	const char *refusal;
	struct stat st;
	struct str text;
	int r;

	if (fd < 0 && errno == ELOOP) {
		refuse(d, path, "bad-file", "not a regular file");
		return NULL;
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		refuse(d, path, "bad-file", strerror(errno));
		return NULL;
	}
	refusal = trust_refusal(trust, &st);
	if (refusal) {
		refuse(d, path, "bad-file", refusal);
		return NULL;
	}
	if (st.st_size > (off_t)RULEFILE_SIZE_MAX) {
		refuse(d, path, "file-too-large", "longer than 4 MiB");
		return NULL;
	}
	r = read_all(fd, &text, a);
	if (r == -EFBIG)
		refuse(d, path, "bad-file", "grew while it was read");
	else if (r < 0)
		refuse(d, path, "bad-file", strerror(-r));
	return r < 0 ? NULL : cut_into_lines(path, text, a);
}

static const struct str suffixes[] = {
	[RULEFILE_RULES] = STR(".ini"),
	[RULEFILE_CASES] = STR(".test"),
};

/* NN-topic and the suffix of its kind */
static bool has_name_of(enum rulefile_kind kind, struct str name)
{
	if (name.len < suffixes[kind].len + 4 || !isdigit((unsigned char)name.ptr[0]) ||
	    !isdigit((unsigned char)name.ptr[1]) || name.ptr[2] != '-' ||
	    !str_ends(name, suffixes[kind]))
		return false;
	for (size_t i = 3; i < name.len; i++)
		if (!isalnum((unsigned char)name.ptr[i]) && !strchr("_.-", name.ptr[i]))
			return false;
	return true;
}

/* a directory in a directory of rules holds something else: no need to say so */
static int is_no_directory(const struct dirent *e)
{
	return e->d_type != DT_DIR && strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

struct path_list {
	const char **at;
	size_t n;
};

static int list_add(struct path_list *list, const char *path, struct diag *d)
{
	if (!path)
		return -ENOMEM;
	if (list->n == RULEFILE_COUNT_MAX) {
		refuse(d, path, "too-many-files", "more than 256 rule files");
		return -E2BIG;
	}
	list->at[list->n++] = path;
	return 0;
}

static int list_directory(struct path_list *list, const char *dir, enum rulefile_kind kind,
			  struct arena *a, struct diag *d)
{
	const char *slash = str_ends(str_of(dir), STR("/")) ? "" : "/";
	struct dirent **names = NULL;
	int n = scandir(dir, &names, is_no_directory, by_bytes), r = 0;

	if (n < 0)
		return refuse(d, dir, "bad-file", strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *path = arena_printf(a, "%s%s%s", dir, slash, names[i]->d_name).ptr;

		struct str name = str_of(names[i]->d_name);

		if (r == 0 && has_name_of(kind, name))
			r = list_add(list, path, d);
		else if (r == 0 && kind == RULEFILE_RULES && !has_name_of(RULEFILE_CASES, name))
			diag_warning(d, &(struct place){ .file = path }, "ignored-file",
				     "not a name like 70-site.ini: ignored");
		free(names[i]);
	}
	free(names);
	return r;
}

ssize_t rulefile_list(const char *const *paths, size_t n, enum rulefile_kind kind,
		      const char ***out, struct arena *a, struct diag *d)
{
	struct path_list list = { .at = arena_array_of(a, const char *, RULEFILE_COUNT_MAX) };
	int failed = list.at ? 0 : -ENOMEM;
	struct stat st;

	for (size_t i = 0; list.at && i < n; i++) {
		bool is_dir = stat(paths[i], &st) == 0 && S_ISDIR(st.st_mode);
		int r = is_dir ? list_directory(&list, paths[i], kind, a, d)
			       : list_add(&list, arena_str(a, str_of(paths[i])).ptr, d);

		failed = r < 0 ? r : failed;
	}
	*out = list.at;
	return failed ? failed : (ssize_t)list.n;
}
