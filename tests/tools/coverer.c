/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coverer READY: mounts a procfs of its own, opens files of many processes there, covers the way to it with a FUSE
 * that never answers, makes READY and writes to all of them for 20 seconds. Needs CAP_SYS_ADMIN and /dev/fuse.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 64

static int open_one(void)
{
	pid_t child = fork();
	char path[64];
	int fd;

	if (child == 0) {
		sleep(25);
		_exit(0);
	}
	snprintf(path, sizeof(path), "/tmp/way/proc/%d/oom_score_adj", child);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

int main(int argc, char **argv)
{
	int fds[FILES], fuse;
	char options[96];

	if (argc != 2)
		errx(2, "usage: coverer READY");
	if (mkdir("/tmp/way", 0755) < 0 || mkdir("/tmp/way/proc", 0755) < 0 ||
	    mount("x", "/tmp/way/proc", "proc", 0, NULL) < 0)
		err(1, "procfs");
	sleep(2); /* the sensor finds the mount */
	for (int i = 0; i < FILES; i++)
		fds[i] = open_one();
	fuse = open("/dev/fuse", O_RDWR);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	if (fuse < 0 || mount("x", "/tmp/way", "fuse", 0, options) < 0)
		err(1, "fuse");
	for (int round = 0; round < 4000; round++) {
		for (int i = 0; i < FILES; i++)
			if (write(fds[i], "1\n", 2) < 0)
				return 1;
		if (round == 400 && close(open(argv[1], O_WRONLY | O_CREAT, 0644)) < 0)
			err(1, "%s", argv[1]);
		usleep(5000);
	}
	return 0;
}
