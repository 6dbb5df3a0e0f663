// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * debugfs as a registry: what the subject shows of itself by name. The
 * oracle reads its counters here, and nowhere else.
 */
#include <string.h>

#include <linux/debugfs.h>
#include <linux/list.h>
#include <linux/printk.h>

#include "boot.h"
#include "context.h"
#include "fault.h"
#include "ledger.h"
#include "shim.h"
#include "world.h"

/**
 * struct dentry - a file or a directory
 * @list: all of them, in the order of creation
 * @get: reads the number behind a file; NULL: a directory, or a file that
 *	is no number
 */
struct dentry {
	struct list_head list;
	struct dentry *parent;
	const char *name;
	bool dir;
	int (*get)(void *data, u64 *val);
	void *data;
};

static struct list_head dentries __world = LIST_HEAD_INIT(dentries);
static bool ready __world;

/*
 * What the ledger was asked for, by where the name lies: names are constants,
 * and the same ones in each step. Void when a file comes or goes.
 */
#define ASKED	32
static struct asked {
	const char *name;
	const struct dentry *file;
} asked[ASKED] __world;

void debugfs_boot(void)
{
	ready = true;
}

/* faithful */
bool debugfs_initialized(void)
{
	shim_call();
	return ready;
}

static struct dentry *lookup(const char *name, const struct dentry *parent)
{
	struct dentry *d;

	list_for_each_entry(d, &dentries, list) {
		if (d->parent == parent && !strcmp(d->name, name))
			return d;
	}
	return NULL;
}

/* An error for a parent is the error of everything below it. */
static struct dentry *create(const char *name, struct dentry *parent)
{
	struct dentry *d;

	context_might_sleep("debugfs_create_*()");
	if (!ready)
		return ERR_PTR(-ENOENT);
	if (IS_ERR(parent))
		return parent;
	if (lookup(name, parent)) {
		pr_err("debugfs: '%s' already exists\n", name);
		return ERR_PTR(-EEXIST);
	}
	d = arena_alloc(sizeof(*d));
	if (!d)
		return ERR_PTR(-ENOMEM);
	d->name = name;
	d->parent = parent;
	list_add_tail(&d->list, &dentries);
	memset(asked, 0, sizeof(asked));
	return d;
}

/* narrowed: the name is not copied */
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	struct dentry *d;
	int error;

	shim_call();
	error = fault_hit(FP_DEBUGFS_CREATE_DIR);
	d = error ? ERR_PTR(error) : create(name, parent);
	if (!IS_ERR(d))
		d->dir = true;
	return d;
}

static struct dentry *create_number(const char *name, struct dentry *parent, void *data,
				    int (*get)(void *data, u64 *val))
{
	struct dentry *d;

	shim_call();
	d = create(name, parent);
	if (!IS_ERR(d)) {
		d->data = data;
		d->get = get;
	}
	return d;
}

/* narrowed: a file of one number, never written */
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops)
{
	return create_number(name, parent, data, fops ? fops->get : NULL);
}

static int get_u32(void *data, u64 *val)
{
	*val = *(u32 *)data;
	return 0;
}

/* narrowed: the same */
void debugfs_create_u32(const char *name, umode_t mode, struct dentry *parent, u32 *value)
{
	create_number(name, parent, value, get_u32);
}

static int get_u64(void *data, u64 *val)
{
	*val = *(u64 *)data;
	return 0;
}

/* narrowed: the same */
void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent, u64 *value)
{
	create_number(name, parent, value, get_u64);
}

static int get_bool(void *data, u64 *val)
{
	*val = *(bool *)data;
	return 0;
}

/* narrowed: the same */
void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value)
{
	create_number(name, parent, value, get_bool);
}

static int get_atomic(void *data, u64 *val)
{
	*val = ((atomic_t *)data)->counter;
	return 0;
}

/* narrowed: the same */
void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent,
			     atomic_t *value)
{
	create_number(name, parent, value, get_atomic);
}

static bool is_below(const struct dentry *d, const struct dentry *top)
{
	while (d && d != top)
		d = d->parent;
	return d;
}

/* faithful: with all that is below; neither NULL nor an error is anything */
void debugfs_remove(struct dentry *dentry)
{
	struct list_head *pos, *prev;

	shim_call();
	context_might_sleep("debugfs_remove()");
	if (IS_ERR_OR_NULL(dentry))
		return;
	/* Backwards: what is below was created later, and needs its parent here. */
	for (pos = dentries.prev; pos != &dentries; pos = prev) {
		struct dentry *d = list_entry(pos, struct dentry, list);

		prev = pos->prev;
		if (is_below(d, dentry)) {
			list_del(pos);
			memset(asked, 0, sizeof(asked));
			arena_free(d, sizeof(*d));
		}
	}
}

/* ---- ledger ------------------------------------------------------------ */

struct reading {
	const struct dentry *file;
	u64 value;
	int ret;
};

static void read_file(void *arg)
{
	struct reading *r = arg;

	r->ret = r->file->get(r->file->data, &r->value);
}

/* A getter may be the subject's: contained, and without a trace in the world. */
static bool read_contained(const struct dentry *file, uint64_t *value)
{
	struct reading r = { .file = file };
	unsigned long calls = shim_calls;
	bool ok;

	shim_looking = true;
	ok = world_call(read_file, &r) == WORLD_RETURNED && !r.ret;
	shim_looking = false;
	shim_calls = calls;
	*value = r.value;
	return ok;
}

static const struct dentry *number_file(const char *name)
{
	const struct dentry *d;

	list_for_each_entry(d, &dentries, list) {
		if (d->get && !strcmp(d->name, name))
			return d;
	}
	return NULL;
}

bool ledger_counter(const char *name, uint64_t *value)
{
	struct asked *a = &asked[((uintptr_t)name >> 3) % ASKED];

	if (a->name != name) {
		a->name = name;
		a->file = number_file(name);
	}
	return a->file && read_contained(a->file, value);
}

const char *ledger_counter_name(unsigned int index)
{
	const struct dentry *d;

	list_for_each_entry(d, &dentries, list) {
		if (d->get && !index--)
			return d->name;
	}
	return NULL;
}
