/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door itself: each question becomes a struct fact, an answerer fills it, a live answer goes to
 * the tap.
 *
 * Owns nothing but the body buffer of the tap. The answerers: facts_live.c, facts_recorded.c,
 * facts_none.c.
 */
#include "state/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state/fact.h"

/* the recorder puts what is not RECORD_FACT beside the event, and ahead of it */
static uint32_t record_type(const struct facts *f)
{
	return f->is_apart ? RECORD_KNOB : RECORD_FACT;
}

static void tell(struct facts *f, const struct fact *q)
{
	if (!f->tap || f->is_quiet)
		return;
	fact_write(q, &f->body);
	if (!buf_failed(&f->body))
		f->tap(f->tap_ctx, record_type(f), buf_str(&f->body));
}

static int ask(struct facts *f, struct fact *q, struct arena *a)
{
	q->err = f->ops->ask(f, q, a);
	tell(f, q);
	return q->err;
}

void facts_free(struct facts *f)
{
	if (!f)
		return;
	buf_release(&f->body);
	f->ops->free(f);
}

bool facts_is_live(const struct facts *f)
{
	return f->ops->is_live;
}

uint64_t facts_refused(const struct facts *f)
{
	return f->ops->refused ? f->ops->refused(f) : 0;
}

uint64_t facts_unread(const struct facts *f)
{
	return f->ops->unread ? f->ops->unread(f) : 0;
}

int32_t facts_helper(const struct facts *f)
{
	return f->ops->helper ? f->ops->helper(f) : 0;
}

bool facts_is_known_script(const struct facts *f, const struct facts_process *p)
{
	return f->ops->is_known_script && f->ops->is_known_script(f, p);
}

void facts_forget_helper(struct facts *f, struct str path)
{
	if (f->ops->forget_helper)
		f->ops->forget_helper(f, path);
}

bool facts_is_local(const struct facts *f, struct str node)
{
	return !node.ptr || f->ops->is_local(f, node);
}

void facts_tell_knob(struct facts *f, struct str body)
{
	if (f->tap)
		f->tap(f->tap_ctx, RECORD_KNOB, body);
}

void facts_tell(struct facts *f, struct str body)
{
	if (f->tap)
		f->tap(f->tap_ctx, record_type(f), body);
}

void facts_tell_process(struct facts *f, const struct facts_process *p)
{
	if (f->tap)
		tell(f, &(struct fact){ .kind = FACT_PROCESS, .id = p->pid, .process = *p });
}

void facts_set_quiet(struct facts *f, bool quiet)
{
	f->is_quiet = quiet;
}

bool facts_set_apart(struct facts *f, bool apart)
{
	bool was = f->is_apart;

	f->is_apart = apart;
	return was;
}

void facts_begin(struct facts *f, const struct event *ev)
{
	f->event = ev;
	if (f->ops->begin)
		f->ops->begin(f);
}

int facts_ask_process(struct facts *f, int32_t pid, struct facts_process *out, struct arena *a)
{
	struct fact q = { .kind = FACT_PROCESS, .id = pid };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.process;
	return r;
}

int facts_ask_cgroup(struct facts *f, int32_t pid, struct facts_process *out, struct arena *a)
{
	struct fact q = { .kind = FACT_CGROUP, .id = pid };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.process;
	return r;
}

int facts_ask_handles(struct facts *f, uint64_t party, int32_t pid, int32_t witness,
		      uint32_t root_mount, struct facts_handles *out, struct arena *a)
{
	struct fact q = { .kind = FACT_HANDLES,
			  .id = pid,
			  .fd = witness,
			  .party = party,
			  .handles.root_mount = root_mount };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.handles;
	return r;
}

int facts_ask_threads(struct facts *f, uint64_t party, int32_t pid,
		      const uint64_t host_ns[static NS_COUNT], struct facts_threads *out,
		      struct arena *a)
{
	struct fact q = { .kind = FACT_THREADS, .id = pid, .party = party };
	int r;

	memcpy(q.threads.ns, host_ns, NS_COUNT * sizeof(*host_ns));
	r = ask(f, &q, a);
	if (r == 0)
		*out = q.threads;
	return r;
}

int facts_ask_mounts(struct facts *f, uint64_t party, int32_t pid, struct facts_mounts *out,
		     struct arena *a)
{
	struct fact q = { .kind = FACT_MOUNTS, .id = pid, .party = party };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.mounts;
	return r;
}

int facts_ask_target(struct facts *f, uint64_t party, int32_t pid, enum facts_view view,
		     int32_t number, int32_t *out, struct arena *a)
{
	struct fact q = { .kind = view == VIEW_PIDFD ? FACT_PIDFD_TARGET : FACT_PID_TARGET,
			  .id = pid,
			  .party = party,
			  .fd = number };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.process.pid;
	return r;
}

int facts_ask_container(struct facts *f, struct str id, struct str bundle,
			struct facts_container *out, struct arena *a)
{
	struct fact q = { .kind = FACT_CONTAINER, .text = id, .bundle = bundle };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.container;
	return r;
}

int facts_ask_containers(struct facts *f, struct str **out, size_t *n, struct arena *a)
{
	struct fact q = { .kind = FACT_CONTAINERS };
	int r = ask(f, &q, a);

	if (r == 0) {
		*out = q.list.ids;
		*n = q.list.n;
	}
	return r;
}

