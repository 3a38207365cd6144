/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as /proc/PID/cgroup, as config.json of a bundle, as a snapshot and as the body of a fact. What was
 * read keeps its bounds, and a fact that was written is read again as the same.
 */
#include <assert.h>

#include "base/cleanup.h"
#include "state/cgroup_path.h"
#include "state/fact.h"
#include "state/json_tree.h"
#include "state/oci_config.h"
#include "state/snapshot.h"
#include "state/state_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_cgroup(struct str text, struct arena *a)
{
	char uid[CGROUP_ID_MAX + 1], unescaped[CGROUP_ID_MAX + 1];
	struct cgroup_id id;
	struct str cut, inner;

	if (cgroup_path_parse(text, &id) == CGROUP_CONTAINER) {
		assert(id.id.len > 0 && id.id.len <= CGROUP_ID_MAX);
		assert(cgroup_path_names(text, id.id));
		cut = cgroup_path_cut(text, id.id, a);
		/* what a container's own directory is does not change by cutting */
		assert(arena_exhausted(a) || str_eq(cgroup_path_cut(cut, id.id, a), cut));
	}
	if (cgroup_path_pod(text, uid))
		assert(strlen(uid) == 36 || strlen(uid) == 32);
	cgroup_path_leaf(text);
	inner = cgroup_path_inner(text, STR("web"), unescaped);
	assert(!inner.ptr || (inner.len > 0 && inner.len <= CGROUP_ID_MAX));
}

static void check_list(const struct spec_list *list, size_t *bytes)
{
	assert(list->n <= SPEC_ITEMS_MAX);
	for (size_t i = 0; i < list->n; i++)
		*bytes += list->at[i].len;
}

static void check_fact(const struct fact *f, struct arena *a)
{
	auto_buf struct buf body = { 0 }, again = { 0 };
	struct fact read;

	if (fact_write(f, &body) < 0 || fact_read(buf_str(&body), &read, a) < 0)
		return;
	assert(fact_write(&read, &again) == 0);
	assert(str_eq(buf_str(&body), buf_str(&again)));
}

static void check_config(struct str text, struct arena *a)
{
	auto_json struct json_object *o = json_read(text);
	struct fact f = { .kind = FACT_CONTAINER, .text = STR("web") };
	struct spec copy, *spec = &f.container.spec;
	size_t budget = SPEC_BYTES_MAX, bytes = 0;

	if (!o)
		return;
	oci_config_read(o, STR("/b"), &f.container, &budget, a);
	oci_config_labels(o, &f.container, &spec->labels, &budget, a);
	check_list(&spec->labels, &bytes);
	check_list(&spec->mounts, &bytes);
	check_list(&spec->masked, &bytes);
	check_list(&spec->readonly, &bytes);
	check_list(&spec->devices, &bytes);
	assert(bytes <= SPEC_BYTES_MAX);
	for (size_t i = 0; i < spec->mounts.n; i++)
		assert(spec_mount_part(spec->mounts.at[i], MOUNT_TYPE).ptr);
	if (spec_copy(&copy, spec, a) == 0)
		assert(copy.mounts.n == spec->mounts.n);
	check_fact(&f, a);
}

/* any bytes as a snapshot, and as the lines behind a head that fits them */
static void check_snapshot(struct str text)
{
	const struct snapshot_head now = { STR("b"), 1000 };
	AUTO(facts) facts = facts_none();
	AUTO(state) s = facts ? state_new(&(struct state_options){ 16, 4 }, facts) : NULL;
	auto_buf struct buf whole = { 0 }, again = { 0 };

	if (!s)
		return;
	process_add(&s->processes, 0, 7)->start_time = 1;
	snapshot_restore(s, text, &now, NULL);
	buf_printf(&whole, "watchcap-snapshot version=1 boot=b time=1000 hash=%llu\n",
		   (unsigned long long)str_hash(text, 0));
	buf_add(&whole, text);
	snapshot_restore(s, buf_str(&whole), &now, NULL);
	assert(s->containers.used <= 4);
	assert(snapshot_write(s, &now, &again) == 0);
	assert(snapshot_restore(s, buf_str(&again), &now, NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_mem(data, size);
	AUTO(arena) a = arena_new(4096, 1 << 21);
	struct fact f;

	if (!a)
		return 0;
	check_cgroup(text, a);
	check_config(text, a);
	check_snapshot(text);
	if (fact_read(text, &f, a) == 0)
		check_fact(&f, a);
	return 0;
}
