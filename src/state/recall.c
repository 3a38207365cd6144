/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of processes by pid, lines of containers by the hash of their id. What a line means, and whether it is
 * believed, is snapshot.c's to say.
 */
#include "state/recall.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "state/lineage.h"
#include "state/snapshot.h"
#include "state/state_parts.h"

#define LINE_FIRST 4096
#define LINE_LIMIT (1024 * 1024)
#define HASH_SEED 0

struct recall {
	struct buf text;
	struct str *lines;
	struct intmap of_process, of_container; /* to lines */
	struct arena *arena; /* of the line at hand */
};

void recall_free(struct recall *r)
{
	if (!r)
		return;
	intmap_release(&r->of_process);
	intmap_release(&r->of_container);
	arena_free(r->arena);
	buf_release(&r->text);
	free(r->lines);
	free(r);
}

static uint64_t container_key(struct str id)
{
	return str_hash(id, HASH_SEED);
}

static int add_line(struct recall *r, struct str *line)
{
	struct fact f;

	arena_reset(r->arena);
	if (fact_read(*line, &f, r->arena) < 0 || f.err)
		return 0;
	if (f.kind == FACT_ORIGIN)
		return intmap_put(&r->of_process, (uint32_t)f.id, line);
	if (f.kind == FACT_GIVEN)
		return intmap_put(&r->of_container, container_key(f.text), line);
	return 0;
}

static int index_lines(struct recall *r)
{
	struct str rest = buf_str(&r->text), line;
	size_t n = 0;
	int error = 0;

	for (size_t i = 0; i < r->text.len; i++)
		n += r->text.ptr[i] == '\n';
	r->lines = calloc(n + 1, sizeof(*r->lines));
	if (!r->lines)
		return -ENOMEM;
	for (n = 0; error == 0 && str_cut(&rest, '\n', &line); n++) {
		r->lines[n] = line;
		error = add_line(r, &r->lines[n]);
	}
	return error;
}

struct recall *recall_new(struct str lines)
{
	AUTO(recall) r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->arena = arena_new(LINE_FIRST, LINE_LIMIT);
	buf_add(&r->text, lines);
	if (!r->arena || buf_failed(&r->text) || index_lines(r) < 0)
		return NULL;
	return take_ptr(r);
}

/* once: what has been told since is newer */
static const struct str *take_line(struct intmap *lines, uint64_t key)
{
	return intmap_del(lines, key);
}

static void apply(struct state *s, struct recall *r, struct str line)
{
	arena_reset(r->arena);
	snapshot_apply(s, line, r->arena);
}

static void apply_given(struct state *s, struct recall *r, struct str id)
{
	const struct str *line = take_line(&r->of_container, container_key(id));
	struct fact f;

	if (!line)
		return;
	arena_reset(r->arena);
	/* its first process is known by then, if it lives */
	if (fact_read(*line, &f, r->arena) < 0 || !str_eq(f.text, id))
		return;
	roll_meet(s, f.given.init_pid);
	apply(s, r, *line);
}

void recall_apply(struct state *s, struct recall *r, int32_t pid)
{
	const struct str *line = take_line(&r->of_process, (uint32_t)pid);
	const struct process *p;

	if (line)
		apply(s, r, *line);
	p = process_find(&s->processes, 0, pid);
	if (!p || !p->container || !p->container->is_identified)
		return;
	lineage_describe(s, p->container, s->roll.answers);
	apply_given(s, r, text_str(&p->container->id));
}
