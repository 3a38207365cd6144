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

#define ARENA_LIMIT (4 * 1024 * 1024)
#define WATCHES_MAX 128 /* each is a rule that opens of like inodes are compared with */

struct kernel_rules {
	struct feed_loader *loader;
	struct arena *arena;
	bool said_unwatched;
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

static int load(struct kernel_rules *k, const struct ruleset *rules, const struct state *state,
		struct diag *d)
{
	struct state_watch watches[STATE_WATCHES_MAX];
	struct feed_places places = { watches, watches_of(k, state, watches, d), NULL, 0 };
	struct hostfile_watch *files;
	struct feed feed;
	int r;

	arena_reset(k->arena);
	r = hostfiles_watches("/", &files, &places.n_files, k->arena);
	if (r == 0) {
		places.files = files;
		r = feed_derive(rules, &places, FEED_THIS_MACHINE, k->arena, &feed);
	}
	if (r == -ENOTSUP)
		diag_error(d, NULL, "machine", "there is no table of audit rules for this machine");
	else if (r < 0)
		diag_error(d, NULL, "feed", "audit rules cannot be derived: %s", strerror(-r));
	return r < 0 ? r : feed_load(k->loader, &feed, d);
}

struct kernel_rules *kernel_rules_load(const struct config *c, const struct ruleset *rules,
				       struct diag *d)
{
	AUTO(kernel_rules) k = calloc(1, sizeof(*k));
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/audit-rules", c->run_dir);

	if (k && n > 0 && n < (int)sizeof(path))
		k->arena = arena_new(16 * 1024, ARENA_LIMIT);
	if (!k || !k->arena) {
		diag_error(d, NULL, NULL, "out of memory");
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
	arena_free(k->arena);
	free(k);
}
