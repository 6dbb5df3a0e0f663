// SPDX-License-Identifier: GPL-2.0-or-later
/* The nearest known word, by edits of one letter. */
#include "words.h"

#include <string.h>

#define WORD_MAX	64

/* Levenshtein's distance, one row at a time. */
static unsigned int distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned int row[WORD_MAX + 1], corner, left_corner;

	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		left_corner = row[0]++;
		for (size_t j = 1; j <= m; j++) {
			unsigned int best = left_corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			left_corner = corner;
		}
	}
	return row[m];
}

const char *words_nearest(const char *word, size_t len,
			  const char *(*known)(unsigned int i))
{
	const char *best = NULL, *k;
	unsigned int least = WORD_MAX;

	if (len > WORD_MAX)
		return NULL;
	for (unsigned int i = 0; (k = known(i)); i++) {
		size_t m = strlen(k);
		unsigned int d = m > WORD_MAX ? WORD_MAX : distance(word, len, k, m);

		/* More than a third of it wrong is another word, not a slip. */
		if (d < least && d < (len > m ? len : m) / 3 + 2) {
			least = d;
			best = k;
		}
	}
	return best;
}
