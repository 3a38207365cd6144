/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process of a container holds beyond the mounts of its container (kernel/handles.h): a root or working
 * directory, a program, an open directory or file. The runtime may have leaked it, somebody have passed it over a
 * socket, or the process got out by it (chroot). Told once each, as the `outside_root` event.
 *
 * A process is looked at when it runs a program, changes its root or enters a namespace, and by the slow sweeper.
 * The runtime's init stage is not judged: it holds both worlds.
 */
#ifndef WC_BOUNDS_H
#define WC_BOUNDS_H

#include "base/arena.h"
#include "base/str.h"
#include "event/event.h"
#include "state/fact.h"
#include "state/process.h"

struct state;

/* "cwd dir", bits of enum handle_kind */
struct str bounds_names(unsigned handles, struct arena *a);
/* @p, of a container, may be looked at: whereabouts_can_look() */
void bounds_look(struct state *s, struct process *p, const struct event *ev, struct arena *a);
/* the same by the slow sweeper: only what is news is told, and recorded */
void bounds_look_quietly(struct state *s, struct process *p);
/* the next few processes of containers; to be called by the slow sweeper */
void bounds_sweep(struct state *s);
/* an answer of the sweeper, from a recording */
void bounds_replay(struct state *s, const struct fact *f, struct arena *a);

#endif
