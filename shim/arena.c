// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The arena: all memory of the simulated machine, in one mapping, so that
 * going back to a snapshot is copying one block.
 *
 * Pages are taken from the front and never given back; what a case took
 * beyond the snapshot is forgotten with it, and whoever takes those pages
 * next initialises them, so nothing depends on what they held.
 *
 * The mapping is reserved once a process. Where it is differs from run to
 * run; distances in it do not.
 */
#include <string.h>
#include <sys/mman.h>

#include "boot.h"
#include "shim.h"
#include "slab.h"

#define ARENA_SIZE	(1UL << 30)
#define ARENA_PAGES	(ARENA_SIZE >> PAGE_SHIFT)

/* arena_alloc(): steps of 16 bytes up to 2 KiB, above it powers of two pages. */
#define SMALL_STEP	16u
#define SMALL_MAX	2048u
#define SMALL_CLASSES	(SMALL_MAX / SMALL_STEP)
#define LARGE_CLASSES	16
#define CHUNK_PAGES	4u

char *arena_base __outside;
struct page *arena_map __outside;
unsigned long arena_used __world;

/* @touched: most pages ever used. */
static struct {
	unsigned long touched;
	bool guard;
} arena __outside;

/* A snapshot: the pages' struct pages, their bytes, their ASan shadow. */
static struct saved {
	char *buf;
	size_t size;
	unsigned long pages;
} saved[WORLD_MOMENTS] __outside;

/* What serves arena_alloc(). */
static struct {
	char *chunk, *chunk_end;
	void *free[SMALL_CLASSES + LARGE_CLASSES];
} heap __world;

/* ---- uninstrumented memory --------------------------------------------- */

#if defined(SHIM_MSAN)
/* The instrumented copy is the one that takes the shadow along. */
void raw_copy(void *dst, const void *src, size_t n)
{
	memcpy(dst, src, n);
}
#elif defined(__x86_64__)
/* As quick as any copy from a few hundred bytes on, and never intercepted. */
void raw_copy(void *dst, const void *src, size_t n)
{
	__asm__ __volatile__("rep movsb" : "+D"(dst), "+S"(src), "+c"(n) : : "memory");
}
#else
__raw void raw_copy(void *dst, const void *src, size_t n)
{
	char *d = dst;
	const char *s = src;

	for (; n >= sizeof(raw_word_t); n -= sizeof(raw_word_t)) {
		*(raw_word_t *)d = *(const raw_word_t *)s;
		d += sizeof(raw_word_t);
		s += sizeof(raw_word_t);
		barrier();
	}
	while (n--) {
		*d++ = *s++;
		barrier();
	}
}
#endif

#if defined(SHIM_ASAN) || defined(SHIM_MSAN)
/* The barriers keep the compiler from calling the intercepted memset(). */
__raw void raw_fill(void *p, unsigned char byte, size_t size)
{
	const uint64_t word = byte * 0x0101010101010101ull;
	char *c = p;

	for (; size >= sizeof(word); size -= sizeof(word)) {
		*(raw_word_t *)c = word;
		c += sizeof(word);
		barrier();
	}
	while (size--) {
		*c++ = byte;
		barrier();
	}
}

static bool raw_is_all(const void *p, unsigned char byte, size_t size)
{
	return false;
}
#else
/* libc's are several times as quick, and nothing intercepts them here. */
void raw_fill(void *p, unsigned char byte, size_t size)
{
	memset(p, byte, size);
}

static bool raw_is_all(const void *p, unsigned char byte, size_t size)
{
	const unsigned char *c = p;

	return c[0] == byte && !memcmp(c, c + 1, size - 1);
}
#endif

/* From this size on libc is quicker. */
#define RAW_LONG	32u

__raw size_t raw_differs(const void *p, unsigned char byte, size_t size)
{
	const uint64_t word = byte * 0x0101010101010101ull;
	const unsigned char *c = p;
	size_t i = 0;

	if (size >= RAW_LONG && raw_is_all(p, byte, size))
		return size;
	while (i + sizeof(word) <= size && *(const raw_word_t *)(c + i) == word)
		i += sizeof(word);
	while (i < size && c[i] == byte)
		i++;
	return i;
}

/* ---- pages ------------------------------------------------------------- */

struct page *arena_pages(unsigned int nr, int nid)
{
	unsigned long first = arena_used;

	if (nr > ARENA_PAGES - first)
		return NULL;
	arena_used += nr;
	if (arena_used > arena.touched)
		arena.touched = arena_used;
	for (unsigned long i = first; i < arena_used; i++) {
		arena_map[i] = (struct page){
			.virtual = arena_base + (i << PAGE_SHIFT),
			.head = &arena_map[i],
			.nid = nid,
			._refcount = 1,
		};
	}
	memory_open(arena_base + (first << PAGE_SHIFT), (size_t)nr << PAGE_SHIFT);
	return &arena_map[first];
}

bool arena_contains(const void *p)
{
	return arena_page(p);
}

bool arena_guarded(void)
{
	return arena.guard;
}

/* ---- the shim's own allocations ---------------------------------------- */

