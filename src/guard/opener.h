/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who waits and for what: an event and a scene for the rules, made from the event's descriptor and from
 * /proc while the task stands still.
 */
#ifndef WC_OPENER_H
#define WC_OPENER_H

#include "guard/call.h"
#include "guard/known.h"
#include "guard/marks.h"
#include "event/event.h"
#include "kernel/fanotify.h"
#include "state/scene.h"

struct opener {
	const struct procfs *proc;
	struct known *known;
	const struct marks *marks;
	struct arena *arena; /* reset for each */
	struct buf body;
	uint64_t serial;

	/* of the task at hand */
	struct permission permission;
	struct permission_task task;
	struct facts_process process_facts;
	const struct container *container; /* NULL: none, or not known */
	bool is_foreign; /* not known: it is in a namespace that is not the host's */
	const struct container
		*told; /* who is in none that is known is in this one; NULL: or not */
	struct record record;
	struct event event;
	struct process process;
	struct scene scene;
};

void opener_release(struct opener *o);
/*
 * It is in no container and in no namespace but the host's, which opener_look() would find as well; asked only of who is in the
 * host's mount namespace, as containers hardly are: of all others false.
 */
bool opener_is_hosts(struct opener *o, int32_t tid);
/*
 * Fill event and scene; of an exec @call says nothing. 0; OPENER_FREE: it opens, and is in no container that is known, so that no rule can refuse it:
 * nothing more was asked; OPENER_STRANGER: nor is it, but in a namespace that is not the host's, and process_facts.pid is known;
 * -ESRCH: the task is gone; other -errno: it cannot be told who it is. Takes no
 * path of anybody's, and reads nothing that lies in the task's own memory.
 */
#define OPENER_FREE 1
#define OPENER_STRANGER 2
int opener_look(struct opener *o, const struct fan_event *asked, const struct call *call);
/* the record that tells the main process of it, stamped; borrowed until the next opener_look() */
struct str opener_tell(struct opener *o, enum permission_answer verdict, struct str rules,
		       uint64_t waited);

#endif
