/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capability sets as 64-bit masks: bit n is capability n (capabilities(7)); names through libcap.
 */
#ifndef WC_CAPSET_H
#define WC_CAPSET_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#define CAPSET_BITS 64

/*
 * every capability this kernel has (/proc/sys/kernel/cap_last_cap), once read; all 41 known if
 * unreadable
 */
uint64_t capset_all(void);
/* the default set of docker, containerd and podman (OCI), language.md list default_caps */
#define CAPSET_RUNTIME_DEFAULT UINT64_C(0x00000000a80425fb)
/* "CAP_CHOWN CAP_KILL", bit order, one blank between; "" for none; "CAP_41" for an unknown bit */
struct str capset_names(uint64_t set, struct arena *arena);
/* appends the name of capability @bit */
void capset_name(unsigned bit, struct buf *out);
/* the bit mask of one name ("CAP_SYS_ADMIN", any case, with or without CAP_); 0 if unknown */
uint64_t capset_of_name(struct str name);

#endif
