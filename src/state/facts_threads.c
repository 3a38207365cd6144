/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread after the other, each by /proc/PID/task/TID.
 *
 * Owns nothing. Whoever ends meanwhile holds nothing any more.
 */
#include "state/facts_threads.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/living.h"

struct holding {
	struct procfs_status status;
	uint64_t ns[NS_COUNT];
};

static bool read_holding(int task, struct holding *out)
{
	procfs_namespaces(task, out->ns);
	return out->ns[NS_USER] && procfs_status(task, &out->status) == 0;
}

static bool are_alike(const struct procfs_status *a, const struct procfs_status *b)
{
	return memcmp(a->uid, b->uid, sizeof(a->uid)) == 0 &&
	       a->cap_permitted == b->cap_permitted && a->cap_effective == b->cap_effective &&
	       a->cap_inheritable == b->cap_inheritable && a->cap_ambient == b->cap_ambient;
}

/* true: it holds what nobody did so far */
static bool add(const struct holding *h, const uint64_t host[static NS_COUNT],
		struct facts_threads *out)
{
	const struct facts_threads before = *out;

	for (unsigned i = 0; i < NS_COUNT; i++)
		if (host[i] && h->ns[i] == host[i])
			out->ns[i] = host[i];
	if (h->ns[NS_USER] == out->userns && h->status.has_caps) {
		out->permitted |= h->status.cap_permitted;
		out->effective |= h->status.cap_effective;
		out->inheritable |= h->status.cap_inheritable;
		out->ambient |= h->status.cap_ambient;
	}
	return memcmp(before.ns, out->ns, sizeof(before.ns)) != 0 ||
	       before.permitted != out->permitted || before.effective != out->effective;
}

static int add_others(int process, int32_t pid, const uint64_t host[static NS_COUNT],
		      const struct holding *first, struct facts_threads *out, struct arena *a)
{
	struct procfs threads = { .root = openat(process, "task",
						 O_PATH | O_DIRECTORY | O_CLOEXEC) };
	auto_close int list = threads.root;
	int32_t *tids;
	size_t n;
	int r = list < 0 ? -ESRCH : procfs_pids(&threads, &tids, &n, a);

	if (r < 0)
		return r;
	out->n = (uint32_t)n;
	out->is_cut = n > FACTS_THREADS_MAX + 1;
	for (size_t i = n; i-- > 0 && n - i <= FACTS_THREADS_MAX;) {
		auto_close int thread = tids[i] == pid ? -1 : procfs_task(&threads, tids[i]);
		struct holding h;
		bool is_alike;

		if (thread < 0 || !read_holding(thread, &h))
			continue;
		is_alike = are_alike(&h.status, &first->status);
		out->is_divided |= !is_alike;
		if (add(&h, host, out) || (!is_alike && !out->tid))
			out->tid = tids[i];
	}
	return 0;
}

int facts_threads_read(const struct procfs *proc, struct fact *q, struct arena *a)
{
	auto_close int process = procfs_task(proc, q->id);
	struct procfs_stat stat;
	auto_close int first = living_task(proc, q->id, &stat, a);
	uint64_t host[NS_COUNT];
	struct holding h;

	if (process < 0 || first < 0)
		return process < 0 ? process : first;
	if (!read_holding(first, &h))
		return -ESRCH;
	memcpy(host, q->threads.ns, sizeof(host));
	q->threads = (struct facts_threads){
		.start_ticks = stat.start_ticks,
		.has_caps = h.status.has_caps,
		.userns = h.ns[NS_USER],
		.permitted = h.status.cap_permitted,
		.effective = h.status.cap_effective,
		.inheritable = h.status.cap_inheritable,
		.ambient = h.status.cap_ambient,
	};
	memcpy(q->threads.ns, h.ns, sizeof(h.ns));
	return add_others(process, q->id, host, &h, &q->threads, a);
}