static unsigned int class_of(size_t size)
{
	size_t pages = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
	unsigned int order = 0;

	if (size <= SMALL_MAX)
		return size ? (size - 1) / SMALL_STEP : 0;
	while ((1ul << order) < pages)
		order++;
	if (order >= LARGE_CLASSES)
		world_end_now(WORLD_BUG, "the shim asked its arena for too large a piece");
	return SMALL_CLASSES + order;
}

static char *take_pages(unsigned int nr)
{
	struct page *page = arena_pages(nr, 0);

	if (!page)
		world_end_now(WORLD_BUG, "the simulated machine has no memory left");
	return page->virtual;
}

static void *take_small(size_t size)
{
	char *p;

	if ((size_t)(heap.chunk_end - heap.chunk) < size) {
		p = take_pages(CHUNK_PAGES);
		if (p != heap.chunk_end)
			heap.chunk = p;
		heap.chunk_end = p + CHUNK_PAGES * PAGE_SIZE;
	}
	p = heap.chunk;
	heap.chunk += size;
	return p;
}

/* Never NULL: an arena that is used up ends the case. */
void *arena_take(size_t size)
{
	unsigned int class = class_of(size);
	void *p = heap.free[class];

	if (p) {
		raw_copy(&heap.free[class], p, sizeof(void *));
		memory_open(p, size);
	} else if (class < SMALL_CLASSES) {
		p = take_small((class + 1) * SMALL_STEP);
	} else {
		p = take_pages(1u << (class - SMALL_CLASSES));
	}
	return p;
}

void *arena_alloc(size_t size)
{
	return memset(arena_take(size), 0, size);
}

/* A freed piece is closed, so that the shim's own late uses show under ASan. */
void arena_free(void *p, size_t size)
{
	unsigned int class;

	if (!p)
		return;
	class = class_of(size);
	memory_close(p, size);
	raw_copy(p, &heap.free[class], sizeof(void *));
	heap.free[class] = p;
}

/* ---- boot, snapshot ---------------------------------------------------- */

void *shim_reserve(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, size, MADV_HUGEPAGE);
	return p;
}

/* Copying takes access to everything. */
static void lift_guards(unsigned long pages)
{
	if (arena.guard && pages)
		mprotect(arena_base, pages << PAGE_SHIFT, PROT_READ | PROT_WRITE);
}

static void reinstate_guards(unsigned long pages)
{
	if (arena.guard)
		guard_reinstate(arena_map, pages);
}

int arena_boot(bool guard)
{
	if (!arena_map)
		arena_map = shim_reserve(ARENA_PAGES * sizeof(struct page));
	if (!arena_base)
		arena_base = shim_reserve(ARENA_SIZE);
	if (!arena_map || !arena_base)
		return -1;
	lift_guards(arena.touched);
	arena.guard = guard;
	for (unsigned int i = 0; i < WORLD_MOMENTS; i++)
		saved[i].pages = 0;
	arena_used = 0;
	memset(&heap, 0, sizeof(heap));
	return 0;
}

#ifdef SHIM_ASAN
#define SHADOW_OF_PAGE	(PAGE_SIZE >> 3)

static char *arena_shadow(void)
{
	size_t scale, offset;

	__asan_get_shadow_mapping(&scale, &offset);
	return (char *)(((uintptr_t)arena_base >> scale) + offset);
}
#else
#define SHADOW_OF_PAGE	0ul

static char *arena_shadow(void)
{
	return NULL;
}
#endif

/* Copy the first @pages pages with all that belongs to them to or from @buf. */
static void transfer(char *buf, unsigned long pages, bool save)
{
	const struct {
		char *at;
		size_t size;
	} part[] = {
		{ (char *)arena_map, pages * sizeof(struct page) },
		{ arena_base, pages << PAGE_SHIFT },
		{ arena_shadow(), pages * SHADOW_OF_PAGE },
	};

	for (unsigned int i = 0; i < 3 && part[i].size; i++) {
		if (save)
			raw_copy(buf, part[i].at, part[i].size);
		else
			raw_copy(part[i].at, buf, part[i].size);
		buf += part[i].size;
	}
}

static int saved_reserve(struct saved *to, size_t size)
{
	char *buf;

	if (size <= to->size)
		return 0;
	buf = shim_reserve(size);
	if (!buf)
		return -1;
	if (to->buf)
		munmap(to->buf, to->size);
	to->buf = buf;
	to->size = size;
	return 0;
}

int arena_save(unsigned int moment)
{
	struct saved *to = &saved[moment];

	to->pages = 0;
	if (saved_reserve(to, arena_used * (sizeof(struct page) + PAGE_SIZE + SHADOW_OF_PAGE)))
		return -1;
	lift_guards(arena_used);
	transfer(to->buf, arena_used, true);
	reinstate_guards(arena_used);
	to->pages = arena_used;
	return 0;
}

/* world.c puts @heap back with the other __world variables. */
void arena_restore(unsigned int moment)
{
	const struct saved *from = &saved[moment];

	if (!from->pages)
		return;
	lift_guards(arena.touched);
	transfer(from->buf, from->pages, false);
	reinstate_guards(from->pages);
}
