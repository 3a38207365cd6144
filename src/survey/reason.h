/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a container is risky: a table of reasons, each with a predicate over the container and its
 * processes.
 *
 * A predicate judges what the kernel says of the processes; where that cannot be read, what the
 * container was asked to be; where neither is known, it says that it does not know. Pure: nobody is
 * asked.
 */
#ifndef WC_REASON_H
#define WC_REASON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "state/container.h"
#include "state/process.h"

enum severity {
	SEVERITY_NONE,
	SEVERITY_LOW, /* the ordinary container has it too, and need not */
	SEVERITY_MEDIUM, /* a wall less */
	SEVERITY_HIGH, /* one step from the host */
	SEVERITY_CRITICAL, /* the host, for whoever has the container */
	SEVERITY_COUNT,
};
const char *severity_name(enum severity s);

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

struct reason_view {
	const struct container *container; /* NULL: one that cannot be identified */
	const struct process *const *members;
	size_t n;
	const uint64_t *host_ns; /* index enum facts_ns; 0 = not known */
};

struct reason_def {
	const char *name;
	enum severity severity;
	/* appends to @detail what made it say yes; untrusted bytes */
	enum answer (*judge)(const struct reason_view *v, uint64_t param, struct buf *detail);
	uint64_t param;
	const char *help;
};
extern const struct reason_def reasons[];
extern const size_t reasons_n;
#define REASONS_MAX 64

#endif
