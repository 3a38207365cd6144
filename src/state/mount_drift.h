/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's mounts become other than it was given: the `mount_change` event, once for each reason and path.
 *
 * What counts is what the kernel lists (/proc/PID/mountinfo), by whatever call it came: at a container's first program, after calls
 * that change mounts, at a program in a mount namespace other than the container's, and by the slow sweeper. What was there at the
 * first look is the baseline, bounded (MOUNT_TEXT_MAX) and kept with the container; what was told, too (MOUNT_TOLD_MAX). The
 * runtime's init stage is not judged.
 */
#ifndef WC_MOUNT_DRIFT_H
#define WC_MOUNT_DRIFT_H

#include "base/arena.h"
#include "event/event.h"
#include "state/fact.h"
#include "state/process.h"

struct state;

#define MOUNT_DRIFT_MAX 1024 /* of what was told, for readers */

/* @p, the first of its container, has run its program */
void mount_drift_begin(struct state *s, struct process *p, const struct event *ev);
/* @p made a call, successfully: if it may have changed mounts they are looked at */
void mount_drift_call(struct state *s, struct process *p, const struct event *ev);
/* @p was looked at and may stand in a mount namespace of its own */
void mount_drift_moved(struct state *s, struct process *p, const struct event *ev);
/* the next few processes of containers; to be called by the slow sweeper */
void mount_drift_sweep(struct state *s);
/* an answer of the sweeper, from a recording */
void mount_drift_replay(struct state *s, const struct fact *f, struct arena *a);
/* from a snapshot, if nothing is known yet */
void mount_drift_recall(struct container *c, const struct facts_given *g);
/* "mask-lost /proc/kcore, kernel-fs /x"; empty: nothing; absent: its mounts were never seen */
struct str mount_drift_text(const struct container *c, struct arena *a);

#endif
