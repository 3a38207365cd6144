/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container that an id or a list of cgroups means, and what the disk says of it.
 *
 * Fills the rows of the container table. Must not decide which process belongs to it.
 */
#include "state/cgroup_path.h"
#include "state/lineage.h"
#include "state/state_parts.h"
#include "state/trespass.h"

#define ENGINE_ID_LEN 64 /* ids that engines make up: a hash in hex */

struct container *lineage_container(struct state *s, uint32_t node, struct str id, struct str type)
{
	bool fresh;
	struct container *c = container_get(&s->containers, &s->processes, node, id, &fresh);

	if (!c)
		return &s->containers.lost;
	if (fresh) {
		c->told = s->is_sweeping;
		if (node)
			text_set(&c->node, text_str(&s->nodes[node - 1]), NAME_MAX_KEPT);
	}
	if (!c->type.set)
		text_set(&c->type, type, NAME_MAX_KEPT);
	c->seen = s->now;
	return c;
}

void lineage_apply_container(const struct state *s, struct container *c,
			     const struct facts_container *f)
{
	const struct {
		struct text *to;
		struct str from;
	} rows[] = {
		{ &c->name, f->name }, { &c->image, f->image },	  { &c->image_id, f->image_id },
		{ &c->type, f->type }, { &c->bundle, f->bundle }, { &c->rootfs, f->rootfs },
	};

	if (!c->is_identified)
		return;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].from.ptr)
			text_set(rows[i].to, rows[i].from, PATH_KEPT);
	if (f->has_bounding) {
		c->has_bounding = true;
		c->cap_bounding = f->cap_bounding;
	}
	if (f->has_privileged) {
		c->has_privileged = true;
		c->privileged = f->privileged;
	}
	container_set_spec(c, &f->spec);
	trespass_configured(c, s->host_ns);
	c->metadata_asked = true;
}

/* where the administrator's name is the id, there is no other */
static void name_by_id(struct container *c)
{
	static const char *const types[] = { "runc",   "crun",	      "youki",	"lxc",
					     "nspawn", "libvirt-lxc", "garden", "buildkit" };

	for (size_t i = 0; !c->name.set && i < ARRAY_LEN(types); i++)
		if (str_eq(text_str(&c->type), str_of(types[i])) && c->id.len != ENGINE_ID_LEN)
			text_set(&c->name, text_str(&c->id), NAME_MAX_KEPT);
}

void lineage_describe(struct state *s, struct container *c, struct arena *a)
{
	struct facts_container f;
	int r;

	if (c->metadata_asked || c->node.set || !c->is_identified)
		return;
	state_asked(s);
	r = facts_ask_container(s->facts, text_str(&c->id), text_str(&c->bundle), &f, a);
	if (r == 0)
		lineage_apply_container(s, c, &f);
	else
		/* a recording may tell it later, the disk will not */
		c->metadata_asked = facts_is_live(s->facts);
	name_by_id(c);
}

/* cgroups that no shape fits: plain runc and crun use any path, so the id must be known already */
static struct container *container_by_leaf(struct state *s, const struct facts_process *f)
{
	struct str leaf = cgroup_path_leaf(f->cgroup);

	if (!leaf.ptr || !f->ns[NS_MNT] || f->ns[NS_MNT] == s->host_ns[NS_MNT])
		return NULL;
	return container_find(&s->containers, 0, leaf);
}

/*
 * Born of a container's process, in the cgroup of a container that nobody else knows: a runtime inside made it, wherever
 * its cgroup is. Orphans of a container that the host made come to another's first process, too, but only if the two
 * share a pid namespace (kernel/exit.c, find_new_reaper()).
 */
static bool is_nested(const struct state *s, const struct facts_process *f,
		      const struct process *parent, const struct cgroup_id *id)
{
	if (!parent || !parent->container || !parent->container->is_identified)
		return false;
	if (cgroup_path_names(f->cgroup, text_str(&parent->container->id)) ||
	    str_eq(text_str(&parent->inner), id->id))
		return true;
	return f->ns[NS_PID] && parent->cred.ns[NS_PID] &&
	       f->ns[NS_PID] != parent->cred.ns[NS_PID] &&
	       !container_find(&s->containers, 0, id->id);
}

struct container *lineage_by_cgroup(struct state *s, const struct facts_process *f,
				    const struct process *parent)
{
	struct container *c;
	struct cgroup_id id;
	enum cgroup_verdict verdict = cgroup_path_parse(f->cgroup, &id);

	if (verdict != CGROUP_NONE && is_nested(s, f, parent, &id))
		return parent->container;
	switch (verdict) {
	case CGROUP_CONTAINER:
		return lineage_container(s, 0, id.id, id.type);
	case CGROUP_CONFLICT:
		return &s->containers.lost;
	case CGROUP_NONE:
		break;
	}
	if (parent && parent->served && cgroup_path_names(f->cgroup, text_str(&parent->served->id)))
		return parent->served;
	c = container_by_leaf(s, f);
	/* it left its cgroup before anybody looked, but not its parent's world */
	if (!c && parent && f->ns[NS_MNT] && s->host_ns[NS_MNT] &&
	    f->ns[NS_MNT] != s->host_ns[NS_MNT])
		c = parent->container ? parent->container : parent->served;
	return c;
}
