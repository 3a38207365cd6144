/* SPDX-License-Identifier: Apache-2.0 */
/* A file system whose server never says a word. */
#ifndef WC_SILENT_MOUNT_H
#define WC_SILENT_MOUNT_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* at the new directory @where; its end of the server, -1: cannot be had here */
static inline int silent_mount(const char *where)
{
	char options[80];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd < 0 || mkdir(where, 0755) < 0)
		return -1;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	if (mount("silent", where, "fuse", MS_NOSUID | MS_NODEV, options) == 0)
		return fd;
	close(fd);
	return -1;
}

static inline void silent_umount(const char *where, int fd)
{
	umount2(where, MNT_DETACH);
	close(fd);
}

#endif
