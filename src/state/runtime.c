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

struct program {
	const char *name;
	enum runtime_role role;
	bool is_prefix;
};

static const struct program programs[] = {
	{ "runc", RUNTIME_OCI, false },
	{ "crun", RUNTIME_OCI, false },
	{ "youki", RUNTIME_OCI, false },
	{ "nvidia-container-runtime", RUNTIME_OCI, false },
	{ "containerd-shim", RUNTIME_SHIM, true },
	{ "conmon", RUNTIME_SHIM, false },
	{ "conmonrs", RUNTIME_SHIM, false },
	{ "dockerd", RUNTIME_ENGINE, false },
	{ "containerd", RUNTIME_ENGINE, false },
	{ "podman", RUNTIME_ENGINE, false },
	{ "crio", RUNTIME_ENGINE, false },
	{ "buildkitd", RUNTIME_ENGINE, false },
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

enum runtime_role runtime_role_of(struct str exe)
{
	struct str name = program_name(exe);

	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		const struct program *p = &programs[i];

		if (p->is_prefix ? str_starts(name, str_of(p->name))
				 : str_eq(name, str_of(p->name)))
			return p->role;
	}
	return RUNTIME_NONE;
}

bool runtime_is_clone(struct str exe)
{
	return str_starts(exe, STR("/memfd:runc_cloned")) ||
	       str_starts(exe, STR("/memfd:crun_cloned"));
}

struct words {
	const struct str *argv;
	size_t argc, at;
};

struct option {
	struct str name, value; /* value absent: "--name" alone so far */
};

static bool word_next(struct words *w, struct str *out)
{
	if (w->at >= w->argc || w->at >= RUNTIME_ARGS_MAX)
		return false;
	*out = w->argv[w->at++];
	return true;
}

/* "-x", "--x", "-x=v"; false: a word of its own */
static bool option_parse(struct str word, struct option *out)
{
	struct str rest = word;

	if (word.len < 2 || word.ptr[0] != '-')
		return false;
	rest = str_from(word, word.ptr[1] == '-' ? 2 : 1);
	out->value = STR_ABSENT;
	if (str_chr(rest, '=') < 0)
		out->name = rest;
	else if (str_cut(&rest, '=', &out->name))
		out->value = rest;
	return true;
}

static bool name_in(struct str name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, str_of(list[i])))
			return true;
	return false;
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
	struct str name = program_name(exe);

	*out = (struct runtime_call){ .role = runtime_role_of(exe) };
	switch (out->role) {
	case RUNTIME_OCI:
		out->type = name;
		oci_parse(&w, out);
		return true;
	case RUNTIME_SHIM:
		shim_parse(&w, out);
		out->serves_one = str_starts(name, STR("conmon")) || str_eq(out->type, STR("moby"));
		if (out->type.ptr)
			out->type =
				str_eq(out->type, STR("moby")) ? STR("docker") : STR("containerd");
		return true;
	case RUNTIME_ENGINE:
		return true;
	case RUNTIME_NONE:
		break;
	}
	return false;
}
