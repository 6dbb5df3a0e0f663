// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page contents: cut from real files, and generated. All of them lie in
 * regions that are registered with the shim and never change, so that the
 * compressor's results can be remembered by address.
 */
#include "pages.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim/ledger.h"
#include "shim/world.h"

#define PAGE		WORLD_PAGE_SIZE
#define BYSTANDERS	76
#define MAX_FILES	16
#define GENERATED	2048
#define INCOMPRESSIBLE	64

/* ---- generated --------------------------------------------------------- */

/* xorshift64*: small, and the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

static void fill_random(unsigned char *p, size_t n, uint64_t *state)
{
	for (size_t i = 0; i < n; i++)
		p[i] = next_random(state) >> 56;
}

/* Four kinds in turn: sparse, text, records, and a quarter of noise. */
static void generate(unsigned char *p, unsigned int k)
{
	uint64_t state = 0x9e3779b97f4a7c15ULL * (k + 1);

	memset(p, 0, PAGE);
	switch (k % 4) {
	case 0:
		for (int i = 0; i < 64; i++)
			p[next_random(&state) % PAGE] = next_random(&state) | 1;
		break;
	case 1:
		for (size_t i = 0; i < PAGE; i++)
			p[i] = "etaoin shrdlu\n\t("[next_random(&state) >> 60];
		break;
	case 2:
		for (size_t i = 0; i < PAGE; i += 32) {
			memcpy(p + i, "record", 6);
			p[i + 8] = i / 32;
			fill_random(p + i + 16, 4, &state);
		}
		break;
	default:
		fill_random(p, PAGE / 4, &state);
		memset(p + PAGE / 4, 'x', PAGE / 4);
	}
	/* No two are equal, whatever the dice said. */
	memcpy(p + PAGE - sizeof(k), &k, sizeof(k));
}

static void *region(size_t nr)
{
	void *p = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		fprintf(stderr, "zfault: no memory for page contents\n");
		exit(3);
	}
	madvise(p, nr * PAGE, MADV_HUGEPAGE);
	world_pages_register(p, nr);
	return p;
}

const void *pages_generated(unsigned int k)
{
	static unsigned char *base;
	static bool made[GENERATED];

	k %= GENERATED;
	if (!base)
		base = region(GENERATED);
	if (!made[k]) {
		generate(base + k * PAGE, k);
		made[k] = true;
	}
	return base + k * PAGE;
}

const void *pages_incompressible(unsigned int k)
{
	static unsigned char *base;
	uint64_t state = 0x853c49e6748fea9bULL;

	if (!base) {
		base = region(INCOMPRESSIBLE);
		fill_random(base, INCOMPRESSIBLE * PAGE, &state);
	}
	return base + k % INCOMPRESSIBLE * PAGE;
}

/* ---- cut from files ---------------------------------------------------- */

struct source {
	const unsigned char *map;
	size_t nr;
};

struct pages_private {
	unsigned int wanted;
	unsigned char *base;
	size_t nr;
	const void **index;
	char source[160];
};

static bool is_zero(const unsigned char *p)
{
	return !p[0] && !memcmp(p, p + 1, PAGE - 1);
}

static bool is_known(const struct pages *pages, const void *p)
{
	for (unsigned int i = 0; i < pages->nr; i++) {
		if (!memcmp(pages->real[i], p, PAGE))
			return true;
	}
	return false;
}

/*
 * Copy the page behind those already kept, if it is one to keep. It is tried
 * where it was found: in the registered region the compressor would remember
 * by address what it said of a page that another one then takes the place of.
 */
static void consider(struct pages *pages, const unsigned char *p)
{
	struct pages_private *priv = pages->priv;
	unsigned char *dst = priv->base + pages->nr * PAGE;

	if (is_zero(p) || is_known(pages, p) || !ledger_compressed_len("deflate", p))
		return;
	memcpy(dst, p, PAGE);
	priv->index[pages->nr++] = dst;
}

