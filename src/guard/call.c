/* SPDX-License-Identifier: Apache-2.0 */
/* Two files of /proc for each, which take no permission marks; nothing that lies in the task's own memory. */
#include "guard/call.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "kernel/fanotify.h"

#define STACK_MAX 16384
#define PAUSE 20000 /* ns, for each that is awake: they need as long to fall asleep again */

#if defined(__x86_64__) || defined(__aarch64__)
#define IS_KNOWN_ARCH true
#else
#define IS_KNOWN_ARCH false /* no call is recognised: every open counts as a write */
#endif

/*
 * /proc/TID/syscall: "257 0xffffff9c 0x7ffd... 0x241 0x1b6 ...": number and registers, or "running", or
 * "-1 ...". It does not name the ABI, so a number counts only where no opening call of another ABI of the
 * machine shares it: 2 and 257 are fork and remap_file_pages on i386.
 */
static bool read_flags(struct str text, uint32_t *flags)
{
	struct str word[4];
	uint64_t number, value;
	int which;

	for (size_t i = 0; i < ARRAY_LEN(word); i++)
		if (!str_cut(&text, ' ', &word[i]))
			return false;
	if (!IS_KNOWN_ARCH || str_to_u64(word[0], 10, &number) < 0)
		return false;
#ifdef SYS_open
	if (number == SYS_open)
		which = 2;
	else
#endif
		if (number == SYS_openat)
		which = 3;
	else
		return false;
	if (!str_starts(word[which], STR("0x")) ||
	    str_to_u64(str_from(word[which], 2), 16, &value) < 0)
		return false;
	/* flags are an int: the register's upper half is anybody's */
	*flags = (uint32_t)value;
	return true;
}

/*
 * The registers of a call outlive it: io_uring opens files as the task returns from any call (task_work),
 * and a worker of it inherits those of who made it (arch/x86/kernel/process.c). Only where open(2) is on the
 * kernel's stack are they those of this open. No stack to be read: not believed.
 */
static bool is_in_open(struct str stack)
{
	return str_find(stack, STR("sys_open")) >= 0;
}

/* in one read, which the kernel answers whole; absent: it cannot be read */
static struct str read_text(const struct procfs *proc, int32_t tid, const char *name, char *buffer,
			    size_t size)
{
	char path[32];
	auto_close int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "%d/%s", tid, name);
	fd = openat(proc->root, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, buffer, size);
	return n < 0 ? STR_ABSENT : str_mem(buffer, (size_t)n);
}

/* false: it is awake, and its registers or its stack do not show */
static bool read_asleep(struct call *c, const struct procfs *proc)
{
	char buffer[STACK_MAX];
	struct str text = read_text(proc, c->tid, "syscall", buffer, sizeof(buffer));

	c->is_known = false;
	if (str_starts(text, STR("running")))
		return false;
	if (!read_flags(text, &c->flags))
		return true;
	text = read_text(proc, c->tid, "stack", buffer, sizeof(buffer));
	c->is_known = is_in_open(text);
	return !text.ptr || text.len > 0;
}

/* longer and longer: who looks takes a processor from those who need one to fall asleep */
static void wait_for(size_t awake, uint64_t waited, uint64_t patience)
{
	uint64_t pause = awake * PAUSE + waited / 4, left = patience - waited;
	const struct timespec t = { .tv_nsec = (long)(pause < left ? pause : left) };

	(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

void calls_read(struct call *calls, size_t n, const struct procfs *proc, uint64_t patience)
{
	uint64_t begin = clock_monotonic(), waited = 0;
	struct call *awake[FAN_BATCH_MAX];
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		if (calls[i].tid && !calls[i].is_settled)
			awake[left++] = &calls[i];
	while (left) {
		size_t still = 0;

		for (size_t i = 0; i < left; i++) {
			awake[i]->is_settled = read_asleep(awake[i], proc);
			if (!awake[i]->is_settled)
				awake[still++] = awake[i];
		}
		left = still;
		waited = clock_monotonic() - begin;
		if (waited >= patience)
			return;
		if (left)
			wait_for(left, waited, patience);
	}
}

bool call_is_read(const struct call *c)
{
	return c->is_known && (c->flags & O_ACCMODE) == O_RDONLY &&
	       !(c->flags & (O_TRUNC | O_CREAT));
}
