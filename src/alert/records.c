/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names are known on the worker (state), interpretation happens on the output thread: so they
 * travel in the records. Whatever libauparse would look up through NSS finds its answer here, true
 * or at least a number.
 */
#include "alert/records.h"

#include <ctype.h>

#include "event/scan.h"
#include "state/id_names.h"

enum id_kind { ID_NUMBER, ID_USER, ID_LOGIN };

/* the fields that libauparse takes for ids (its typetab.h); the subject's are worth a name */
static const struct {
	struct str key;
	enum id_kind kind;
} ids[] = {
	{ STR("auid"), ID_LOGIN },	 { STR("uid"), ID_USER },
	{ STR("euid"), ID_USER },	 { STR("suid"), ID_NUMBER },
	{ STR("fsuid"), ID_NUMBER },	 { STR("ouid"), ID_NUMBER },
	{ STR("oauid"), ID_NUMBER },	 { STR("sauid"), ID_NUMBER },
	{ STR("iuid"), ID_NUMBER },	 { STR("obj_uid"), ID_NUMBER },
	{ STR("inode_uid"), ID_NUMBER }, { STR("old-auid"), ID_NUMBER },
	{ STR("id"), ID_NUMBER },	 { STR("gid"), ID_NUMBER },
	{ STR("egid"), ID_NUMBER },	 { STR("sgid"), ID_NUMBER },
	{ STR("fsgid"), ID_NUMBER },	 { STR("ogid"), ID_NUMBER },
	{ STR("igid"), ID_NUMBER },	 { STR("obj_gid"), ID_NUMBER },
	{ STR("inode_gid"), ID_NUMBER }, { STR("new_gid"), ID_NUMBER },
};

/* the name ends up between quotes and in a sentence: nothing that could pass for either */
static bool is_plain_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) && !strchr("_.@$+-", s.ptr[i]))
			return false;
	return s.len > 0;
}

static void add_name(struct buf *out, const struct scene *scene, enum id_kind kind,
		     struct str number)
{
	struct user_names names;
	bool known = false;
	uint64_t id;

	if (str_to_u64(number, 10, &id) < 0 || id > UINT32_MAX) {
		buf_add(out, STR("?"));
		return;
	}
	if (id == ID_UNSET) {
		buf_add(out, STR("unset"));
		return;
	}
	if (kind == ID_USER)
		known = state_user(scene, (uint32_t)id, &names);
	else if (kind == ID_LOGIN)
		known = state_host_user(scene, (uint32_t)id, &names);
	if (known && is_plain_name(names.name))
		buf_add(out, names.name);
	else
		buf_u64(out, id);
}

/* KEY="name" for every id of @body */
static void enrich(struct buf *out, const struct scene *scene, struct str body)
{
	struct scan scan = scan_start(body);
	char separator = 0x1d;
	struct scan_field f;

	while (scan_next(&scan, &f)) {
		for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
			if (!str_eq(f.key, ids[i].key))
				continue;
			buf_char(out, separator);
			separator = ' ';
			for (size_t c = 0; c < f.key.len; c++)
				buf_char(out, (char)toupper((unsigned char)f.key.ptr[c]));
			buf_add(out, STR("=\""));
			add_name(out, scene, ids[i].kind, f.value);
			buf_char(out, '"');
			break;
		}
	}
}

void records_render(const struct scene *scene, struct buf *out)
{
	const struct event *ev = scene->event;

	for (size_t i = 0; i < ev->n_records && !buf_failed(out); i++) {
		size_t start = out->len;

		if (ev->records[i].type > UINT16_MAX) /* our own: libauparse does not know them */
			continue;
		record_render(&ev->records[i], out);
		if (!buf_failed(out))
			out->len--; /* the newline */
		/* a separator in the body would end it for libauparse */
		for (size_t c = start; c < out->len; c++)
			if (iscntrl((unsigned char)out->ptr[c]))
				out->ptr[c] = ' ';
		enrich(out, scene, ev->records[i].body);
		buf_char(out, '\n');
		if (buf_failed(out))
			out->len = start;
	}
	out->failed = false;
}
