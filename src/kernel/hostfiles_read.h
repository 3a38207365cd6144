/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of kernel/hostfiles.h on a machine, as it is found there: by the helper of kernel/errand.h, for somebody may have
 * mounted a file system that never answers where a path of the table leads (a volume that the host shares, rshared).
 *
 * System calls on memory of the stack only. No link is followed but those of the table's own paths, no other file
 * system is entered below them, nothing is opened for reading but directories.
 */
#ifndef WC_HOSTFILES_READ_H
#define WC_HOSTFILES_READ_H

#include "kernel/hostfiles.h"

/* before its name, or path, in the answer */
struct hostfile_found {
	struct hostfile_id id;
	uint32_t row; /* of the table */
	uint32_t name_len; /* 0: the object itself */
	bool is_way; /* a directory above those of the row */
	bool is_directory, is_socket; /* of a watch */
};

typedef void hostfiles_give(void *ctx, const struct hostfile_found *f, struct str name);

/* of one row of the table: 0, or -errno of the root */
int hostfiles_read(const char *root, size_t row, hostfiles_give *give, void *ctx);
/* what can be watched, the same several times */
int hostfiles_read_watches(const char *root, size_t row, hostfiles_give *give, void *ctx);

#endif
