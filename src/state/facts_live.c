/* SPDX-License-Identifier: Apache-2.0 */
/*
 * This machine answers: /proc, cgroup hierarchies, bundles and passwd files, each under its root.
 *
 * Owns the descriptor of /proc. Must never walk a path below a container's root, nor read what a runtime was told to: a
 * file system there may not answer. The helper of kernel/errand.h does.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/clock.h"
#include "base/shares.h"
#include "kernel/cgroup_memory.h"
#include "kernel/cgroupfs.h"
#include "kernel/errand.h"
#include "kernel/hostfiles.h"
#include "kernel/knobs.h"
#include "kernel/living.h"
#include "kernel/procfs.h"
#include "kernel/umh.h"
#include "state/bundle.h"
#include "state/fact.h"
#include "state/facts_files.h"
#include "state/facts_look.h"
#include "state/facts_names.h"
#include "state/facts_process.h"
#include "state/facts_reach.h"
#include "state/facts_threads.h"

#define NODE_MAX 255
#define PATIENCE_EACH (200 * NS_PER_MS) /* of each second: a look costs about 0.1 ms */
#define PATIENCE_ALL (500 * NS_PER_MS)
#define SCANS_EACH (100 * NS_PER_MS) /* of one process, on top of that: for a thread that lives */
#define SCANS_ALL (200 * NS_PER_MS)
#define BUNDLE_SEED 1 /* whose parties are others than those of what runs */

struct live {
	struct facts facts;
	struct procfs proc;
	struct cgroupfs cgroup;
	const char *root;
	struct text node;
	struct namer namer;
	struct bundles bundles;
	struct hostfiles *hostfiles;
	struct looker looker;
	struct shares patience; /* ns of this thread's time, by party */
	struct shares scans; /* of proc */
	struct text helpers
		[FACTS_HELPERS_MAX]; /* paths at which there was a file when they were first looked for */
	size_t n_helpers;
	bool has_helpers; /* they were looked for */
	bool is_machine; /* the real /proc: the clocks belong to it */
	uint64_t boot_time;
};

/* the seconds of /proc/stat are too coarse to tell a process from the one before it */
static uint64_t boot_time(const struct live *l)
{
	uint64_t boot = l->is_machine ? clock_boot() : 0;

	return boot ? boot : l->boot_time;
}

static int ask_hierarchies(struct live *l, const struct cgroup_wanted *wanted,
			   struct fact_list *out, struct arena *a)
{
	struct cgroup_hierarchy *list;
	size_t n;
	int r;

	cgroup_memory_begin(l->cgroup.memory, wanted, clock_monotonic());
	r = cgroupfs_hierarchies(&l->cgroup, &list, &n, a);
	if (r < 0)
		return r;
	out->hierarchies = arena_array_of(a, struct facts_hierarchy, n ? n : 1);
	if (!out->hierarchies)
		return -ENOMEM;
	out->n = n;
	for (size_t i = 0; i < n; i++)
		out->hierarchies[i] = (struct facts_hierarchy){
			.controllers = list[i].controllers,
			.mount_point = list[i].mount_point,
			.has_inode = list[i].has_inode,
			.inode = list[i].inode,
			.dev_major = list[i].dev_major,
			.dev_minor = list[i].dev_minor,
			.release_agent = list[i].release_agent,
			.options = list[i].options,
		};
	return 0;
}

static int ask_knobs(struct live *l, struct fact_list *out, struct arena *a)
{
	struct knob_reading *list;
	size_t n;
	int r = knobs_read(&l->proc, str_eq(str_of(l->root), STR("/")) ? "" : l->root, &list, &n,
			   a);

	if (r < 0)
		return r;
	out->knobs = arena_array_of(a, struct facts_knob, n ? n : 1);
	if (!out->knobs)
		return -ENOMEM;
	out->n = n;
	for (size_t i = 0; i < n; i++)
		out->knobs[i] = (struct facts_knob){
			.name = str_of(list[i].def->name),
			.path = str_of(list[i].def->path),
			.class = str_of(knob_class_name(list[i].def->class)),
			.value = list[i].value,
			.has_inode = list[i].has_inode,
			.inode = list[i].inode,
			.dev_major = list[i].dev_major,
			.dev_minor = list[i].dev_minor,
		};
	return 0;
}

/* where nothing is yet, nobody's file is known */
static void keep_helper(struct live *l, int root, struct str path)
{
	struct umh_file file;

	if (path.len && umh_resolve(root, path, &file) == 0 && l->n_helpers < FACTS_HELPERS_MAX &&
	    text_set(&l->helpers[l->n_helpers], path, PATH_MAX) == 0)
		l->n_helpers++;
}

