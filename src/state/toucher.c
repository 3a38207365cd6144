/* SPDX-License-Identifier: Apache-2.0 */
/* Generations decide: a row that has changed hands since tells nothing. */
#include "state/toucher.h"

#include "state/process.h"

struct toucher toucher_of(struct process *p)
{
	if (!p)
		return (struct toucher){ 0 };
	return (struct toucher){
		.known = true,
		.process = p,
		.process_generation = p->ref.generation,
		.container = p->container,
		.container_generation = p->container ? p->container->generation : 0,
		.id_source = p->id_source,
	};
}

void scene_from_toucher(struct scene *scene, const struct toucher *t)
{
	scene->id_source = ID_UNKNOWN;
	scene->is_container_unknown = true;
	if (!t->known)
		return;
	if (t->process && t->process->ref.generation == t->process_generation) {
		scene->process = t->process;
		scene->before = scene->after = t->process->cred;
	}
	if (!t->container) {
		scene->id_source = t->id_source;
		scene->is_container_unknown = t->id_source == ID_UNKNOWN;
	} else if (t->container->generation == t->container_generation) {
		scene->container = t->container;
		scene->id_source = t->id_source;
		scene->is_container_unknown = !t->container->is_identified;
	}
}
