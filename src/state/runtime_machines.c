/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command lines of what starts whole machines: lxc, systemd-nspawn, incus and LXD; and the words
 * that all command lines are made of. Pure functions over text.
 */
#include "state/runtime_words.h"

#include "base/cleanup.h"

bool word_next(struct words *w, struct str *out)
{
	if (w->at >= w->argc || w->at >= RUNTIME_ARGS_MAX)
		return false;
	*out = w->argv[w->at++];
	return true;
}

bool option_parse(struct str word, struct option *out)
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

bool name_in(struct str name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, str_of(list[i])))
			return true;
	return false;
}

/*
 * Programs with options of their own, getopt(3)-like: the one that names the container, those that
 * take a value, and where the program to be run begins. "--name=v" and "-nv" hold theirs.
 */
struct grammar {
	const char *id, *id_short;
	const char *const *values;
	size_t n_values;
};

/* the next word that is no option; absent: none. What names the container is kept on the way. */
static struct str next_operand(struct words *w, const struct grammar *g, struct str *id,
			       struct str *directory)
{
	struct str word, short_id = str_of(g->id_short);
	struct option o;

	while (word_next(w, &word)) {
		if (str_eq(word, STR("--")))
			return STR_ABSENT;
		if (!option_parse(word, &o))
			return word;
		if (str_starts(word, short_id) && word.len > short_id.len) {
			*id = str_from(word, short_id.len);
			continue;
		}
		if (!o.value.ptr && !name_in(o.name, g->values, g->n_values))
			continue;
		if (!o.value.ptr && !word_next(w, &o.value))
			return STR_ABSENT;
		if (str_eq(o.name, str_of(g->id)) || str_eq(o.name, str_from(short_id, 1)))
			*id = o.value;
		else if (str_eq(o.name, STR("directory")) || str_eq(o.name, STR("D")) ||
			 str_eq(o.name, STR("image")) || str_eq(o.name, STR("i")))
			*directory = o.value;
	}
	return STR_ABSENT;
}

/* lxc-start(1), lxc-execute(1), lxc-attach(1): -n NAME, or NAME alone */
void lxc_parse(struct words *w, struct runtime_call *out)
{
	static const char *const values[] = {
		"name",	       "n",	  "lxcpath", "P",	    "rcfile", "f",	 "define",
		"s",	       "logfile", "o",	     "logpriority", "l",      "console", "c",
		"console-log", "L",	  "pidfile", "p",	    "uid",    "u",	 "gid",
		"g",	       "set-var", "v",	     "context",	    "arch",   "a",
	};
	static const struct grammar grammar = { "name", "-n", values, ARRAY_LEN(values) };
	struct str unused, operand = next_operand(w, &grammar, &out->id, &unused);

	if (!out->id.ptr)
		out->id = operand;
}

/* systemd-nspawn(1): -M NAME, else the last part of the directory or image */
void nspawn_parse(struct words *w, struct runtime_call *out)
{
	static const char *const values[] = {
		"directory",
		"D",
		"template",
		"image",
		"i",
		"machine",
		"M",
		"user",
		"u",
		"setenv",
		"E",
		"slice",
		"S",
		"uuid",
		"pivot-root",
		"kill-signal",
		"property",
		"capability",
		"drop-capability",
		"ambient-capability",
		"bind",
		"bind-ro",
		"tmpfs",
		"overlay",
		"overlay-ro",
		"port",
		"p",
		"network-interface",
		"network-macvlan",
		"network-ipvlan",
		"network-bridge",
		"network-zone",
		"network-namespace-path",
		"network-veth-extra",
		"selinux-context",
		"Z",
		"selinux-apifs-context",
		"L",
		"hostname",
		"oci-bundle",
		"chdir",
		"system-call-filter",
		"rlimit",
		"resolv-conf",
		"timezone",
		"link-journal",
		"private-users",
		"personality",
		"console",
		"load-credential",
		"set-credential",
		"root-hash",
		"verity-data",
		"notify-ready",
		"settings",
		"register",
	};
	static const struct grammar grammar = { "machine", "-M", values, ARRAY_LEN(values) };
	struct str directory = STR_ABSENT, raw = STR(".raw");

	next_operand(w, &grammar, &out->id, &directory);
	if (out->id.ptr || !directory.len)
		return;
	out->id = str_basename(directory);
	if (str_ends(out->id, raw))
		out->id = str_first(out->id, out->id.len - raw.len);
}

/* incus and LXD start themselves: "forkstart NAME ...", "forkexec NAME ..." */
void incus_parse(struct words *w, struct runtime_call *out)
{
	struct str verb, name;

	if (!word_next(w, &verb) || !word_next(w, &name))
		return;
	if (str_eq(verb, STR("forkstart")))
		out->verb = VERB_RUN;
	else if (str_eq(verb, STR("forkexec")))
		out->verb = VERB_EXEC;
	else
		return;
	out->role = RUNTIME_OCI;
	out->id = name;
}
