/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparisons of a process with its container, and the two events.
 *
 * Owns nothing: what was told is the process's. Must not decide who belongs to which container.
 */
#include "state/trespass.h"

#include <string.h>

#include "base/bits.h"
#include "kernel/capset.h"
#include "kernel/procfs.h"
#include "state/credentials.h"
#include "state/lineage.h"
#include "state/state_parts.h"

/* gVisor's kernel stays in the cgroup namespace that it was started in, whatever the configuration says */
static bool was_given_own(const struct container *c, unsigned i)
{
	return c->spec.is_known && c->spec.marks & (uint32_t)SPEC_NEW_NS << i && i != NS_CGROUP;
}

/* a process of it may be in @ns because the container is */
static bool may_be_its_own(const struct container *c, const uint64_t *host, unsigned i, uint64_t ns)
{
	return ns && (ns != host[i] || !was_given_own(c, i));
}

void trespass_take(struct container *c, const uint64_t ns[static NS_COUNT], bool is_eldest,
		   const uint64_t host[static NS_COUNT])
{
	for (unsigned i = 0; i < NS_COUNT; i++)
		if ((is_eldest || !c->ns[i]) && may_be_its_own(c, host, i, ns[i]))
			c->ns[i] = ns[i];
}

void trespass_configured(struct container *c, const uint64_t host[static NS_COUNT])
{
	for (unsigned i = 0; i < NS_COUNT; i++)
		if (!may_be_its_own(c, host, i, c->ns[i]))
			c->ns[i] = 0;
	if (!c->ns[NS_MNT])
		c->ns_pid = 0;
}

void trespass_learn(const struct state *s, const struct process *p, const struct facts_process *f)
{
	struct container *c = p->container;
	bool is_eldest;

	if (!c || !c->is_identified || !f->ns[NS_MNT] || !f->start_ticks)
		return;
	is_eldest = !c->ns_since || f->start_ticks < c->ns_since;
	trespass_take(c, f->ns, is_eldest, s->host_ns);
	if ((is_eldest || !c->ns_pid) && c->ns[NS_MNT] == f->ns[NS_MNT])
		c->ns_pid = f->pid;
	if (is_eldest)
		c->ns_since = f->start_ticks;
}

/* the container has a namespace of its own, wherever its eldest process was when it was first seen */
static bool has_own(const struct container *c, const uint64_t *host, unsigned i)
{
	return (c->ns[i] && c->ns[i] != host[i]) || was_given_own(c, i);
}

bool trespass_find(const struct container *c, const uint64_t ns[static NS_COUNT],
		   const uint64_t host[static NS_COUNT], unsigned *found)
{
	bool is_known = false;

	*found = 0;
	for (unsigned i = 0; i < NS_COUNT; i++) {
		is_known |= ns[i] && host[i] && (c->ns[i] || c->spec.is_known);
		if (host[i] && ns[i] == host[i] && has_own(c, host, i))
			*found |= 1U << i;
	}
	return is_known;
}

struct str trespass_names(unsigned namespaces, struct arena *a)
{
	return bits_names(namespaces, NS_COUNT, procfs_ns_name, a);
}

bool trespass_is_other_userns(const struct container *c, const struct credentials *cred)
{
	uint64_t ns = cred->ns[NS_USER];

	return ns && (ns == NS_NEW || (c->ns[NS_USER] && ns != c->ns[NS_USER]));
}

static struct derived *tell(struct state *s, const struct process *p, const struct event *ev,
			    evt_type type, struct str gained, struct arena *a)
{
	struct derived *d = state_derive_found(s, p, ev, type, a);

	if (d)
		d->event.gained = gained;
	return d;
}

/* in the host's namespace it is told as that */
static bool is_new_userns(const struct state *s, const struct process *p, uint64_t ns)
{
	const struct container *c = p->container;

	return ns && c->ns[NS_USER] && ns != c->ns[NS_USER] && ns != s->host_ns[NS_USER] &&
	       ns != p->userns_told;
}

bool trespass_is_news(const struct state *s, const struct process *p,
		      const uint64_t ns[static NS_COUNT])
{
	unsigned found;

	return (trespass_find(p->container, ns, s->host_ns, &found) &&
		found & ~(unsigned)(p->ns_told | p->threads.ns)) ||
	       is_new_userns(s, p, ns[NS_USER]);
}

