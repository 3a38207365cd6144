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
	if (!p->ns[ns] || !v->host_ns[ns])
		return ANSWER_UNKNOWN;
	return p->ns[ns] == v->host_ns[ns] ? ANSWER_YES : ANSWER_NO;
}

/* a user namespace of the container's own: what it has there, it does not have on the host */
static bool is_remapped(const struct reason_view *v)
{
	const struct container *c = v->container;

	if (c && (c->has_userns || (c->spec.is_known && c->spec.marks & SPEC_OWN_USER)))
		return true;
	for (size_t i = 0; i < v->n; i++)
		if (reach_shares(v, v->members[i], NS_USER) != ANSWER_NO)
			return false;
	return v->n > 0;
}

static uint64_t all_sets(const struct credentials *c)
{
	uint64_t set = c->has_bounding ? c->cap_bounding : 0;

	return c->has_caps ? set | c->cap_permitted | c->cap_effective | c->cap_ambient : set;
}

bool reach_find(const struct reason_view *v, uint64_t *set)
{
	bool remapped = is_remapped(v), known = remapped;

	*set = 0;
	for (size_t i = 0; i < v->n; i++) {
		const struct process *p = v->members[i];
		enum answer host = reach_shares(v, p, NS_USER);

		if (host == ANSWER_NO || (host == ANSWER_UNKNOWN && remapped))
			continue;
		known |= p->cred.has_bounding || p->cred.has_caps;
		*set |= all_sets(&p->cred);
	}
	if (v->container && v->container->has_bounding && !remapped) {
		known = true;
		*set |= v->container->cap_bounding;
	}
	return known;
}

enum answer reach_beyond(const struct reason_view *v, const struct process *p, uint64_t *set)
{
	enum answer host = reach_shares(v, p, NS_USER);

	*set = 0;
	if (!v->container || !v->container->has_bounding || !p->cred.has_caps)
		return ANSWER_UNKNOWN;
	*set = all_sets(&p->cred) & ~v->container->cap_bounding;
	if (!*set || host == ANSWER_NO) {
		*set = 0;
		return ANSWER_NO;
	}
	return host;
}
