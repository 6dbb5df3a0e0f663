/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Static keys: here a counter that is read, where the kernel patches its code. */
#ifndef _LINUX_JUMP_LABEL_H
#define _LINUX_JUMP_LABEL_H

#include <linux/compiler.h>
#include <linux/kconfig.h>
#include <linux/types.h>

struct static_key {
	atomic_t enabled;
};

/* Two types, as the kernel's, so that likely and unlikely cannot be confused. */
struct static_key_true {
	struct static_key key;
};

struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_TRUE_INIT	{ .key = { .enabled = { 1 } } }
#define STATIC_KEY_FALSE_INIT	{ .key = { .enabled = { 0 } } }

#define DEFINE_STATIC_KEY_TRUE(name)	struct static_key_true name = STATIC_KEY_TRUE_INIT
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key_false name = STATIC_KEY_FALSE_INIT
#define DECLARE_STATIC_KEY_TRUE(name)	extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name)	extern struct static_key_false name

/* TRUE where the option is 1: the option's value chooses the macro's name. */
#define __STATIC_KEY_MAYBE_0(name)		DEFINE_STATIC_KEY_FALSE(name)
#define __STATIC_KEY_MAYBE_1(name)		DEFINE_STATIC_KEY_TRUE(name)
#define __STATIC_KEY_MAYBE(enabled, name)	__PASTE(__STATIC_KEY_MAYBE_, enabled)(name)
#define DEFINE_STATIC_KEY_MAYBE(cfg, name)	__STATIC_KEY_MAYBE(IS_ENABLED(cfg), name)

static inline bool static_key_enabled_now(const struct static_key *key)
{
	return READ_ONCE(key->enabled.counter) > 0;
}

#define static_key_enabled(x)		static_key_enabled_now(&(x)->key)
#define static_branch_likely(x)		likely(static_key_enabled(x))
#define static_branch_unlikely(x)	unlikely(static_key_enabled(x))
#define static_branch_maybe(cfg, x)	static_key_enabled(x)

void static_key_enable(struct static_key *key);
void static_key_disable(struct static_key *key);
#define static_branch_enable(x)		static_key_enable(&(x)->key)
#define static_branch_disable(x)	static_key_disable(&(x)->key)

#endif
