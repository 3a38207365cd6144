/* SPDX-License-Identifier: Apache-2.0 */
/* Reasons that the configuration tells: judges for the table of survey/reason.h. */
#ifndef WC_JUDGE_CONFIG_H
#define WC_JUDGE_CONFIG_H

#include "survey/reason.h"

/* one of the marks of state/spec.h */
enum answer judge_mark(const struct reason_view *v, uint64_t marks, struct buf *detail);
enum answer judge_privileged(const struct reason_view *v, uint64_t param, struct buf *detail);
/* a filter that lets io_uring pass; no filter at all is another reason */
enum answer judge_io_uring(const struct reason_view *v, uint64_t param, struct buf *detail);
/* of AppArmor or SELinux */
enum answer judge_unconfined(const struct reason_view *v, uint64_t param, struct buf *detail);
/* a bind mount of a host path with one of @marks: any, writable, read-only */
enum answer judge_socket(const struct reason_view *v, uint64_t marks, struct buf *detail);
enum answer judge_path_rw(const struct reason_view *v, uint64_t marks, struct buf *detail);
enum answer judge_path_ro(const struct reason_view *v, uint64_t marks, struct buf *detail);
enum answer judge_cgroup(const struct reason_view *v, uint64_t param, struct buf *detail);

#endif
