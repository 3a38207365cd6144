// SPDX-License-Identifier: Apache-2.0
/* marker DIR...: FAN_MODIFY notification marks on the file systems of DIR, as the sensor has them, until stdin ends. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int group = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY);
	char end;

	for (int i = 1; i < argc; i++)
		if (group < 0 || fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM,
					       FAN_MODIFY, AT_FDCWD, argv[i]) < 0) {
			perror(argv[i]);
			return 2;
		}
	puts("ready");
	fflush(stdout);
	return read(STDIN_FILENO, &end, 1) < 0;
}
