/* SPDX-License-Identifier: Apache-2.0 */
/* Getters of what a closer look at the subject tells (state/look.h): asked only when a rule does. */
#ifndef WC_GET_LOOK_H
#define WC_GET_LOOK_H

#include "field/row.h"

enum exe_layer { EXE_UPPER, EXE_LOWER };
enum exe_time { EXE_CTIME, EXE_MTIME };
enum task_count { COUNT_THREADS, COUNT_CHILDREN, COUNT_DESCRIPTORS };
/* 0 to 2 */
#define STDIO_NAME 0x10 /* else its type */

GETTER(get_env);
GETTER(get_virtual_group);
GETTER(get_virtual_group_text); /* enum process_text */
GETTER(get_is_virtual_leader);
GETTER(get_pidns_start);
GETTER(get_is_exe_writable);
GETTER(get_exe_layer); /* enum exe_layer */
GETTER(get_object_layer); /* enum exe_layer */
GETTER(get_exe_time); /* enum exe_time */
GETTER(get_exe_age_at_start);
GETTER(get_exe_age_in_pidns);
GETTER(get_task_count); /* enum task_count */
GETTER(get_stdio); /* descriptor, STDIO_NAME */
GETTER(get_fd_types);
GETTER(get_cgroups);

#endif
