/* SPDX-License-Identifier: Apache-2.0 */
/* How an argument is had from the records: the functions that rows of the argument table name. */
#ifndef WC_ARGUMENT_VALUE_H
#define WC_ARGUMENT_VALUE_H

#include "field/argument.h"

#define ARGUMENT_GETTER(name)                                                                      \
	bool name(const struct scene *s, const struct argument *a, struct arena *arena,            \
		  struct argument_value *out)

/* argument a->at of the call, wherever the ABI puts it; false: not in the records */
bool call_argument(const struct event *ev, unsigned at, uint64_t *out);

ARGUMENT_GETTER(argument_none); /* no record has it */
ARGUMENT_GETTER(argument_field); /* what field a->field says */
ARGUMENT_GETTER(argument_result); /* exit value, a failure by name */
ARGUMENT_GETTER(argument_new_fd); /* exit value of calls that make a descriptor; -1 failed */
ARGUMENT_GETTER(argument_int); /* as int: descriptors, pids, signals (named by a->names) */
ARGUMENT_GETTER(argument_uint); /* as unsigned int: what the kernel does not look at is cut off */
ARGUMENT_GETTER(argument_long); /* as unsigned 64 */
ARGUMENT_GETTER(argument_flags); /* a->names as A|B */
ARGUMENT_GETTER(argument_clone_flags); /* without the exit signal in the low byte */
ARGUMENT_GETTER(argument_socket_type);
ARGUMENT_GETTER(argument_uid);
ARGUMENT_GETTER(argument_gid);
ARGUMENT_GETTER(argument_device); /* dev_t as "major:minor" */
ARGUMENT_GETTER(argument_open_flags);
ARGUMENT_GETTER(argument_open_mode);
ARGUMENT_GETTER(argument_resolve);
ARGUMENT_GETTER(argument_path); /* PATH record a->at, as passed */
ARGUMENT_GETTER(argument_call_path); /* enum call_path a->at, as passed */
ARGUMENT_GETTER(argument_capset); /* CAPSET record, enum capset_part */
ARGUMENT_GETTER(argument_exec_args); /* EXECVE record, argv behind argv[0] */
ARGUMENT_GETTER(argument_exec_flags);
ARGUMENT_GETTER(argument_remote); /* SOCKADDR record */
ARGUMENT_GETTER(argument_module); /* KERN_MODULE record */
ARGUMENT_GETTER(argument_bpf_program); /* BPF record */
ARGUMENT_GETTER(argument_cgroup);
ARGUMENT_GETTER(argument_gained);
ARGUMENT_GETTER(argument_cause);
ARGUMENT_GETTER(argument_gap_what);
ARGUMENT_GETTER(argument_gap); /* enum gap_part */
ARGUMENT_GETTER(argument_mount_change); /* 0: what was done, 1: why it is told */
ARGUMENT_GETTER(argument_knob); /* enum knob_part */
ARGUMENT_GETTER(argument_record_type);

enum capset_part { CAPSET_INHERITABLE, CAPSET_PERMITTED, CAPSET_EFFECTIVE, CAPSET_AMBIENT };
enum gap_part { GAP_FROM, GAP_TO, GAP_COUNT };
enum knob_part { KNOB_NAME, KNOB_OLD, KNOB_NEW };

#endif
