/* SPDX-License-Identifier: Apache-2.0 */
/* Owns its rows, in the order of their numbers. Does no I/O. */
#include "kernel/cgroup_memory.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "kernel/cgroupfs.h"

/* a mark is put on what was just found after that has been read: until then it is read at each look */
#define YOUNG (3 * NS_PER_S)
#define OLD (10 * NS_PER_S)
#define OLD_PER_LOOK 4
/* of the reads in a second: the new leave some to those that waited, and those that were just read to the new */
#define READS_OF_NEW (CGROUP_MEMORY_READS / 4 * 3)
#define READS_OF_YOUNG (CGROUP_MEMORY_READS / 2)

struct remembered {
	uint32_t id;
	struct text controllers, agent;
	bool has_inode;
	uint64_t inode;
	uint32_t major, minor;
	uint64_t found, read; /* when */
	uint64_t met; /* in this look */
};

struct cgroup_memory {
	struct remembered *rows;
	size_t n;
	uint64_t look;
	uint64_t now;
	struct cgroup_wanted wanted;
	uint64_t turn; /* no old one that was read later is read again in this look */
	unsigned old; /* are */
	uint64_t second; /* began then */
	unsigned reads; /* in it */
};

struct cgroup_memory *cgroup_memory_new(void)
{
	struct cgroup_memory *m = calloc(1, sizeof(*m));

	if (m)
		m->rows = calloc(CGROUP_MEMORY_MAX, sizeof(*m->rows));
	if (m && m->rows)
		return m;
	free(m);
	return NULL;
}

static void row_release(struct remembered *r)
{
	text_release(&r->controllers);
	text_release(&r->agent);
}

void cgroup_memory_free(struct cgroup_memory *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		row_release(&m->rows[i]);
	free(m->rows);
	free(m);
}

/* when the last of those that rested longest was read: in a list of many the first are no sooner read again than the others */
static uint64_t turn_of(const struct cgroup_memory *m)
{
	uint64_t eldest[OLD_PER_LOOK];

	memset(eldest, 0xff, sizeof(eldest));
	for (size_t i = 0; i < m->n; i++) {
		uint64_t read = m->rows[i].read;

		for (size_t k = 0; k < OLD_PER_LOOK; k++) {
			uint64_t later = read > eldest[k] ? read : eldest[k];

			eldest[k] = read < eldest[k] ? read : eldest[k];
			read = later;
		}
	}
	return eldest[OLD_PER_LOOK - 1];
}

void cgroup_memory_begin(struct cgroup_memory *m, const struct cgroup_wanted *wanted, uint64_t now)
{
	m->look++;
	m->now = now;
	m->wanted = *wanted;
	m->turn = turn_of(m);
	m->old = 0;
	if (now < m->second + NS_PER_S)
		return;
	m->second = now;
	m->reads = 0;
}

/* the first row that does not come before @id */
static size_t place_of(const struct cgroup_memory *m, uint32_t id)
{
	size_t from = 0, to = m->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (m->rows[middle].id < id)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct remembered *row_of(struct cgroup_memory *m, const struct cgroup_hierarchy *h)
{
	size_t i = place_of(m, h->id);
	struct remembered *r = &m->rows[i];

	return i < m->n && r->id == h->id && str_eq(text_str(&r->controllers), h->controllers)
		       ? r
		       : NULL;
}

static bool is_wanted(const struct cgroup_memory *m, const struct remembered *r)
{
	const struct cgroup_wanted *w = &m->wanted;

	return w->all || ((w->dev_major || w->dev_minor) && r->has_inode &&
			  r->major == w->dev_major && r->minor == w->dev_minor);
}

static bool may_read(struct cgroup_memory *m, unsigned max)
{
	bool may = m->reads < max;

	m->reads += may;
	return may;
}

static bool is_read_again(struct cgroup_memory *m, const struct remembered *r)
{
	if (is_wanted(m, r))
		return may_read(m, CGROUP_MEMORY_READS);
	if (m->now - r->found < YOUNG)
		return may_read(m, READS_OF_YOUNG);
	return m->now - r->read >= OLD && r->read <= m->turn && m->old++ < OLD_PER_LOOK &&
	       may_read(m, CGROUP_MEMORY_READS);
}

/* RECALL_KNOWN or -ENOMEM */
static int answer(const struct remembered *r, struct cgroup_hierarchy *h, struct arena *a)
{
	h->has_inode = r->has_inode;
	h->inode = r->inode;
	h->dev_major = r->major;
	h->dev_minor = r->minor;
	if (r->agent.set)
		h->release_agent = arena_str(a, text_str(&r->agent));
	return r->agent.set && !h->release_agent.ptr ? -ENOMEM : RECALL_KNOWN;
}

int cgroup_memory_recall(struct cgroup_memory *m, struct cgroup_hierarchy *h, struct arena *a)
{
	struct remembered *r = row_of(m, h);

	if (!r)
		return m->n < CGROUP_MEMORY_MAX && may_read(m, READS_OF_NEW) ? RECALL_READ
									     : RECALL_LATER;
	r->met = m->look;
	return is_read_again(m, r) ? RECALL_READ : answer(r, h, a);
}

int cgroup_memory_last(struct cgroup_memory *m, struct cgroup_hierarchy *h, struct arena *a)
{
	const struct remembered *r = row_of(m, h);

	return r ? answer(r, h, a) : RECALL_LATER;
}

/* a new one, or one whose number has been given again */
static struct remembered *row_make(struct cgroup_memory *m, const struct cgroup_hierarchy *h)
{
	size_t i = place_of(m, h->id);
	struct remembered *r = &m->rows[i];

	if (i < m->n && r->id == h->id) {
		row_release(r);
	} else if (m->n < CGROUP_MEMORY_MAX) {
		memmove(r + 1, r, (m->n++ - i) * sizeof(*r));
	} else {
		return NULL;
	}
	*r = (struct remembered){ .id = h->id, .found = m->now };
	return r;
}

void cgroup_memory_keep(struct cgroup_memory *m, const struct cgroup_hierarchy *h)
{
	struct remembered *r = row_of(m, h);

	if (!r)
		r = row_make(m, h);
	if (!r)
		return;
	r->met = m->look;
	r->read = m->now;
	r->has_inode = h->has_inode;
	r->inode = h->inode;
	r->major = h->dev_major;
	r->minor = h->dev_minor;
	text_set(&r->agent, h->release_agent, PATH_MAX + 1);
	/* without it, it is not known the next time */
	text_set(&r->controllers, h->controllers, SIZE_MAX);
}

void cgroup_memory_end(struct cgroup_memory *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (m->rows[i].met == m->look)
			m->rows[kept++] = m->rows[i];
		else
			row_release(&m->rows[i]);
	}
	m->n = kept;
}
