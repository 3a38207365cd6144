/* SPDX-License-Identifier: Apache-2.0 */
/* How far a container reaches: into the host's namespaces, and with which capabilities. */
#ifndef WC_REACH_H
#define WC_REACH_H

#include <stdbool.h>
#include <stdint.h>

#include "survey/reason.h"

/* whether @p is in the host's namespace @ns (enum facts_ns) */
enum answer reach_shares(const struct reason_view *v, const struct process *p, unsigned ns);
/* whether the capabilities of @p count on the host; its container tells where it does not */
enum answer reach_user(const struct reason_view *v, const struct process *p);
/* capabilities that processes of it have or can get on the host; false: not known */
bool reach_find(const struct reason_view *v, uint64_t *set);
/*
 * what @p has in the host's user namespace beyond what its container was given; nothing unless the
 * answer is yes
 */
enum answer reach_beyond(const struct reason_view *v, const struct process *p, uint64_t *set);

#endif
