/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A replayed session for the tests of state: lines in, one row for each scene out.
 */
#ifndef WC_TEST_SESSION_H
#define WC_TEST_SESSION_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "event/assembler.h"
#include "event/event.h"
#include "state/exec_owner.h"
#include "state/state.h"
#include "state/state_parts.h"

/* what a test wants to know of a scene, copied: scenes die with their event */
struct seen {
	uint64_t serial, number;
	evt_type type;
	int32_t pid;
	uint32_t generation;
	char id[65], short_id[16], type_name[16], name[64], image[64];
	enum id_source source;
	bool is_runtime_init, is_unknown, is_container;
	struct credentials before, after;
	char inner[72], cgroup[128], cause[16], gap[24], gained[128];
	uint64_t lost, gap_from, gap_to;
	bool is_ignored;
	int32_t target, thread;
	char target_comm[16], role[16];
	uint32_t rdev_major, rdev_minor;
	bool is_host_disk;
	char reason[24], change[12], mount_target[64], mounted[128], fstype[16];
	char owner[16]; /* of the files of an exec */
	bool is_volume;
	char knob[24], object[256], realpath[256], old[128], new[128], options[128];
};

struct session {
	struct facts *facts;
	struct state *state;
	struct assembler *assembler;
	struct arena *arena;
	struct seen seen[2048];
	size_t n;
};

static inline void session_copy(char *to, size_t size, struct str s)
{
	snprintf(to, size, "%.*s", STR_ARG(s));
}

static inline void session_keep(struct session *t, const struct scene *sc)
{
	struct seen *r = &t->seen[t->n++ % 2048];
	struct owner owner;

	*r = (struct seen){ .serial = sc->event->serial,
			    .number = sc->number,
			    .type = sc->event->type,
			    .source = sc->id_source,
			    .is_unknown = sc->is_container_unknown,
			    .is_container = sc->container != NULL,
			    .before = sc->before,
			    .after = sc->after };
	if (sc->process) {
		r->pid = sc->process->ref.pid;
		r->generation = sc->process->ref.generation;
		r->is_runtime_init = sc->process->is_runtime_init;
	}
	session_copy(r->short_id, sizeof(r->short_id), scene_container_id(sc));
	if (sc->container) {
		session_copy(r->id, sizeof(r->id), text_str(&sc->container->id));
		session_copy(r->type_name, sizeof(r->type_name), text_str(&sc->container->type));
		session_copy(r->name, sizeof(r->name), text_str(&sc->container->name));
		session_copy(r->image, sizeof(r->image), text_str(&sc->container->image));
	}
	if (sc->process)
		session_copy(r->inner, sizeof(r->inner), text_str(&sc->process->inner));
	session_copy(r->cgroup, sizeof(r->cgroup), sc->event->cgroup);
	session_copy(r->gained, sizeof(r->gained), sc->event->gained);
	session_copy(r->cause, sizeof(r->cause), sc->event->cause);
	session_copy(r->gap, sizeof(r->gap), sc->event->gap.what);
	r->lost = sc->event->gap.count;
	r->gap_from = sc->event->gap.from;
	r->gap_to = sc->event->gap.to;
	r->is_ignored = sc->is_ignored;
	r->target = sc->target.pid;
	r->thread = sc->thread;
	session_copy(r->target_comm, sizeof(r->target_comm), sc->target.comm);
	session_copy(r->role, sizeof(r->role), telemetry_role_name(sc->target.role));
	r->rdev_major = sc->object.rdev_major;
	r->rdev_minor = sc->object.rdev_minor;
	r->is_host_disk = sc->object.is_host_disk;
	session_copy(r->reason, sizeof(r->reason), sc->event->mount.reason);
	session_copy(r->change, sizeof(r->change), sc->event->mount.change);
	session_copy(r->mount_target, sizeof(r->mount_target), sc->event->mount.target);
	session_copy(r->mounted, sizeof(r->mounted), sc->event->mount.source);
	session_copy(r->fstype, sizeof(r->fstype), sc->object.fstype);
	owner = exec_owner(sc);
	if (owner.container)
		session_copy(r->owner, sizeof(r->owner), text_str(&owner.container->id));
	r->is_volume = owner.is_volume;
	session_copy(r->knob, sizeof(r->knob), sc->object.knob);
	session_copy(r->object, sizeof(r->object), sc->object.name);
	session_copy(r->realpath, sizeof(r->realpath), sc->object.realpath);
	session_copy(r->old, sizeof(r->old),
		     sc->event->type == EVT_WRITE ? sc->object.old : sc->event->knob.old);
	session_copy(r->new, sizeof(r->new),
		     sc->event->type == EVT_WRITE ? sc->object.new : sc->event->knob.new);
	session_copy(r->options, sizeof(r->options), sc->event->knob.options);
}

