/* SPDX-License-Identifier: Apache-2.0 */
/* Made once per table; never freed. */
#include "field/type_index.h"

#include <assert.h>
#include <stdlib.h>

#include "event/event_type.h"

uint8_t *type_index_make(size_t n, const char *(*types)(size_t i))
{
	uint8_t *rows = calloc(event_type_count(), sizeof(*rows));

	assert(n < UINT8_MAX);
	if (!rows)
		abort();
	for (size_t i = 0; i < n; i++) {
		struct str rest = str_of(types(i)), name;

		while (str_cut(&rest, ' ', &name)) {
			int type = event_type_by_name(name);

			if (type >= 0)
				rows[type] = (uint8_t)(i + 1);
		}
	}
	return rows;
}
