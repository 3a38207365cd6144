/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auditor WORD...: speaks to kernel audit, or signals who listens to it, in a harmless way.
 *
 *   auditor message COUNT TYPE TEXT      messages of user space (AUDIT_WRITE); TYPE is a number of linux/audit.h
 *   auditor enabled 0|1                  switches audit (AUDIT_CONTROL, the first pid and user namespaces)
 *   auditor backlog NUMBER               how many records may wait
 *   auditor rule add|remove              a rule that nothing fits
 *   auditor signal kill|tgkill|pidfd|thread|group PID SIGNAL      thread: kill(2) with the number of another thread; group: its group
 *   auditor knobs COUNT                  so many processes write their own name in /proc, an event of fanotify each
 *
 * Prints what became of it. Runs inside test containers: static, no dependencies. Exit 0 whatever the kernel says: what
 * counts is that it was asked; 2: it was called wrongly.
 */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef AUDIT_MESSAGE_TEXT_MAX
#define AUDIT_MESSAGE_TEXT_MAX 8560
#endif

static int report(const char *what, long result)
{
	printf("%s: %s\n", what, result < 0 ? strerror((int)-result) : "done");
	return 0;
}

/* one request and its acknowledgement; 0 or -errno */
static int ask(int fd, unsigned type, const void *payload, size_t size)
{
	static unsigned sequence;
	struct {
		struct nlmsghdr head;
		char payload[AUDIT_MESSAGE_TEXT_MAX + 1];
	} out = { 0 };
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[sizeof(out)];
	} in;
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (size > sizeof(out.payload))
		return -EMSGSIZE;
	memcpy(out.payload, payload, size);
	out.head.nlmsg_len = (unsigned)NLMSG_LENGTH(size);
	out.head.nlmsg_type = (unsigned short)type;
	out.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	out.head.nlmsg_seq = ++sequence;
	if (sendto(fd, &out, out.head.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	for (;;) {
		if (recv(fd, &in, sizeof(in), 0) < 0)
			return -errno;
		if (in.head.nlmsg_type == NLMSG_ERROR && in.head.nlmsg_seq == sequence)
			return in.error.error;
	}
}

static int say(int fd, long count, unsigned type, const char *text)
{
	int r = 0;

	for (long i = 0; i < count; i++)
		r = ask(fd, type, text, strlen(text) + 1);
	return report("message", r);
}

static int set(int fd, const char *what, unsigned mask, unsigned value)
{
	struct audit_status s = { .mask = mask, .enabled = value, .backlog_limit = value };

	return report(what, ask(fd, AUDIT_SET, &s, sizeof(s)));
}

static int rule(int fd, const char *verb)
{
	struct audit_rule_data r = { .flags = AUDIT_FILTER_EXIT, .action = AUDIT_ALWAYS };
	unsigned type = strcmp(verb, "add") == 0 ? AUDIT_ADD_RULE : AUDIT_DEL_RULE;

	/* a call that does not exist */
	r.mask[AUDIT_WORD(2000)] = AUDIT_BIT(2000);
	return report("rule", ask(fd, type, &r, sizeof(r)));
}

/* another thread than the first */
static pid_t thread_of(pid_t pid)
{
	const struct dirent *e;
	char path[64];
	pid_t found = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	while (dir && !found && (e = readdir(dir)))
		if (atoi(e->d_name) > 0 && atoi(e->d_name) != pid)
			found = atoi(e->d_name);
	if (dir)
		closedir(dir);
	return found;
}

static int signal_to(const char *way, pid_t pid, int number)
{
	long r;

	if (strcmp(way, "tgkill") == 0)
		r = syscall(SYS_tgkill, pid, pid, number);
	else if (strcmp(way, "thread") == 0)
		r = kill(thread_of(pid), number);
	else if (strcmp(way, "group") == 0)
		r = kill(-getpgid(pid), number);
	else if (strcmp(way, "pidfd") == 0)
		r = syscall(SYS_pidfd_send_signal, syscall(SYS_pidfd_open, pid, 0), number, NULL,
			    0);
	else
		r = kill(pid, number);
	return report("signal", r < 0 ? -errno : 0);
}

static int write_knobs(long count)
{
	for (long i = 0; i < count; i++) {
		pid_t child = fork();

		if (child == 0) {
			int fd = open("/proc/self/comm", O_WRONLY);

			_exit(fd < 0 || write(fd, "auditor", 7) != 7);
		}
		waitpid(child, NULL, 0);
	}
	return report("knobs", 0);
}

int main(int argc, char **argv)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "message") == 0 && argc == 5)
		return say(fd, atol(argv[2]), (unsigned)atoi(argv[3]), argv[4]);
	if (strcmp(verb, "enabled") == 0 && argc == 3)
		return set(fd, verb, AUDIT_STATUS_ENABLED, (unsigned)atoi(argv[2]));
	if (strcmp(verb, "backlog") == 0 && argc == 3)
		return set(fd, verb, AUDIT_STATUS_BACKLOG_LIMIT, (unsigned)atoi(argv[2]));
	if (strcmp(verb, "rule") == 0 && argc == 3)
		return rule(fd, argv[2]);
	if (strcmp(verb, "signal") == 0 && argc == 5)
		return signal_to(argv[2], atoi(argv[3]), atoi(argv[4]));
	if (strcmp(verb, "knobs") == 0 && argc == 3)
		return write_knobs(atol(argv[2]));
	fprintf(stderr, "usage: auditor message|enabled|backlog|rule|signal|knobs ...\n");
	return 2;
}
