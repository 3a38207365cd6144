/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whenever something changes, the main process tells of all objects anew: a row that was not told for
 * longest is of one that went, and took its mark along.
 */
#include "guard/marks.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "kernel/fanotify.h"

void marks_release(struct marks *m)
{
	for (size_t i = 0; i < MARKS_MAX; i++) {
		text_release(&m->rows[i].knob);
		text_release(&m->rows[i].path);
	}
}

const struct mark *marks_find(const struct marks *m, uint32_t dev_major, uint32_t dev_minor,
			      uint64_t inode)
{
	for (size_t i = 0; inode && i < MARKS_MAX; i++)
		if (m->rows[i].inode == inode && m->rows[i].dev_major == dev_major &&
		    m->rows[i].dev_minor == dev_minor)
			return &m->rows[i];
	return NULL;
}

static struct mark *row_of_path(struct marks *m, struct str path)
{
	for (size_t i = 0; i < MARKS_MAX; i++)
		if (m->rows[i].is_protected && str_eq(text_str(&m->rows[i].path), path))
			return &m->rows[i];
	return NULL;
}

/* a free one, else that which was told longest ago; what is protected stays. NULL: all of it is */
static struct mark *row_to_reuse(struct marks *m)
{
	struct mark *oldest = NULL;

	for (size_t i = 0; i < MARKS_MAX; i++) {
		struct mark *row = &m->rows[i];

		if (!row->inode)
			return row;
		if (!row->is_protected && (!oldest || row->round < oldest->round))
			oldest = row;
	}
	return oldest;
}

static struct mark *row_for(struct marks *m, const struct stat *st, const struct guard_mark *what)
{
	const struct mark *known = marks_find(m, major(st->st_dev), minor(st->st_dev), st->st_ino);
	struct mark *row = what->is_protected ? row_of_path(m, str_of(what->path)) : NULL;

	if (known)
		return &m->rows[known - m->rows];
	return row ? row : row_to_reuse(m);
}

int marks_add(struct marks *m, int group, int fd, const struct guard_mark *what)
{
	struct mark *row;
	struct stat st;
	int r = fstat(fd, &st) < 0 ? -errno : fan_mark_object(group, FAN_WHAT_OPEN, fd);

	if (r < 0)
		return r;
	row = row_for(m, &st, what);
	if (!row)
		return -ENOSPC;
	row->is_protected = what->is_protected;
	row->round = what->round;
	row->dev_major = major(st.st_dev);
	row->dev_minor = minor(st.st_dev);
	row->inode = st.st_ino;
	if (text_set(&row->knob, str_of(what->knob[0] ? what->knob : NULL), SIZE_MAX) < 0 ||
	    text_set(&row->path, str_of(what->path), SIZE_MAX) < 0)
		return -ENOMEM;
	return 0;
}
