/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runtimes leave on disk about a container: OCI bundle, docker's own files, runc's and crun's
 * state.
 *
 * Files are untrusted JSON: plain files only, at most BUNDLE_FILE_MAX bytes and BUNDLE_DEPTH
 * levels, every type checked. Never looks below a container's root.
 */
#ifndef WC_BUNDLE_H
#define WC_BUNDLE_H

#include <stddef.h>

#include "base/arena.h"
#include "state/facts.h"

#define BUNDLE_FILE_MAX (1024 * 1024)
#define BUNDLE_DEPTH 32

/*
 * Everything that can be found about @id below the directory @root ("/", or a test's). @bundle:
 * where the runtime was told to look; absent: the usual places. 0, -ENOENT (nothing found), -EINVAL
 * (an id that cannot be a file name), -ENOMEM. A file that is refused is passed over.
 */
int bundle_read(const char *root, struct str id, struct str bundle, struct facts_container *out,
		struct arena *a);
/* names below the state directories of runc and crun; at most 256 */
int bundle_list(const char *root, struct str **ids, size_t *n, struct arena *a);

#endif
