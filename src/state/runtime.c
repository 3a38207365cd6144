/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of runtime programs and of the options that take a value, and the reader of their
 * arguments.
 *
 * Pure functions over text. The option tables hold every option of runc 1.x, crun 1.x,
 * containerd-shim and conmon that is followed by a value of its own; "--name=value" needs no row.
 */
#include "state/runtime.h"

#include "base/cleanup.h"
#include "state/runtime_words.h"

typedef void (*call_parser)(struct words *w, struct runtime_call *out);
static void oci_parse(struct words *w, struct runtime_call *out);
static void shim_parse(struct words *w, struct runtime_call *out);

struct program {
	const char *name;
	enum runtime_role role;
	call_parser parse; /* NULL: the arguments tell nothing */
	const char *type; /* of its containers; NULL: the parser or nobody says */
	enum runtime_verb verb; /* of every call; VERB_NONE: the parser says */
	bool is_prefix;
	bool forks_in_steps; /* the container's first process is not its own child */
};

static const struct program programs[] = {
	{ "runc", RUNTIME_OCI, oci_parse, "runc", VERB_NONE, false, false },
	{ "crun", RUNTIME_OCI, oci_parse, "crun", VERB_NONE, false, false },
	{ "krun", RUNTIME_OCI, oci_parse, "crun", VERB_NONE, false, false },
	{ "youki", RUNTIME_OCI, oci_parse, "youki", VERB_NONE, false, true },
	{ "runsc", RUNTIME_OCI, oci_parse, "runsc", VERB_NONE, false, false },
	{ "sysbox-runc", RUNTIME_OCI, oci_parse, "sysbox", VERB_NONE, false, false },
	{ "nvidia-container-runtime", RUNTIME_OCI, oci_parse, "nvidia-container-runtime", VERB_NONE,
	  false, false },
	{ "lxc-start", RUNTIME_OCI, lxc_parse, "lxc", VERB_RUN, false, true },
	{ "lxc-execute", RUNTIME_OCI, lxc_parse, "lxc", VERB_RUN, false, true },
	{ "lxc-attach", RUNTIME_OCI, lxc_parse, "lxc", VERB_EXEC, false, true },
	{ "systemd-nspawn", RUNTIME_OCI, nspawn_parse, "nspawn", VERB_RUN, false, true },
	{ "incusd", RUNTIME_ENGINE, incus_parse, "lxc", VERB_NONE, false, true },
	{ "lxd", RUNTIME_ENGINE, incus_parse, "lxc", VERB_NONE, false, true },
	/* also of kata and gVisor */
	{ "containerd-shim", RUNTIME_SHIM, shim_parse, NULL, VERB_NONE, true, false },
	{ "conmon", RUNTIME_SHIM, shim_parse, NULL, VERB_NONE, false, false },
	{ "conmonrs", RUNTIME_SHIM, shim_parse, NULL, VERB_NONE, false, false },
	{ "dockerd", RUNTIME_ENGINE, NULL, NULL, VERB_NONE, false, false },
	{ "containerd", RUNTIME_ENGINE, NULL, NULL, VERB_NONE, false, false },
	{ "podman", RUNTIME_ENGINE, NULL, NULL, VERB_NONE, false, false },
	{ "crio", RUNTIME_ENGINE, NULL, NULL, VERB_NONE, false, false },
	/* sets what CRI-O tells it to, in namespaces that it makes */
	{ "pinns", RUNTIME_ENGINE, NULL, NULL, VERB_NONE, false, false },
	{ "buildkitd", RUNTIME_ENGINE, NULL, NULL, VERB_NONE, false, false },
};

struct verb {
	const char *name;
	enum runtime_verb verb;
};

static const struct verb verbs[] = {
	{ "create", VERB_CREATE }, { "run", VERB_RUN },	     { "restore", VERB_RUN },
	{ "exec", VERB_EXEC },	   { "init", VERB_INIT },    { "start", VERB_OTHER },
	{ "kill", VERB_OTHER },	   { "delete", VERB_OTHER }, { "state", VERB_OTHER },
	{ "pause", VERB_OTHER },   { "resume", VERB_OTHER }, { "ps", VERB_OTHER },
	{ "update", VERB_OTHER },  { "events", VERB_OTHER }, { "checkpoint", VERB_OTHER },
};