int facts_ask_hierarchies(struct facts *f, const struct cgroup_wanted *wanted,
			  struct facts_hierarchy **out, size_t *n, struct arena *a)
{
	struct fact q = { .kind = FACT_HIERARCHIES, .wanted = *wanted };
	int r = ask(f, &q, a);

	if (r == 0) {
		*out = q.list.hierarchies;
		*n = q.list.n;
	}
	return r;
}

int facts_ask_knobs(struct facts *f, struct facts_knob **out, size_t *n, struct arena *a)
{
	struct fact q = { .kind = FACT_KNOBS };
	int r = ask(f, &q, a);

	if (r == 0) {
		*out = q.list.knobs;
		*n = q.list.n;
	}
	return r;
}

int facts_ask_helpers(struct facts *f, struct facts_helper **out, size_t *n, struct arena *a)
{
	struct fact q = { .kind = FACT_HELPERS };
	int r = ask(f, &q, a);

	if (r == 0) {
		*out = q.list.helpers;
		*n = q.list.n;
	}
	return r;
}

int facts_ask_pids(struct facts *f, int32_t **out, size_t *n, struct arena *a)
{
	struct fact q = { .kind = FACT_PIDS };
	int r = ask(f, &q, a);

	if (r == 0) {
		*out = q.list.pids;
		*n = q.list.n;
	}
	return r;
}

int facts_ask_fd(struct facts *f, int32_t pid, int32_t fd, struct str *out, struct arena *a)
{
	struct fact q = { .kind = FACT_FD, .id = pid, .fd = fd };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.names.name;
	return r;
}

int facts_ask_disk(struct facts *f, bool is_char, uint32_t major, uint32_t minor, struct str *use,
		   struct arena *a)
{
	struct fact q = { .kind = FACT_DISK,
			  .id = (int32_t)major,
			  .fd = (int32_t)minor,
			  .text = is_char ? STR("char") : STR_ABSENT };
	int r = ask(f, &q, a);

	if (r == 0)
		*use = q.names.name;
	return r;
}

int facts_ask_host_file(struct facts *f, struct str files, struct str *class, struct arena *a)
{
	struct fact q = { .kind = FACT_HOST_FILE, .text = files };
	int r = ask(f, &q, a);

	if (r == 0)
		*class = q.names.name;
	return r;
}

int facts_ask_exe(struct facts *f, const struct facts_who *who, struct facts_exe *out,
		  struct arena *a)
{
	struct fact q = { .kind = FACT_EXE, .id = who->pid, .who = *who, .party = who->party };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.exe;
	return r;
}

int facts_ask_task(struct facts *f, const struct facts_who *who, struct facts_task *out,
		   struct arena *a)
{
	struct fact q = { .kind = FACT_TASK, .id = who->pid, .who = *who, .party = who->party };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.task;
	return r;
}

int facts_ask_descriptors(struct facts *f, const struct facts_who *who, bool only_stdio,
			  struct facts_descriptor **out, size_t *n, struct arena *a)
{
	struct fact q = { .kind = only_stdio ? FACT_STDIO : FACT_DESCRIPTORS,
			  .id = who->pid,
			  .who = *who,
			  .party = who->party };
	int r = ask(f, &q, a);

	if (r == 0) {
		*out = q.list.descriptors;
		*n = q.list.n;
	}
	return r;
}

int facts_ask_env(struct facts *f, const struct facts_who *who, struct str name, struct str *out,
		  struct arena *a)
{
	struct fact q = {
		.kind = FACT_ENV, .id = who->pid, .who = *who, .party = who->party, .text = name
	};
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.names.name;
	return r;
}

int facts_ask_layer(struct facts *f, const struct facts_who *who, struct str path, uint32_t major,
		    uint32_t minor, struct facts_exe *out, struct arena *a)
{
	struct fact q = { .kind = FACT_LAYER,
			  .id = who->pid,
			  .who = *who,
			  .party = who->party,
			  .text = path,
			  .dev_major = major,
			  .dev_minor = minor };
	int r = ask(f, &q, a);

	if (r == 0)
		*out = q.exe;
	return r;
}

static struct fact names_question(enum fact_kind kind, const struct facts_inside *inside,
				  uint32_t id)
{
	struct fact q = { .kind = kind, .id = (int32_t)id };

	if (inside) {
		q.inside = *inside, q.party = inside->party;
		q.text = inside->container;
	}
	return q;
}

int facts_ask_user(struct facts *f, const struct facts_inside *inside, uint32_t uid,
		   struct str *name, struct str *home, struct str *shell, struct arena *a)
{
	struct fact q = names_question(FACT_USER, inside, uid);
	int r = ask(f, &q, a);

	if (r == 0) {
		*name = q.names.name;
		*home = q.names.home;
		*shell = q.names.shell;
	}
	return r;
}

int facts_ask_group(struct facts *f, const struct facts_inside *inside, uint32_t gid,
		    struct str *name, struct arena *a)
{
	struct fact q = names_question(FACT_GROUP, inside, gid);
	int r = ask(f, &q, a);

	if (r == 0)
		*name = q.names.name;
	return r;
}

int facts_ask_self(struct facts *f, struct arena *a)
{
	struct fact q = { .kind = FACT_SELF };

	return ask(f, &q, a);
}
