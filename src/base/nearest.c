/* SPDX-License-Identifier: Apache-2.0 */
/* Edit distance (insertion, deletion, substitution, neighbours swapped) over short names. */
#include "base/nearest.h"

#define NAME_MAX_LEN 64

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

static unsigned distance(struct str a, struct str b)
{
	unsigned rows[3][NAME_MAX_LEN + 1];

	for (unsigned j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i - 1) % 3], *above2 = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			unsigned cost = a.ptr[i - 1] != b.ptr[j - 1];

			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + cost);
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
			    a.ptr[i - 2] == b.ptr[j - 1] && above2[j - 2] + 1 < row[j])
				row[j] = above2[j - 2] + 1;
		}
	}
	return rows[a.len % 3][b.len];
}

void nearest_offer(struct nearest *n, struct str candidate)
{
	size_t most = n->wanted.len / 3 ? n->wanted.len / 3 : 1;
	size_t gap = candidate.len > n->wanted.len ? candidate.len - n->wanted.len
						   : n->wanted.len - candidate.len;
	unsigned d;

	if (n->wanted.len > NAME_MAX_LEN || candidate.len > NAME_MAX_LEN || gap > most)
		return;
	d = distance(n->wanted, candidate);
	if (d > most || d >= n->distance)
		return;
	n->distance = d;
	n->best = candidate;
}
