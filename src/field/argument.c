/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look-up in the argument table, and the getters of evt.arg, evt.rawarg and evt.args.
 *
 * A `record` event has, besides its type, every field of its record by name.
 */
#include "field/argument.h"

#include <errno.h>
#include <pthread.h>

#include "base/nearest.h"
#include "event/event_type.h"
#include "event/scan.h"
#include "field/argument_value.h"
#include "field/join.h"
#include "field/row.h"
#include "field/type_index.h"

/*
 * Fields of records without a call that rules may ask for, see audit_log_format() in the kernel and the
 * field dictionary of audit-userspace; below, those whose odd bytes the writer turns into hex.
 */
static const char *const plain_fields[] = {
	"action",
	"addr",
	"apparmor",
	"arch",
	"audit_backlog_limit",
	"audit_backlog_wait_time",
	"audit_enabled",
	"audit_failure",
	"audit_pid",
	"audit_rate_limit",
	"auid",
	"avc",
	"bool",
	"code",
	"compat",
	"denied_mask",
	"dev",
	"enabled",
	"enforcing",
	"entries",
	"family",
	"grantors",
	"hostname",
	"id",
	"ino",
	"ip",
	"list",
	"lost",
	"lsm",
	"old",
	"old-enabled",
	"old_enforcing",
	"old_prom",
	"old_val",
	"op",
	"operation",
	"permissive",
	"pid",
	"prog-id",
	"prom",
	"requested_mask",
	"res",
	"resp",
	"result",
	"scontext",
	"seresult",
	"ses",
	"sig",
	"subj",
	"syscall",
	"table",
	"tclass",
	"tcontext",
	"terminal",
	"tty",
	"uid",
	"unit",
	"val",
};
static const char *const encoded_fields[] = {
	"acct", "cmd", "comm", "cwd", "exe", "key", "name", "path", "profile",
};

static bool is_one_of(struct str name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, str_of(names[i])))
			return true;
	return false;
}

static bool is_encoded(struct str name)
{
	return is_one_of(name, encoded_fields, ARRAY_LEN(encoded_fields));
}

static bool is_record_field(struct str name)
{
	return is_encoded(name) || is_one_of(name, plain_fields, ARRAY_LEN(plain_fields));
}

static uint8_t *of_type;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const char *types_of(size_t i)
{
	return argument_families[i].types;
}

static void of_type_make(void)
{
	of_type = type_index_make(argument_families_n, types_of);
}

const struct argument_family *argument_family(evt_type type)
{
	unsigned row;

	pthread_once(&once, of_type_make);
	row = type < event_type_count() ? of_type[type] : 0;
	return row ? &argument_families[row - 1] : NULL;
}

static const struct argument result_row = { .name = "res", .get = argument_result };

static const struct argument *find_row(evt_type type, const struct field_use *use)
{
	const struct argument_family *family = argument_family(type);
	const struct argument *rows = family ? family->rows : &result_row;
	size_t n = family ? family->n : 1;

	if (use->index >= 0)
		return (size_t)use->index < n ? &rows[use->index] : NULL;
	for (size_t i = 0; i < n; i++)
		if (str_eq(use->selector, str_of(rows[i].name)))
			return &rows[i];
	return NULL;
}

bool argument_is_carried(const struct field_use *use, evt_type type)
{
	return find_row(type, use) || (type == EVT_RECORD && use->index < 0);
}

/* field @key of a lone record; those of user space stand inside msg='...' */
static bool record_field(const struct event *ev, struct str key, struct arena *a,
			 struct argument_value *out)
{
	struct scan_field f;
	struct str body = ev->n_records ? ev->records[0].body : STR_ABSENT;

	if (!scan_find(body, key, &f) &&
	    (!scan_find(body, STR("msg"), &f) || !scan_find(f.value, key, &f)))
		return false;
	*out = (struct argument_value){ .text = is_encoded(key) ? scan_untrusted(&f, a) : f.value };
	out->has_number = !f.quote && str_to_i64(f.value, &out->number) == 0;
	return out->text.ptr != NULL;
}

static bool find_value(const struct scene *s, const struct field_use *use, struct arena *a,
		       struct argument_value *out)
{
	const struct argument *row = find_row(s->event->type, use);

	*out = (struct argument_value){ .text = STR_ABSENT };
	if (!row)
		return s->event->type == EVT_RECORD && use->index < 0 &&
		       record_field(s->event, use->selector, a, out);
	return row->get(s, row, a, out);
}

static struct str show(const struct argument_value *v, struct arena *a)
{
	return v->text.ptr ? v->text : arena_printf(a, "%lld", (long long)v->number);
}

bool argument_get(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct argument_value v;

	if (!find_value(s, use, out->arena, &v))
		return false;
	if (!v.is_name)
		return give_str(out, show(&v, out->arena));
	return values_push(
		out, (struct value){
			     .type = VALUE_STRING, .named = true, .num = v.number, .s = v.text });
}

bool argument_get_number(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct argument_value v;

	return find_value(s, use, out->arena, &v) && v.has_number && values_int(out, v.number);
}

bool argument_get_text(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct argument_value v;

	return find_value(s, use, out->arena, &v) && give_str(out, v.text);
}

bool argument_get_all(const struct scene *s, const struct field_use *use, struct values *out)
{
	const struct argument_family *family = argument_family(s->event->type);
	const struct argument *rows = family ? family->rows : &result_row;
	size_t n = family ? family->n : 1, shown = 0;
	struct str *parts = arena_array_of(out->arena, struct str, n);
	struct argument_value v;

	(void)use;
	for (size_t i = 0; parts && i < n; i++) {
		v = (struct argument_value){ .text = STR_ABSENT };
		if (rows[i].get(s, &rows[i], out->arena, &v))
			parts[shown++] =
				join((struct str[]){ str_of(rows[i].name), show(&v, out->arena) },
				     2, '=', out->arena);
	}
	return parts && give_str(out, join(parts, shown, ' ', out->arena));
}

/* names */

/* calls @see for every argument row that there is, until it returns true */
static bool any_row(bool (*see)(const struct argument *row, void *ctx), void *ctx)
{
	for (size_t i = 0; i < argument_families_n; i++)
		for (size_t k = 0; k < argument_families[i].n; k++)
			if (see(&argument_families[i].rows[k], ctx))
				return true;
	return false;
}

static bool is_named(const struct argument *row, void *name)
{
	return str_eq(*(const struct str *)name, str_of(row->name));
}

static bool is_number_named(const struct argument *row, void *name)
{
	return !row->is_text && is_named(row, name);
}

static bool offer(const struct argument *row, void *nearest)
{
	nearest_offer(nearest, str_of(row->name));
	return false;
}

bool argument_is_text(struct str name)
{
	return (any_row(is_named, &name) || is_encoded(name)) && !any_row(is_number_named, &name);
}

int argument_prepare(struct field_use *use, const struct place *where, struct diag *d)
{
	struct nearest n = nearest_to(use->selector);
	uint64_t index;

	use->index = -1;
	if (str_to_u64(use->selector, 10, &index) == 0 && index <= INT32_MAX) {
		use->index = (int64_t)index;
		return 0;
	}
	if (any_row(is_named, &use->selector) || is_record_field(use->selector))
		return 0;
	any_row(offer, &n);
	diag_error(d, where, "unknown-argument", "no event type has an argument '%.*s'%s%.*s%s",
		   STR_ARG(use->selector), n.best.ptr ? ", did you mean '" : "", STR_ARG(n.best),
		   n.best.ptr ? "'?" : "");
	return -EINVAL;
}
