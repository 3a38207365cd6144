/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Talking to the kernel's audit control socket through libaudit.
 *
 * Owns one netlink socket. Must never set failure mode 2 or enabled 2, which nobody can take back;
 * the callers' interface has no way to ask for it but kaudit_set_enabled(), which refuses.
 */
#include "kernel/auditctl.h"

#include <libaudit.h>
#include <poll.h>
#include <string.h>

#define REPLY_TIMEOUT_MS 2000
#define RULES_MAX 65536

int kaudit_open(struct kaudit *k, struct diag *d)
{
	struct kaudit_status status;
	int r;

	set_aumessage_mode(MSG_QUIET, DBG_NO);
	k->fd = audit_open();
	if (k->fd < 0) {
		r = -errno;
		diag_error(d, NULL, "no-audit",
			   "this kernel has no audit (%s): CONFIG_AUDIT is needed", strerror(-r));
		return r;
	}
	r = kaudit_get_status(k, &status);
	if (r == 0)
		return 0;
	kaudit_close(k);
	if (r == -EPERM || r == -ECONNREFUSED)
		diag_error(d, NULL, "no-audit-control",
			   "audit control is refused (%s): CAP_AUDIT_CONTROL in the host's pid and "
			   "user namespace is "
			   "needed",
			   strerror(-r));
	else
		diag_error(d, NULL, "no-audit", "kernel audit does not answer: %s", strerror(-r));
	return r;
}

void kaudit_close(struct kaudit *k)
{
	if (k->fd >= 0)
		audit_close(k->fd);
	k->fd = -1;
}

int kaudit_open_to_say(struct kaudit *k)
{
	set_aumessage_mode(MSG_QUIET, DBG_NO);
	k->fd = audit_open();
	return k->fd < 0 ? -errno : 0;
}

int kaudit_say(const struct kaudit *k, uint32_t type, const char *text, bool success)
{
	return audit_log_user_message(k->fd, (int)type, text, NULL, NULL, NULL, success) <= 0
		       ? -errno
		       : 0;
}

/* the next message of request @seq; 0 or -errno */
static int reply_next(const struct kaudit *k, uint32_t seq, struct audit_reply *reply)
{
	struct pollfd p = { .fd = k->fd, .events = POLLIN };

	for (;;) {
		int r = poll(&p, 1, REPLY_TIMEOUT_MS);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (r == 0)
			return -ETIMEDOUT;
		r = audit_get_reply(k->fd, reply, GET_REPLY_NONBLOCKING, 0);
		if (r == -EAGAIN || r == -EINTR)
			continue;
		if (r < 0)
			return r;
		if (r > 0 && reply->nlh && reply->nlh->nlmsg_seq == seq)
			return 0;
	}
}

int kaudit_get_status(const struct kaudit *k, struct kaudit_status *out)
{
	struct audit_reply reply;
	int r, seq = audit_request_status(k->fd);

	if (seq < 0)
		return seq;
	do {
		r = reply_next(k, (uint32_t)seq, &reply);
		if (r < 0)
			return r;
		if (reply.type == NLMSG_ERROR && reply.error && reply.error->error)
			return reply.error->error;
	} while (reply.type != AUDIT_GET);
	*out = (struct kaudit_status){
		.enabled = reply.status->enabled,
		.failure = reply.status->failure,
		.pid = reply.status->pid,
		.rate_limit = reply.status->rate_limit,
		.backlog_limit = reply.status->backlog_limit,
		.lost = reply.status->lost,
		.backlog = reply.status->backlog,
		.backlog_wait_time = reply.status->backlog_wait_time,
	};
	return 0;
}

static int done(int sequence)
{
	return sequence < 0 ? sequence : 0;
}

int kaudit_set_enabled(const struct kaudit *k, uint32_t enabled)
{
	return enabled > 1 ? -EINVAL : done(audit_set_enabled(k->fd, enabled));
}

int kaudit_set_backlog_limit(const struct kaudit *k, uint32_t records)
{
	return done(audit_set_backlog_limit(k->fd, records));
}

