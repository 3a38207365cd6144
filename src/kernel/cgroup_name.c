/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel walks back from the inode: no path is walked here. */
#include "kernel/cgroup_name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static const char *const knobs[] = {
	"release_agent",
	"notify_on_release",
	"devices.allow",
	"devices.deny",
};

struct str cgroup_knob(struct str path)
{
	struct str name = str_basename(path);

	for (size_t i = 0; i < ARRAY_LEN(knobs); i++)
		if (str_eq(name, str_of(knobs[i])))
			return str_of(knobs[i]);
	return STR_ABSENT;
}

static int own_path(int fd, char path[static PATH_MAX])
{
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	if (n < 0)
		return -errno;
	path[n] = 0;
	return 0;
}

/* the same file, by the name that it has in the mount of @root */
static int open_beside(int root, int fd)
{
	union {
		struct file_handle handle;
		char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} h = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount_id, r;

	if (name_to_handle_at(fd, "", &h.handle, &mount_id, AT_EMPTY_PATH) < 0)
		return -errno;
	r = open_by_handle_at(root, &h.handle, O_PATH | O_CLOEXEC);
	return r < 0 ? -errno : r;
}

int cgroup_name(int root, int fd, char path[static PATH_MAX])
{
	char top[PATH_MAX];
	auto_close int same = open_beside(root, fd);
	size_t len;
	int r = same < 0 ? same : own_path(same, path);

	if (r == 0)
		r = own_path(root, top);
	if (r < 0)
		return r;
	/* of a mount that is attached nowhere the top is "/" */
	len = strcmp(top, "/") == 0 ? 0 : strlen(top);
	if (strncmp(path, top, len) != 0 || path[len] != '/')
		return -EXDEV;
	memmove(path, path + len, strlen(path + len) + 1);
	return 0;
}
