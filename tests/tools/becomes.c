/* SPDX-License-Identifier: Apache-2.0 */
/*
 * becomes UID...: takes one effective user id after the other, by the plain system call, then ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (syscall(SYS_setresuid, -1, (uid_t)strtoul(argv[i], NULL, 10), -1) < 0) {
			perror(argv[i]);
			return 1;
		}
		usleep(50000);
	}
	return 0;
}
