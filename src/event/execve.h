/* SPDX-License-Identifier: Apache-2.0 */
/* EXECVE records: the arguments of an exec, however many records the kernel split them over. */
#ifndef WC_EXECVE_H
#define WC_EXECVE_H

#include "event/event.h"

/* fills ev->args and ev->argc; marks the event incomplete when arguments are missing */
void execve_decode(struct event *ev);

#endif
