// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zlib, the only file that knows it, and what it computed so far.
 *
 * Compressing a page costs zlib some 170 microseconds and a case is played
 * thousands of times with the same pages, so results of whole pages are kept:
 * found by address where the contents are registered as immutable, by their
 * bytes elsewhere, and expanded again by the compressed bytes. An entry found
 * by its hash is compared in full before it is believed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <linux/kernel.h>
#include <linux/mm_types.h>

#include "shim/deflate.h"
#include "shim/shim.h"
#include "shim/world.h"

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define written_by_zlib(p, n)	__msan_unpoison(p, n)
#endif
#endif
#ifndef written_by_zlib
#define written_by_zlib(p, n)	((void)(p))
#endif

/*
 * The kernel's deflate makes raw streams. The device's have a header and a
 * checksum, so that a page expanded by the wrong one of the two is no page.
 */
static const struct {
	int level, window_bits, mem_level;
} params[DEFLATE_NR] = {
	[DEFLATE_GENERIC] = { Z_DEFAULT_COMPRESSION, -11, 8 },
	[DEFLATE_IAA] = { Z_BEST_SPEED, 12, 8 },
};

#define MEMO_BUCKETS	4096u
#define MEMO_BYTES	(64ul << 20)
#define SAMPLE		32u

/**
 * struct memo - a page and a stream that stands for it
 * @by_page, @by_data: the next one of the same hash
 * @compressed: zlib was seen to compress @page to @data; only these are found
 *	by their page
 * @expands: zlib was seen to expand @data to @page
 * @page: the registered page, or a copy behind @data
 * @registered: so that @page is where those bytes are for good
 * @data: @length compressed bytes
 */
struct memo {
	struct memo *by_page, *by_data;
	uint64_t page_hash, data_hash;
	unsigned int length;
	unsigned char kind;
	bool compressed, expands, registered;
	const unsigned char *page;
	unsigned char data[];
};

/**
 * struct pages - a registered range
 * @memo: what is known of each page, for each kind
 */
struct pages {
	const char *start;
	unsigned long nr;
	struct memo **memo[DEFLATE_NR];
};

static z_stream deflaters[DEFLATE_NR] __outside;
static z_stream inflaters[DEFLATE_NR] __outside;
static unsigned char scratch[2 * PAGE_SIZE] __outside;

static bool memo_off __outside;
static struct memo *pages_of[MEMO_BUCKETS] __outside;
static struct memo *streams_of[MEMO_BUCKETS] __outside;
/* Where the entries are, one behind the other: MEMO_BYTES in large pages. */
static char *memo_room __outside;
/* What was expanded last, and where to; NULL: nothing since the entries are there. */
static const struct memo *expanded __outside;
static const void *expanded_to __outside;
/* What was compressed last: as many as a batch has, the latest at @latest. */
static const struct memo *recent[8] __outside;
static unsigned int latest __outside;
static unsigned long memo_results __outside;
static unsigned long memo_bytes __outside;
static bool memo_full __outside;
/* Of them forgotten, and still there for objects that have their bytes there. */
static unsigned long memo_gone __outside;
static struct pages *ranges __outside;		/* ascending */
static unsigned long nr_ranges __outside;

/* ---- zlib -------------------------------------------------------------- */

