/* SPDX-License-Identifier: Apache-2.0 */
/* Names behind the numbers of system call arguments, from the kernel's uapi headers. */
#ifndef WC_NUMBER_NAMES_H
#define WC_NUMBER_NAMES_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* a table ends with a NULL name */
struct number_name {
	uint64_t number;
	const char *name;
};

extern const struct number_name names_ptrace[], names_prctl[], names_domain[], names_bpf[],
	names_fsconfig[], names_seccomp[], names_signal[], names_fcntl[];
extern const struct number_name flags_open[], flags_open_arm[], flags_resolve[], flags_mode[],
	flags_mount[], flags_umount[], flags_namespace[], flags_clone[], flags_socket[], flags_at[],
	flags_memfd[], flags_module[], flags_rename[], flags_userfaultfd[];

/* the name of exactly @number; absent if it has none */
struct str number_name(const struct number_name *names, uint64_t number);
/* "A|B|0x80": unknown bits as one hex number; "0" when nothing is set */
struct str number_flags(const struct number_name *names, uint64_t number, struct arena *a);

#endif
