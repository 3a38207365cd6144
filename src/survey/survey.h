/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The picture of a machine that `watchcap ps` shows: containers with their processes, what makes
 * each of them risky, and what could not be seen.
 *
 * Everything is asked through state. Owns its arrays and the state behind them.
 */
#ifndef WC_SURVEY_H
#define WC_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "state/facts.h"
#include "state/inventory.h"
#include "state/snapshot.h"
#include "survey/reason.h"

/* a value that all processes agree in */
#define SURVEY_UNKNOWN (-1)
#define SURVEY_MIXED (-2)

struct survey_process {
	const struct process *process;
	unsigned depth; /* below the first of its ancestors that is listed with it */
	bool knows_beyond;
	uint64_t beyond; /* capabilities that its container was not given */
};

struct survey_reason {
	const struct reason_def *def;
	struct str detail; /* untrusted; "" for none */
};

struct survey_container {
	const struct container *container; /* NULL: processes of containers that nobody can name */
	struct survey_process *processes;
	size_t n_processes;
	struct survey_reason *reasons; /* the worst first */
	size_t n_reasons;
	uint64_t unknown; /* rows of `reasons` that could not be judged */
	unsigned counts[SEVERITY_COUNT];
	enum severity risk;
	bool is_least; /* something worse is among what could not be judged */
	bool has_reach;
	uint64_t reach; /* capabilities that it has or can get on the host */
	unsigned shared, unknown_ns; /* bits by enum facts_ns: some process is in the host's */
	int seccomp, no_new_privs; /* or SURVEY_UNKNOWN, SURVEY_MIXED */
};

struct survey_host {
	size_t processes, kernel_threads, with_capabilities, unknown;
	struct survey_process *list; /* those with capabilities */
	size_t n_list;
};

struct survey_options {
	struct str prefix; /* of id, name or pod; absent: all containers */
	bool tree; /* processes behind their parents, else by pid */
	struct str snapshot; /* what the daemon left; absent: nothing */
	struct snapshot_head now;
};

struct survey {
	struct arena *arena;
	struct state *state;
	struct inventory inventory;
	uint64_t time; /* ns since the epoch */
	uint64_t host_ns[NS_COUNT];
	bool has_snapshot; /* it was believed */
	uint64_t snapshot_time;
	size_t without_namespaces; /* user processes whose namespaces could not be read */
	size_t without_configuration; /* identified containers */
	size_t refused; /* files of runtimes that were not read, whole or in part */
	bool is_partial; /* tables were too small: some containers are unidentified */
	struct survey_container *containers; /* by risk, then name */
	size_t n_containers;
	struct survey_host host;
};

/*
 * Looks at everything through @facts, which stays the caller's and must outlive the survey. NULL:
 * out of memory. A snapshot that is not believed leaves its reason in @d.
 */
struct survey *survey_new(struct facts *facts, const struct survey_options *o, struct diag *d);
void survey_free(struct survey *s);
DEFINE_AUTO(survey)

/* name, else id; "" for the unidentified: what a container is sorted by */
struct str survey_container_name(const struct survey_container *c);

#endif