static z_stream *deflater(enum deflate_kind kind)
{
	z_stream *z = &deflaters[kind];

	if (z->state)
		return deflateReset(z) == Z_OK ? z : NULL;
	if (deflateInit2(z, params[kind].level, Z_DEFLATED, params[kind].window_bits,
			 params[kind].mem_level, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	return z;
}

static z_stream *inflater(enum deflate_kind kind)
{
	z_stream *z = &inflaters[kind];

	if (z->state)
		return inflateReset(z) == Z_OK ? z : NULL;
	return inflateInit2(z, params[kind].window_bits) == Z_OK ? z : NULL;
}

static unsigned int zlib_compress(enum deflate_kind kind, const void *src, unsigned int slen,
				  void *dst, unsigned int room)
{
	z_stream *z = deflater(kind);

	if (!z)
		return 0;
	z->next_in = (void *)src;
	z->avail_in = slen;
	z->next_out = dst;
	z->avail_out = room;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return 0;
	written_by_zlib(dst, z->total_out);
	return z->total_out;
}

static unsigned int zlib_expand(enum deflate_kind kind, const void *src, unsigned int slen,
				void *dst, unsigned int room)
{
	z_stream *z = inflater(kind);
	int ret;

	if (!z)
		return 0;
	z->next_in = (void *)src;
	z->avail_in = slen;
	z->next_out = dst;
	z->avail_out = room;
	ret = inflate(z, Z_SYNC_FLUSH);
	written_by_zlib(dst, z->total_out);
	return ret == Z_STREAM_END ? z->total_out : 0;
}

/* ---- what is remembered ------------------------------------------------ */

/*
 * Products of neighbouring words, each with a key of its place, and summed:
 * no product waits for another one, so a page takes a tenth of a microsecond.
 * Entries are compared in full, so a collision costs time and nothing else.
 */
static uint64_t hash_bytes(const void *p, unsigned int len, uint64_t seed)
{
	const uint64_t step = 0x9e3779b97f4a7c15ull;
	const unsigned char *c = p;
	uint64_t key = step, even = seed, odd = len;
	uint64_t word[4];

	for (; len >= sizeof(word); c += sizeof(word), len -= sizeof(word)) {
		memcpy(word, c, sizeof(word));
		even += (word[0] + key) * (word[1] ^ key);
		odd += (word[2] + key) * (word[3] ^ key);
		key += step;
	}
	memset(word, 0, sizeof(word));
	memcpy(word, c, len);
	even += (word[0] + key) * (word[1] ^ key);
	odd += (word[2] + key) * (word[3] ^ key);
	even ^= odd * step;
	return (even ^ even >> 29) * step >> 16;
}

/*
 * Of a stream: a difference between two pages moves all that follows it by
 * some bits, so that three places and the length tell most streams apart.
 */
static uint64_t hash_stream(const void *data, unsigned int len, uint64_t seed)
{
	unsigned char sample[3 * SAMPLE];
	const unsigned char *c = data;

	if (len < sizeof(sample))
		return hash_bytes(data, len, seed);
	memcpy(sample, c, SAMPLE);
	memcpy(sample + SAMPLE, c + len / 2, SAMPLE);
	memcpy(sample + 2 * SAMPLE, c + len - SAMPLE, SAMPLE);
	return hash_bytes(sample, sizeof(sample), seed + len);
}

static struct memo **page_slot(enum deflate_kind kind, const void *page)
{
	struct pages *r;
	unsigned long lo = 0, hi = nr_ranges, mid;
	size_t off;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		r = &ranges[mid];
		if ((const char *)page < r->start) {
			hi = mid;
			continue;
		}
		off = (const char *)page - r->start;
		if (off < r->nr * PAGE_SIZE)
			return off % PAGE_SIZE ? NULL : &r->memo[kind][off / PAGE_SIZE];
		lo = mid + 1;
	}
	return NULL;
}

static struct memo *find_page(enum deflate_kind kind, const void *page, uint64_t hash)
{
	struct memo *m;

	for (m = pages_of[hash % MEMO_BUCKETS]; m; m = m->by_page)
		if (m->page_hash == hash && m->kind == kind && !memcmp(m->page, page, PAGE_SIZE))
			return m;
	return NULL;
}

static struct memo *find_data(enum deflate_kind kind, const void *data, unsigned int length,
			      uint64_t hash)
{
	struct memo *m;

	for (m = streams_of[hash % MEMO_BUCKETS]; m; m = m->by_data)
		if (m->data_hash == hash && m->kind == kind && m->length == length &&
		    !memcmp(m->data, data, length))
			return m;
	return NULL;
}

static struct memo *memo_new(unsigned long size)
{
	struct memo *m;

	size = (size + sizeof(void *) - 1) & -sizeof(void *);
	if (memo_bytes + size > MEMO_BYTES) {
		memo_full = true;
		return NULL;
	}
	if (!memo_room)
		memo_room = shim_reserve(MEMO_BYTES);
	if (!memo_room)
		return NULL;
	m = (struct memo *)(memo_room + memo_bytes);
	memo_bytes += size;
	memo_results++;
	return m;
}

/*
 * Full means starting over with the next machine: that bounds the memory. Until
 * then, and without memory, nothing more is remembered; that is slow and right.
 */
static struct memo *remember(enum deflate_kind kind, const void *page, const void *data,
			     unsigned int length, bool compressed, bool registered)
{
	struct memo *m, **bucket;

	if (memo_off)
		return NULL;
	m = memo_new(sizeof(*m) + length + (registered ? 0 : PAGE_SIZE));
	if (!m)
		return NULL;
	m->kind = kind;
	m->length = length;
	m->compressed = compressed;
	m->expands = !compressed;
	m->registered = registered;
	memcpy(m->data, data, length);
	m->page = registered ? page : memcpy(m->data + length, page, PAGE_SIZE);
	m->data_hash = hash_stream(data, length, kind);
	bucket = &streams_of[m->data_hash % MEMO_BUCKETS];
	m->by_data = *bucket;
	*bucket = m;
	if (compressed) {
		m->page_hash = hash_bytes(page, PAGE_SIZE, 0);
		bucket = &pages_of[m->page_hash % MEMO_BUCKETS];
		m->by_page = *bucket;
		*bucket = m;
	}
	return m;
}

/*
 * What a page compresses to: @data and its length. Where remembering is off
 * or memory is short that is the scratch buffer, good until the next call.
 */
static unsigned int compress_page(enum deflate_kind kind, const void *page,
				  const unsigned char **data)
{
	struct memo **slot = memo_off ? NULL : page_slot(kind, page);
	struct memo *m = slot ? *slot : NULL;
	unsigned int length;

	if (!m && !memo_off)
		m = find_page(kind, page, hash_bytes(page, PAGE_SIZE, 0));
	if (!m) {
		length = zlib_compress(kind, page, PAGE_SIZE, scratch, sizeof(scratch));
		m = length ? remember(kind, page, scratch, length, true, slot) : NULL;
		if (!m) {
			*data = scratch;
			return length;
		}
	}
	if (slot && *slot != m) {
		/* Also of one that was remembered by its bytes, elsewhere. */
		m->page = page;
		m->registered = true;
		*slot = m;
	}
	latest = (latest + 1) % ARRAY_SIZE(recent);
	recent[latest] = m;
	*data = m->data;
	return m->length;
}

unsigned int deflate_compress(enum deflate_kind kind, const void *src, unsigned int slen,
			      void *dst, unsigned int room)
{
	const unsigned char *data;
	unsigned int length;

	if (slen != PAGE_SIZE)
		return zlib_compress(kind, src, slen, dst, room);
	length = compress_page(kind, src, &data);
	if (length > room)
		return 0;
	memcpy(dst, data, length);
	return length;
}

unsigned int deflate_page_length(enum deflate_kind kind, const void *page)
{
	const unsigned char *data;

	return compress_page(kind, page, &data);
}

unsigned int deflate_expand(enum deflate_kind kind, const void *src, unsigned int slen,
			    void *dst, unsigned int room)
{
	struct memo *m = NULL;
	unsigned int length;

	if (!memo_off && room >= PAGE_SIZE)
		m = find_data(kind, src, slen, hash_stream(src, slen, kind));
	if (m && m->expands) {
		expanded_to = dst;
		expanded = m;
		memcpy(dst, m->page, PAGE_SIZE);
		return PAGE_SIZE;
	}
	length = zlib_expand(kind, src, slen, dst, room);
	if (length != PAGE_SIZE)
		return length;
	/* What was compressed here meets zlib's own expansion once, too. */
	if (m)
		m->expands = !memcmp(dst, m->page, PAGE_SIZE);
	else
		remember(kind, dst, src, slen, false, false);
	return length;
}

const void *deflate_registered(const void *page)
{
	const struct memo *m = expanded;
	uint64_t hash;

	if (memo_off)
		return NULL;
	/* What is written to the swap file was expanded just before. */
	if (expanded_to == page && m->registered && !memcmp(m->page, page, PAGE_SIZE))
		return m->page;
	hash = hash_bytes(page, PAGE_SIZE, 0);
	for (m = pages_of[hash % MEMO_BUCKETS]; m; m = m->by_page)
		if (m->registered && m->page_hash == hash && !memcmp(m->page, page, PAGE_SIZE))
			return m->page;
	return NULL;
}

/* What is stored was compressed just before. */
const void *deflate_known(const void *data, unsigned int length)
{
	/* Under MSan bytes that were never written have to stay so. */
#ifndef SHIM_MSAN
	for (unsigned int i = 0; i < ARRAY_SIZE(recent) && !memo_off; i++) {
		const struct memo *m = recent[(latest - i) % ARRAY_SIZE(recent)];

		if (m && m->length == length && !memcmp(m->data, data, length))
			return m->data;
	}
#endif
	return NULL;
}

/* ---- world.h ----------------------------------------------------------- */

void world_memo(bool on)
{
	memo_off = !on;
}

void world_memo_stats(unsigned long *results, unsigned long *bytes)
{
	*results = memo_results;
	*bytes = memo_bytes - memo_gone;
}

/* Registered ranges stay registered, and the room is used again by the next machine. */
void world_memo_clear(void)
{
	unsigned long i;

	memset(pages_of, 0, sizeof(pages_of));
	memset(streams_of, 0, sizeof(streams_of));
	for (i = 0; i < nr_ranges; i++)
		memset(ranges[i].memo[0], 0, ranges[i].nr * DEFLATE_NR * sizeof(struct memo *));
	memset(recent, 0, sizeof(recent));
	expanded_to = NULL;
	memo_results = 0;
	memo_gone = memo_bytes;
}

void deflate_boot(void)
{
	if (!memo_full && !memo_gone)
		return;
	world_memo_clear();
	memo_bytes = memo_gone = 0;
	memo_full = false;
}

static bool overlaps(const struct pages *r, const char *start, unsigned long nr)
{
	return start < r->start + r->nr * PAGE_SIZE &&
	       r->start < start + (nr ? nr * PAGE_SIZE : 1);
}

/*
 * A range that overlaps one registered earlier: that one's memory is gone, and
 * with it what refers to its pages.
 */
static void forget_ranges(const char *start, unsigned long nr)
{
	unsigned long i, kept = 0;

	for (i = 0; i < nr_ranges; i++) {
		if (!overlaps(&ranges[i], start, nr)) {
			ranges[kept++] = ranges[i];
			continue;
		}
		world_memo_clear();
		free(ranges[i].memo[0]);
		ranges[i].nr = 0;
	}
	nr_ranges = kept;
}

void world_pages_register(const void *pages, unsigned long nr)
{
	struct pages new = { .start = pages, .nr = nr };
	struct pages *more;
	unsigned long at;
	unsigned int kind;

	forget_ranges(pages, nr);
	if (!nr)
		return;
	new.memo[0] = calloc(nr * DEFLATE_NR, sizeof(struct memo *));
	more = realloc(ranges, (nr_ranges + 1) * sizeof(*ranges));
	if (more)
		ranges = more;
	if (!new.memo[0] || !more) {
		free(new.memo[0]);
		return;
	}
	for (kind = 1; kind < DEFLATE_NR; kind++)
		new.memo[kind] = new.memo[0] + kind * nr;
	for (at = nr_ranges; at && ranges[at - 1].start > new.start; at--)
		ranges[at] = ranges[at - 1];
	ranges[at] = new;
	nr_ranges++;
}
