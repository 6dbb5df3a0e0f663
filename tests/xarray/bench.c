// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How quick is the shim's xarray, by a kernel's own lib/xarray.c (glue.c, which
 * 'make xarray LINUX=DIR' compiles)? Dense indices, in turns, in one run.
 *
 *   bench KERNELS [TIMES]
 *
 * Exit status: 0 measured, 1 slower than TIMES the kernel's, 2 usage, 3 failed.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <linux/xarray.h>

#include "shim/world.h"
#include "tests/xarray/ops.h"

#define INDICES	16384ul		/* what one of zswap's trees takes */
#define ROUNDS	60

/* A pointer that is one of nobody's slab objects, as both sides take it. */
#define ENTRY(i)	((void *)(0x100000ul + ((i) << 6)))

static const struct kernel_xarray *kernel;
static struct xarray array;
static unsigned long wrong;

/* ---- the shim's, behind calls like the kernel's ------------------------ */

static void *shim_load(unsigned long index)
{
	return xa_load(&array, index);
}

static void *shim_store(unsigned long index, void *entry, bool nowait)
{
	return xa_store(&array, index, entry, nowait ? GFP_NOWAIT : GFP_KERNEL);
}

static void *shim_erase(unsigned long index)
{
	return xa_erase(&array, index);
}

static const struct kernel_xarray shim = {
	.load = shim_load,
	.store = shim_store,
	.erase = shim_erase,
};

/* ---- what is measured -------------------------------------------------- */

static void store_all(const struct kernel_xarray *x)
{
	for (unsigned long i = 0; i < INDICES; i++)
		wrong += !!x->store(i, ENTRY(i), false);
}

static void overwrite_all(const struct kernel_xarray *x)
{
	for (unsigned long i = 0; i < INDICES; i++)
		wrong += x->store(i, ENTRY(i), false) != ENTRY(i);
}

static void load_all(const struct kernel_xarray *x)
{
	for (unsigned long i = 0; i < INDICES; i++)
		wrong += x->load(i) != ENTRY(i);
}

static void erase_all(const struct kernel_xarray *x)
{
	for (unsigned long i = 0; i < INDICES; i++)
		wrong += x->erase(i) != ENTRY(i);
}

static const struct measure {
	const char *name;
	void (*all)(const struct kernel_xarray *x);
} measures[] = {
	{ "store", store_all },
	{ "load", load_all },
	{ "overwrite", overwrite_all },
	{ "erase", erase_all },
};
#define MEASURES	(sizeof(measures) / sizeof(measures[0]))

/* Nanoseconds a call, of each round: the kernel's, the shim's. */
static double taken[MEASURES][2][ROUNDS];

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void measure_round(unsigned int round)
{
	const struct kernel_xarray *const sides[] = { kernel, &shim };
	double begun;

	for (unsigned int m = 0; m < MEASURES; m++) {
		for (unsigned int side = 0; side < 2; side++) {
			begun = now();
			measures[m].all(sides[side]);
			taken[m][side][round] = (now() - begun) / INDICES;
		}
	}
}

static void measure_all(void *arg)
{
	xa_init(&array);
	for (unsigned int round = 0; round < ROUNDS; round++)
		measure_round(round);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Minima, which is what both can do when nobody is in the way. Return: the worst. */
static double report(void)
{
	double worst = 0, times;

	for (unsigned int m = 0; m < MEASURES; m++) {
		for (unsigned int side = 0; side < 2; side++)
			qsort(taken[m][side], ROUNDS, sizeof(double), ascending);
		times = taken[m][1][0] / taken[m][0][0];
		printf("xarray       %-10s %6.2f ns, the kernel's %6.2f: %.2f times (medians %.2f)\n",
		       measures[m].name, taken[m][1][0], taken[m][0][0], times,
		       taken[m][1][ROUNDS / 2] / taken[m][0][ROUNDS / 2]);
		if (times > worst)
			worst = times;
	}
	return worst;
}

int main(int argc, char **argv)
{
	void *dl = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
	double worst;

	if (!dl) {
		fprintf(stderr, "bench: %s\n", argc > 1 ? dlerror() : "usage: bench KERNELS [TIMES]");
		return 2;
	}
	kernel = dlsym(dl, "kernel_xarray");
	if (!kernel || world_boot(NULL, NULL) || world_call(measure_all, NULL) != WORLD_RETURNED ||
	    wrong) {
		fprintf(stderr, "bench: %lu calls had a wrong answer\n", wrong);
		return 3;
	}
	worst = report();
	return argc > 2 && worst > atof(argv[2]);
}
