/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process of a container holds that its container was not given: namespaces of the host's, where
 * the container has its own, and capabilities beyond the bounding set. Effects: whatever the way there was, they
 * show (namespaces(7); a bounding set only shrinks within one user namespace, capabilities(7)).
 *
 * Each is told once, as the `ns_gain` and the `cap_gain` event, and only upon an answer of /proc. The runtime's
 * init stage is not judged: it enters the container step by step, with the rights of the host.
 */
#ifndef WC_TRESPASS_H
#define WC_TRESPASS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "event/event.h"
#include "state/container.h"
#include "state/facts.h"
#include "state/process.h"

struct state;

/* an answer about @p, which a runtime put into its container, or which was there before us */
void trespass_learn(const struct state *s, const struct process *p, const struct facts_process *f);
/*
 * What a process of @c is in, the eldest known or another, is the container's where nothing better is known; never what is
 * @host's, if the configuration gives the container its own: then that process has left.
 */
void trespass_take(struct container *c, const uint64_t ns[static NS_COUNT], bool is_eldest,
		   const uint64_t host[static NS_COUNT]);
/* the configuration of @c has come to be known: what was taken before is taken back where it says otherwise */
void trespass_configured(struct container *c, const uint64_t host[static NS_COUNT]);
/*
 * @found: bits of enum facts_ns, those of @ns that are @host's although @c has its own. False: neither the container's
 * nor the process's are known.
 */
bool trespass_find(const struct container *c, const uint64_t ns[static NS_COUNT],
		   const uint64_t host[static NS_COUNT], unsigned *found);
/* "mnt pid", in the order of enum facts_ns; "" for none */
struct str trespass_names(unsigned namespaces, struct arena *a);
/* its capabilities are those of another user namespace than the container's: not to be compared */
bool trespass_is_other_userns(const struct container *c, const struct credentials *cred);

/* it is in @ns by now: @p learns that, what is new is told; @ev NULL: the sweeper found it */
void trespass_namespaces(struct state *s, struct process *p, const uint64_t ns[static NS_COUNT],
			 const struct event *ev, struct arena *a);
/* trespass_namespaces() would tell something */
bool trespass_is_news(const struct state *s, const struct process *p,
		      const uint64_t ns[static NS_COUNT]);
/* what the threads of @p hold between them, by @f: what is new is told of the one that holds it; @ev NULL: as above */
void trespass_threads(struct state *s, struct process *p, const struct facts_threads *f,
		      const struct event *ev, struct arena *a);
/* trespass_threads() would tell something */
bool trespass_threads_are_news(const struct state *s, const struct process *p,
			       const struct facts_threads *f);
/* after @ev, a call that can change credentials */
void trespass_capabilities(struct state *s, struct process *p, const struct event *ev);

#endif
