/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a runtime's command line, and the parsers beside runtime.c: for those files only. */
#ifndef WC_RUNTIME_WORDS_H
#define WC_RUNTIME_WORDS_H

#include "state/runtime.h"

struct words {
	const struct str *argv;
	size_t argc, at;
};
struct option {
	struct str name, value; /* value absent: "--name" alone so far */
};

/* false: at the end, or past RUNTIME_ARGS_MAX */
bool word_next(struct words *w, struct str *out);
/* "-x", "--x", "-x=v"; false: a word of its own */
bool option_parse(struct str word, struct option *out);
bool name_in(struct str name, const char *const *list, size_t n);

/* runtime_machines.c */
void lxc_parse(struct words *w, struct runtime_call *out);
void nspawn_parse(struct words *w, struct runtime_call *out);
void incus_parse(struct words *w, struct runtime_call *out);

#endif
