/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One audit rule between its auditctl(8) text and the kernel's struct audit_rule_data
 * (linux/audit.h).
 */
#ifndef WC_AUDITRULE_H
#define WC_AUDITRULE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

struct audit_rule_data;

/*
 * The form that feed_derive() writes: "-a always,exit|io_uring" first, then any number of -S (names
 * or numbers) and -F (arch before -S). @machine: libaudit's MACH_* that b64 stands for. NULL with
 * the reason in @d; the caller frees it.
 */
struct audit_rule_data *auditrule_encode(struct str text, int machine, struct diag *d);
/* for people: the same form for any rule, values as numbers; absent on ENOMEM */
struct str auditrule_print(const struct audit_rule_data *rule, struct arena *a);
/* which machine runs us; -1 if there is no table for it */
int auditrule_this_machine(void);
/* what b32 means where b64 is @machine; -1: nothing */
int auditrule_machine32(int machine);
/* number of an io_uring operation by the call it stands for; -1 if there is none */
int auditrule_uring_op(struct str name);

#endif
