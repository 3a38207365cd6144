/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the guard watches which file systems for programs that the kernel starts (guard/exec_watch.h):
 * option guard.exec_mark.
 *
 * Runs in the worker. Opens mount points of our own mount namespace with O_PATH, none that is below a file
 * system which may not answer.
 */
#ifndef WC_EXEC_MARK_H
#define WC_EXEC_MARK_H

#include "kernel/procfs.h"
#include "state/state.h"

struct guardian;

enum exec_mark_mode { EXEC_MARK_OFF, EXEC_MARK_ARMED, EXEC_MARK_ALWAYS };

struct exec_mark {
	enum exec_mark_mode mode;
	int mounts_fd; /* mountinfo, to hear of changes; -1: not needed */
	struct arena *arena;
	bool is_armed, is_stale; /* some mount was not told */
	bool has_alarm; /* alarms are compared with what was seen before */
	uint64_t alarm; /* generation of what makes an alarm */
	uint64_t armed_until, rest_until, next_look; /* CLOCK_MONOTONIC */
	uint64_t told_helpers;
	size_t next; /* mount to be told */
};

/* 0 or -errno */
int exec_mark_init(struct exec_mark *m, enum exec_mark_mode mode);
void exec_mark_release(struct exec_mark *m);
/* a new guard knows nothing yet */
void exec_mark_forget(struct exec_mark *m);
/* the guard has disarmed itself: give it a rest */
void exec_mark_rest(struct exec_mark *m);
/* tell the guard what is due */
void exec_mark_follow(struct exec_mark *m, struct guardian *g, const struct procfs *proc,
		      const struct state *state);
/* its file systems take the mark: programs can be there, and it answers by itself */
bool exec_mark_suits(struct str fstype);

#endif
