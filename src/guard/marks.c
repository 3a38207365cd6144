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

static struct mark *row_for(struct marks *m, uint32_t dev_major, uint32_t dev_minor, uint64_t inode)
{
	const struct mark *known = marks_find(m, dev_major, dev_minor, inode);
	struct mark *oldest = &m->rows[0];

	if (known)
		return &m->rows[known - m->rows];
	for (size_t i = 0; i < MARKS_MAX; i++) {
		if (!m->rows[i].inode)
			return &m->rows[i];
		if (m->rows[i].round < oldest->round)
			oldest = &m->rows[i];
	}
	return oldest;
}

int marks_add(struct marks *m, int group, int fd, const struct guard_mark *what)
{
	struct mark *row;
	struct stat st;
	int r = fstat(fd, &st) < 0 ? -errno : fan_mark_object(group, FAN_WHAT_OPEN, fd);

	if (r < 0)
		return r;
	row = row_for(m, major(st.st_dev), minor(st.st_dev), st.st_ino);
	row->round = what->round;
	row->dev_major = major(st.st_dev);
	row->dev_minor = minor(st.st_dev);
	row->inode = st.st_ino;
	if (text_set(&row->knob, str_of(what->knob[0] ? what->knob : NULL), SIZE_MAX) < 0 ||
	    text_set(&row->path, str_of(what->path), SIZE_MAX) < 0)
		return -ENOMEM;
	return 0;
}
