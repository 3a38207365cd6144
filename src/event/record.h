/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One audit record: a line of an audit log, of auditd's plugin stream, or one netlink message.
 *
 * Record text is untrusted and borrowed. The body is not parsed here: scan.h does that, on demand.
 * Line format: auditd src/auditd-event.c format_raw() and format_enrich(); stamp: kernel
 * kernel/audit.c audit_log_start() ("audit(%llu.%03lu:%u): ").
 */
#ifndef WC_RECORD_H
#define WC_RECORD_H

#include <linux/audit.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* record types of our own, outside the 16 bits that the kernel and auditd use */
enum {
	/* "type=WATCHCAP_FACT": an answer the machine gave to state (state/facts.h) */
	RECORD_FACT = 0x10001,
	/* "type=WATCHCAP_KNOB": the sweeper saw the value of a kernel knob */
	RECORD_KNOB = 0x10002,
	/* "type=WATCHCAP_GUARD": a permission event and the guard's answer (event/permission.h) */
	RECORD_GUARD = 0x10003,
	/* "type=WATCHCAP_NOTICE": what the process connector told (event/notice_text.h) */
	RECORD_NOTICE = 0x10004,
	/* "type=WATCHCAP_RECORDING": a recording begins here, and nothing else (source/recorder.h) */
	RECORD_RECORDING = 0x10005,
	/* "type=WATCHCAP_WRITE": fanotify saw a write in procfs or sysfs (event/modification.h) */
	RECORD_WRITE = 0x10006,
};

/* a type that only we write */
static inline bool record_type_is_own(uint32_t type)
{
	return type > UINT16_MAX;
}

/*
 * What a process with CAP_AUDIT_WRITE writes itself (kernel/audit.c audit_netlink_ok()), all of it its own words but the
 * stamp, and the ids in front of msg=
 */
static inline bool record_type_is_user(uint32_t type)
{
	return type == AUDIT_USER ||
	       (type >= AUDIT_FIRST_USER_MSG && type <= AUDIT_LAST_USER_MSG) ||
	       (type >= AUDIT_FIRST_USER_MSG2 && type <= AUDIT_LAST_USER_MSG2);
}

struct record {
	uint32_t type; /* AUDIT_* of linux/audit.h and libaudit.h, or above */
	uint64_t time; /* ns since the epoch; the kernel gives ms */
	uint64_t serial;
	struct str node; /* "node=" of the line; absent if there is none */
	struct str body; /* behind "audit(...): ", without the ENRICHED part */
	struct str enriched; /* behind the 0x1D separator; absent if there is none */
};

/*
 * A text line without its newline. 0, or -EINVAL: garbled, -EMSGSIZE: longer than RECORD_MAX.
 * Accepts "node=N type=T msg=audit(S.mmm:SERIAL): BODY", "type=UNKNOWN[1234]", trailing blanks and
 * CR.
 */
#define RECORD_MAX 65536
int record_parse_line(struct str line, struct record *out);
/* a netlink message: type from the header, payload "audit(S.mmm:SERIAL): BODY" (may end in NUL) */
int record_parse_message(uint32_t type, struct str payload, struct record *out);
/* the name as in a log ("SYSCALL", "UNKNOWN[1234]"); needs 32 bytes */
#define RECORD_NAME_SIZE 32
struct str record_type_name(uint32_t type, char buffer[static RECORD_NAME_SIZE]);
/*
 * append the line that record_parse_line() reads, RAW format, with its newline; one inside becomes
 * a blank
 */
void record_render(const struct record *r, struct buf *out);

#endif
