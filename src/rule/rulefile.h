/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One rule file in memory, line by line, and the rules on who may own it (language.md 1.1).
 */
#ifndef WC_RULEFILE_H
#define WC_RULEFILE_H

#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

#define RULEFILE_SIZE_MAX ((size_t)4 << 20)
#define RULEFILE_COUNT_MAX 256
#define RULEFILE_LINE_MAX 65535

struct rulefile {
	const char *name; /* as diagnostics print it */
	unsigned number; /* position in load order */
	const struct str *lines; /* without line ends and byte order mark; lines[0] is line 1 */
	unsigned n_lines;
};

/* whose files are taken beside root's: the caller's, under sudo those of the user behind it */
struct trust {
	uid_t uid;
	gid_t gid;
};
struct trust trust_of_caller(void);
/* why a file with these attributes is not taken; NULL: it is */
const char *trust_refusal(const struct trust *trust, const struct stat *st);

/* NULL when it cannot be taken; the reason is in @d. Everything lives in @a. */
struct rulefile *rulefile_open(const char *path, const struct trust *trust, struct arena *a,
			       struct diag *d);
/* from memory; @text is copied */
struct rulefile *rulefile_of_text(const char *name, struct str text, struct arena *a,
				  struct diag *d);

struct place rulefile_place(const struct rulefile *f, unsigned line, unsigned column,
			    unsigned width);

/* NN-topic.ini, and beside it NN-topic.test */
enum rulefile_kind { RULEFILE_RULES, RULEFILE_CASES };

/*
 * The paths to load, in load order: files as they are, directories as their files of @kind in byte
 * order. Beside rules, what has the name of neither kind gets the lint ignored-file. Number of paths,
 * or -errno (told in @d).
 */
ssize_t rulefile_list(const char *const *paths, size_t n, enum rulefile_kind kind,
		      const char ***out, struct arena *a, struct diag *d);

#endif
