/* SPDX-License-Identifier: Apache-2.0 */
/* Signals as data: blocked in all threads, read from a signalfd by the main thread. */
#ifndef WC_SIGNALS_H
#define WC_SIGNALS_H

#include <sys/types.h>

enum signal_meaning { SIGNAL_NONE, SIGNAL_STOP, SIGNAL_RELOAD };

/* whatever mask and handlers were inherited: a signalfd (CLOEXEC, non-blocking), or -errno */
int signals_open(void);
/*
 * what the signals that wait mean, taken together: a stop counts most. SIGTERM from another process
 * than @obey (if not 0) means nothing.
 */
enum signal_meaning signals_next(int fd, pid_t obey);

#endif
