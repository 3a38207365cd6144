/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one rule made of all events of its types: the answers that hold and those that came closest, each once,
 * with how many events gave the same. Bounded, whatever the number of events.
 */
#ifndef WC_EXPLANATION_H
#define WC_EXPLANATION_H

#include "base/buf.h"
#include "base/cleanup.h"
#include "rule/ruleset.h"
#include "state/scene.h"

struct explanation;

/* @rule outlives it; NULL on ENOMEM */
struct explanation *explanation_new(const struct rule *rule);
void explanation_free(struct explanation *x);
DEFINE_AUTO(explanation)

/* one event; @frame was begun for it */
void explanation_take(struct explanation *x, const struct scene *scene, struct filter_frame *frame);
/* for how many events it held */
uint64_t explanation_holds(const struct explanation *x);
/* as an indented tree per answer, or as one JSON object */
void explanation_render_text(const struct explanation *x, struct buf *out);
void explanation_render_json(const struct explanation *x, struct buf *out);

#endif
