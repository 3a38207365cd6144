/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit rules that watchcap knows, as rows: what they bring, for whom, and what they cost.
 */
#ifndef WC_FEED_TABLE_H
#define WC_FEED_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum feed_list {
	FEED_EXIT_BOTH, /* exit list, once for each ABI */
	FEED_EXIT_B64,
	FEED_EXIT_B32,
	FEED_TASK, /* exit list, each ABI, a0 is a number of those that the telemetry depends on */
	FEED_WATCH, /* exit list, each ABI, for each watched cgroup hierarchy */
	FEED_FILES, /* exit list, each ABI, for each watched file and directory of the host */
	FEED_SOCKETS, /* the same, for each watched socket */
	FEED_SECRETS, /* for each file and directory that is not to be read */
	FEED_LOGS, /* for each in which no link is to be made */
	FEED_KERNEL, /* for each of the kernel's own, by its number in every procfs */
	FEED_URING, /* the io_uring list; @calls are operations */
};

struct feed_row {
	const char *code;
	const char *
		key; /* NULL: its calls are in the line that all such rows share, and have no @fields */
	enum feed_list list;
	const char *calls; /* kernel names, comma separated; the event types it brings, too */
	const char
		*fields; /* conditions, blank separated; what comes after a comma is another line */
	const char *brings; /* further event types, comma separated */
	const char *uses; /* only rules that name one of these fields need it; NULL: all */
	const char *
		given; /* what its events have in common, as far as no other row brings them (filter/given.h); NULL: nothing */
	const char *
		perm; /* of places: how they are opened, "r" or "wa" (auditctl(8), perm=); NULL: they are not */
	bool always; /* attribution needs it whatever the rules are */
	bool seldom32; /* 32-bit programs make these calls so seldom that they are in the shared line, whatever their arguments */
	const char *why, *volume;
};

size_t feed_row_count(void);
const struct feed_row *feed_row_at(size_t i); /* in the order to load */

/*
 * The number of @call on libaudit's @machine; *as_number: auditctl 3.0 does not know the name
 * there. -1: that machine has no such call.
 */
int feed_call_number(const char *call, int machine, bool *as_number);

#endif
