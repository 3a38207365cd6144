// SPDX-License-Identifier: Apache-2.0
/*
 * From rules and watched hierarchies to the kernel's audit rules, as often as either changes.
 *
 * Deriving and loading is `feed`; this holds the loader and the memory between two derivations.
 */
#include "daemon/kernel_rules.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "feed/feed.h"
#include "feed/load.h"
#include "kernel/procfs.h"

#define ARENA_LIMIT (4 * 1024 * 1024)
#define WATCHES_MAX 128 /* each is a rule that opens of like inodes are compared with */

struct kernel_rules {
	struct feed_loader *loader;
	struct arena *arena;
	struct procfs proc;
	struct hostfiles *hostfiles;
	bool said_unwatched, said_unread;
};

/* what is left out is still read every second */
static size_t watches_of(struct kernel_rules *k, const struct state *state,
			 struct state_watch out[static STATE_WATCHES_MAX], struct diag *d)
{
	size_t n = state ? state_watches(state, out, STATE_WATCHES_MAX) : 0;

	if (n <= WATCHES_MAX) {
		k->said_unwatched = false;
		return n;
	}
	if (!k->said_unwatched)
		diag_warning(d, NULL, "unwatched",
			     "%zu cgroup v1 hierarchies: those beyond %d have no audit rule, "
			     "their release_agent is read every second only",
			     n, WATCHES_MAX);
	k->said_unwatched = true;
	return WATCHES_MAX;
}

/* the numbers that kill(2) takes for @pid: of its threads, and of its group */
static void add_numbers(const struct kernel_rules *k, int32_t pid, struct buf *out)
{
	auto_close int task = procfs_task(&k->proc, pid);
	struct procfs_stat stat;
	int32_t *threads, group;
	size_t n;

	/* whoever has gone needs no rule */
	if (task < 0 || procfs_threads(task, &threads, &n, k->arena) < 0 ||
	    procfs_stat(task, &stat, k->arena) < 0)
		return;
	buf_add(out, str_mem(threads, n * sizeof(*threads)));
	group = -stat.pgid;
	buf_add(out, str_mem(&group, sizeof(group)));
}

/* of those that have a role */
static int tasks_of(struct kernel_rules *k, const struct state *state, struct feed_places *out)
{
	auto_buf struct buf all = { 0 };
	int32_t roles[STATE_ROLES_MAX], *tasks;
	size_t n = state ? state_roles(state, roles) : 0;

	for (size_t i = 0; i < n; i++)
		add_numbers(k, roles[i], &all);
	out->n_tasks = all.len / sizeof(*tasks);
	out->tasks = tasks = arena_array_of(k->arena, int32_t, out->n_tasks + 1);
	if (!tasks || buf_failed(&all))
		return -ENOMEM;
	if (all.len)
		memcpy(tasks, all.ptr, all.len);
	return 0;
}

/* whoever can mount a file system that never answers among them keeps those of a row from being looked at */
static int files_of(struct kernel_rules *k, struct feed_places *out, struct diag *d)
{
	struct hostfile_watch *files;
	int r = hostfiles_watches(k->hostfiles, &files, &out->n_files, k->arena);
	size_t unread = hostfiles_unread(k->hostfiles);

	out->files = files;
	if (unread && !k->said_unread)
		diag_warning(d, NULL, "unread",
			     "%zu groups of files of the host are held up by a file system that "
			     "does not answer: the audit rules for them stay as they were",
			     unread);
	k->said_unread = unread > 0;
	return r;
}

static int load(struct kernel_rules *k, const struct ruleset *rules, const struct state *state,
		struct diag *d)
{
	struct state_watch watches[STATE_WATCHES_MAX];
	struct feed_places places = { .hierarchies = watches,
				      .n_hierarchies = watches_of(k, state, watches, d) };
	struct feed feed;
	int r;

	arena_reset(k->arena);
	r = files_of(k, &places, d);
	if (r == 0)
		r = tasks_of(k, state, &places);
	if (r == 0)
		r = feed_derive(rules, &places, FEED_THIS_MACHINE, k->arena, &feed);
	if (r == -ENOTSUP)
		diag_error(d, NULL, "machine", "there is no table of audit rules for this machine");
	else if (r < 0)
		diag_error(d, NULL, "feed", "audit rules cannot be derived: %s", strerror(-r));
	return r < 0 ? r : feed_load(k->loader, &feed, d);
}

static struct kernel_rules *kernel_rules_new(void)
{
	AUTO(kernel_rules) k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->arena = arena_new(16 * 1024, ARENA_LIMIT);
	k->hostfiles = hostfiles_new("/");
	return procfs_init(&k->proc, NULL) == 0 && k->arena && k->hostfiles ? take_ptr(k) : NULL;
}

struct kernel_rules *kernel_rules_load(const struct config *c, const struct ruleset *rules,
				       struct diag *d)
{
	AUTO(kernel_rules) k = kernel_rules_new();
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/audit-rules", c->run_dir);

	if (!k || n < 0 || n >= (int)sizeof(path)) {
		diag_error(d, NULL, NULL, "out of memory or descriptors");
		return NULL;
	}
	k->loader = feed_loader_new(path, d);
	if (!k->loader)
		return NULL;
	feed_loader_set_backlog(k->loader, (uint32_t)c->audit_backlog);
	if (load(k, rules, NULL, d) < 0)
		return NULL;
	return take_ptr(k);
}

void kernel_rules_follow(struct kernel_rules *k, const struct ruleset *rules,
			 const struct state *state, struct diag *d)
{
	load(k, rules, state, d);
}

size_t kernel_rules_count(const struct kernel_rules *k)
{
	return feed_loaded(k->loader);
}

void kernel_rules_unload(struct kernel_rules *k, struct diag *d)
{
	(void)feed_unload(k->loader, d);
}

void kernel_rules_free(struct kernel_rules *k)
{
	if (!k)
		return;
	feed_loader_free(k->loader);
	hostfiles_free(k->hostfiles);
	arena_free(k->arena);
	procfs_release(&k->proc);
	free(k);
}
