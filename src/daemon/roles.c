// SPDX-License-Identifier: Apache-2.0
/* A pid for each role, and a notice when it is another. */
#include "daemon/roles.h"

#include "base/buf.h"
#include "event/notice_text.h"
#include "event/record.h"

void roles_tell(struct roles *r, const struct source_consumer *engine, enum notice_role role,
		int32_t pid, uint64_t now)
{
	struct notice n = { .kind = NOTICE_ROLE, .at = now, .pid = pid, .code = role };
	auto_buf struct buf text = { 0 };

	if (r->told[role] == pid)
		return;
	r->told[role] = pid;
	notice_message(&n, NOTICE_SERIAL_ROLES + r->serial++, &text);
	engine->message(engine->ctx, RECORD_NOTICE, buf_str(&text));
	engine->settle(engine->ctx);
}
