/* SPDX-License-Identifier: Apache-2.0 */
/* Whose a file of the host is: the container whose root or volume it lies in. */
#ifndef WC_FILE_OWNER_H
#define WC_FILE_OWNER_H

#include "state/scene.h"

/* by the device of a container's root, else by its path on the host */
struct owner file_owner(const struct state *s, const struct object *o);
/*
 * The same of a path alone: @c's root and what lies beside it; with @binds also in the directories of the host that are
 * bound into it. Pure.
 */
bool file_owner_is(const struct container *c, struct str path, bool binds);
struct owner file_owner_by_path(const struct state *s, struct str path, bool binds);

#endif
