/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same for programs: flat lists, so that a deep tree of processes is no deep JSON. What is not
 * known is null.
 */
#include "survey/show.h"

#include "base/clock.h"
#include "base/json.h"
#include "kernel/capset.h"
#include "kernel/procfs.h"
#include "survey/notes.h"
#include "survey/reach.h"
#include "survey/words.h"

static void put_time(struct json *j, struct str key, uint64_t ns)
{
	char iso[CLOCK_ISO_SIZE];

	json_key(j, key);
	if (!ns) {
		json_null(j);
		return;
	}
	clock_iso8601(ns, iso);
	json_str(j, str_of(iso));
}

static void put_set(struct json *j, struct str key, bool is_known, uint64_t set)
{
	json_key(j, key);
	if (!is_known) {
		json_null(j);
		return;
	}
	json_array(j);
	for (unsigned bit = 0; bit < CAPSET_BITS; bit++) {
		auto_buf struct buf name = { 0 };

		if (!(set & UINT64_C(1) << bit))
			continue;
		capset_name(bit, &name);
		json_str(j, buf_str(&name));
	}
	json_array_end(j);
}

static void put_flag(struct json *j, struct str key, int value)
{
	json_key(j, key);
	if (value < 0)
		json_null(j);
	else
		json_bool(j, value);
}

static void put_seccomp(struct json *j, struct str key, int mode)
{
	static const char *const names[] = { "none", "strict", "filter" };

	json_key(j, key);
	json_str(j, mode == SURVEY_MIXED   ? STR("mixed")
		    : mode < 0 || mode > 2 ? STR_ABSENT
					   : str_of(names[mode]));
}

static void put_arguments(struct json *j, const struct process *p)
{
	struct str rest = text_str(&p->args), one;

	json_key(j, STR("arguments"));
	if (!rest.ptr) {
		json_null(j);
		return;
	}
	json_array(j);
	while (str_cut(&rest, '\0', &one))
		json_str(j, one);
	json_array_end(j);
}

static void put_namespaces(struct json *j, const struct survey *s, const struct process *p)
{
	const struct reason_view v = { .host_ns = s->host_ns };

	json_key(j, STR("shares_with_host"));
	json_object(j);
	for (unsigned ns = 0; ns < NS_COUNT; ns++) {
		enum answer a = reach_shares(&v, p, ns);

		put_flag(j, str_of(procfs_ns_name(ns)), a == ANSWER_UNKNOWN ? -1 : a == ANSWER_YES);
	}
	json_object_end(j);
}

static void put_credentials(struct json *j, const struct credentials *c)
{
	json_key(j, STR("uid"));
	if (c->has_ids)
		json_u64(j, c->euid);
	else
		json_null(j);
	put_set(j, STR("permitted"), c->has_caps, c->cap_permitted);
	put_set(j, STR("effective"), c->has_caps, c->cap_effective);
	put_set(j, STR("inheritable"), c->has_caps, c->cap_inheritable);
	put_set(j, STR("ambient"), c->has_caps, c->cap_ambient);
	put_set(j, STR("bounding"), c->has_bounding, c->cap_bounding);
	put_flag(j, STR("no_new_privs"), c->no_new_privs);
	put_seccomp(j, STR("seccomp"), c->seccomp);
}

static void put_process(struct json *j, const struct survey *s, const struct survey_process *p,
			bool tree)
{
	const struct process *process = p->process;

	json_object(j);
	json_put(j, "pid", i64, process->ref.pid);
	json_put(j, "ppid", i64, process->ppid);
	if (tree)
		json_put(j, "depth", u64, p->depth);
	put_time(j, STR("start"), process->start_time);
	json_put(j, "name", str, text_str(&process->comm));
	json_put(j, "exe", str, text_str(&process->exe));
	put_arguments(j, process);
	put_credentials(j, &process->cred);
	if (process->container) {
		put_set(j, STR("beyond_container"), p->knows_beyond, p->beyond);
		json_put(j, "has_left", bool, process->has_deserted);
		json_put(j, "is_runtime", bool, process->is_runtime_init);
		json_key(j, STR("differing_thread"));
		if (process->threads.tid)
			json_i64(j, process->threads.tid);
		else
			json_null(j);
		json_put(j, "inner_container", str, text_str(&process->inner));
	}
	put_namespaces(j, s, process);
	json_object_end(j);
}

static void put_processes(struct json *j, struct str key, const struct survey *s,
			  const struct survey_process *list, size_t n, bool tree)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < n; i++)
		put_process(j, s, &list[i], tree);
	json_array_end(j);
}

