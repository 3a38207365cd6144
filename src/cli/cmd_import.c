// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap import: Falco's YAML rule files into rule files of ours.
 *
 * Nothing is written before everything was read, and no file is replaced unless that was asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "field/registry.h"
#include "rule/import.h"

static const struct switch_def switches[] = {
	{ 't', "to", "DIR", SWITCH_TEXT, offsetof(struct call, to), NULL, NULL,
	  "write the rule files into DIR; it is made if it is not there" },
	{ 0, "force", NULL, SWITCH_FLAG, offsetof(struct call, force), NULL, NULL,
	  "replace files of the same names" },
	{ 'f', "format", "text|json", SWITCH_TEXT, offsetof(struct call, format), NULL,
	  words_text_json, "how to print the account (default text)" },
};

static bool path_of(const char *dir, const char *name, char path[static PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/%s", dir, name);

	return n > 0 && n < PATH_MAX;
}

static int complain(const char *path, const char *why)
{
	fprintf(stderr, "watchcap import: %s: %s\n", path, why);
	return -1;
}

static int look_for_room(const char *dir, const struct ruleset_text *files, size_t n, bool force)
{
	char path[PATH_MAX];

	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return complain(dir, strerror(errno));
	for (size_t i = 0; i < n; i++) {
		if (!path_of(dir, files[i].name, path))
			return complain(dir, strerror(ENAMETOOLONG));
		/* a link that leads nowhere is somebody's, too */
		if (!force && faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			return complain(path, "is there already; --force replaces it");
	}
	return 0;
}

static int write_all(const char *dir, const struct ruleset_text *files, size_t n)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < n; i++) {
		int r = path_of(dir, files[i].name, path) ? file_replace(path, files[i].text, 0644)
							  : -ENAMETOOLONG;

		if (r < 0)
			return complain(path, strerror(-r));
	}
	return 0;
}

static int run(struct call *c)
{
	AUTO(diag) d = diag_new();
	AUTO(import) im = NULL;
	auto_buf struct buf account = { 0 };
	const struct ruleset_text *files;
	size_t n;

	if (!c->to) {
		fputs("watchcap import: --to says where the rule files are to go\n", stderr);
		return EXIT_WRONG;
	}
	im = import_paths((const char *const *)c->arguments, c->n_arguments, registry_schema(), d);
	if (report(d) || !im)
		return EXIT_WRONG;
	n = import_outputs(im, &files);
	if (look_for_room(c->to, files, n, c->force) < 0 || write_all(c->to, files, n) < 0)
		return EXIT_WRONG;
	if (c->format && strcmp(c->format, "json") == 0)
		import_report_json(im, &account);
	else
		import_report_text(im, &account);
	return print(&account) == EXIT_FINE && import_is_full(im) ? EXIT_FINE : EXIT_FOUND;
}

const struct command command_import = {
	.name = "import",
	.operands = "FILE.yaml...",
	.least = 1,
	.most = IMPORT_FILES_MAX,
	.summary = "Turn Falco's YAML rule files into rule files of ours.",
	.details =
		"Files are taken in load order, and become 50-NAME.ini, 51-NAME.ini ... in the "
		"directory; what\n"
		"patches a rule of its own file goes into 50-NAME_2.ini. What our sources cannot "
		"support is\n"
		"written with `enabled = false`, what cannot be said at all is kept as a comment, "
		"both with\n"
		"the reason; the account on standard output tells every such item, then counts.\n"
		"Exit code 0: all items are full; 1: some are not; 2: a file cannot be read or "
		"written.\n",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
