/* SPDX-License-Identifier: Apache-2.0 */
/* Getters of the rows in fields_credentials.c; what use->param selects stands beside each. */
#ifndef WC_GET_CREDENTIALS_H
#define WC_GET_CREDENTIALS_H

#include "field/row.h"

enum credential_part {
	PART_RUID,
	PART_EUID,
	PART_SUID,
	PART_FSUID,
	PART_EGID,
	PART_EFFECTIVE,
	PART_PERMITTED,
	PART_INHERITABLE,
	PART_AMBIENT,
	PART_BOUNDING,
	PART_NO_NEW_PRIVS,
	PART_SECCOMP,
	PART_USERNS,
	PART_NS, /* and those behind it: enum facts_ns */
	PART_NS_LAST = PART_NS + 7,
};
/* which state; neither: the one that unprefixed fields show */
enum { OF_BEFORE = 0x100, OF_AFTER = 0x200, PART_MASK = 0xff };
enum user_part { USER_NAME, USER_HOME, USER_SHELL };

GETTER(get_credential); /* enum credential_part, with OF_BEFORE or OF_AFTER */
GETTER(get_excess);
GETTER(get_beyond_container);
GETTER(get_gained);
GETTER(get_cap_source);
GETTER(get_cap_age);
GETTER(get_ns_beyond_container);
GETTER(get_thread_id); /* 0: tid, 1: in its own pid namespace */
GETTER(get_is_main);
GETTER(get_user); /* enum user_part */
GETTER(get_login_uid);
GETTER(get_login_name);
GETTER(get_group_name);

#endif
