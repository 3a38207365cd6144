/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine made of rows: answers the questions of state, counts them, and keeps what it would
 * record.
 */
#ifndef WC_TEST_FAKE_FACTS_H
#define WC_TEST_FAKE_FACTS_H

#include <errno.h>

#include "session.h"
#include "state/fact.h"
#include "state/mount_list.h"

struct fake {
	struct facts facts;
	struct facts_process processes[256];
	size_t n_processes;
	struct facts_hierarchy hierarchies[1024];
	size_t n_hierarchies;
	struct facts_knob knobs[8];
	size_t n_knobs;
	struct facts_helper helpers[4];
	size_t n_helpers;
	struct facts_container container; /* of container_id */
	const char *container_id;
	unsigned asked[FACT_GIVEN + 1];
	int32_t ended; /* nobody waited for it: it has a pid, and nothing more */
	int32_t target; /* whom any number means; 0: nobody can tell */
	struct facts_handles handles; /* of whoever is asked about; !is_known: nobody can tell */
	int no_place; /* -errno: why nobody's cgroups are to be had */
	int no_handles; /* -errno: why there are none to be had */
	struct cgroup_wanted wanted; /* of the last look at hierarchies */
	struct facts_threads threads; /* of whoever is asked about; n 0: nobody can tell */
	const char
		*mounts; /* of whoever is asked about, lines of mountinfo; NULL: nobody can tell */
	uint64_t mount_ns;
	int32_t gone; /* of this one nothing is known any more */
	char told[64][4096]; /* bodies that went to the tap */
	uint32_t told_type[64];
	size_t n_told;
};

static inline int fake_process(struct fake *k, struct fact *q)
{
	for (size_t i = 0; i < k->n_processes; i++) {
		if (k->processes[i].pid != q->id)
			continue;
		q->process = k->processes[i];
		return 0;
	}
	return -ESRCH;
}

static inline int fake_ask(struct facts *f, struct fact *q, struct arena *a)
{
	struct fake *k = (struct fake *)f;

	k->asked[q->kind]++;
	switch (q->kind) {
	case FACT_CGROUP:
		if (k->no_place)
			return k->no_place;
		/* fallthrough */
	case FACT_PROCESS:
		return fake_process(k, q);
	case FACT_PID_TARGET:
	case FACT_PIDFD_TARGET:
		q->process.pid = k->target;
		return k->target ? 0 : -ENOTTY;
	case FACT_HANDLES:
		q->handles = k->handles;
		if (k->no_handles)
			return k->no_handles;
		return k->handles.is_known ? 0 : -ENODATA;
	case FACT_THREADS:
		q->threads = k->threads;
		return k->threads.n ? 0 : -ENODATA;
	case FACT_MOUNTS:
		if (!k->mounts || q->id == k->gone)
			return -ESRCH;
		q->mounts = (struct facts_mounts){ .ns = k->mount_ns };
		for (size_t i = 0; i < k->n_processes; i++)
			if (k->processes[i].pid == q->id)
				q->mounts.start_ticks = k->processes[i].start_ticks;
		q->mounts.text = mount_list_trim(str_of(k->mounts), &q->mounts.is_cut, a);
		return 0;
	case FACT_PIDS:
		q->list.n = k->n_processes;
		q->list.pids = arena_array_of(a, int32_t, ARRAY_LEN(k->processes));
		for (size_t i = 0; i < k->n_processes; i++)
			q->list.pids[i] = k->processes[i].pid;
		if (k->ended)
			q->list.pids[q->list.n++] = k->ended;
		return 0;
	case FACT_HIERARCHIES:
		k->wanted = q->wanted;
		q->list.n = k->n_hierarchies;
		q->list.hierarchies = k->hierarchies;
		return 0;
	case FACT_KNOBS:
		q->list.n = k->n_knobs;
		q->list.knobs = k->knobs;
		return 0;
	case FACT_HELPERS:
		q->list.n = k->n_helpers;
		q->list.helpers = k->helpers;
		return 0;
	case FACT_CONTAINER:
		if (!k->container_id || !str_eq(q->text, str_of(k->container_id)))
			return -ENOENT;
		q->container = k->container;
		return 0;
	case FACT_DISK:
		q->names.name = q->id == (q->text.len ? 21 : 8) ? STR("disk") : STR("");
		return 0;
	case FACT_FD:
		q->names.name = STR("/dir");
		return 0;
	default:
		return -ENOENT;
	}
}

static inline bool fake_is_local(const struct facts *f, struct str node)
{
	(void)f;
	return str_eq(node, STR("here"));
}

static inline void fake_free(struct facts *f)
{
	free(f);
}

static inline void fake_tap(void *ctx, uint32_t type, struct str body)
{
	struct fake *k = ctx;
	size_t i = k->n_told++ % 64;

	k->told_type[i] = type;
	snprintf(k->told[i], sizeof(k->told[i]), "%.*s", STR_ARG(body));
}

static inline struct fake *fake_new(void)
{
	static const struct facts_ops ops = {
		.ask = fake_ask,
		.is_local = fake_is_local,
		.free = fake_free,
		.is_live = true,
	};
	struct fake *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	k->facts = (struct facts){ .ops = &ops, .tap = fake_tap, .tap_ctx = k };
	return k;
}

static inline struct facts_process *fake_add(struct fake *k, int32_t pid, int32_t ppid,
					     const char *exe, const char *cgroup)
{
	struct facts_process *p = &k->processes[k->n_processes++];

	assert_true(k->n_processes <= ARRAY_LEN(k->processes));
	*p = (struct facts_process){
		.pid = pid,
		.ppid = ppid,
		.exe = str_of(exe),
		.cgroup = str_of(cgroup),
		.loginuid = UINT32_MAX,
		.seccomp = -1,
		.has_caps = true,
		.cap_permitted = CAP_ALL,
		.cap_effective = CAP_ALL,
		.cap_bounding = CAP_ALL,
		.ns = { 1, 1, 1, 1, 1, 1, 1 },
	};
	return p;
}

#endif
