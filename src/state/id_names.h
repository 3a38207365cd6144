/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names behind user and group ids: of the container's passwd and group files; of the host's when
 * those cannot be read.
 *
 * A bounded cache over facts, hanging off the state; an answer stands for a minute of event time. Asked
 * by getters, so only for ids that a rule or a template names.
 */
#ifndef WC_ID_NAMES_H
#define WC_ID_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "state/scene.h"

struct id_names;

struct user_names {
	struct str name, home, shell; /* in the event's arena; home and shell may be absent */
};

/* NULL on ENOMEM */
struct id_names *id_names_new(void);
void id_names_free(struct id_names *u);

/* false: no name is known for it. @s->state may be NULL (nothing is known then). */
bool state_user(const struct scene *s, uint32_t uid, struct user_names *out);
bool state_group(const struct scene *s, uint32_t gid, struct str *name);
/* of the host, whatever container the subject is in: login names */
bool state_host_user(const struct scene *s, uint32_t uid, struct user_names *out);

#endif
