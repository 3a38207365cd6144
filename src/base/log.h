/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's own voice: one line a message to stderr or to syslog. Only daemon and cli log;
 * libraries return errors. The target is one of the two pieces of global state of watchcap.
 */
#ifndef WC_LOG_H
#define WC_LOG_H

#include <stdbool.h>
#include <syslog.h>

enum log_target { LOG_TO_STDERR, LOG_TO_SYSLOG };

/* @max: the highest syslog level that is told (LOG_INFO by default) */
void log_setup(enum log_target target, int max);
/* where messages go now: a person at stderr gets diagnostics with their source lines */
enum log_target log_where(void);
void log_printf(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_printf(LOG_ERR, __VA_ARGS__)
#define log_warning(...) log_printf(LOG_WARNING, __VA_ARGS__)
#define log_notice(...) log_printf(LOG_NOTICE, __VA_ARGS__)
#define log_info(...) log_printf(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_printf(LOG_DEBUG, __VA_ARGS__)

#endif