int kaudit_set_backlog_wait_time(const struct kaudit *k, uint32_t jiffies)
{
	return done(audit_set_backlog_wait_time(k->fd, jiffies));
}

/* rules */

size_t kaudit_rule_size(const struct audit_rule_data *rule)
{
	return sizeof(*rule) + rule->buflen;
}

void kaudit_rules_release(struct kaudit_rules *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->rule[i]);
	free(r->rule);
	*r = (struct kaudit_rules){ 0 };
}

static int rule_keep(struct kaudit_rules *r, const struct audit_reply *reply)
{
	size_t payload = (size_t)reply->len;
	struct audit_rule_data **grown;

	if (payload < sizeof(*reply->ruledata) ||
	    reply->ruledata->buflen > payload - sizeof(*reply->ruledata) ||
	    reply->ruledata->field_count > AUDIT_MAX_FIELDS)
		return -EBADMSG;
	if (r->n == RULES_MAX)
		return -E2BIG;
	grown = reallocarray(r->rule, r->n + 1, sizeof(struct audit_rule_data *));
	if (!grown)
		return -ENOMEM;
	r->rule = grown;
	grown[r->n] = malloc(kaudit_rule_size(reply->ruledata));
	if (!grown[r->n])
		return -ENOMEM;
	memcpy(grown[r->n++], reply->ruledata, kaudit_rule_size(reply->ruledata));
	return 0;
}

int kaudit_list_rules(const struct kaudit *k, struct kaudit_rules *out)
{
	struct audit_reply reply;
	int r, seq = audit_request_rules_list_data(k->fd);

	*out = (struct kaudit_rules){ 0 };
	if (seq < 0)
		return seq;
	for (;;) {
		r = reply_next(k, (uint32_t)seq, &reply);
		if (r == 0 && reply.type == NLMSG_DONE)
			return 0;
		if (r == 0 && reply.type == NLMSG_ERROR && reply.error)
			r = reply.error->error; /* 0: the request was understood */
		else if (r == 0 && reply.type == AUDIT_LIST_RULES)
			r = rule_keep(out, &reply);
		if (r < 0) {
			kaudit_rules_release(out);
			return r;
		}
	}
}

/* libaudit writes list and action into the rule it is given */
static int rule_send(const struct kaudit *k, const struct audit_rule_data *rule,
		     int (*send)(int, struct audit_rule_data *, int, int))
{
	auto_free struct audit_rule_data *copy = malloc(kaudit_rule_size(rule));

	if (!copy)
		return -ENOMEM;
	memcpy(copy, rule, kaudit_rule_size(rule));
	return done(send(k->fd, copy, (int)rule->flags, (int)rule->action));
}

int kaudit_add_rule(const struct kaudit *k, const struct audit_rule_data *rule)
{
	return rule_send(k, rule, audit_add_rule_data);
}

int kaudit_delete_rule(const struct kaudit *k, const struct audit_rule_data *rule)
{
	return rule_send(k, rule, audit_delete_rule_data);
}

bool kaudit_rule_equal(const struct audit_rule_data *a, const struct audit_rule_data *b)
{
	size_t n = a->field_count;

	return a->flags == b->flags && a->action == b->action && n == b->field_count &&
	       n <= AUDIT_MAX_FIELDS && a->buflen == b->buflen &&
	       memcmp(a->mask, b->mask, sizeof(a->mask)) == 0 &&
	       memcmp(a->fields, b->fields, n * sizeof(a->fields[0])) == 0 &&
	       memcmp(a->values, b->values, n * sizeof(a->values[0])) == 0 &&
	       memcmp(a->fieldflags, b->fieldflags, n * sizeof(a->fieldflags[0])) == 0 &&
	       memcmp(a->buf, b->buf, a->buflen) == 0;
}

bool kaudit_rules_hold(const struct kaudit_rules *rules, const struct audit_rule_data *rule)
{
	for (size_t i = 0; i < rules->n; i++)
		if (kaudit_rule_equal(rules->rule[i], rule))
			return true;
	return false;
}
