/* SPDX-License-Identifier: Apache-2.0 */
/* A file system whose server never says a word. */
#ifndef WC_SILENT_MOUNT_H
#define WC_SILENT_MOUNT_H

#include <fcntl.h>
#include <linux/fuse.h>
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

/*
 * A child that takes every request and answers none but the first: whoever asks cannot be killed any more, until
 * this child has. -1: no child
 */
static inline pid_t silent_server(int fd)
{
	char block[FUSE_MIN_READ_BUFFER * 2];
	struct fuse_in_header *in = (void *)block;
	struct {
		struct fuse_out_header head;
		struct fuse_init_out init;
	} out = { .head.len = sizeof(out) };
	pid_t child = fork();

	if (child != 0)
		return child;
	alarm(60);
	while (read(fd, block, sizeof(block)) > 0) {
		if (in->opcode != FUSE_INIT)
			continue;
		out.head.unique = in->unique;
		out.init.major = FUSE_KERNEL_VERSION;
		out.init.minor = FUSE_KERNEL_MINOR_VERSION;
		out.init.max_write = 4096;
		if (write(fd, &out, sizeof(out)) < 0)
			break;
	}
	_exit(0);
}

static inline void silent_umount(const char *where, int fd)
{
	umount2(where, MNT_DETACH);
	close(fd);
}

#endif
