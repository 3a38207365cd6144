/* SPDX-License-Identifier: Apache-2.0 */
/* The guard process as a source: what it answered, one datagram a verdict (guard/protocol.h). */
#ifndef WC_VERDICTS_H
#define WC_VERDICTS_H

#include "source/source.h"

/* give all that waits on @fd (nonblocking; -1: there is no guard) */
void verdicts_drain(int fd, const struct source_consumer *to);

#endif
