/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that the kernel starts by itself (usermode helpers), as the process connector tells of them: an exec
 * by a child of a kernel thread. Audit has no record of that exec.
 *
 * A file that is none of the known helpers (state/helper.h) makes a usermodehelper event. What the program is
 * /proc says while it lives; one that has gone by then makes an event without a program, and is counted.
 */
#ifndef WC_LAUNCH_H
#define WC_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/notice.h"
#include "base/str.h"

struct state;
struct event;
struct fact; /* state/fact.h */

/* pids that are the kernel's: of its threads, and of what they made and was not yet a program */
struct kernel_tasks {
	uint64_t *bits; /* NULL: out of memory, none is */
};

int kernel_tasks_init(struct kernel_tasks *t);
void kernel_tasks_release(struct kernel_tasks *t);
void kernel_tasks_set(struct kernel_tasks *t, int32_t pid, bool is_kernel);
bool kernel_tasks_has(const struct kernel_tasks *t, int32_t pid);

/* a fork, an exec or an exit of a whole process */
void launch_notice(struct state *s, const struct event *ev, const struct notice *n);
/* a helper that a recording tells of */
void launch_replay(struct state *s, const struct event *ev, const struct fact *launch);

#endif
