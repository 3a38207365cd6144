/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose files an exec runs: the container that the program, the script or an interpreter of it belongs to, as the
 * records of the exec tell. Shared objects that the interpreter loads have no record.
 */
#ifndef WC_EXEC_OWNER_H
#define WC_EXEC_OWNER_H

#include "state/scene.h"

/*
 * None: no container's that is known, or no exec that succeeded. A file is a container's by the device of its root while
 * a process of it lives; by a path on the host below its root, beside it, or in a volume that its runtime keeps; by
 * the root of a process of it ("/proc/PID/root/..."). What else is bound into a container stays the host's. Nothing
 * is asked of the machine, no path is walked.
 */
struct owner exec_owner(const struct scene *scene);

#endif
