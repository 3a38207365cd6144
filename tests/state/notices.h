/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine with a shell of the host (50), a shim (60) and its container's shell (61), whose births are told.
 */
#ifndef WC_TEST_NOTICES_H
#define WC_TEST_NOTICES_H

#include "event/notice_text.h"
#include "fake_facts.h"

#define ID64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DOCKER "0::/docker/" ID64 "\n"
#define HOST "0::/user.slice\n"
#define SECONDS(n) ((n)*UINT64_C(1000000000))

struct fixture {
	struct fake *fake;
	struct session *session;
	uint64_t serial;
};

static inline int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", HOST);
	fake_add(f->fake, 50, 1, "/bin/bash", HOST);
	fake_add(f->fake, 60, 1, "/usr/bin/containerd-shim-runc-v2", HOST)->cmdline =
		STR("containerd-shim\0-namespace\0moby\0-id\0" ID64);
	fake_add(f->fake, 61, 60, "/bin/sh", DOCKER);
	f->session = session_new(&f->fake->facts, NULL);
	f->serial = UINT64_C(2) << 32;
	state_start(f->session->state);
	memset(f->fake->asked, 0, sizeof(f->fake->asked));
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	session_free(f->session);
	free(f);
	return 0;
}

static inline void tell(struct fixture *f, struct notice n)
{
	auto_buf struct buf body = { 0 };
	struct record r = { .type = RECORD_NOTICE, .time = n.at, .serial = f->serial++ };
	struct event ev;

	notice_write(&n, &body);
	r.body = buf_str(&body);
	arena_reset(f->session->arena);
	if (event_decode(&ev, &r, 1, f->session->arena) < 0)
		return; /* a notice of nobody */
	assert_non_null(ev.notice);
	state_notice(f->session->state, &ev);
	session_derived(f->session);
}

static inline void listening(struct fixture *f)
{
	tell(f, (struct notice){ .kind = NOTICE_LISTEN, .at = SECONDS(1000) });
}

static inline void forked(struct fixture *f, int32_t parent, int32_t child, uint64_t at)
{
	tell(f,
	     (struct notice){
		     .kind = NOTICE_FORK, .at = at, .pid = child, .tid = child, .other = parent });
}

static inline void execed(struct fixture *f, int32_t pid, uint64_t at)
{
	tell(f, (struct notice){ .kind = NOTICE_EXEC, .at = at, .pid = pid, .tid = pid });
}

static inline void exited(struct fixture *f, int32_t pid, uint64_t at)
{
	tell(f, (struct notice){ .kind = NOTICE_EXIT, .at = at, .pid = pid, .tid = pid });
}

#endif
