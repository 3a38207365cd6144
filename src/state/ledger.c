/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pure functions. What comes back may have been written by anybody (a recording): words and numbers are checked.
 *
 * Securebits are not kept: they change without a trace in /proc.
 */
#include "state/ledger.h"

#include <string.h>

#include "state/credentials.h"

struct facts_ledger ledger_write(const struct credentials *c)
{
	return (struct facts_ledger){
		.has_ids = c->has_ids,
		.uid = { c->ruid, c->euid, c->suid, c->fsuid },
		.gid = { c->rgid, c->egid, c->sgid, c->fsgid },
		.has_caps = c->has_caps,
		.permitted = c->cap_permitted,
		.effective = c->cap_effective,
		.inheritable = c->cap_inheritable,
		.ambient = c->cap_ambient,
		.has_bounding = c->has_bounding,
		.bounding = c->cap_bounding,
		.no_new_privs = c->no_new_privs,
		.seccomp = c->seccomp,
		.has_other_pid_ns = c->has_other_pid_ns,
		.source = str_of(cap_source_name(c->cap_source)),
		.told = c->cap_time,
	};
}

static int8_t known_up_to(int32_t value, int8_t most)
{
	return value >= 0 && value <= most ? (int8_t)value : -1;
}

static struct credentials ledger_read(const struct facts_ledger *l)
{
	struct credentials c = CREDENTIALS_UNKNOWN;

	c.has_ids = l->has_ids;
	c.ruid = l->uid[0];
	c.euid = l->uid[1];
	c.suid = l->uid[2];
	c.fsuid = l->uid[3];
	c.rgid = l->gid[0];
	c.egid = l->gid[1];
	c.sgid = l->gid[2];
	c.fsgid = l->gid[3];
	c.cap_source = cap_source_of(l->source);
	c.has_caps = l->has_caps && c.cap_source != CAP_UNKNOWN;
	c.cap_permitted = l->permitted;
	c.cap_effective = l->effective;
	c.cap_inheritable = l->inheritable;
	c.cap_ambient = l->ambient;
	c.cap_time = l->told;
	c.has_bounding = l->has_bounding;
	c.cap_bounding = l->bounding;
	c.no_new_privs = known_up_to(l->no_new_privs, 1);
	c.seccomp = known_up_to(l->seccomp, 2);
	return c;
}

static bool has_same_ids(const struct facts_ledger *l, const struct credentials *c)
{
	const struct facts_ledger now = ledger_write(c);

	return l->has_ids && c->has_ids && memcmp(l->uid, now.uid, sizeof(l->uid)) == 0 &&
	       memcmp(l->gid, now.gid, sizeof(l->gid)) == 0;
}

static bool has_same_sets(const struct credentials *a, const struct credentials *b)
{
	return a->has_caps && b->has_caps && a->cap_permitted == b->cap_permitted &&
	       a->cap_effective == b->cap_effective && a->cap_inheritable == b->cap_inheritable &&
	       a->cap_ambient == b->cap_ambient &&
	       (!a->has_bounding || !b->has_bounding || a->cap_bounding == b->cap_bounding);
}

static bool may_be_same(int8_t a, int8_t b)
{
	return a < 0 || b < 0 || a == b;
}

void ledger_recall(const struct facts_ledger *l, struct credentials *c)
{
	const struct credentials kept = ledger_read(l);

	/* of its children's, /proc/PID/ns says nothing; it can be left again, and then is not known either */
	c->has_other_pid_ns |= l->has_other_pid_ns;
	if (has_same_ids(l, c) && has_same_sets(&kept, c) &&
	    may_be_same(kept.no_new_privs, c->no_new_privs) &&
	    may_be_same(kept.seccomp, c->seccomp)) {
		c->cap_source = kept.cap_source;
		c->cap_time = kept.cap_time;
	}
	credentials_complete(c, &kept);
}
