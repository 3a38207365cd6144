/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What credentials.c and credentials_call.c share: for these two only.
 */
#ifndef WC_CREDENTIALS_PARTS_H
#define WC_CREDENTIALS_PARTS_H

#include "state/credentials.h"

static inline void caps_forget(struct credentials *c)
{
	c->has_caps = false;
	c->cap_source = CAP_UNKNOWN;
}

static inline void caps_set(struct credentials *c, uint64_t permitted, uint64_t effective,
			    uint64_t inheritable, uint64_t ambient, enum cap_source source)
{
	c->has_caps = true;
	c->cap_permitted = permitted;
	c->cap_effective = effective;
	c->cap_inheritable = inheritable;
	c->cap_ambient = ambient;
	c->cap_source = source;
}

static inline bool has_securebit(const struct credentials *c, uint8_t bit)
{
	return c->securebits_known & c->securebits & bit;
}

void credentials_capset(const struct event *ev, struct credentials *before,
			struct credentials *after);
void credentials_setuid(const struct event *ev, struct credentials *before,
			struct credentials *after);
void credentials_setfsuid(const struct event *ev, struct credentials *before,
			  struct credentials *after);
void credentials_unshare(const struct event *ev, struct credentials *before,
			 struct credentials *after);
void credentials_setns(const struct event *ev, struct credentials *before,
		       struct credentials *after);
void credentials_prctl(const struct event *ev, struct credentials *before,
		       struct credentials *after);
void credentials_seccomp(const struct event *ev, struct credentials *before,
			 struct credentials *after);

#endif
