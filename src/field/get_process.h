/* SPDX-License-Identifier: Apache-2.0 */
/* Getters of the rows in fields_process.c; what use->param selects stands beside each. */
#ifndef WC_GET_PROCESS_H
#define WC_GET_PROCESS_H

#include "field/row.h"
#include "field/subject.h"
#include "state/facts.h"

enum process_id { ID_PID, ID_PPID, ID_VPID, ID_SESSION, ID_GROUP };

GETTER(get_process_id); /* enum process_id */
GETTER(get_parent_id); /* enum process_id */
GETTER(get_process_text); /* enum process_text */
GETTER(get_parent_text); /* enum process_text */
GETTER(get_ancestor_text); /* enum process_text */
GETTER(get_session_text); /* enum process_text */
GETTER(get_group_text); /* enum process_text */
GETTER(get_ancestor_pid);
GETTER(get_args);
GETTER(get_args_count); /* 0: how many, 1: how many bytes */
GETTER(get_cwd);
GETTER(get_tty);
GETTER(get_is_leader); /* enum leader */
GETTER(get_login_shell);
GETTER(get_age); /* 0: of the process, 1: of its parent */
GETTER(get_start); /* 0: of the process, 1: of its parent */
GETTER(get_is_memfd);
GETTER(get_exe_inode);
GETTER(get_arch);
GETTER(get_is_helper);
GETTER(get_is_runtime_init);
GETTER(get_is_runtime);
GETTER(get_namespace); /* enum facts_ns */
GETTER(get_outside_root);

#endif
