/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who did something last, kept until it is known what it led to. Rows of the tables may change hands
 * meanwhile, so their generations are kept beside them.
 */
#ifndef WC_TOUCHER_H
#define WC_TOUCHER_H

#include "state/scene.h"

struct toucher {
	bool known;
	struct process *process;
	uint32_t process_generation;
	struct container *container; /* NULL: the host */
	uint32_t container_generation;
	enum id_source id_source;
};

/* @p may be NULL: nobody */
struct toucher toucher_of(struct process *p);
/* subject and container of a scene; nobody known: a container cannot be ruled out */
void scene_from_toucher(struct scene *scene, const struct toucher *t);

#endif
