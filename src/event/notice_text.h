/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A notice (base/notice.h) as the body of a WATCHCAP_NOTICE record: "what=fork at=NS pid=7 tid=7
 * other=1 ...". Fields that are 0 are left out; comm is hex.
 */
#ifndef WC_NOTICE_TEXT_H
#define WC_NOTICE_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/notice.h"

/* appends to @out */
void notice_write(const struct notice *n, struct buf *out);
/* appends all of an audit message, "audit(S.mmm:SERIAL): BODY" */
void notice_message(const struct notice *n, uint64_t serial, struct buf *out);
/*
 * Serials begin above those of the kernel, which are 32 bits wide, and of the recorder; each giver has its own.
 */
#define NOTICE_SERIAL_CONNECTOR (UINT64_C(2) << 32)
#define NOTICE_SERIAL_INTAKE (UINT64_C(3) << 32)
#define NOTICE_SERIAL_KERNEL (UINT64_C(4) << 32)
#define NOTICE_SERIAL_ENGINE (UINT64_C(5) << 32)
#define NOTICE_SERIAL_ROLES (UINT64_C(6) << 32)
/* 0, or -EINVAL: not such a body */
int notice_read(struct str body, struct notice *out, struct arena *arena);

#endif
