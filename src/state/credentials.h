/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger of ids and capabilities: what a call does to them (credentials(7), capabilities(7),
 * user_namespaces(7), PR_SET_* and PR_CAP* of prctl(2), seccomp(2)).
 *
 * Best source first: a CAPSET or BPRM_FCAPS record of the same event, the ledger, /proc (state asks
 * it), else not known. Nothing is guessed: a call whose effect cannot be told leaves "not known"
 * behind.
 */
#ifndef WC_CREDENTIALS_H
#define WC_CREDENTIALS_H

#include <stdbool.h>

#include "event/event.h"
#include "state/facts.h"
#include "state/process.h"

/* every capability of linux/capability.h: what a "full" set of a record's kernel is taken to be */
#define CAP_SET_FULL ((UINT64_C(1) << 41) - 1)

static inline bool event_is_exec(const struct event *ev)
{
	return ev->type == EVT_EXECVE || ev->type == EVT_EXECVEAT;
}

#define CREDENTIALS_UNKNOWN                                                                        \
	((struct credentials){ .no_new_privs = -1, .seccomp = -1, .userns_is_host = -1 })

/* the words of thread.cap_source; CAP_UNKNOWN for any other */
const char *cap_source_name(enum cap_source source);
enum cap_source cap_source_of(struct str name);

/* the call is one of those that change credentials when they succeed, and it did */
bool credentials_can_change(const struct event *ev);
/* what a child has of its parent's */
void credentials_copy(struct credentials *child, const struct credentials *parent);
/* a child's start: what its parent has, if the child's record shows the same user */
void credentials_inherit(struct credentials *child, const struct credentials *parent,
			 const struct event *ev);
/*
 * From the ledger @c as it stood, and the event, to the states before and after the call
 * (language.md 5.4). @known: the ledger tells of before the call (false: it is /proc's, read just
 * now). @after is the new ledger.
 */
void credentials_observe(const struct credentials *c, bool known, const struct event *ev,
			 struct credentials *before, struct credentials *after);
/* the ids of users and groups that a record tells */
void credentials_ids(struct credentials *c, const struct syscall_record *sys);
void credentials_take_ns(struct credentials *c, const uint64_t ns[static NS_COUNT]);
/* fill in what @c does not know from what @from does */
void credentials_complete(struct credentials *c, const struct credentials *from);
/* what a runtime's init stage may have: it drops its bounding set unseen before its CAPSET */
void credentials_forget_caps(struct credentials *c);
/* /proc/PID/status as of @now (ns since the epoch) */
void credentials_from_status(struct credentials *c, const struct facts_process *f,
			     uint64_t host_userns, uint64_t now);
/*
 * What an exec by root gave, when no BPRM_FCAPS came with it and @bounding is known by now:
 * permitted = inheritable | bounding (capabilities(7), "Capabilities and execution of programs by
 * root").
 */
void credentials_root_exec(struct credentials *c, uint64_t bounding);

#endif
