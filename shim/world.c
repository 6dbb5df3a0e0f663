// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The machine as a whole: boot it, save it, go back to what was saved.
 *
 * Three things make up a world: the shim's marked variables (one section of
 * the program), the arena, and the subject's writable data. All are copied
 * raw, as sanitizers forbid an ordinary copy over their redzones.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/kernel.h>

#include "boot.h"
#include "deflate.h"
#include "shim.h"
#include "subject.h"
#include "world.h"

enum system_states system_state __world;
const struct subject_desc *shim_subject __world;
static const struct subject *subject __world;

/* The section as the program was started with. */
static void *pristine __outside;

/* A snapshot: the section, and the subject's data. */
static struct saved {
	void *section, *data;
	size_t data_size;
	bool valid;
} saved[WORLD_MOMENTS] __outside;

static size_t section_size(void)
{
	return __stop_shim_world - __start_shim_world;
}

static int save_pristine(void)
{
	if (!pristine) {
		pristine = malloc(section_size());
		if (!pristine)
			return -1;
		raw_copy(pristine, __start_shim_world, section_size());
	}
	for (unsigned int i = 0; i < WORLD_MOMENTS; i++) {
		if (!saved[i].section)
			saved[i].section = malloc(section_size());
		if (!saved[i].section)
			return -1;
	}
	return 0;
}

static void put_back(const struct subject *s, const void *from)
{
	for (unsigned int i = 0; i < s->nr_ranges; i++) {
		const struct subject_range *r = &s->ranges[i];

		raw_copy((char *)s->data + r->offset, (const char *)from + r->offset, r->size);
	}
}

static void since_now(void)
{
	shim_calls = 0;
	complain_reset();
	printk_reset();
}

static int boot_machine(const struct world_config *config)
{
	if (arena_boot(config->guard))
		return -2;
	cpu_boot(config->cpus_possible, config->cpus_online);
	slab_boot();
	memcg_boot(config->memcg_disabled);
	swap_boot(config->totalram_pages);
	return 0;
}

int world_initcalls(const char *const *params)
{
	const initcall_t *call;
	int ret = 0;

	for (; params && *params; params++)
		param_boot(*params);
	debugfs_boot();
	for (call = shim_subject->initcalls_start; call < shim_subject->initcalls_stop; call++) {
		if ((*call)())
			ret = -1;
	}
	system_state = SYSTEM_RUNNING;
	return ret;
}

struct boot {
	const struct world_config *config;
	int ret;
};

/* The machine's own boot enters the subject too: a memcg has a part of it. */
static void boot(void *arg)
{
	struct boot *b = arg;

	b->ret = boot_machine(b->config);
	if (!b->ret && shim_subject && !b->config->before_initcalls)
		b->ret = world_initcalls(b->config->params);
}

int world_boot(const struct world_config *config, const struct subject *s)
{
	static const struct world_config defaults;
	struct boot b = { .config = config ? config : &defaults };

	if (save_pristine())
		return -2;
	for (unsigned int i = 0; i < WORLD_MOMENTS; i++)
		saved[i].valid = false;
	world_set_budget(0);
	raw_copy(__start_shim_world, pristine, section_size());
	deflate_boot();
	since_now();
	if (s) {
		put_back(s, s->pristine);
		subject = s;
		shim_subject = s->desc;
	}
	if (world_call(boot, &b) != WORLD_RETURNED)
		b.ret = -1;
	if (!b.config->before_initcalls)
		system_state = SYSTEM_RUNNING;
	return b.ret;
}

static int save(unsigned int moment)
{
	struct saved *to = &saved[moment];

	to->valid = false;
	if (subject && subject->data_size > to->data_size) {
		void *data = realloc(to->data, subject->data_size);

		if (!data)
			return -1;
		to->data = data;
		to->data_size = subject->data_size;
	}
	if (arena_save(moment))
		return -1;
	if (subject)
		raw_copy(to->data, subject->data, subject->data_size);
	raw_copy(to->section, __start_shim_world, section_size());
	to->valid = true;
	return 0;
}

int world_snapshot(void)
{
	saved[WORLD_MIDWAY].valid = false;
	return save(WORLD_START);
}

int world_snapshot_midway(void)
{
	complain_save();
	return save(WORLD_MIDWAY);
}

static void go_back(unsigned int moment)
{
	const struct saved *from = &saved[moment];

	if (!from->valid) {
		fprintf(stderr, "zfault: no snapshot of this world to go back to\n");
		abort();
	}
	raw_copy(__start_shim_world, from->section, section_size());
	arena_restore(moment);
	if (subject)
		put_back(subject, from->data);
}

void world_restore(void)
{
	go_back(WORLD_START);
	since_now();
}

void world_restore_midway(void)
{
	go_back(WORLD_MIDWAY);
	complain_restore();
	printk_reset();
}
