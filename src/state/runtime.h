/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Container runtimes by their command lines: which program, which verb, which container.
 *
 * Only ever asked about processes on the host's side: a program named "runc" inside a container is
 * just one more program.
 */
#ifndef WC_RUNTIME_H
#define WC_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "state/process.h"

#define RUNTIME_ARGS_MAX 64

struct runtime_call {
	enum runtime_role role;
	enum runtime_verb verb; /* of RUNTIME_OCI; else VERB_NONE */
	struct str id, bundle; /* absent: not said */
	struct str type; /* docker, containerd, ...; absent: not said */
	bool has_bundle; /* @bundle, or else its working directory, is an OCI bundle */
	bool forks_in_steps; /* what its children fork is the container's, too */
	bool serves_one; /* RUNTIME_SHIM: all its orphans belong to @id; not so in a pod */
};

/*
 * @exe: resolved path of the program; @argv[0..argc): its arguments, borrowed. False: not a
 * runtime.
 */
bool runtime_parse(struct str exe, const struct str *argv, size_t argc, struct runtime_call *out);
/* the program is one of our table (resolved path; " (deleted)" is looked through) */
enum runtime_role runtime_role_of(struct str exe);
/*
 * runc's copy of itself that it runs in place of the file (CVE-2019-5736): an anonymous file of
 * that name
 */
bool runtime_is_clone(struct str exe);

#endif
