/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What those who wait have called, and the flags of their open, as far as the kernel shows it.
 *
 * Registers show of who sleeps alone (kernel lib/syscall.c, task_current_syscall()). A task tells of its open first and
 * falls asleep then; and all who wait in one group sleep on one queue, so that an answer to one wakes them all for a moment (kernel
 * fs/notify/fanotify/fanotify_user.c, process_access_response()). So the calls of a whole batch are read before anybody
 * in it is answered, and again of who was awake; those who still are when the patience ends can be asked about once more.
 */
#ifndef WC_CALL_H
#define WC_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/procfs.h"

struct call {
	int32_t tid; /* whose; 0: nobody is asked about */
	bool is_settled; /* there is no more to be read: it was asleep, or is gone */
	bool is_known; /* a native open or openat, and this open is its */
	uint32_t flags;
};

/*
 * Fill in those of @n calls that are not settled, FAN_BATCH_MAX at most. For who stays awake it waits @patience ns at most; his call is
 * not known then.
 */
void calls_read(struct call *calls, size_t n, const struct procfs *proc, uint64_t patience);
/* an open that can change nothing */
bool call_is_read(const struct call *c);

#endif