/* options of runc and crun with a value of their own, whatever the verb */
static const char *const oci_values[] = {
	"log",
	"log-format",
	"root",
	"criu",
	"rootless",
	"cgroup-manager",
	"bundle",
	"b",
	"config",
	"f",
	"console-socket",
	"pid-file",
	"preserve-fds",
	"cwd",
	"env",
	"e",
	"user",
	"u",
	"additional-gids",
	"g",
	"process",
	"p",
	"process-label",
	"apparmor",
	"cap",
	"c",
	"cgroup",
	"image-path",
	"work-path",
	"parent-path",
	"manage-cgroups-mode",
	"empty-ns",
	"tcp-established",
	"lsm-profile",
	"lsm-mount-context",
	"status-fd",
};

static struct str program_name(struct str exe)
{
	struct str gone = STR(" (deleted)");

	if (str_ends(exe, gone))
		exe = str_first(exe, exe.len - gone.len);
	return str_basename(exe);
}

static const struct program *program_of(struct str exe)
{
	struct str name = program_name(exe);

	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		const struct program *p = &programs[i];

		if (p->is_prefix ? str_starts(name, str_of(p->name))
				 : str_eq(name, str_of(p->name)))
			return p;
	}
	return NULL;
}

enum runtime_role runtime_role_of(struct str exe)
{
	const struct program *p = program_of(exe);

	return p ? p->role : RUNTIME_NONE;
}

bool runtime_is_clone(struct str exe)
{
	return str_starts(exe, STR("/memfd:runc_cloned")) ||
	       str_starts(exe, STR("/memfd:crun_cloned"));
}

static enum runtime_verb verb_of(struct str word)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (str_eq(word, str_of(verbs[i].name)))
			return verbs[i].verb;
	return VERB_NONE;
}

/* engines keep the runtime's state apart: docker in .../moby, containerd in .../runc/NAMESPACE */
static struct str type_of_root(struct str root, struct str otherwise)
{
	if (str_eq(str_basename(root), STR("moby")))
		return STR("docker");
	return str_find(root, STR("/containerd/runc/")) >= 0 ? STR("containerd") : otherwise;
}

/* runc [global options] VERB [options] ID ... */
static void oci_parse(struct words *w, struct runtime_call *out)
{
	struct option o;
	struct str word;

	while (word_next(w, &word)) {
		if (option_parse(word, &o)) {
			if (!o.value.ptr && name_in(o.name, oci_values, ARRAY_LEN(oci_values)) &&
			    !word_next(w, &o.value))
				return;
			if (str_eq(o.name, STR("bundle")) || str_eq(o.name, STR("b")))
				out->bundle = o.value;
			else if (str_eq(o.name, STR("root")))
				out->type = type_of_root(o.value, out->type);
		} else if (out->verb == VERB_NONE) {
			out->verb = verb_of(word);
			if (out->verb == VERB_NONE || out->verb == VERB_INIT)
				return;
		} else {
			out->id = word;
			return;
		}
	}
}

/* containerd-shim -namespace N -id ID [-bundle DIR]; conmon -c ID -b DIR */
static void shim_parse(struct words *w, struct runtime_call *out)
{
	static const struct {
		const char *name;
		size_t offset;
	} rows[] = {
		{ "id", offsetof(struct runtime_call, id) },
		{ "cid", offsetof(struct runtime_call, id) },
		{ "c", offsetof(struct runtime_call, id) },
		{ "bundle", offsetof(struct runtime_call, bundle) },
		{ "b", offsetof(struct runtime_call, bundle) },
		{ "namespace", offsetof(struct runtime_call, type) },
	};
	struct option o;
	struct str word;

	while (word_next(w, &word)) {
		if (!option_parse(word, &o))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(rows); i++)
			if (str_eq(o.name, str_of(rows[i].name)) &&
			    (o.value.ptr || word_next(w, &o.value)))
				*(struct str *)((char *)out + rows[i].offset) = o.value;
	}
}

bool runtime_parse(struct str exe, const struct str *argv, size_t argc, struct runtime_call *out)
{
	struct words w = { .argv = argv, .argc = argc, .at = 1 };
	const struct program *p = program_of(exe);

	*out = (struct runtime_call){ 0 };
	if (!p)
		return false;
	out->role = p->role;
	out->verb = p->verb;
	out->type = str_of(p->type);
	out->forks_in_steps = p->forks_in_steps;
	out->has_bundle = p->parse == oci_parse || p->parse == shim_parse;
	if (p->parse)
		p->parse(&w, out);
	if (out->role == RUNTIME_ENGINE)
		out->type = STR_ABSENT;
	if (out->role != RUNTIME_SHIM)
		return true;
	out->serves_one =
		str_starts(program_name(exe), STR("conmon")) || str_eq(out->type, STR("moby"));
	if (out->type.ptr)
		out->type = str_eq(out->type, STR("moby")) ? STR("docker") : STR("containerd");
	return true;
}
