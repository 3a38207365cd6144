/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runtimes leave on disk about a container: OCI bundle, docker's own files, the storage of
 * podman and CRI-O, runc's and crun's state.
 *
 * Files are untrusted JSON: plain files only, at most BUNDLE_FILE_MAX bytes and JSON_DEPTH_MAX
 * levels, every type checked, read through an errand, so that none of them can hold us. Never looks
 * below a container's root.
 */
#ifndef WC_BUNDLE_H
#define WC_BUNDLE_H

#include <stddef.h>

#include "base/arena.h"
#include "state/facts.h"

struct errand;

#define BUNDLE_FILE_MAX (1024 * 1024)

/* whom to ask, and how it went */
struct bundles {
	const char *root; /* directory that stands for "/" */
	struct errand *errand;
	uint64_t refused; /* files that were there and not read, lists that were cut */
};

/*
 * Everything that can be found about @id. @bundle: where the runtime was told to look; absent: the
 * usual places. 0, -ENOENT (nothing found), -EINVAL (an id that cannot be a file name), -ENOMEM. A
 * file that is refused is passed over; after one that did not answer nothing more is asked.
 */
int bundle_read(struct bundles *b, struct str id, struct str bundle, struct facts_container *out,
		struct arena *a);
/* names below the state directories of runc and crun; at most 256. 0, or -ENOMEM. */
int bundle_list(struct bundles *b, struct str **ids, size_t *n, struct arena *a);

#endif
