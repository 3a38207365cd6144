/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells state which processes the telemetry depends on (base/notice.h, enum notice_role), by notices in the stream. Used by
 * the worker.
 */
#ifndef WC_ROLES_H
#define WC_ROLES_H

#include "base/notice.h"
#include "source/source.h"

struct roles {
	int32_t told[NOTICE_ROLES];
	uint64_t serial;
};

/* from @now on @role is @pid, 0 for nobody; nothing is told where nothing has changed */
void roles_tell(struct roles *r, const struct source_consumer *engine, enum notice_role role,
		int32_t pid, uint64_t now);

#endif
