/* SPDX-License-Identifier: Apache-2.0 */
/* One table row for everything that can be missing. */
#include "survey/notes.h"

#include <errno.h>

#include "base/cleanup.h"
#include "survey/survey.h"

static size_t hidden(const struct survey *s)
{
	return s->inventory.init_error == -ENOENT || s->inventory.init_error == -ESRCH;
}

/* PROC_PID_INIT_INO of include/linux/proc_ns.h */
static size_t inside(const struct survey *s)
{
	return s->host_ns[NS_PID] != 0xEFFFFFFC;
}

static size_t unreadable(const struct survey *s)
{
	return s->inventory.unreadable;
}

static size_t without_namespaces(const struct survey *s)
{
	return s->without_namespaces;
}

static size_t without_host(const struct survey *s)
{
	return s->n_containers && (!s->host_ns[NS_MNT] || !s->host_ns[NS_NET]);
}

static size_t without_configuration(const struct survey *s)
{
	return s->without_configuration;
}

static size_t refused(const struct survey *s)
{
	return s->refused;
}

static size_t without_caps(const struct survey *s)
{
	return s->host.unknown;
}

static size_t partial(const struct survey *s)
{
	return s->is_partial;
}

static const struct {
	size_t (*count)(const struct survey *s);
	bool says_count;
	const char *text;
} notes[] = {
	{ hidden, false,
	  "pid 1 is hidden (hidepid, proc(5)): processes of other users are missing" },
	{ inside, false,
	  "this is not the first pid namespace: what is called the host here is only what pid 1 "
	  "here is in" },
	{ unreadable, true, "processes that could not be read, and are missing here" },
	{ without_namespaces, true, "processes whose namespaces could not be read" },
	{ without_host, false,
	  "the host's mount and network namespaces cannot be read from pid 1: what is declared "
	  "counts" },
	{ without_configuration, true, "containers whose configuration could not be read" },
	{ refused, true, "files of container runtimes that were not read, whole or in part" },
	{ without_caps, true, "processes of the host whose capabilities could not be read" },
	{ partial, false, "more processes came than there was room for" },
};

bool notes_next(const struct survey *s, size_t *next, struct buf *out)
{
	while (*next < ARRAY_LEN(notes)) {
		size_t i = (*next)++, n = notes[i].count(s);

		if (!n)
			continue;
		buf_add(out, str_of(notes[i].text));
		if (notes[i].says_count)
			buf_printf(out, ": %zu", n);
		return true;
	}
	return false;
}
