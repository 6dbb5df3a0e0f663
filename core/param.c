// SPDX-License-Identifier: GPL-2.0-or-later
/* Module parameters that do more than change a number. */
#include "zswap_internal.h"

#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/string.h>

enum zswap_init_type zswap_init_state;

/* Parameters may be written while, or before, zswap sets itself up. */
DEFINE_MUTEX(zswap_init_lock);

static bool zswap_pool_changed(const char *s, const struct kernel_param *kp)
{
	return strcmp(s, *(char **)kp->arg) || !zswap_has_pool;
}

/*
 * A pool of that kind which is still alive is taken back from the list, with
 * its base reference restored; otherwise a new one is made.
 */
static struct zswap_pool *zswap_pool_revive_or_create(char *type, char *compressor)
{
	struct zswap_pool *pool;

	spin_lock_bh(&zswap_pools_lock);
	pool = zswap_pool_find_get(type, compressor);
	if (pool) {
		WARN_ON(pool == zswap_pool_current());
		list_del_rcu(&pool->list);
	}
	spin_unlock_bh(&zswap_pools_lock);

	if (!pool)
		return zswap_pool_create(type, compressor);

	percpu_ref_resurrect(&pool->ref);
	/* That of zswap_pool_find_get(). */
	zswap_pool_put(pool);
	return pool;
}

/*
 * Make @pool current and return the one it replaces, or, after an error
 * elsewhere, put it at the end and return it: the base reference of what is
 * returned has to be killed, which destroys it when nothing is in it. Where
 * there is no other pool, the end of the list would make it current while it
 * dies; it is new and empty then, and nobody has to find it.
 */
static struct zswap_pool *zswap_pool_install(struct zswap_pool *pool, int err)
{
	struct zswap_pool *put_pool = NULL;

	spin_lock_bh(&zswap_pools_lock);
	if (!err) {
		put_pool = zswap_pool_current();
		list_add_rcu(&pool->list, &zswap_pools);
		zswap_has_pool = true;
	} else if (pool) {
		if (zswap_pool_current())
			list_add_tail_rcu(&pool->list, &zswap_pools);
		put_pool = pool;
	}
	spin_unlock_bh(&zswap_pools_lock);

	return put_pool;
}

/* May the parameter be set now, and does it ask for another pool? */
static int zswap_param_check(char *s, const struct kernel_param *kp, bool *new_pool)
{
	int ret = 0;

	*new_pool = false;
	mutex_lock(&zswap_init_lock);
	switch (zswap_init_state) {
	case ZSWAP_UNINIT:
		/* The pool is made later, by zswap_setup(). */
		ret = param_set_charp(s, kp);
		break;
	case ZSWAP_INIT_SUCCEED:
		*new_pool = zswap_pool_changed(s, kp);
		break;
	case ZSWAP_INIT_FAILED:
		pr_err("can't set param, initialization failed\n");
		ret = -ENODEV;
	}
	mutex_unlock(&zswap_init_lock);

	return ret;
}

static int zswap_pool_switch(char *s, const struct kernel_param *kp,
			     char *type, char *compressor)
{
	struct zswap_pool *pool, *put_pool;
	int ret;

	pool = zswap_pool_revive_or_create(type, compressor);
	ret = pool ? param_set_charp(s, kp) : -EINVAL;
	put_pool = zswap_pool_install(pool, ret);

	/*
	 * Without any pool yet both parameters may be wrong. This one names
	 * something that exists: keep it, so that a pool can be made once the
	 * other one is mended.
	 */
	if (!zswap_has_pool && !pool)
		ret = param_set_charp(s, kp);

	if (put_pool)
		percpu_ref_kill(&put_pool->ref);

	return ret;
}

static int zswap_compressor_param_set(const char *val, const struct kernel_param *kp)
{
	char *s = strstrip((char *)val);
	bool new_pool;
	int ret;

	ret = zswap_param_check(s, kp, &new_pool);
	if (!new_pool)
		return ret;

	if (!crypto_has_acomp(s, 0, 0)) {
		pr_err("compressor %s not available\n", s);
		return -ENOENT;
	}
	return zswap_pool_switch(s, kp, zswap_zpool_type, s);
}

static int zswap_zpool_param_set(const char *val, const struct kernel_param *kp)
{
	char *s = strstrip((char *)val);
	bool new_pool;
	int ret;

	ret = zswap_param_check(s, kp, &new_pool);
	if (!new_pool)
		return ret;

	if (!zpool_has_pool(s)) {
		pr_err("zpool %s not available\n", s);
		return -ENOENT;
	}
	return zswap_pool_switch(s, kp, s, zswap_compressor);
}

static int zswap_enabled_param_set(const char *val, const struct kernel_param *kp)
{
	int ret = -ENODEV;

	/* On the command line: zswap_init() looks at it. */
	if (system_state != SYSTEM_RUNNING)
		return param_set_bool(val, kp);

	mutex_lock(&zswap_init_lock);
	switch (zswap_init_state) {
	case ZSWAP_UNINIT:
		if (zswap_setup())
			break;
		fallthrough;
	case ZSWAP_INIT_SUCCEED:
		if (!zswap_has_pool)
			pr_err("can't enable, no pool configured\n");
		else
			ret = param_set_bool(val, kp);
		break;
	case ZSWAP_INIT_FAILED:
		pr_err("can't enable, initialization failed\n");
	}
	mutex_unlock(&zswap_init_lock);

	return ret;
}

bool zswap_enabled = IS_ENABLED(CONFIG_ZSWAP_DEFAULT_ON);
static const struct kernel_param_ops zswap_enabled_param_ops = {
	.set =		zswap_enabled_param_set,
	.get =		param_get_bool,
};
module_param_cb(enabled, &zswap_enabled_param_ops, &zswap_enabled, 0644);

bool zswap_is_enabled(void)
{
	return zswap_enabled;
}

char *zswap_compressor = CONFIG_ZSWAP_COMPRESSOR_DEFAULT;
static const struct kernel_param_ops zswap_compressor_param_ops = {
	.set =		zswap_compressor_param_set,
	.get =		param_get_charp,
	.free =		param_free_charp,
};
module_param_cb(compressor, &zswap_compressor_param_ops, &zswap_compressor, 0644);

char *zswap_zpool_type = CONFIG_ZSWAP_ZPOOL_DEFAULT;
static const struct kernel_param_ops zswap_zpool_param_ops = {
	.set =		zswap_zpool_param_set,
	.get =		param_get_charp,
	.free =		param_free_charp,
};
module_param_cb(zpool, &zswap_zpool_param_ops, &zswap_zpool_type, 0644);
