/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which capabilities count on the host. Those of a process in a user namespace of its own do not.
 *
 * Owns nothing. Where the namespace of a process cannot be read, the container's tells.
 */
#include "survey/reach.h"

#include "state/facts.h"

enum answer reach_shares(const struct reason_view *v, const struct process *p, unsigned ns)
{
	if (!p->cred.ns[ns] || !v->host_ns[ns])
		return ANSWER_UNKNOWN;
	return p->cred.ns[ns] == v->host_ns[ns] ? ANSWER_YES : ANSWER_NO;
}

/* whether processes of it are in the host's user namespace, where they do not tell */
static enum answer container_shares_user(const struct reason_view *v)
{
	const struct container *c = v->container;
	size_t others = 0;

	if (c && (c->has_userns || (c->spec.is_known && c->spec.marks & SPEC_OWN_USER)))
		return ANSWER_NO;
	for (size_t i = 0; i < v->n; i++) {
		enum answer a = reach_shares(v, v->members[i], NS_USER);

		if (a == ANSWER_YES)
			return ANSWER_YES;
		others += a == ANSWER_NO;
	}
	if (others && others == v->n)
		return ANSWER_NO;
	return c && c->spec.is_known ? ANSWER_YES : ANSWER_UNKNOWN;
}

enum answer reach_user(const struct reason_view *v, const struct process *p)
{
	enum answer own = reach_shares(v, p, NS_USER);

	return own == ANSWER_UNKNOWN ? container_shares_user(v) : own;
}

static uint64_t all_sets(const struct credentials *c)
{
	uint64_t set = c->has_bounding ? c->cap_bounding : 0;

	return c->has_caps ? set | c->cap_permitted | c->cap_effective | c->cap_ambient : set;
}

bool reach_find(const struct reason_view *v, uint64_t *set)
{
	enum answer all = container_shares_user(v);
	bool known = all == ANSWER_NO;

	*set = 0;
	for (size_t i = 0; i < v->n; i++) {
		const struct process *p = v->members[i];
		enum answer own = reach_shares(v, p, NS_USER);

		if ((own == ANSWER_UNKNOWN ? all : own) != ANSWER_YES)
			continue;
		known |= p->cred.has_bounding || p->cred.has_caps;
		*set |= all_sets(&p->cred);
	}
	if (v->container && v->container->has_bounding && all == ANSWER_YES) {
		known = true;
		*set |= v->container->cap_bounding;
	}
	return known;
}

enum answer reach_beyond(const struct reason_view *v, const struct process *p, uint64_t *set)
{
	enum answer host;

	*set = 0;
	if (!v->container || !v->container->has_bounding || !p->cred.has_caps)
		return ANSWER_UNKNOWN;
	*set = all_sets(&p->cred) & ~v->container->cap_bounding;
	host = *set ? reach_shares(v, p, NS_USER) : ANSWER_NO;
	if (host != ANSWER_YES)
		*set = 0;
	return host;
}
