/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event on a stage of its own: record lines in, the text that a field would print out. Process and
 * container are the test's to set up; the state behind them exists only if a test makes one.
 */
#ifndef WC_TEST_STAGE_H
#define WC_TEST_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "event/event.h"
#include "field/registry.h"
#include "state/state.h"

#define STAGE_RECORDS 16
#define STAGE_STAMP "msg=audit(1700000000.250:7): "

struct stage {
	struct arena *arena;
	struct record records[STAGE_RECORDS];
	struct path_record paths[STAGE_RECORDS];
	struct event event;
	struct process process;
	struct container container;
	struct scene scene;
	struct buf text; /* what the last field printed */
};

static inline int stage_setup(void **state)
{
	struct stage *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->arena = arena_new(65536, 64 * 1024 * 1024);
	assert_non_null(t->arena);
	*state = t;
	return 0;
}

static inline int stage_teardown(void **state)
{
	struct stage *t = *state;
	struct text *texts[] = { &t->process.comm,   &t->process.exe,	  &t->process.args,
				 &t->process.cwd,    &t->container.id,	  &t->container.name,
				 &t->container.type, &t->container.image, &t->container.image_id };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		text_release(texts[i]);
	buf_release(&t->text);
	arena_free(t->arena);
	free(t);
	return 0;
}

/* "TYPE body" per record; the stamp is put in front of the body */
static inline void stage_play(struct stage *t, size_t n, const char *const *records)
{
	arena_reset(t->arena);
	assert_true(n <= STAGE_RECORDS);
	for (size_t i = 0; i < n; i++) {
		const char *body = strchr(records[i], ' ');
		struct str line;

		assert_non_null(body);
		line = arena_printf(t->arena, "type=%.*s " STAGE_STAMP "%s",
				    (int)(body - records[i]), records[i], body + 1);
		assert_int_equal(record_parse_line(line, &t->records[i]), 0);
	}
	assert_int_equal(event_decode(&t->event, t->records, n, t->arena), 0);
	t->scene = (struct scene){ .event = &t->event, .number = 1 };
	t->scene.before = t->scene.after =
		(struct credentials){ .no_new_privs = -1, .seccomp = -1, .userns_is_host = -1 };
	t->scene.paths = t->paths;
	while (event_path(&t->event, t->scene.n_paths, &t->paths[t->scene.n_paths]))
		t->scene.n_paths++;
}

#define PLAY(t, ...)                                                                               \
	stage_play((t), sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *),             \
		   (const char *const[]){ __VA_ARGS__ })

#define CALL(number, success, exit, a0, a1, a2, a3)                                                \
	"SYSCALL arch=c000003e syscall=" number " success=" success " exit=" exit " a0=" a0        \
	" a1=" a1 " a2=" a2 " a3=" a3                                                              \
	" items=0 ppid=90 pid=100 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 "                    \
	"egid=0 sgid=0 fsgid=0 tty=pts3 ses=1 comm=\"tool\" exe=\"/usr/bin/tool\" key=(null)"

static inline void stage_process(struct stage *t, const char *comm, struct str args)
{
	t->process.ref.pid = 100;
	t->process.ppid = 90;
	assert_int_equal(text_set(&t->process.comm, str_of(comm), 64), 0);
	assert_int_equal(text_set(&t->process.exe, STR("/usr/bin/tool"), 64), 0);
	assert_int_equal(text_set(&t->process.args, args, 1 << 20), 0);
	t->scene.process = &t->process;
}

static inline void stage_container(struct stage *t)
{
	text_set(&t->container.id, STR("f0a1b2c3d4e5f6071829"), 64);
	text_set(&t->container.name, STR("web"), 64);
	text_set(&t->container.type, STR("docker"), 64);
	text_set(&t->container.image, STR("registry:5000/team/app:1.2@sha256:ab"), 64);
	t->container.is_identified = true;
	t->scene.container = &t->container;
	t->scene.id_source = ID_PROC;
}

/* "proc.aname[2]" to its use; 0 or what prepare() said */
static inline int stage_use(const char *name, struct field_use *use)
{
	struct str whole = str_of(name), free_part = STR_ABSENT;
	ssize_t bracket = str_chr(whole, '[');
	struct str head = bracket < 0 ? whole : str_first(whole, (size_t)bracket);
	const struct field_def *def = registry_schema()->find(head, &free_part);

	if (!def)
		return -ENOENT;
	*use = (struct field_use){ .def = def, .selector = free_part, .param = def->param };
	if (bracket >= 0)
		use->selector = str_first(str_from(whole, (size_t)bracket + 1),
					  whole.len - (size_t)bracket - 2);
	return def->prepare ? def->prepare(use, NULL, NULL) : 0;
}

/* the values of @name, comma-joined; NULL: absent */
static inline const char *stage_print_from(struct stage *t, const struct scene *scene,
					   const char *name)
{
	struct field_use use;
	struct values values = { .arena = t->arena };

	if (stage_use(name, &use) != 0)
		fail_msg("%s does not load", name);
	buf_clear(&t->text);
	if (!use.def->get(scene, &use, &values))
		return NULL;
	for (size_t i = 0; i < values.n; i++) {
		if (i > 0)
			buf_char(&t->text, ',');
		if (values.at[i].type != use.def->type)
			fail_msg("%s gives another type than its row says", name);
		value_render(&values.at[i], &t->text);
	}
	return buf_z(&t->text);
}

static inline const char *stage_print(struct stage *t, const char *name)
{
	return stage_print_from(t, &t->scene, name);
}

#define assert_field(t, name, expected)                                                            \
	do {                                                                                       \
		const char *printed_ = stage_print((t), name);                                     \
		if (!printed_)                                                                     \
			fail_msg("%s is absent, not '%s'", name, expected);                        \
		if (strcmp(printed_, expected) != 0)                                               \
			fail_msg("%s is '%s', not '%s'", name, printed_, expected);                \
	} while (0)

#define assert_no_field(t, name)                                                                   \
	do {                                                                                       \
		const char *printed_ = stage_print((t), name);                                     \
		if (printed_)                                                                      \
			fail_msg("%s is '%s', not absent", name, printed_);                        \
	} while (0)

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)

#endif
