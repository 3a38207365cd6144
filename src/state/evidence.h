/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What records alone say about a process whose parent nobody knows and whom /proc cannot tell (any
 * more).
 */
#ifndef WC_EVIDENCE_H
#define WC_EVIDENCE_H

#include <stdbool.h>

#include "event/event.h"
#include "state/process.h"

struct state;

enum evidence { EVIDENCE_NONE, EVIDENCE_CONTAINER, EVIDENCE_CONFLICT };

/*
 * An exec: the file lies on the device that a container has as its root. Any other call: the
 * program it runs was started by nobody but one container's processes of the same login session,
 * and a fork changes neither. @c is set for EVIDENCE_CONTAINER.
 */
enum evidence evidence_find(const struct state *s, const struct process *p, const struct event *ev,
			    struct container **c);
/*
 * The device of a root is a container's alone: a directory of the host's own file system, on which @host's program lies,
 * tells nothing. NULL: not known where.
 */
bool evidence_is_own_root(const struct process *host, uint32_t major, uint32_t minor);
/* a runtime's init stage enters the root of its container: whose device is that? */
void evidence_learn_root(const struct process *p, const struct path_record *root);

#endif
