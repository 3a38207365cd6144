/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot's lines, kept until the processes that they are about are met (roll.h).
 */
#ifndef WC_RECALL_H
#define WC_RECALL_H

#include <stdint.h>

#include "base/cleanup.h"
#include "base/str.h"

struct recall;
struct state;

/* @lines, behind the first, are copied; NULL on ENOMEM */
struct recall *recall_new(struct str lines);
void recall_free(struct recall *r);
DEFINE_AUTO(recall)
/* @pid was met just now */
void recall_apply(struct state *s, struct recall *r, int32_t pid);

#endif
