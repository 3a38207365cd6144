/* SPDX-License-Identifier: Apache-2.0 */
/* One link of sysfs says nearly all: devices that are not hardware lie below devices/virtual/block. */
#include "kernel/blockdev.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kernel/mountinfo.h"

static bool has_entries(int device, const char *name)
{
	int fd = openat(device, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool found = false;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (entry = readdir(dir)))
		found = entry->d_name[0] != '.';
	closedir(dir);
	return found;
}

static bool is_mounted(struct str mounts, uint32_t major, uint32_t minor, struct arena *a)
{
	struct mountinfo mount;

	while (mountinfo_next(&mounts, &mount, a))
		if (mount.major == major && mount.minor == minor)
			return true;
	return false;
}

int blockdev_use(const char *root, struct str mounts, uint32_t major, uint32_t minor,
		 struct arena *a)
{
	char path[PATH_MAX], link[PATH_MAX];
	auto_close int device = -1;
	ssize_t n;
	int len = snprintf(path, sizeof(path), "%s/sys/dev/block/%u:%u", root, major, minor);

	if (len < 0 || len >= (int)sizeof(path))
		return -ENAMETOOLONG;
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0 && errno == ENOENT) {
		/* no such device, or no sysfs: the folder of all of them tells which */
		*strrchr(path, '/') = '\0';
		return access(path, F_OK) == 0 ? BLOCKDEV_NOT_HOST : -errno;
	}
	if (n < 0)
		return -errno;
	link[n] = '\0';
	device = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!strstr(link, "/devices/virtual/block/"))
		return device >= 0 && faccessat(device, "partition", F_OK, 0) == 0
			       ? BLOCKDEV_PARTITION
			       : BLOCKDEV_DISK;
	if (device >= 0 && has_entries(device, "slaves"))
		return BLOCKDEV_VOLUME;
	if (!mounts.ptr)
		return -ENODATA;
	return is_mounted(mounts, major, minor, a) ? BLOCKDEV_MOUNTED : BLOCKDEV_NOT_HOST;
}

int blockdev_char_use(const char *root, uint32_t major, uint32_t minor)
{
	static const char *const classes[] = { "scsi_generic", "bsg", "nvme", "nvme-generic" };
	char path[PATH_MAX], link[PATH_MAX];
	ssize_t n;
	int len =
		snprintf(path, sizeof(path), "%s/sys/dev/char/%u:%u/subsystem", root, major, minor);

	if (len < 0 || len >= (int)sizeof(path))
		return -ENAMETOOLONG;
	n = readlink(path, link, sizeof(link));
	/* no such device, or one of no class */
	if (n < 0)
		return errno == ENOENT ? BLOCKDEV_NOT_HOST : -errno;
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (str_eq(str_basename(str_mem(link, (size_t)n)), str_of(classes[i])))
			return BLOCKDEV_DISK;
	return BLOCKDEV_NOT_HOST;
}

const char *blockdev_use_name(enum blockdev_use use)
{
	static const char *const names[] = {
		[BLOCKDEV_NOT_HOST] = "",	    [BLOCKDEV_DISK] = "disk",
		[BLOCKDEV_PARTITION] = "partition", [BLOCKDEV_VOLUME] = "volume",
		[BLOCKDEV_MOUNTED] = "mounted",
	};

	return names[use];
}
