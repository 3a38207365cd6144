/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What no record told of a container's credentials, from elsewhere: /proc, or what the container was given.
 */
#ifndef WC_COMPLETE_H
#define WC_COMPLETE_H

#include "state/scene.h"

/* credentials of a container's process that no record told: worth one look, the host's are not */
void complete_credentials(struct state *s, struct process *p, const struct event *ev,
			  struct scene *out);
/* a container's first program, with nothing but "all or none" known of its capabilities: what was it given? */
void complete_container(struct container *c, struct credentials *after, uint64_t now);

#endif
