/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A closer look at the subject of a scene, taken only when a rule asks: each question once for an event, its answer a
 * fact in the name of that event. A process that is gone, or is another's machine's, has no answer.
 */
#ifndef WC_LOOK_H
#define WC_LOOK_H

#include "state/facts.h"
#include "state/scene.h"

struct looks;

/* NULL on ENOMEM */
struct looks *looks_new(void);
void looks_free(struct looks *l);

/* each NULL or false: not known. Answers live as long as the event. */
const struct facts_exe *look_exe(const struct scene *s);
const struct facts_task *look_task(const struct scene *s);
/* the descriptor @fd, one of 0 to 2; NULL: closed, or not known */
const struct facts_descriptor *look_stdio(const struct scene *s, int32_t fd);
const struct facts_descriptor *look_descriptors(const struct scene *s, size_t *n);
/* @name absent: the names of all variables, each with its '=', blanks in between */
bool look_env(const struct scene *s, struct str name, struct str *value);
/* of the object, whose name must have no link in it */
const struct facts_exe *look_object(const struct scene *s);
/*
 * The class (kernel/hostfiles.h) of what the records say that the event is about, a file or the place of one; absent:
 * none, or not known. The subject may be gone.
 */
struct str look_host_class(const struct scene *s);
/*
 * Of the directories that a call to mount gave a file system to lay over each other, the first that holds or is a file of
 * the host's that matters, and of what class; NULL: none, or not known. The subject may be gone.
 */
const struct path_record *look_host_layer(const struct scene *s, struct str *class);
/* when the first process of the subject's pid namespace started; 0: not known */
uint64_t look_pidns_start(const struct scene *s);
/* number of the subject's living children; false: not every birth was told */
bool look_children(const struct scene *s, uint64_t *n);

#endif
