/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we changed in kernel audit, kept in a file: so that the next start can undo what a crash
 * left.
 *
 * One line each: "rule -a always,exit ...", and "settings ENABLED BACKLOG WAIT ENABLED BACKLOG WAIT"
 * as they were before us and as we set them: what is no more as we set it is not ours to restore.
 */
#ifndef WC_FEED_TRAIL_H
#define WC_FEED_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct settings {
	uint32_t enabled, backlog_limit, backlog_wait_time;
};

struct trail {
	struct str *rules; /* auditctl form */
	size_t n;
	bool has_settings;
	struct settings before, set;
};

/* 0 (an empty trail if there is no file) or -errno; lines of other forms are passed over */
int trail_read(const char *path, struct arena *a, struct trail *out);
/*
 * replaces the file; an empty trail removes it. The folder is made if it is not there. 0 or -errno.
 */
int trail_write(const char *path, const struct trail *t);

#endif
