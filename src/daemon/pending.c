// SPDX-License-Identifier: Apache-2.0
/* A handful of rows that are looked through whole. */
#include "daemon/pending.h"

#include "base/cleanup.h"

void pending_release(struct pending *p)
{
	for (size_t i = 0; i < PENDING_MAX; i++)
		alert_free(p->rows[i].alert);
	*p = (struct pending){ 0 };
}

static struct pending_row *row_for(struct pending *p)
{
	struct pending_row *oldest = &p->rows[0];

	for (size_t i = 0; i < PENDING_MAX; i++) {
		if (!p->rows[i].alert)
			return &p->rows[i];
		if (p->rows[i].until < oldest->until)
			oldest = &p->rows[i];
	}
	return oldest;
}

struct alert *pending_put(struct pending *p, struct alert *a, const struct scene *scene,
			  uint64_t until)
{
	struct pending_row *row = row_for(p);
	struct alert *displaced = row->alert;

	*row = (struct pending_row){
		.alert = a,
		.pid = scene->event->sys.pid,
		.inode = scene->object.inode,
		.dev_major = scene->object.dev_major,
		.dev_minor = scene->object.dev_minor,
		.until = until,
	};
	return displaced;
}

struct alert *pending_take(struct pending *p, const struct rule *rule, const struct scene *scene)
{
	const struct object *o = &scene->object;

	for (size_t i = 0; i < PENDING_MAX; i++) {
		struct pending_row *row = &p->rows[i];

		if (row->alert && scene->event->has_syscall && row->pid == scene->event->sys.pid &&
		    o->has_inode && row->inode == o->inode && row->dev_major == o->dev_major &&
		    row->dev_minor == o->dev_minor && str_eq(row->alert->rule_id, rule->id))
			return take_ptr(row->alert);
	}
	return NULL;
}

struct alert *pending_due(struct pending *p, uint64_t now)
{
	for (size_t i = 0; i < PENDING_MAX; i++)
		if (p->rows[i].alert && p->rows[i].until <= now)
			return take_ptr(p->rows[i].alert);
	return NULL;
}