/* A page of each source in turn, so that none of them is the whole picture. */
static void cut(struct pages *pages, const struct source *src, unsigned int nr_src)
{
	const struct pages_private *priv = pages->priv;
	unsigned int wanted = priv->wanted;
	bool more = true;

	for (size_t k = 0; more && pages->nr < wanted; k++) {
		more = false;
		for (unsigned int i = 0; i < nr_src && pages->nr < wanted; i++) {
			if (k >= src[i].nr)
				continue;
			more = true;
			consider(pages, src[i].map + k * PAGE);
		}
	}
}

/* -1 with errno, which is 0 for a file of less than a page. */
static int map_file(const char *path, struct source *src)
{
	/* Nobody may be writing to a FIFO, and then it would never open. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	void *map = MAP_FAILED;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st))
		goto out;
	errno = 0;
	if (S_ISDIR(st.st_mode))
		errno = EISDIR;
	else if (!S_ISREG(st.st_mode))
		errno = ENODEV;
	else if (st.st_size >= (off_t)PAGE)
		map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map != MAP_FAILED) {
		src->map = map;
		src->nr = st.st_size / PAGE;
	}
out:
	close(fd);
	return map == MAP_FAILED ? -1 : 0;
}

struct images {
	struct source src[MAX_FILES];
	unsigned int nr;
};

static int add_image(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct images *images = arg;
	const char *path = info->dlpi_name[0] ? info->dlpi_name : "/proc/self/exe";

	(void)size;
	if (images->nr < MAX_FILES && !map_file(path, &images->src[images->nr]))
		images->nr++;
	return 0;
}

static void unmap_sources(struct source *src, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		munmap((void *)src[i].map, src[i].nr * PAGE);
}

static int load_dump(const char *file, struct pages *out, char *why, size_t size)
{
	struct pages_private *priv = out->priv;
	struct source src;

	if (map_file(file, &src)) {
		snprintf(why, size, "--pages %s: %s; it takes a file of pages of 4096 bytes", file,
			 errno == ENODEV ? "not a regular file" :
			 errno ? strerror(errno) : "less than a page");
		return -1;
	}
	cut(out, &src, 1);
	snprintf(priv->source, sizeof(priv->source), "%u page%s of %s", out->nr,
		 out->nr == 1 ? "" : "s", file);
	unmap_sources(&src, 1);
	if (out->nr)
		return 0;
	snprintf(why, size, "--pages %s: no page of it is of use (all zero, or deflate refuses it)",
		 file);
	return -1;
}

static void load_images(struct pages *out)
{
	struct pages_private *priv = out->priv;
	struct images images = { .nr = 0 };

	dl_iterate_phdr(add_image, &images);
	cut(out, images.src, images.nr);
	snprintf(priv->source, sizeof(priv->source),
		 "%u pages of the images of zfault and its libraries", out->nr);
	unmap_sources(images.src, images.nr);
}

int pages_load(const char *file, unsigned int nr_pages, struct pages *out, char *why, size_t size)
{
	struct pages_private *priv = calloc(1, sizeof(*priv));
	unsigned int wanted = 2 * nr_pages + BYSTANDERS;

	memset(out, 0, sizeof(*out));
	if (priv)
		priv->index = calloc(wanted, sizeof(*priv->index));
	if (!priv || !priv->index) {
		free(priv);
		snprintf(why, size, "no memory for page contents");
		return -2;
	}
	priv->wanted = wanted;
	priv->nr = wanted + 1;
	priv->base = region(priv->nr);
	out->priv = priv;
	out->real = priv->index;
	out->source = priv->source;

	if (file && load_dump(file, out, why, size)) {
		pages_free(out);
		return -1;
	}
	if (!file)
		load_images(out);
	/* A small dump, a stripped program: no slot may look like another. */
	for (unsigned int k = 0; out->nr < wanted; k++)
		priv->index[out->nr++] = pages_generated(k);
	mprotect(priv->base, priv->nr * PAGE, PROT_READ);
	return 0;
}

void pages_free(struct pages *pages)
{
	struct pages_private *priv = pages->priv;

	if (!priv)
		return;
	world_memo_clear();
	world_pages_register(priv->base, 0);
	munmap(priv->base, priv->nr * PAGE);
	free(priv->index);
	free(priv);
	memset(pages, 0, sizeof(*pages));
}
