// SPDX-License-Identifier: Apache-2.0
/*
 * What every command does with diagnostics and with its result.
 */
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"

const char *const words_text_json[] = { "text", "json", NULL };

bool report(const struct diag *d)
{
	auto_buf struct buf text = { 0 };

	diag_render_text(d, &text);
	file_write_all(STDERR_FILENO, buf_str(&text));
	return diag_errors(d) > 0;
}

int print(const struct buf *out)
{
	if (buf_failed(out)) {
		fputs("watchcap: out of memory\n", stderr);
		return EXIT_WRONG;
	}
	return file_write_all(STDOUT_FILENO, buf_str(out)) < 0 ? EXIT_WRONG : EXIT_FINE;
}
