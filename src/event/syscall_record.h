/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SYSCALL and URINGOP records: who called what with which result. Formats: kernel/auditsc.c
 * audit_log_exit() with audit_log_task_info() (kernel/audit.c), and audit_log_uring().
 */
#ifndef WC_SYSCALL_RECORD_H
#define WC_SYSCALL_RECORD_H

#include <stdbool.h>

#include "base/arena.h"
#include "event/event.h"

/* false if it holds no pid or no call: then nothing can be said about the event */
bool syscall_record_parse(struct str body, struct syscall_record *out, struct arena *arena);
/*
 * The call that an io_uring operation is audited as; -1 if there is no name for it. Several
 * operations may stand in one event: the one with the lowest @rank says most about it.
 */
int uring_event_type(uint32_t op, unsigned *rank);
/* socketcall(2) of i386 and s390: the call behind a0 (linux/net.h SYS_SOCKET ...); -1 if unknown */
int socketcall_event_type(uint64_t a0);

#endif
