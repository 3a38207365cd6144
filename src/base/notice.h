/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel's process connector says of a process, and what the sensor says of its own
 * hearing: a plain value on its way from the socket to state.
 */
#ifndef WC_NOTICE_H
#define WC_NOTICE_H

#include <stdint.h>

#define NOTICE_COMM_SIZE 16 /* TASK_COMM_LEN, no NUL if full */

enum notice_kind {
	NOTICE_FORK,
	NOTICE_EXEC,
	NOTICE_UID,
	NOTICE_GID,
	NOTICE_SID,
	NOTICE_PTRACE,
	NOTICE_COMM,
	NOTICE_COREDUMP,
	NOTICE_EXIT,
	/* of the sensor's own */
	NOTICE_LISTEN, /* from here on every birth and death is told */
	NOTICE_OVERRUN, /* the kernel threw notices away before this one */
	NOTICE_LOST, /* audit records, and perhaps notices, were lost before this one: count */
	NOTICE_TICK, /* time has come to `at` */
	NOTICE_KERNEL_LOST, /* the kernel had no room for records: count, since */
	NOTICE_AUDIT_OFF, /* kernel audit was found switched off: since */
	NOTICE_AUDIT_ON, /* it is on again: since */
	NOTICE_STALL, /* the sensor stood still: since */
	NOTICE_BACKLOG, /* records that wait in the kernel have nearly filled its backlog: count, since */
	NOTICE_ROLE, /* code (enum notice_role) is pid from here on; 0: nobody */
	NOTICE_KINDS,
};

/* whom the telemetry depends on */
enum notice_role { ROLE_NONE, ROLE_SENSOR, ROLE_GUARD, ROLE_AUDITD, NOTICE_ROLES };

struct notice {
	enum notice_kind kind;
	uint64_t at; /* ns since the epoch, exact: not the coarse clock of audit stamps */
	int32_t tid, pid; /* thread and process; fork: the new ones */
	int32_t other; /* fork: the parent as getppid() says it; ptrace: the tracer, 0 = let go */
	uint32_t real, effective; /* uid, gid: the new ids */
	uint32_t code; /* exit: wait status; role: which */
	uint64_t count; /* lost: how many */
	uint64_t since; /* a gap: not before; 0: since what was told last */
	char comm[NOTICE_COMM_SIZE];
};

#endif