static void put_reasons(struct json *j, const struct survey_container *c)
{
	json_key(j, STR("reasons"));
	json_array(j);
	for (size_t i = 0; i < c->n_reasons; i++) {
		const struct survey_reason *r = &c->reasons[i];

		json_object(j);
		json_put(j, "name", str, str_of(r->def->name));
		json_put(j, "severity", str, str_of(severity_name(r->def->severity)));
		json_put(j, "help", str, str_of(r->def->help));
		json_put(j, "detail", str, r->detail.len ? r->detail : STR_ABSENT);
		json_object_end(j);
	}
	json_array_end(j);
	json_key(j, STR("not_known"));
	json_array(j);
	for (size_t i = 0; i < reasons_n; i++)
		if (c->unknown & UINT64_C(1) << i)
			json_str(j, str_of(reasons[i].name));
	json_array_end(j);
}

static void put_identity(struct json *j, const struct container *c)
{
	json_put(j, "id", str, c ? text_str(&c->id) : STR_ABSENT);
	json_put(j, "name", str, c ? text_str(&c->name) : STR_ABSENT);
	json_put(j, "type", str, c ? text_str(&c->type) : STR_ABSENT);
	json_put(j, "image", str, c ? text_str(&c->image) : STR_ABSENT);
	json_put(j, "pod", str, c ? c->spec.pod_name : STR_ABSENT);
	json_put(j, "pod_namespace", str, c ? c->spec.pod_namespace : STR_ABSENT);
	put_time(j, STR("start"), c ? c->start_time : 0);
}

static void put_container(struct json *j, const struct survey *s, const struct survey_container *c,
			  bool tree)
{
	const struct container *container = c->container;

	json_object(j);
	put_identity(j, container);
	json_put(j, "risk", str, str_of(severity_name(c->risk)));
	json_put(j, "risk_is_least", bool, c->is_least);
	put_reasons(j, c);
	put_set(j, STR("given_bounding"), container && container->has_bounding,
		container ? container->cap_bounding : 0);
	put_set(j, STR("can_have"), c->has_reach, c->reach);
	put_set(j, STR("beyond_default"), c->has_reach, c->reach & ~CAPSET_RUNTIME_DEFAULT);
	put_seccomp(j, STR("seccomp"), c->seccomp);
	json_key(j, STR("no_new_privs"));
	if (c->no_new_privs == SURVEY_MIXED)
		json_str(j, STR("mixed"));
	else if (c->no_new_privs < 0)
		json_null(j);
	else
		json_bool(j, c->no_new_privs);
	put_processes(j, STR("processes"), s, c->processes, c->n_processes, tree);
	json_object_end(j);
}

static void put_source(struct json *j, const struct survey *s, const struct show_options *o)
{
	json_key(j, STR("source"));
	json_object(j);
	put_time(j, STR("proc"), s->time);
	put_time(j, STR("snapshot"), s->has_snapshot ? s->snapshot_time : 0);
	json_put(j, "snapshot_refused", str, o->refused);
	put_flag(j, STR("daemon"), o->daemon);
	json_object_end(j);
}

static void put_notes(struct json *j, const struct survey *s)
{
	auto_buf struct buf note = { 0 };
	size_t next = 0;

	json_key(j, STR("notes"));
	json_array(j);
	for (; notes_next(s, &next, &note); buf_clear(&note))
		json_str(j, buf_str(&note));
	json_array_end(j);
}

static void put_host(struct json *j, const struct survey *s, const struct show_options *o)
{
	const struct survey_host *h = &s->host;

	json_key(j, STR("host"));
	json_object(j);
	json_put(j, "processes", u64, h->processes);
	json_put(j, "with_capabilities", u64, h->with_capabilities);
	json_put(j, "kernel_threads", u64, h->kernel_threads);
	if (o->all)
		put_processes(j, STR("list"), s, h->list, h->n_list, o->tree);
	json_object_end(j);
}

void show_json(const struct survey *s, const struct show_options *o, struct buf *out)
{
	struct json j = json_start(out);

	json_object(&j);
	put_source(&j, s, o);
	put_notes(&j, s);
	json_key(&j, STR("containers"));
	json_array(&j);
	for (size_t i = 0; i < s->n_containers; i++)
		put_container(&j, s, &s->containers[i], o->tree);
	json_array_end(&j);
	put_host(&j, s, o);
	json_object_end(&j);
	buf_char(out, '\n');
}
