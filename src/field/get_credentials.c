/* SPDX-License-Identifier: Apache-2.0 */
/* Ids, capability sets and what else limits the subject, out of the scene's two states. */
#include "field/get_credentials.h"

#include "base/cleanup.h"
#include "field/row.h"
#include "kernel/capset.h"
#include "state/credentials.h"
#include "state/id_names.h"
#include "state/state.h"
#include "state/trespass.h"

static bool give_set(struct values *out, uint64_t set)
{
	return give_str(out, capset_names(set, out->arena));
}

static bool give_id(const struct credentials *c, uint32_t id, struct values *out)
{
	return c->has_ids && values_uint(out, id);
}

static bool give_flag(int8_t flag, struct values *out)
{
	return flag >= 0 && values_bool(out, flag);
}

static bool give_seccomp(int8_t mode, struct values *out)
{
	static const char *const names[] = { "none", "strict", "filter" };

	return mode >= 0 && (size_t)mode < ARRAY_LEN(names) && values_str(out, str_of(names[mode]));
}

static bool give_is_host(const struct scene *s, uint64_t ns, unsigned which, struct values *out)
{
	const uint64_t *host = s->state ? state_host_ns(s->state) : NULL;

	return host && host[which] && ns && values_bool(out, ns == host[which]);
}

GETTER(get_credential)
{
	const struct credentials *c = use->param & OF_BEFORE  ? &s->before
				      : use->param & OF_AFTER ? &s->after
							      : scene_credentials(s);
	unsigned part = use->param & PART_MASK;

	if (part >= PART_NS)
		return give_is_host(s, c->ns[part - PART_NS], part - PART_NS, out);
	switch ((enum credential_part)part) {
	case PART_RUID:
		return give_id(c, c->ruid, out);
	case PART_EUID:
		return give_id(c, c->euid, out);
	case PART_SUID:
		return give_id(c, c->suid, out);
	case PART_FSUID:
		return give_id(c, c->fsuid, out);
	case PART_EGID:
		return give_id(c, c->egid, out);
	case PART_EFFECTIVE:
		return c->has_caps && give_set(out, c->cap_effective);
	case PART_PERMITTED:
		return c->has_caps && give_set(out, c->cap_permitted);
	case PART_INHERITABLE:
		return c->has_caps && give_set(out, c->cap_inheritable);
	case PART_AMBIENT:
		return c->has_caps && give_set(out, c->cap_ambient);
	case PART_BOUNDING:
		return c->has_bounding && give_set(out, c->cap_bounding);
	case PART_NO_NEW_PRIVS:
		return give_flag(c->no_new_privs, out);
	case PART_SECCOMP:
		return give_seccomp(c->seccomp, out);
	case PART_USERNS:
		return give_flag(c->userns_is_host, out);
	default:
		break;
	}
	return false;
}

static bool is_in_container(const struct scene *s)
{
	return s->container || s->is_container_unknown;
}

GETTER(get_excess)
{
	const struct credentials *c = scene_credentials(s);

	(void)use;
	return is_in_container(s) && c->has_caps && c->has_bounding &&
	       give_set(out, (c->cap_permitted | c->cap_bounding) & ~CAPSET_RUNTIME_DEFAULT);
}

GETTER(get_beyond_container)
{
	const struct credentials *c = scene_credentials(s);

	(void)use;
	return s->container && s->container->has_bounding && c->has_caps &&
	       !trespass_is_other_userns(s->container, c) &&
	       give_set(out, (c->cap_permitted | c->cap_effective) & ~s->container->cap_bounding);
}

GETTER(get_gained)
{
	const struct credentials *old = &s->before, *new = &s->after;

	(void)use;
	return old->has_caps &&
	       new->has_caps &&give_set(out,
					(new->cap_effective & ~old->cap_effective) |
						(new->cap_inheritable & ~old->cap_inheritable));
}

GETTER(get_ns_beyond_container)
{
	const uint64_t *host = s->state ? state_host_ns(s->state) : NULL;
	unsigned found;

	(void)use;
	return s->process && s->container && host &&
	       trespass_find(s->container, scene_credentials(s)->ns, host, &found) &&
	       give_str(out, trespass_names(found, out->arena));
}

GETTER(get_cap_source)
{
	(void)use;
	return values_str(out, str_of(cap_source_name(scene_credentials(s)->cap_source)));
}

GETTER(get_cap_age)
{
	const struct credentials *c = scene_credentials(s);

	(void)use;
	return c->has_caps && c->cap_time &&
	       give_duration(out, s->event->time > c->cap_time ? s->event->time - c->cap_time : 0);
}

GETTER(get_thread_id)
{
	int32_t id = !s->process ? 0 : use->param ? s->process->vpid : s->process->ref.pid;

	if (s->thread)
		id = use->param ? 0 : s->thread;
	return id > 0 && values_int(out, id);
}

GETTER(get_is_main)
{
	(void)use;
	return s->process && values_bool(out, !s->thread);
}

GETTER(get_user)
{
	const struct credentials *c = scene_credentials(s);
	struct user_names names = { STR_ABSENT, STR_ABSENT, STR_ABSENT };
	struct str part;

	if (c->has_ids && !state_user(s, c->euid, &names))
		names = (struct user_names){ STR_ABSENT, STR_ABSENT, STR_ABSENT };
	part = use->param == USER_NAME	 ? names.name
	       : use->param == USER_HOME ? names.home
					 : names.shell;
	return values_str(out, part.ptr ? part : STR("<NA>"));
}

static uint32_t login_uid(const struct scene *s)
{
	if (s->event->has_syscall)
		return s->event->sys.auid;
	return s->process ? s->process->loginuid : ID_UNSET;
}

GETTER(get_login_uid)
{
	uint32_t id = login_uid(s);

	(void)use;
	return values_int(out, id == ID_UNSET ? -1 : (int64_t)id);
}

GETTER(get_login_name)
{
	struct user_names names;
	uint32_t id = login_uid(s);

	(void)use;
	return values_str(out, id != ID_UNSET && state_host_user(s, id, &names) ? names.name
										: STR("<NA>"));
}

GETTER(get_group_name)
{
	const struct credentials *c = scene_credentials(s);
	struct str name;

	(void)use;
	return values_str(out, c->has_ids && state_group(s, c->egid, &name) ? name : STR("<NA>"));
}
