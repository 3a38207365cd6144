/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process whose second thread is another than its first, by calls that the C library would make for all of them.
 *
 *   threader setns FILE      the second enters the namespace that FILE is of
 *   threader become UID      the second takes that user id
 *   threader drop            the second gives up all capabilities, and ends
 *   threader keep            the first gives up all, and the second none
 *
 * Then each that is left says unshare(0), which does nothing, four times a second for a minute. Runs inside test
 * containers: static, no dependencies. Exit 0: done; 1: refused.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TURNS 240

static void linger(void)
{
	for (int i = 0; i < TURNS; i++) {
		syscall(SYS_unshare, 0);
		usleep(250000);
	}
}

static long give_up(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	return syscall(SYS_capset, &head, none);
}

static long differ(char **argv)
{
	long uid;

	if (strcmp(argv[1], "setns") == 0)
		return syscall(SYS_setns, open(argv[2], O_RDONLY), 0);
	if (strcmp(argv[1], "drop") == 0)
		return give_up();
	if (strcmp(argv[1], "keep") == 0)
		return 0;
	uid = strtol(argv[2], NULL, 10);
	return syscall(SYS_setresuid, uid, uid, uid);
}

static void *second(void *arg)
{
	char **argv = arg;

	if (differ(argv) < 0) {
		perror(argv[1]);
		exit(1);
	}
	printf("%ld\n", syscall(SYS_gettid));
	fflush(stdout);
	if (strcmp(argv[1], "drop") != 0)
		linger();
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc < 2 || (argc < 3 && strcmp(argv[1], "drop") != 0 && strcmp(argv[1], "keep") != 0))
		return 2;
	if (pthread_create(&thread, NULL, second, argv) != 0)
		return 1;
	if (strcmp(argv[1], "keep") == 0 && give_up() < 0)
		return 1;
	linger();
	return 0;
}
