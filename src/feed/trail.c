/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of what is ours in the kernel. Only root can write it; a damaged line is as good as
 * none.
 */
#include "feed/trail.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"

#define TRAIL_MAX (4 << 20)

static bool take_u32(struct str *rest, uint32_t *out)
{
	struct str word;
	uint64_t value;

	if (!str_cut(rest, ' ', &word) || str_to_u64(word, 10, &value) < 0 || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

static bool take_settings(struct str *rest, struct settings *out)
{
	return take_u32(rest, &out->enabled) && take_u32(rest, &out->backlog_limit) &&
	       take_u32(rest, &out->backlog_wait_time);
}

static void read_line(struct trail *t, struct str line)
{
	struct str word;

	if (!str_cut(&line, ' ', &word) || !line.len)
		return;
	if (str_eq(word, STR("rule")))
		t->rules[t->n++] = line;
	else if (str_eq(word, STR("settings")))
		t->has_settings = take_settings(&line, &t->before) && take_settings(&line, &t->set);
}

int trail_read(const char *path, struct arena *a, struct trail *out)
{
	auto_buf struct buf file = { 0 };
	struct str text, rest, line;
	size_t lines = 0;
	ssize_t r = file_read_plain_at(AT_FDCWD, path, TRAIL_MAX, &file);

	*out = (struct trail){ 0 };
	if (r < 0)
		return r == -ENOENT ? 0 : (int)r;
	text = arena_str(a, buf_str(&file));
	for (rest = text; str_cut(&rest, '\n', &line);)
		lines++;
	out->rules = arena_array_of(a, struct str, lines + 1);
	if (!text.ptr || !out->rules)
		return -ENOMEM;
	for (rest = text; str_cut(&rest, '\n', &line);)
		read_line(out, line);
	return 0;
}

static int make_folder(const char *path)
{
	struct str folder = str_first(str_of(path), (size_t)(str_rchr(str_of(path), '/') + 1));
	auto_buf struct buf name = { 0 };

	buf_add(&name, folder);
	if (!folder.len || mkdir(buf_z(&name), 0755) == 0 || errno == EEXIST)
		return 0;
	return -errno;
}

int trail_write(const char *path, const struct trail *t)
{
	auto_buf struct buf text = { 0 };
	int r;

	if (!t->n && !t->has_settings)
		return unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
	if (t->has_settings)
		buf_printf(&text, "settings %u %u %u %u %u %u\n", t->before.enabled,
			   t->before.backlog_limit, t->before.backlog_wait_time, t->set.enabled,
			   t->set.backlog_limit, t->set.backlog_wait_time);
	for (size_t i = 0; i < t->n; i++)
		buf_printf(&text, "rule %.*s\n", STR_ARG(t->rules[i]));
	if (buf_failed(&text))
		return -ENOMEM;
	r = make_folder(path);
	return r < 0 ? r : file_replace(path, buf_str(&text), 0600);
}
