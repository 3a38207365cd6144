/* SPDX-License-Identifier: Apache-2.0 */
/*
 * passwd(5) and group(5), kept as text and searched line by line: the files are small and rarely
 * asked.
 *
 * Owns the text of both files. Must not follow a container's files: their passwd is the container's
 * word.
 */
#include "state/users.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"

#define FIELDS 7

void users_release(struct users *u)
{
	buf_release(&u->passwd.text);
	buf_release(&u->group.text);
}

static int file_refresh(struct users_file *f, const char *root, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (snprintf(path, sizeof(path), "%s/%s", root, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	if (stat(path, &st) < 0)
		return -errno;
	if (f->text.len > 0 && f->size == st.st_size && f->inode == st.st_ino &&
	    f->mtime.tv_sec == st.st_mtim.tv_sec && f->mtime.tv_nsec == st.st_mtim.tv_nsec)
		return 0;
	buf_clear(&f->text);
	n = file_read_at(AT_FDCWD, path, USERS_FILE_MAX, &f->text);
	if (n < 0)
		return (int)n;
	f->size = st.st_size;
	f->inode = st.st_ino;
	f->mtime = st.st_mtim;
	return 0;
}

/* the fields of the first line whose third field is @id */
static int file_find(const struct users_file *f, uint32_t id, struct str field[static FIELDS])
{
	struct str rest = buf_str(&f->text), line;

	while (str_cut(&rest, '\n', &line)) {
		uint64_t found;
		size_t n = 0;

		while (n < FIELDS && str_cut(&line, ':', &field[n]))
			n++;
		for (size_t i = n; i < FIELDS; i++)
			field[i] = STR_ABSENT;
		if (n >= 3 && field[0].len > 0 && str_to_u64(field[2], 10, &found) == 0 &&
		    found == id)
			return 0;
	}
	return -ENOENT;
}

int users_passwd(struct users *u, const char *root, uint32_t uid, struct str *name,
		 struct str *home, struct str *shell, struct arena *a)
{
	struct str field[FIELDS];
	int r = file_refresh(&u->passwd, root, "etc/passwd");

	if (r == 0)
		r = file_find(&u->passwd, uid, field);
	if (r < 0)
		return r;
	*name = arena_str(a, field[0]);
	*home = arena_str(a, field[5]);
	*shell = arena_str(a, field[6]);
	return 0;
}

int users_group(struct users *u, const char *root, uint32_t gid, struct str *name, struct arena *a)
{
	struct str field[FIELDS];
	int r = file_refresh(&u->group, root, "etc/group");

	if (r == 0)
		r = file_find(&u->group, gid, field);
	if (r < 0)
		return r;
	*name = arena_str(a, field[0]);
	return 0;
}
