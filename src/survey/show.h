/* SPDX-License-Identifier: Apache-2.0 */
/* A survey for people and for programs. */
#ifndef WC_SHOW_H
#define WC_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "survey/survey.h"

struct show_options {
	size_t width; /* of the terminal; 0: as wide as it gets */
	bool all; /* also the host's processes with capabilities */
	bool tree; /* the survey was taken as a tree */
	bool one; /* it was taken of some containers only */
	int daemon; /* 1 it runs, 0 none does, -1 not known */
	struct str refused; /* why the snapshot is not used; absent: it is, or there is none */
};

/* no byte of a process, container or path reaches @out unescaped */
void show_text(const struct survey *s, const struct show_options *o, struct buf *out);
void show_json(const struct survey *s, const struct show_options *o, struct buf *out);

#endif
