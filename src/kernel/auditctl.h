/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control side of kernel audit over netlink (libaudit): status, settings, rules.
 *
 * Needs CAP_AUDIT_CONTROL in the first user and pid namespace (kernel/audit.c audit_netlink_ok()).
 * A rule is a struct audit_rule_data (linux/audit.h), as libaudit builds it and the kernel lists
 * it.
 */
#ifndef WC_AUDITCTL_H
#define WC_AUDITCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/diag.h"

struct audit_rule_data;

struct kaudit {
	int fd;
};

/* 0, or -errno with what is missing in @d */
int kaudit_open(struct kaudit *k, struct diag *d);
void kaudit_close(struct kaudit *k);

/*
 * A socket only to say things on, which needs no more than CAP_AUDIT_WRITE. 0 or -errno.
 */
int kaudit_open_to_say(struct kaudit *k);
/*
 * A message of a program to the audit trail: @type is one of AUDIT_FIRST_USER_MSG2 to
 * AUDIT_LAST_USER_MSG2, @text is "name=value ..." whose values the caller has encoded. 0 or -errno.
 */
int kaudit_say(const struct kaudit *k, uint32_t type, const char *text, bool success);

/* kaudit_status.enabled; the last one holds until reboot (kernel/audit.c, AUDIT_LOCKED) */
enum { KAUDIT_OFF, KAUDIT_ON, KAUDIT_IMMUTABLE };

struct kaudit_status {
	uint32_t enabled; /* KAUDIT_OFF ... */
	uint32_t failure; /* 0 silent, 1 printk, 2 panic */
	uint32_t pid; /* of the registered audit daemon; 0 = none */
	uint32_t rate_limit, backlog_limit, lost, backlog;
	uint32_t backlog_wait_time; /* jiffies; 0 = callers never wait */
};
int kaudit_get_status(const struct kaudit *k, struct kaudit_status *out);
/* all three: 0 or -errno (-EPERM under enabled=2) */
int kaudit_set_enabled(const struct kaudit *k, uint32_t enabled);
int kaudit_set_backlog_limit(const struct kaudit *k, uint32_t records);
int kaudit_set_backlog_wait_time(const struct kaudit *k, uint32_t jiffies);

/* owned copies of rules, in the kernel's order */
struct kaudit_rules {
	struct audit_rule_data **rule;
	size_t n;
};
void kaudit_rules_release(struct kaudit_rules *r);
int kaudit_list_rules(const struct kaudit *k, struct kaudit_rules *out);
/* 0; -EEXIST: an equal rule is there already; other -errno */
int kaudit_add_rule(const struct kaudit *k, const struct audit_rule_data *rule);
/* 0; -ENOENT: there is no such rule */
int kaudit_delete_rule(const struct kaudit *k, const struct audit_rule_data *rule);
/*
 * the same to the kernel: list, action, calls, fields and texts (kernel/auditfilter.c
 * audit_compare_rule())
 */
bool kaudit_rule_equal(const struct audit_rule_data *a, const struct audit_rule_data *b);
/* an equal rule is among them */
bool kaudit_rules_hold(const struct kaudit_rules *rules, const struct audit_rule_data *rule);
size_t kaudit_rule_size(const struct audit_rule_data *rule);

#endif
