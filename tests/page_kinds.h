/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages for the tests of the compressors: compressible to all degrees. */
#ifndef TESTS_PAGE_KINDS_H
#define TESTS_PAGE_KINDS_H

#include <stdint.h>
#include <string.h>

#define PAGE_KINDS	40

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define written_by_zlib(p, n)	__msan_unpoison(p, n)
#endif
#endif
#ifndef written_by_zlib
#define written_by_zlib(p, n)	((void)(p))
#endif

static inline uint32_t page_random(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

/* Does not compress. */
static inline void page_noise(unsigned char *p, unsigned int k)
{
	uint64_t state = k * 977 + 1;

	for (int i = 0; i < 4096; i++)
		p[i] = page_random(&state);
}

/* Kind k, of which each compresses: ever more noise behind words of an alphabet. */
static inline void page_fill(unsigned char *p, unsigned int k)
{
	static const char words[8][7] = { "zswap ", "folio ", "entry ", "slot  ",
					  "batch ", "stale ", "xarray", "\0\0\0\0\0\0" };
	uint64_t state = k + 1;
	int noise = 4096 * (k % PAGE_KINDS) / (PAGE_KINDS + 4);

	for (int i = 0; i < 4096; i += 6)
		memcpy(p + i, words[page_random(&state) % 8], 4096 - i < 6 ? 4096 - i : 6);
	for (int i = 4096 - noise; i < 4096; i++)
		p[i] = page_random(&state);
}

#endif
