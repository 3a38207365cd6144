/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records of an event as text lines that libauparse can interpret without asking anybody: each
 * ends in an enriched part of our own (auditd.conf(5), log_format = ENRICHED) that says what every
 * id is called.
 */
#ifndef WC_RECORDS_H
#define WC_RECORDS_H

#include "base/buf.h"
#include "state/scene.h"

#define RECORDS_MAX 65536

/* as many whole lines as fit into @out (its max); an id without a known name is its number */
void records_render(const struct scene *scene, struct buf *out);

#endif