static inline void session_derived(struct session *t)
{
	struct scene sc;

	while (state_next(t->state, &sc))
		session_keep(t, &sc);
}

static inline void session_event(void *ctx, const struct record *records, size_t n)
{
	struct session *t = ctx;
	struct event ev;
	struct scene sc;

	arena_reset(t->arena);
	if (event_decode(&ev, records, n, t->arena) < 0)
		return;
	state_observe(t->state, &ev, &sc);
	session_keep(t, &sc);
	session_derived(t);
}

static inline struct session *session_new(struct facts *facts, const struct state_options *o)
{
	struct session *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->facts = facts;
	t->state = state_new(o, facts);
	t->arena = arena_new(65536, 8 << 20);
	t->assembler = assembler_new(&(struct assembler_options){ .reorder = 8 }, session_event, t);
	assert_non_null(t->state);
	assert_non_null(t->arena);
	assert_non_null(t->assembler);
	return t;
}

static inline void session_free(struct session *t)
{
	assembler_free(t->assembler);
	state_free(t->state);
	facts_free(t->facts);
	arena_free(t->arena);
	free(t);
}

static inline void session_line(struct session *t, const char *line)
{
	struct record r;

	assert_int_equal(record_parse_line(str_of(line), &r), 0);
	assert_int_equal(assembler_feed(t->assembler, &r), 0);
	assert_int_equal(assembler_settle(t->assembler), 0);
}

/* give out everything that was fed */
static inline void session_flush(struct session *t)
{
	assembler_flush(t->assembler);
}

static inline void session_log(struct session *t, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	assert_non_null(f);
	while ((n = getline(&line, &cap, f)) > 0) {
		line[n - 1] = '\0';
		session_line(t, line);
	}
	free(line);
	fclose(f);
	session_flush(t);
}

#define CAP_ALL UINT64_C(0x1ffffffffff)
#define CAP_DEFAULT UINT64_C(0xa80425fb)

/* one record of second 1000 + @serial */
__attribute__((format(printf, 4, 5))) static inline void
session_record(struct session *t, const char *type, unsigned serial, const char *fmt, ...)
{
	char body[8192], line[8500];
	va_list args;

	va_start(args, fmt);
	vsnprintf(body, sizeof(body), fmt, args);
	va_end(args);
	snprintf(line, sizeof(line), "type=%s msg=audit(%u.000:%u): %s", type, 1000 + serial,
		 serial, body);
	session_line(t, line);
}

/* a SYSCALL record by root on x86-64 */
static inline void session_call(struct session *t, unsigned serial, unsigned nr, int32_t pid,
				int32_t ppid, const char *exe, const char *more)
{
	session_record(
		t, "SYSCALL", serial,
		"arch=c000003e syscall=%u success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=1 ppid=%d "
		"pid=%d auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 "
		"tty=(none) ses=4294967295 comm=\"x\" exe=\"%s\" key=%s",
		nr, ppid, pid, exe, more ? more : "(null)");
}

/* a successful execve; @args: the body of EXECVE */
static inline void session_exec(struct session *t, unsigned serial, int32_t pid, int32_t ppid,
				const char *exe, uint64_t inode, const char *dev, const char *cwd,
				const char *args)
{
	session_call(t, serial, 59, pid, ppid, exe, NULL);
	session_record(t, "EXECVE", serial, "%s", args);
	session_record(t, "CWD", serial, "cwd=\"%s\"", cwd);
	session_record(t, "PATH", serial,
		       "item=0 name=\"%s\" inode=%llu dev=%s mode=0100755 ouid=0 ogid=0 rdev=00:00 "
		       "nametype=NORMAL",
		       exe, (unsigned long long)inode, dev);
}

/* the row of an event; @type EVT_UNKNOWN: whatever the record was */
static inline const struct seen *session_find(const struct session *t, uint64_t serial,
					      evt_type type)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->seen[i].serial == serial && (type == EVT_UNKNOWN || t->seen[i].type == type))
			return &t->seen[i];
	return NULL;
}

static inline size_t session_count(const struct session *t, evt_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->seen[i].type == type;
	return n;
}

#endif
