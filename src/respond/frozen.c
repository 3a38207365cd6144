/* SPDX-License-Identifier: Apache-2.0 */
/* A small table that is looked through whole: freezing is rare. */
#include "respond/frozen.h"

#include <errno.h>

#define NAME_KEPT 255

void frozen_init(struct frozen *f)
{
	*f = (struct frozen){ 0 };
	for (size_t i = 0; i < FROZEN_MAX; i++)
		f->rows[i].place = CGROUP_NOWHERE;
}

void frozen_release(struct frozen *f)
{
	for (size_t i = 0; i < FROZEN_MAX; i++) {
		cgroup_place_close(&f->rows[i].place);
		text_release(&f->rows[i].container);
	}
}

int frozen_add(struct frozen *f, struct str container, struct cgroup_place *place, uint64_t due)
{
	for (size_t i = 0; i < FROZEN_MAX; i++) {
		struct frozen_row *row = &f->rows[i];

		if (row->place.dir >= 0)
			continue;
		if (text_set(&row->container, container, NAME_KEPT) < 0)
			return -ENOMEM;
		row->place = *place;
		row->due = due;
		*place = CGROUP_NOWHERE;
		return 0;
	}
	return -ENOSPC;
}

bool frozen_thaw(struct frozen *f, uint64_t now, struct str *container, int *result)
{
	for (size_t i = 0; i < FROZEN_MAX; i++) {
		struct frozen_row *row = &f->rows[i];

		if (row->place.dir < 0 || now < row->due)
			continue;
		*result = cgroup_place_freeze(&row->place, false);
		*container = text_str(&row->container);
		cgroup_place_close(&row->place);
		return true;
	}
	return false;
}
