/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that lines are appended to, for which rotation, full disks and other writers are daily
 * business: one write a call, so lines of several writers do not mix; and what a full disk or an
 * earlier run left half written stays a line of its own.
 *
 * Root writes here: a symbolic link in the last place is not followed.
 */
#ifndef WC_LINEFILE_H
#define WC_LINEFILE_H

#include <stdbool.h>

#include "base/str.h"

struct linefile {
	int fd;
	bool is_torn; /* the last line is there in part */
};

/* made with mode 0600; a FIFO that nobody reads is -ENXIO, a link -ELOOP. 0 or -errno */
int linefile_open(struct linefile *f, const char *path);
void linefile_close(struct linefile *f);
/* whole lines, each with its newline; 0 or -errno: not all of them are there */
int linefile_add(struct linefile *f, struct str lines);

#endif
