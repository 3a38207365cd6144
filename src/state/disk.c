/* SPDX-License-Identifier: Apache-2.0 */
/* A small memory of answers, so that reading a disk in a loop asks once. */
#include "state/disk.h"

#include <linux/major.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "state/state_parts.h"

#define KEPT (10 * NS_PER_S)
/* include/linux/fs.h of the kernel, CHRDEV_MAJOR_DYN_END: bsg, nvme and all others that ask for any major get one from here on */
#define CHRDEV_DYNAMIC 234

static const struct disk *find(const struct disk_table *t, const struct object *o, uint64_t now)
{
	for (size_t i = 0; i < DISKS_MAX; i++)
		if (t->disks[i].until > now && t->disks[i].is_char == S_ISCHR(o->mode) &&
		    t->disks[i].major == o->rdev_major && t->disks[i].minor == o->rdev_minor)
			return &t->disks[i];
	return NULL;
}

static bool may_be_disk(const struct object *o)
{
	return S_ISBLK(o->mode) || (S_ISCHR(o->mode) && (o->rdev_major == SCSI_GENERIC_MAJOR ||
							 o->rdev_major >= CHRDEV_DYNAMIC));
}

void disk_observe(struct state *s, const struct event *ev, const struct process *p,
		  struct object *o)
{
	const struct disk *known;
	struct str use;

	if (!may_be_disk(o) || !p || !state_can_ask(s, process_node(p)))
		return;
	known = find(&s->disks, o, ev->time);
	if (!known) {
		struct disk *d = &s->disks.disks[s->disks.n % DISKS_MAX];

		state_asked(s);
		if (facts_ask_disk(s->facts, S_ISCHR(o->mode), o->rdev_major, o->rdev_minor, &use,
				   ev->arena) < 0)
			return;
		s->disks.n++;
		*d = (struct disk){ o->rdev_major, o->rdev_minor, ev->time + KEPT, S_ISCHR(o->mode),
				    use.len > 0 };
		known = d;
	}
	o->is_disk_known = true;
	o->is_host_disk = known->is_host;
}

void disk_mounted(struct state *s)
{
	for (size_t i = 0; i < DISKS_MAX; i++)
		if (!s->disks.disks[i].is_host)
			s->disks.disks[i].until = 0;
}
