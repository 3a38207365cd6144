/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From mountinfo to a bounded text, from the text to a list, and walks in that.
 *
 * Pure functions. Numbers and names may come from a recording: walks end, whatever they say.
 */
#include "state/mount_list.h"

#include <errno.h>

#include "base/buf.h"
#include "state/mount_table.h"

#define OPTIONS_MAX 1024 /* of a file system: layers of an overlay have no end */
#define SPARE_MAX (MOUNT_TEXT_MAX / 2) /* for what is kept for company only */

struct str mount_path_trim(struct str path)
{
	while (path.len && path.ptr[path.len - 1] == '/')
		path.len--;
	return path;
}

bool mount_path_below(struct str path, struct str dir)
{
	dir = mount_path_trim(dir);
	return str_starts(path, dir) && (path.len == dir.len || path.ptr[dir.len] == '/');
}

bool mount_is_read_only(const struct mountinfo *m)
{
	return mountinfo_option(m->options, STR("ro"), NULL) ||
	       mountinfo_option(m->super_options, STR("ro"), NULL);
}

/* who mounts a thousand of the others hides nothing by it */
static bool matters(const struct mountinfo *m)
{
	static const struct str watched[] = { { "/proc", 5 }, { "/sys", 4 }, { "/dev", 4 } };
	enum mount_class class = mount_type_of(m->fstype)->class;

	if (class == MOUNT_HARMLESS)
		return mount_path_below(m->mount_point, STR("/dev/console"));
	if (class != MOUNT_ORDINARY || !str_eq(m->root, STR("/")) ||
	    str_eq(m->mount_point, STR("/")))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(watched); i++)
		if (mount_path_below(m->mount_point, watched[i]))
			return true;
	return false;
}

static void put_line(struct str line, const struct mountinfo *m, struct buf *out)
{
	struct str options = m->super_options, first;

	if (options.len > OPTIONS_MAX || mount_type_of(m->fstype)->class == MOUNT_OVERLAY) {
		str_cut(&options, ',', &first);
		options = first;
	}
	buf_add(out, str_first(line, line.len - m->super_options.len));
	buf_add(out, options);
	buf_char(out, '\n');
}

struct str mount_list_trim(struct str mountinfo, bool *is_cut, struct arena *a)
{
	auto_buf struct buf out = { 0 };
	struct mountinfo m;
	struct str line;
	size_t n = 0;

	*is_cut = false;
	while (str_cut(&mountinfo, '\n', &line)) {
		size_t before = out.len;
		bool is_needed;

		if (mountinfo_parse(line, &m, a) < 0)
			continue;
		is_needed = matters(&m);
		if (!is_needed && (before > SPARE_MAX || n > MOUNT_LIST_MAX / 2))
			continue;
		put_line(line, &m, &out);
		if (out.len <= MOUNT_TEXT_MAX && n < MOUNT_LIST_MAX && !buf_failed(&out)) {
			n++;
			continue;
		}
		out.len = before;
		*is_cut |= is_needed;
	}
	return buf_failed(&out) ? STR_ABSENT : arena_str(a, buf_str(&out));
}

int mount_list_read(struct str text, struct mount_list *out, struct arena *a)
{
	size_t lines = 1;

	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n';
	if (lines > MOUNT_LIST_MAX)
		lines = MOUNT_LIST_MAX;
	*out = (struct mount_list){ .at = arena_array_of(a, struct mountinfo, lines) };
	if (!out->at)
		return -ENOMEM;
	while (out->n < lines && mountinfo_next(&text, &out->at[out->n], a))
		out->n++;
	return arena_exhausted(a) ? -ENOMEM : 0;
}

static const struct mountinfo *find_root(const struct mount_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->at[i].mount_point, STR("/")))
			return &l->at[i];
	return NULL;
}

/* of the mounts upon @m, the first that a walk to @path comes to */
static const struct mountinfo *next_upon(const struct mount_list *l, const struct mountinfo *m,
					 struct str path)
{
	const struct mountinfo *found = NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct mountinfo *one = &l->at[i];

		if (one->parent == m->id && one != m && mount_path_below(path, one->mount_point) &&
		    (!found || one->mount_point.len < found->mount_point.len))
			found = one;
	}
	return found;
}

const struct mountinfo *mount_list_at(const struct mount_list *l, struct str path)
{
	const struct mountinfo *m = find_root(l), *next = m;

	/* numbers of a recording may go in circles */
	for (size_t i = 0; next && i < l->n; i++) {
		m = next;
		next = next_upon(l, m, path);
	}
	return m;
}

const struct mountinfo *mount_list_parent(const struct mount_list *l, const struct mountinfo *m)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].id == m->parent && &l->at[i] != m)
			return &l->at[i];
	return NULL;
}

const struct mountinfo *mount_list_same(const struct mount_list *l, const struct mountinfo *m)
{
	const struct mountinfo *found = NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct mountinfo *one = &l->at[i];

		if (one->major != m->major || one->minor != m->minor ||
		    !str_eq(one->root, m->root) || !str_eq(one->fstype, m->fstype))
			continue;
		if (one->id == m->id)
			return one;
		if (!found && str_eq(one->mount_point, m->mount_point))
			found = one;
	}
	return found;
}
