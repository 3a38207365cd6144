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
/* 0, or -EINVAL: not such a body */
int notice_read(struct str body, struct notice *out, struct arena *arena);

#endif
