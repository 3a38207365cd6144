/* SPDX-License-Identifier: Apache-2.0 */
/* Live answers about what a file or a device is to the host (FACT_DISK, FACT_HOST_FILE). A part of facts_live.c. */
#ifndef WC_FACTS_FILES_H
#define WC_FACTS_FILES_H

#include "base/arena.h"
#include "kernel/hostfiles.h"
#include "kernel/procfs.h"
#include "state/fact.h"

/* @root stands for "/"; 0 or -errno */
int facts_files_disk(const struct procfs *proc, const char *root, struct fact *q, struct arena *a);
/* 0, or -EINVAL: the question is none */
int facts_files_class(struct hostfiles *files, struct fact *q);

#endif
