/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The path arguments of calls with one path, or with two: which PATH record each is, and where it
 * starts.
 */
#ifndef WC_CALL_PATH_H
#define WC_CALL_PATH_H

#include "base/arena.h"
#include "state/scene.h"

enum call_path { CALL_ONLY, CALL_SOURCE, CALL_TARGET };

/* NULL: the call has no such path, or its record is missing */
const struct path_record *call_path_record(const struct scene *s, enum call_path which);
/* absolute, "." and ".." folded, links not resolved; absent if its directory is not known */
/* what a call with one path, or with one descriptor of a file, is about; NULL: no record says */
const struct path_record *call_path_object(const struct scene *s);
struct str call_path_absolute(const struct scene *s, enum call_path which, struct arena *a);

#endif
