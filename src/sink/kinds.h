/* SPDX-License-Identifier: Apache-2.0 */
/* The rows behind sink_kinds(): one for each file of this folder. */
#ifndef WC_KINDS_H
#define WC_KINDS_H

#include "sink/sink.h"

extern const struct sink_def sink_syslog_def, sink_json_def, sink_stdout_def;

#endif
