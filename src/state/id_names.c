/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cache of names. Rows are fixed in number; two ids that fall on one row take turns.
 *
 * Data: passwd and group files through facts, never NSS. A name may change hands, so a row is asked again
 * after a minute; what a recording did not tell in one event it may tell in the next, so there a missing
 * name is never kept.
 */
#include "state/id_names.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "state/facts.h"
#include "state/state_parts.h"

#define ROWS 256
#define STANDS (60 * NS_PER_S)

struct row {
	bool is_used, is_group, has_name;
	bool is_nobody; /* the file was read and has no such id */
	uint32_t id;
	uint32_t container; /* generation of its row; 0: the host */
	uint64_t asked;
	struct text name, home, shell;
};

struct id_names {
	struct row rows[ROWS];
};

struct id_names *id_names_new(void)
{
	return calloc(1, sizeof(struct id_names));
}

void id_names_free(struct id_names *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < ROWS; i++) {
		text_release(&u->rows[i].name);
		text_release(&u->rows[i].home);
		text_release(&u->rows[i].shell);
	}
	free(u);
}

static struct row *row_of(struct id_names *u, uint32_t container, uint32_t id, bool is_group)
{
	return &u->rows[(id * 31 + container * 7 + is_group) % ROWS];
}

static bool is_fresh(const struct row *r, uint32_t container, uint32_t id, bool is_group,
		     uint64_t now, bool is_live)
{
	if (!r->is_used || r->id != id || r->container != container || r->is_group != is_group)
		return false;
	return is_live ? now < r->asked + STANDS : r->has_name || r->is_nobody;
}

/* its first process, else whoever is at hand: through its root the files are reached */
static bool find_witness(const struct scene *s, const struct container *c, struct facts_inside *out)
{
	const struct process *p =
		process_find(&s->state->processes, container_node(c), c->init_pid);

	if (!c->init_pid || !p || p->is_dead || p->container != c)
		p = s->process;
	if (!p || p->container != c || p->is_runtime_init)
		return false;
	*out = (struct facts_inside){ text_str(&c->id), p->ref.pid, p->ref.start_ticks,
				      container_party(c) };
	return true;
}

static void ask(struct row *r, const struct scene *s, const struct container *c, uint32_t id,
		bool is_group)
{
	struct facts *facts = state_facts(s->state);
	struct user_names n = { 0 };
	struct facts_inside inside;
	int err;

	if (c && !find_witness(s, c, &inside))
		err = -ENODATA;
	else if (is_group)
		err = facts_ask_group(facts, c ? &inside : NULL, id, &n.name, s->event->arena);
	else
		err = facts_ask_user(facts, c ? &inside : NULL, id, &n.name, &n.home, &n.shell,
				     s->event->arena);
	r->is_used = true;
	r->is_group = is_group;
	r->id = id;
	r->container = c ? c->generation : 0;
	r->asked = s->event->time;
	r->is_nobody = err == -ENOENT;
	r->has_name = err == 0 && n.name.len > 0 && text_set(&r->name, n.name, NAME_MAX_KEPT) == 0;
	text_set(&r->home, r->has_name ? n.home : STR_ABSENT, PATH_KEPT);
	text_set(&r->shell, r->has_name ? n.shell : STR_ABSENT, PATH_KEPT);
}

static bool look_up(const struct scene *s, const struct container *c, uint32_t id, bool is_group,
		    struct user_names *out)
{
	struct id_names *u = s->state ? state_id_names(s->state) : NULL;
	struct arena *a = s->event->arena;
	struct row *r;

	if (!u || !a || !facts_is_local(state_facts(s->state), s->event->node))
		return false;
	r = row_of(u, c ? c->generation : 0, id, is_group);
	if (!is_fresh(r, c ? c->generation : 0, id, is_group, s->event->time,
		      facts_is_live(state_facts(s->state))))
		ask(r, s, c, id, is_group);
	if (!r->has_name)
		return false;
	/* copies: the row may be another's before the event is over */
	*out = (struct user_names){ arena_str(a, text_str(&r->name)),
				    arena_str(a, text_str(&r->home)),
				    arena_str(a, text_str(&r->shell)) };
	return out->name.ptr;
}

/*
 * A container's files have the last word when they can be read; only when they cannot, or when its
 * user namespace has no such id, the host's name is all there is.
 */
static bool look_up_inside(const struct scene *s, uint32_t id, bool is_group,
			   struct user_names *out)
{
	const struct container *c = s->container;
	const struct spec_list *map;
	uint32_t inside = id;

	if (!c || !s->state)
		return look_up(s, NULL, id, is_group, out);
	map = is_group ? &c->spec.gid_map : &c->spec.uid_map;
	if (map->n ? !spec_id_inside(map, id, &inside) : c->has_userns)
		return look_up(s, NULL, id, is_group, out);
	if (look_up(s, c, inside, is_group, out))
		return true;
	return !row_of(state_id_names(s->state), c->generation, inside, is_group)->is_nobody &&
	       look_up(s, NULL, id, is_group, out);
}

bool state_user(const struct scene *s, uint32_t uid, struct user_names *out)
{
	return look_up_inside(s, uid, false, out);
}

bool state_group(const struct scene *s, uint32_t gid, struct str *name)
{
	struct user_names names;

	if (!look_up_inside(s, gid, true, &names))
		return false;
	*name = names.name;
	return true;
}

bool state_host_user(const struct scene *s, uint32_t uid, struct user_names *out)
{
	return look_up(s, NULL, uid, false, out);
}
