/* SPDX-License-Identifier: Apache-2.0 */
/* Getters of the rows in fields_file.c; what use->param selects stands beside each. */
#ifndef WC_GET_FILE_H
#define WC_GET_FILE_H

#include "field/row.h"

enum name_part { NAME_WHOLE, NAME_DIRECTORY, NAME_FILE };
enum object_text { OBJECT_NAMERAW, OBJECT_REALPATH, OBJECT_FSTYPE, OBJECT_KNOB };
enum device_part { DEVICE_NUMBER, DEVICE_MAJOR, DEVICE_MINOR };

GETTER(get_number_of_fd);
GETTER(get_fd_uid);
GETTER(get_is_protected);
GETTER(get_fd_type); /* 0: the word, 1: the letter */
GETTER(get_name); /* enum name_part */
GETTER(get_container_name); /* enum name_part */
GETTER(get_object_text); /* enum object_text */
GETTER(get_device); /* enum device_part */
GETTER(get_inode);
GETTER(get_rdev); /* 0: major, 1: minor */
GETTER(get_filetype);
GETTER(get_is_on_root);
GETTER(get_call_path); /* enum call_path */
GETTER(get_call_path_raw); /* enum call_path */

#endif