/* a user namespace is worth nothing to who has no capability in it: a program run there by nobody */
static void find_userns(struct state *s, struct process *p, const struct event *ev, struct arena *a)
{
	struct derived *d = NULL;
	struct facts_process f;

	if (state_ask_process(s, p->ref.pid, &f, a) < 0 || !lineage_is_same(p, &f))
		return;
	p->userns_told = f.ns[NS_USER];
	if (f.has_caps && f.cap_effective)
		d = tell(s, p, ev, EVT_USERNS_GAIN, capset_names(f.cap_effective, a), a);
	if (!d)
		return;
	d->scene.after.has_caps = true;
	d->scene.after.cap_effective = f.cap_effective;
	d->scene.after.cap_permitted = f.cap_permitted;
}

void trespass_namespaces(struct state *s, struct process *p, const uint64_t ns[static NS_COUNT],
			 const struct event *ev, struct arena *a)
{
	unsigned found, untold;

	if (!ns[NS_MNT])
		return;
	credentials_take_ns(&p->cred, ns);
	trespass_find(p->container, ns, s->host_ns, &found);
	untold = found & ~(unsigned)(p->ns_told | p->threads.ns);
	p->ns_told = (uint8_t)found;
	if (untold)
		tell(s, p, ev, EVT_NS_GAIN, trespass_names(untold, a), a);
	if (is_new_userns(s, p, ns[NS_USER]))
		find_userns(s, p, ev, a);
}

static void tell_capabilities(struct state *s, const struct process *p, const struct event *ev,
			      uint64_t caps, struct str cause)
{
	struct derived *d =
		caps ? tell(s, p, ev, EVT_CAP_GAIN, capset_names(caps, ev->arena), ev->arena)
		     : NULL;

	if (d)
		d->event.cause = cause;
}

/* nobody gives capabilities to one thread */
static void tell_thread(struct state *s, const struct process *p, const struct facts_threads *f,
			const struct event *ev, evt_type type, struct str gained, struct arena *a)
{
	struct derived *d = tell(s, p, ev, type, gained, a);

	if (!d)
		return;
	d->event.cause = STR("none");
	d->scene.thread = f->tid;
	credentials_take_ns(&d->scene.after, f->ns);
	if (f->has_caps) {
		d->scene.after.has_caps = true;
		d->scene.after.cap_source = CAP_THREADS;
		d->scene.after.cap_permitted = f->permitted;
		d->scene.after.cap_effective = f->effective;
	}
	d->scene.before = d->scene.after;
}

static unsigned untold_namespaces(const struct state *s, const struct process *p,
				  const struct facts_threads *f, unsigned *found)
{
	trespass_find(p->container, f->ns, s->host_ns, found);
	return *found & ~(unsigned)(p->ns_told | p->threads.ns);
}

static uint64_t untold_capabilities(const struct process *p, const struct facts_threads *f)
{
	const struct container *c = p->container;

	if (!c->has_bounding || !f->has_caps || !f->userns || f->userns != c->ns[NS_USER])
		return 0;
	return (f->permitted | f->effective) & ~(c->cap_bounding | p->cap_told | p->cap_granted);
}

bool trespass_threads_are_news(const struct state *s, const struct process *p,
			       const struct facts_threads *f)
{
	unsigned found;

	return untold_namespaces(s, p, f, &found) || untold_capabilities(p, f);
}

void trespass_threads(struct state *s, struct process *p, const struct facts_threads *f,
		      const struct event *ev, struct arena *a)
{
	unsigned found, untold = untold_namespaces(s, p, f, &found);
	uint64_t beyond = untold_capabilities(p, f);

	p->threads.ns = (uint8_t)found;
	if (untold)
		tell_thread(s, p, f, ev, EVT_NS_GAIN, trespass_names(untold, a), a);
	p->cap_told |= beyond;
	if (beyond)
		tell_thread(s, p, f, ev, EVT_CAP_GAIN, capset_names(beyond, a), a);
}

void trespass_capabilities(struct state *s, struct process *p, const struct event *ev)
{
	const struct container *c = p->container;
	struct facts_process f;
	uint64_t beyond;

	if (!c || !c->is_identified || !c->has_bounding || p->is_runtime_init ||
	    !p->cred.has_caps || !state_can_ask(s, process_node(p)) ||
	    trespass_is_other_userns(c, &p->cred))
		return;
	beyond = (p->cred.cap_permitted | p->cred.cap_effective) & ~(c->cap_bounding | p->cap_told);
	/* a clone into a user namespace leaves no record that tells it: only /proc does */
	if (!beyond || lineage_ask(s, p->ref.pid, ev, &f) < 0 || !f.has_caps || !f.ns[NS_USER] ||
	    f.ns[NS_USER] != c->ns[NS_USER])
		return;
	beyond &= f.cap_permitted | f.cap_effective;
	p->cap_told |= beyond;
	tell_capabilities(s, p, ev, beyond & p->cap_granted, STR("runtime"));
	tell_capabilities(s, p, ev, beyond & ~p->cap_granted, STR("none"));
}
