/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's own voice: one line a message to stderr or to syslog. Only daemon and cli log;
 * libraries return errors. The target is one of the two pieces of global state of watchcap.
 *
 * Any thread. Nobody waits for who listens: what a full syslog socket refuses, or a reader of
 * stderr does not take at once, is lost, and the next message that gets through says how many were.
 */
#ifndef WC_LOG_H
#define WC_LOG_H

#include <stdbool.h>
#include <syslog.h>

#include "base/str.h"

/* @max: the highest syslog level that is told. Until then: to stderr, LOG_INFO. */
void log_to_stderr(int max);
/* @path: the socket of the syslog daemon; one that no socket can have is as good as a dead daemon */
void log_to_syslog(const char *path, int max);
/* a person at stderr gets diagnostics with their source lines */
bool log_is_to_stderr(void);

void log_printf(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* to stderr: text that is ready to be shown, of any number of lines */
void log_show(struct str text);

#define log_error(...) log_printf(LOG_ERR, __VA_ARGS__)
#define log_warning(...) log_printf(LOG_WARNING, __VA_ARGS__)
#define log_notice(...) log_printf(LOG_NOTICE, __VA_ARGS__)
#define log_info(...) log_printf(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_printf(LOG_DEBUG, __VA_ARGS__)

#endif
