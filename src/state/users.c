/* SPDX-License-Identifier: Apache-2.0 */
/*
 * passwd(5) and group(5), kept as text and searched line by line: the files are small and rarely
 * asked.
 *
 * Owns the text of the host's files. Must not open a container's: facts_live.c has those read.
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

/* the first line whose third field is @id */
int users_find(struct str text, uint32_t id, struct users_entry *out, struct arena *a)
{
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		struct str field[FIELDS] = { 0 };
		uint64_t found;

		for (size_t n = 0; n < FIELDS && str_cut(&line, ':', &field[n]); n++)
			;
		if (field[0].len == 0 || !field[2].ptr || str_to_u64(field[2], 10, &found) < 0 ||
		    found != id)
			continue;
		*out = (struct users_entry){ arena_str(a, field[0]), arena_str(a, field[5]),
					     arena_str(a, field[6]) };
		return 0;
	}
	return -ENOENT;
}

int users_passwd(struct users *u, const char *root, uint32_t uid, struct users_entry *out,
		 struct arena *a)
{
	int r = file_refresh(&u->passwd, root, "etc/passwd");

	return r < 0 ? r : users_find(buf_str(&u->passwd.text), uid, out, a);
}

int users_group(struct users *u, const char *root, uint32_t gid, struct users_entry *out,
		struct arena *a)
{
	int r = file_refresh(&u->group, root, "etc/group");

	return r < 0 ? r : users_find(buf_str(&u->group.text), gid, out, a);
}
