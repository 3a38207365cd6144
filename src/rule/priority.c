/* SPDX-License-Identifier: Apache-2.0 */
/* The eight levels of alerts, Falco's names for syslog's severities. */
#include <errno.h>
#include <strings.h>

#include "rule/ruleset.h"

static const struct {
	struct str name;
	enum priority priority;
} names[] = {
	{ STR("Emergency"), PRIORITY_EMERGENCY },
	{ STR("Alert"), PRIORITY_ALERT },
	{ STR("Critical"), PRIORITY_CRITICAL },
	{ STR("Error"), PRIORITY_ERROR },
	{ STR("Warning"), PRIORITY_WARNING },
	{ STR("Notice"), PRIORITY_NOTICE },
	{ STR("Informational"), PRIORITY_INFORMATIONAL },
	{ STR("Debug"), PRIORITY_DEBUG },
	{ STR("Info"), PRIORITY_INFORMATIONAL }, /* also */
};

const char *priority_name(enum priority p)
{
	return names[p].name.ptr;
}

int priority_by_name(struct str name, enum priority *out)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (name.len == names[i].name.len &&
		    strncasecmp(name.ptr, names[i].name.ptr, name.len) == 0) {
			*out = names[i].priority;
			return 0;
		}
	return -EINVAL;
}
