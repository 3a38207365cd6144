/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A match made of record lines and an output template: the real fields, rules and state, and a
 * machine that consists of a passwd file.
 */
#ifndef WC_TEST_MATCHED_H
#define WC_TEST_MATCHED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "alert/alert.h"
#include "base/file.h"
#include "field/registry.h"
#include "state/state.h"

#define STAMP "msg=audit(1767323045.123:4711): "
#define SYSCALL(number, result, ids)                                                               \
	"type=SYSCALL " STAMP "arch=c000003e syscall=" number " " result                           \
	" a0=ffffff9c a1=5 a2=241 a3=1b6 items=1 ppid=90 pid=100 " ids                             \
	" tty=(none) ses=4294967295 comm=\"sh\" exe=\"/bin/busybox\" key=(null)"
#define ROOT_IDS "auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0"
#define ALICE_IDS "auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0"
#define NAMELESS_IDS                                                                               \
	"auid=4242 uid=4242 gid=4242 euid=4242 suid=4242 fsuid=4242 egid=4242 sgid=4242 "          \
	"fsgid=4242"
#define CWD_LINE "type=CWD " STAMP "cwd=\"/\""
#define PATH_LINE(name)                                                                            \
	"type=PATH " STAMP "item=0 name=" name                                                     \
	" inode=7 dev=00:20 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL"

struct matched {
	char root[64];
	struct facts *facts;
	struct state *state;
	struct arena *arena;
	struct ruleset *rules;
};

static inline int matched_setup(void **state)
{
	struct matched *m = calloc(1, sizeof(*m));
	char path[96];

	assert_non_null(m);
	snprintf(m->root, sizeof(m->root), "/tmp/watchcap-alert.XXXXXX");
	assert_non_null(mkdtemp(m->root));
	snprintf(path, sizeof(path), "%s/etc", m->root);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/etc/passwd", m->root);
	assert_int_equal(file_replace(path,
				      STR("superuser:x:0:0::/:/\nalice:x:1000:1000::/:/\n"
					  "x\" opened /etc/shadow:x:4243:0::/:/\n"),
				      0600),
			 0);
	m->facts =
		facts_live(&(struct facts_roots){ m->root, m->root, m->root, NULL, 0 }, NULL, NULL);
	m->state = state_new(NULL, m->facts);
	m->arena = arena_new(65536, (size_t)4 << 20);
	assert_true(m->state && m->arena);
	*state = m;
	return 0;
}

static inline int matched_teardown(void **state)
{
	struct matched *m = *state;
	char path[96];

	snprintf(path, sizeof(path), "%s/etc/passwd", m->root);
	unlink(path);
	snprintf(path, sizeof(path), "%s/etc", m->root);
	rmdir(path);
	rmdir(m->root);
	ruleset_free(m->rules);
	state_free(m->state);
	facts_free(m->facts);
	arena_free(m->arena);
	free(m);
	return 0;
}

/* the alert of a rule with this output; all that it was made from is overwritten or freed */
static inline struct alert *matched_alert(struct matched *m, const char *output,
					  const char *const *lines, size_t n)
{
	AUTO(diag) d = diag_new();
	auto_buf struct buf text = { 0 }, message = { 0 };
	struct record records[8];
	struct event ev;
	struct scene scene;
	struct alert *a;

	buf_printf(&text,
		   "[rule r]\ntitle = The Title\ndesc = d\ncondition = evt.type = openat\n"
		   "output = %s\npriority = Critical\ntags = b, a\n",
		   output);
	ruleset_free(m->rules);
	m->rules = ruleset_load_texts(&(struct ruleset_text){ "r.ini", buf_str(&text) }, 1, NULL,
				      registry_schema(), d);
	if (!m->rules) {
		diag_render_text(d, &message);
		fail_msg("%s", buf_z(&message));
	}
	arena_reset(m->arena);
	assert_true(n <= ARRAY_LEN(records));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
			record_parse_line(arena_str(m->arena, str_of(lines[i])), &records[i]), 0);
	assert_int_equal(event_decode(&ev, records, n, m->arena), 0);
	state_observe(m->state, &ev, &scene);
	a = alert_new(ruleset_at(m->rules, 0), &scene, STR("here"), m->arena);
	ruleset_free(take_ptr(m->rules));
	arena_free(m->arena);
	m->arena = arena_new(65536, (size_t)4 << 20);
	return a;
}

#define MATCHED(m, output, ...)                                                                    \
	matched_alert((m), output, (const char *const[]){ __VA_ARGS__ },                           \
		      sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

#endif
