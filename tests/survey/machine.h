/* SPDX-License-Identifier: Apache-2.0 */
/* A container and its processes made by hand, for the tests of survey. */
#ifndef WC_TEST_MACHINE_H
#define WC_TEST_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/capset.h"
#include "state/facts.h"
#include "survey/reason.h"

#define HOST_NS 1
#define OWN_NS 2
#define MEMBERS_MAX 4

struct machine {
	uint64_t host_ns[NS_COUNT];
	struct container container;
	struct process processes[MEMBERS_MAX];
	const struct process *members[MEMBERS_MAX];
	struct reason_view view;
};

static inline struct text machine_text(const char *s)
{
	return (struct text){ .ptr = (char *)(uintptr_t)s,
			      .len = (uint32_t)strlen(s),
			      .set = true };
}

/* @n processes as an engine starts them by default; their user namespace is the host's */
static inline void machine_make(struct machine *m, size_t n)
{
	*m = (struct machine){ 0 };
	m->container = (struct container){
		.id = machine_text("0123456789abcdef0123456789abcdef"),
		.name = machine_text("web"),
		.type = machine_text("docker"),
		.image = machine_text("nginx:1"),
		.home = machine_text("0::/docker/0123456789abcdef0123456789abcdef\n"),
		.is_identified = true,
		.has_bounding = true,
		.cap_bounding = CAPSET_RUNTIME_DEFAULT,
		.has_privileged = true,
		.spec = { .is_known = true },
	};
	for (unsigned i = 0; i < NS_COUNT; i++)
		m->host_ns[i] = HOST_NS;
	for (size_t i = 0; i < n; i++) {
		struct process *p = &m->processes[i];

		*p = (struct process){
			.ref = { .pid = 100 + (int32_t)i },
			.ppid = 99 + (int32_t)i,
			.comm = machine_text("nginx"),
			.container = &m->container,
			.cred = {
				.has_ids = true, .ruid = 33, .euid = 33, .suid = 33, .fsuid = 33,
				.has_caps = true, .has_bounding = true,
				.cap_bounding = CAPSET_RUNTIME_DEFAULT,
				.no_new_privs = 1, .seccomp = 2,
			},
		};
		for (unsigned k = 0; k < NS_COUNT; k++)
			p->cred.ns[k] = k == NS_USER ? HOST_NS : OWN_NS;
		m->members[i] = p;
	}
	m->view = (struct reason_view){ &m->container, m->members, n, m->host_ns };
}

/* what the row called @name says; its detail into @detail, which may be NULL */
static inline enum answer machine_judge(const struct machine *m, const char *name, char *detail)
{
	auto_buf struct buf out = { 0 };

	for (size_t i = 0; i < reasons_n; i++) {
		enum answer a;

		if (strcmp(reasons[i].name, name) != 0)
			continue;
		a = reasons[i].judge(&m->view, reasons[i].param, &out);
		if (detail)
			snprintf(detail, 256, "%s", buf_z(&out));
		return a;
	}
	fail_msg("no reason %s", name);
	return ANSWER_UNKNOWN;
}

#endif
