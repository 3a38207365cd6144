/* SPDX-License-Identifier: Apache-2.0 */
/* What can be said of one process, the subject or another: texts made of its name and arguments. */
#ifndef WC_SUBJECT_H
#define WC_SUBJECT_H

#include "base/arena.h"
#include "state/scene.h"

enum process_text {
	PROCESS_NAME, /* comm */
	PROCESS_EXE, /* argv[0] */
	PROCESS_EXEPATH, /* resolved */
	PROCESS_ARGS, /* behind argv[0], blanks in between */
	PROCESS_CMDLINE, /* name and arguments */
	PROCESS_EXELINE, /* argv[0] and arguments */
};

/* @args joined by NUL: those behind the first, blanks in between; absent if @args is */
struct str args_behind_first(struct str args, struct arena *a);
/* absent if it is not known; @p may be NULL */
struct str process_text(const struct process *p, enum process_text what, struct arena *a);
/* argument @n behind argv[0]; absent past the last or if arguments are not known */
struct str process_argument(const struct process *p, size_t n);
/* number of arguments behind argv[0] and their bytes; false if not known */
bool process_count_args(const struct process *p, uint64_t *count, uint64_t *bytes);
/* container.id of any process */
struct str process_container_id(const struct process *p);

enum leader { LEADER_SESSION, LEADER_GROUP };
/*
 * the leader of the subject's session or group: by pid, else the eldest ancestor in it; NULL if
 * not known
 */
const struct process *scene_leader(const struct scene *s, enum leader which);

#endif