/* once: what is set or made later makes nobody known */
static int find_helpers(struct live *l, int root, struct arena *a)
{
	struct fact_list hierarchies = { .n = 0 };
	struct str *paths;
	size_t n;
	int r = l->has_helpers ? 0 : umh_paths(&l->proc, &paths, &n, a);

	if (r < 0 || l->has_helpers)
		return r;
	l->has_helpers = true;
	for (size_t i = 0; i < n; i++)
		keep_helper(l, root, paths[i]);
	if (ask_hierarchies(l, &(struct cgroup_wanted){ 0 }, &hierarchies, a) < 0)
		return 0;
	for (size_t i = 0; i < hierarchies.n; i++)
		keep_helper(l, root, umh_program(hierarchies.hierarchies[i].release_agent));
	return 0;
}

static int ask_helpers(struct live *l, struct fact_list *out, struct arena *a)
{
	auto_close int root = open(l->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r = root < 0 ? -errno : find_helpers(l, root, a);

	if (r < 0)
		return r;
	out->helpers = arena_array_of(a, struct facts_helper, FACTS_HELPERS_MAX);
	if (!out->helpers)
		return -ENOMEM;
	for (size_t i = 0; i < l->n_helpers; i++) {
		struct umh_file file, dir;

		if (umh_resolve(root, text_str(&l->helpers[i]), &file) < 0 ||
		    umh_directory(root, text_str(&l->helpers[i]), &dir) < 0)
			continue;
		out->helpers[out->n++] = (struct facts_helper){
			.path = text_str(&l->helpers[i]),
			.inode = file.inode,
			.dev_major = file.dev_major,
			.dev_minor = file.dev_minor,
			.dir_inode = dir.inode,
			.dir_major = dir.dev_major,
			.dir_minor = dir.dev_minor,
		};
	}
	return 0;
}

static int ask_fd(struct live *l, int32_t pid, int32_t fd, struct str *out, struct arena *a)
{
	struct procfs_stat stat;
	auto_close int task = living_task(&l->proc, pid, &stat, a);
	char name[16];

	if (task < 0)
		return task;
	snprintf(name, sizeof(name), "fd/%d", fd);
	return procfs_link(task, name, a, out);
}

static int answer(struct live *l, struct fact *q, struct arena *a)
{
	switch (q->kind) {
	case FACT_PROCESS:
		return facts_process_read(&l->proc, boot_time(l), q->id, &q->process, a);
	case FACT_PID_TARGET:
	case FACT_PIDFD_TARGET:
		return facts_reach_target(&l->proc, l->bundles.errand, q, a);
	case FACT_HANDLES:
		return facts_reach_handles(&l->proc, l->bundles.errand, q, a);
	case FACT_THREADS:
		return facts_threads_read(&l->proc, q, a);
	case FACT_MOUNTS:
		return facts_reach_mounts(&l->proc, q, a);
	case FACT_CGROUP:
		return facts_process_place(&l->proc, boot_time(l), q->id, &q->process, a);
	case FACT_CONTAINER:
		return bundle_read(&l->bundles, q->text, q->bundle, &q->container, a);
	case FACT_CONTAINERS:
		return bundle_list(&l->bundles, &q->list.ids, &q->list.n, a);
	case FACT_HIERARCHIES:
		return ask_hierarchies(l, &q->wanted, &q->list, a);
	case FACT_KNOBS:
		return ask_knobs(l, &q->list, a);
	case FACT_HELPERS:
		return ask_helpers(l, &q->list, a);
	case FACT_PIDS:
		return procfs_pids(&l->proc, &q->list.pids, &q->list.n, a);
	case FACT_FD:
		return ask_fd(l, q->id, q->fd, &q->names.name, a);
	case FACT_DISK:
		return facts_files_disk(&l->proc, l->root, q, a);
	case FACT_HOST_FILE:
		return facts_files_class(l->hostfiles, q);
	case FACT_USER:
	case FACT_GROUP:
		return namer_ask(&l->namer, q, a);
	case FACT_SELF:
		q->names.name = arena_str(a, text_str(&l->node));
		return 0;
	case FACT_EXE:
	case FACT_LAYER:
	case FACT_TASK:
	case FACT_STDIO:
	case FACT_DESCRIPTORS:
	case FACT_ENV:
		return look_ask(&l->looker, boot_time(l), q, a);
	case FACT_LAUNCH:
	case FACT_ORIGIN:
	case FACT_GIVEN:
	case FACT_BASELINE:
	case FACT_KINDS:
		break;
	}
	return -EINVAL;
}

/*
 * How long an answer takes is the container's to choose: by its mounts, by what it has open. Who has used up what there is for
 * it in this second is not asked about, so that the events of all others do not wait.
 */
static int live_ask(struct facts *f, struct fact *q, struct arena *a)
{
	struct live *l = (struct live *)f;
	uint64_t before;
	int r;

	errand_for(l->bundles.errand,
		   q->kind == FACT_CONTAINER ? str_hash(q->text, BUNDLE_SEED) | 1 : q->party);
	if (!q->party)
		return answer(l, q, a);
	if (!shares_are_left(&l->patience, q->party, clock_monotonic()))
		return -EAGAIN;
	before = clock_thread();
	r = answer(l, q, a);
	shares_use(&l->patience, q->party, clock_monotonic(), clock_thread() - before);
	return r;
}

static bool live_is_local(const struct facts *f, struct str node)
{
	const struct live *l = (const struct live *)f;

	return str_eq(text_str(&l->node), node);
}

static uint64_t live_refused(const struct facts *f)
{
	return ((const struct live *)f)->bundles.refused;
}

static uint64_t live_unread(const struct facts *f)
{
	return hostfiles_unread(((const struct live *)f)->hostfiles);
}

static int32_t live_helper(const struct facts *f)
{
	return errand_helper(((const struct live *)f)->bundles.errand);
}

static bool live_is_known_script(const struct facts *f, const struct facts_process *p)
{
	const struct live *l = (const struct live *)f;
	const struct umh_file exe = { p->exe_dev_major, p->exe_dev_minor, p->exe_inode };
	auto_close int root = open(l->root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; i < l->n_helpers && root >= 0; i++)
		if (umh_is_script(root, text_str(&l->helpers[i]), &exe, p->cmdline))
			return true;
	return false;
}

static void live_forget_helper(struct facts *f, struct str path)
{
	struct live *l = (struct live *)f;

	for (size_t i = 0; i < l->n_helpers; i++)
		if (str_eq(text_str(&l->helpers[i]), path))
			text_clear(&l->helpers[i]);
}

static void live_free(struct facts *f)
{
	struct live *l = (struct live *)f;

	look_release(&l->looker);
	procfs_release(&l->proc);
	namer_release(&l->namer);
	errand_free(l->bundles.errand);
	cgroup_memory_free(l->cgroup.memory);
	hostfiles_free(l->hostfiles);
	text_release(&l->node);
	for (size_t i = 0; i < l->n_helpers; i++)
		text_release(&l->helpers[i]);
	free(l);
}

static const struct facts_ops live_ops = {
	.ask = live_ask,
	.is_local = live_is_local,
	.refused = live_refused,
	.unread = live_unread,
	.helper = live_helper,
	.is_known_script = live_is_known_script,
	.forget_helper = live_forget_helper,
	.free = live_free,
	.is_live = true,
};

struct facts *facts_live(const struct facts_roots *roots, facts_tap tap, void *ctx)
{
	static const struct facts_roots machine;
	struct live *l = calloc(1, sizeof(*l));
	struct utsname name;

	if (!l)
		return NULL;
	if (!roots)
		roots = &machine;
	l->facts = (struct facts){ .ops = &live_ops, .tap = tap, .tap_ctx = ctx };
	l->root = roots->root ? roots->root : "/";
	l->is_machine = !roots->proc;
	text_set(&l->node,
		 str_of(roots->node	    ? roots->node
			: uname(&name) == 0 ? name.nodename
					    : NULL),
		 NODE_MAX);
	l->bundles = (struct bundles){ .root = l->root, .errand = errand_new(ERRAND_DEADLINE_MS) };
	l->hostfiles = hostfiles_new(l->root);
	l->cgroup =
		(struct cgroupfs){ &l->proc, roots->cgroup, l->is_machine, cgroup_memory_new() };
	if (!l->bundles.errand || !l->hostfiles || !l->cgroup.memory ||
	    procfs_init(&l->proc, roots->proc) < 0) {
		errand_free(l->bundles.errand);
		hostfiles_free(l->hostfiles);
		cgroup_memory_free(l->cgroup.memory);
		text_release(&l->node);
		free(l);
		return NULL;
	}
	l->namer = (struct namer){ .proc = &l->proc, .root = l->root, .errand = l->bundles.errand };
	l->patience = (struct shares){ .each = roots->patience ? roots->patience : PATIENCE_EACH,
				       .all = PATIENCE_ALL };
	l->scans = (struct shares){ .each = SCANS_EACH, .all = SCANS_ALL };
	l->proc.scans = &l->scans;
	l->looker = (struct looker){ .proc = &l->proc, .errand = l->bundles.errand };
	l->boot_time = procfs_boot_time(&l->proc);
	return &l->facts;
}
