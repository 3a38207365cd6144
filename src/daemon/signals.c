// SPDX-License-Identifier: Apache-2.0
/*
 * Signals of the daemon. auditd starts plugins with a mask of its own: it is replaced here, before any
 * thread is made.
 */
#include "daemon/signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int signals_open(void)
{
	sigset_t ours;
	int fd;

	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGHUP);
	if (sigprocmask(SIG_SETMASK, &ours, NULL) < 0)
		return -errno;
	/* auditd passes USR1 and USR2 on to whom it pleases; a closed pipe is seen by its writer */
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

enum signal_meaning signals_next(int fd, pid_t obey)
{
	enum signal_meaning meaning = SIGNAL_NONE;
	struct signalfd_siginfo info;

	/* the lowest number comes first: a storm of HUP must not hide TERM */
	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			meaning = SIGNAL_RELOAD;
		else if (info.ssi_signo == SIGINT || obey == 0 || (pid_t)info.ssi_pid == obey)
			return SIGNAL_STOP;
	}
	return meaning;
}
