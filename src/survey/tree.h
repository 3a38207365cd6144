/* SPDX-License-Identifier: Apache-2.0 */
/* Processes in the order of a tree. */
#ifndef WC_TREE_H
#define WC_TREE_H

#include <stddef.h>

#include "base/arena.h"

struct survey_process;

/* @list, by pid: children behind their parents, depth filled in; 0 or -ENOMEM (unchanged) */
int tree_sort(struct survey_process *list, size_t n, struct arena *a);

#endif
