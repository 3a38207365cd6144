/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who and where: everything watchcap knows about processes, containers, cgroup hierarchies and
 * kernel knobs. The only writer of what is known; one thread; asks the machine only through
 * `facts`.
 */
#ifndef WC_STATE_H
#define WC_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "state/facts.h"
#include "state/scene.h"

struct state;
struct target; /* base/target.h */

struct state_options {
	size_t processes_max; /* 0 = 8192 */
	size_t containers_max; /* 0 = 1024 */
};

struct state_stats {
	uint64_t processes, containers; /* now in the tables */
	uint64_t evicted; /* live rows that had to go */
	uint64_t unattributed; /* subjects whose container was assumed or unknown */
	uint64_t
		questions; /* facts asked since the sweep at start, not each second's look at settings */
	uint64_t refused; /* files of runtimes that were there and not read, whole or in part */
	uint64_t host_files_unread; /* groups of the host's files, now: nobody answers */
	uint64_t rowless; /* hierarchies that there is no row for: only a planted value is told */
	uint64_t blind_looks; /* hierarchies could not be read */
	uint64_t
		looks_put_off; /* at processes of containers that run too many programs, or take too long */
	uint64_t looks_blind; /* at what processes hold that have too many mounts or threads */
	uint64_t resyncs; /* the times that /proc was looked through again after a loss */
	uint64_t
		helpers_unseen; /* the kernel's programs that had gone before they could be looked at */
	uint64_t user_messages; /* of containers in the audit trail: no rule looks at them */
	uint64_t
		mounts_unseen; /* lists of mounts that were too long, or could not be asked for at a mount call */
	uint64_t dropped; /* synthetic events that nobody fetched in time */
};

/* @facts stays the caller's. NULL on ENOMEM. */
struct state *state_new(const struct state_options *o, struct facts *facts);
void state_free(struct state *s);
DEFINE_AUTO(state)

/*
 * The sweep at start: processes, containers, hierarchies; what facts cannot tell is left unknown. Its
 * questions are asked with facts_begin(NULL). 0 or -ENOMEM.
 */
int state_start(struct state *s);
/*
 * The same beside the events, live: what is needed at once, at @now, and then the processes with state_advance(), some at
 * a time. Events may be observed meanwhile, and find what they would have found after all of it. 0 or -ENOMEM.
 */
int state_begin(struct state *s, uint64_t now);
/* the next @n processes of those that were there at the start; true: there are more */
bool state_advance(struct state *s, size_t n, uint64_t now);
/* those that were there at the start have all been looked at */
bool state_is_complete(const struct state *s);
/* learn from @ev and fill @out. Never fails: what cannot be kept is counted. */
void state_observe(struct state *s, const struct event *ev, struct scene *out);
/* the same for a notice of the process connector, which is no event for rules */
void state_notice(struct state *s, const struct event *ev);
/* live, between events: whoever is not known is asked about */
void state_meet(struct state *s, int32_t pid);
/* what is known of @pid may be of before its last program, whose record is on its way */
bool state_awaits_records(const struct state *s, int32_t pid);
/* they were lost, for later ones have come */
void state_give_up_records(struct state *s, int32_t pid);
/* a write waits for such records: what the sweeper finds changed may be its doing */
void state_set_late(struct state *s, bool is_late);
/* the next synthetic event that the last observe or tick brought about; false when there is none */
bool state_next(struct state *s, struct scene *out);
/* something waits for time to come to @now, and no record says so: a notice must (NOTICE_TICK) */
bool state_waits(const struct state *s, uint64_t now);
/* the slow sweeper: call about once a second (live) with the time; no-op without live facts */
void state_tick(struct state *s, uint64_t now);
const struct state_stats *state_stats(const struct state *s);
/* namespaces of this host's pid 1, index enum facts_ns; 0 = not known */
const uint64_t *state_host_ns(const struct state *s);
/*
 * where a getter may ask for names of users and groups, in the name of the event that was last
 * observed
 */
struct facts *state_facts(const struct state *s);

/*
 * whom an action on the subject of @scene, which was just observed, would hit; texts in @a or of the
 * state
 */
void state_target(struct state *s, const struct scene *scene, struct arena *a, struct target *out);

/* a cgroup v1 hierarchy whose release_agent is worth a kernel audit rule */
struct state_watch {
	struct str controllers;
	struct str mount_point; /* absent: nowhere in ours: watch by device and inode */
	uint64_t inode;
	uint32_t dev_major, dev_minor;
};
#define STATE_WATCHES_MAX 512 /* the most that there can be */
/* changes whenever the set of watches, or of roles, does */
uint64_t state_watch_generation(const struct state *s);
/* the host's own come first */
size_t state_watches(const struct state *s, struct state_watch *out, size_t max);
/* processes that the telemetry depends on, by their pid: a signal to one of them is worth a kernel audit rule */
#define STATE_ROLES_MAX NOTICE_ROLES
size_t state_roles(const struct state *s, int32_t out[static STATE_ROLES_MAX]);
/*
 * changes when a program may have been planted that the kernel starts: a hierarchy came or changed, a knob
 * that names one is not as it was
 */
uint64_t state_alarm_generation(const struct state *s);
/* programs that the kernel may start, as far as they were known at start */
size_t state_helpers(const struct state *s, const struct facts_helper **out);
/* changes whenever one of their files does; 0: nobody can tell */
uint64_t state_helper_generation(const struct state *s);
/* a container that lives: its first program was seen */
struct state_container {
	struct str id, type;
	int32_t init_pid; /* a process that is in it; the first, if that is known */
	const uint64_t *ns; /* that it began in, of enum facts_ns; 0: not known */
};
/* changes whenever one has come */
uint64_t state_container_generation(const struct state *s);
/* one after the other, *next from 0; false: no more */
bool state_container_next(const struct state *s, size_t *next, struct state_container *out);
/* who waits for the guard, and is in namespaces that no container has that was told of */
enum state_whose {
	WHOSE_UNKNOWN, /* as yet: records about it are on their way */
	WHOSE_HOST,
	WHOSE_CONTAINER,
};
/* of @pid as it is now; texts of its container are the state's. Changes nothing. */
enum state_whose state_whose(const struct state *s, int32_t pid, struct str *id, struct str *type);
/* a mount by a container's process */
struct state_mount {
	int32_t pid,
		init_pid; /* whoever mounted may be gone: the first of its container; 0: not known */
	struct str target; /* in the process's mount namespace; valid until the next observe */
};
/* one after the other; *next counts those that were looked at, from 0; false: no more. The oldest may be skipped. */
bool state_mount_next(const struct state *s, uint64_t *next, struct state_mount *out);
/* read the hierarchies again (after a watch was placed: a value planted in the gap is found) */
void state_recheck(struct state *s);

#endif
