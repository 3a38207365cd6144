// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap version
 */
#include "cli/command.h"

static int run(struct call *c)
{
	auto_buf struct buf out = { 0 };

	(void)c;
	buf_add(&out, STR("watchcap " WATCHCAP_VERSION "\n"));
	return print(&out);
}

const struct command command_version = {
	.name = "version",
	.operands = "",
	.summary = "Tell the version.",
	.run = run,
};
