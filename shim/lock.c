// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Spinlocks and mutexes. Nobody ever waits: a lock that is taken belongs to
 * this task itself, to one that is suspended until this one has finished, or
 * to one that has finished without giving it back. None of them can let go
 * of it while this one waits, so waiting is the end of the case.
 */
#include <linux/compiler.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "shim/shim.h"
#include "shim/boot.h"
#include "shim/context.h"

/*
 * Lock order. A class is a place that initialises locks; its mask has the
 * classes that were taken while it was held, directly or through others, so
 * one bit tells that taking A under B closes a circle. It belongs to the
 * world: what one case did accuses no other.
 *
 * A class is numbered from 1; 0 is one of those beyond the table, which are
 * not followed. Two locks of one class have no order that could be told.
 */
#define LOCK_CLASSES	32

/*
 * @softirqs_on: taken as a spinlock where a softirq may come in between
 * @in_softirq: taken by one
 */
struct lock_class {
	const void *key;
	const char *name;
	unsigned int under;
	bool softirqs_on, in_softirq;
};
static struct lock_class classes[LOCK_CLASSES] __world;
static unsigned int nr_classes __world;

static unsigned int class_bit(unsigned int class)
{
	return class ? 1u << (class - 1) : 0;
}

const char *lock_class_name(unsigned int class)
{
	return class ? classes[class - 1].name : "?";
}

static unsigned int class_find(const void *key, const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_classes; i++)
		if (classes[i].key == key)
			return i + 1;
	if (i == LOCK_CLASSES)
		return 0;
	classes[nr_classes++] = (struct lock_class){ .key = key, .name = name };
	return nr_classes;
}

/*
 * The number kept in the lock is checked, not trusted: a lock may have been
 * initialised in a world that is gone.
 */
static unsigned int lock_class(struct lockdep_map *map)
{
	const void *key = map->key ?: map;

	if (!map->class || map->class > nr_classes || classes[map->class - 1].key != key)
		map->class = class_find(key, map->name);
	return map->class;
}

static void class_add_order(unsigned int outer, unsigned int inner)
{
	unsigned int reach = class_bit(inner) | classes[inner - 1].under;

	for (unsigned int i = 0; i < nr_classes; i++)
		if (i == outer - 1 || classes[i].under & class_bit(outer))
			classes[i].under |= reach;
}

static void class_check_order(unsigned int outer, unsigned int inner)
{
	if (outer == inner || !outer || !inner || classes[outer - 1].under & class_bit(inner))
		return;
	if (classes[inner - 1].under & class_bit(outer))
		complain('K', "lock-order", "takes %s under %s, and before that %s under %s",
			 lock_class_name(inner), lock_class_name(outer),
			 lock_class_name(outer), lock_class_name(inner));
	class_add_order(outer, inner);
}

/* A softirq that interrupts the holder would wait for it, on the same CPU. */
static void class_check_softirq(unsigned int class)
{
	const struct context *c = context_now;
	struct lock_class *l;
	bool *way;

	if (!class || (c->bh && !c->softirq))
		return;
	l = &classes[class - 1];
	way = c->softirq ? &l->in_softirq : &l->softirqs_on;
	if (*way)
		return;
	*way = true;
	if (l->in_softirq && l->softirqs_on)
		complain('K', "lock-softirq",
			 "%s is taken with softirqs on, and a softirq takes it as well", l->name);
}

static bool lock_usable(const struct lockdep_map *map, const char *what)
{
	if (likely(map->magic == SHIM_LOCK_MAGIC))
		return true;
	if (map->magic)
		complain('U', "lock-overwritten", "%s() on memory that is no lock any more", what);
	else
		complain('K', "lock-uninitialised", "%s() on a lock that nobody initialised", what);
	return false;
}

static void lock_never_granted(const struct lockdep_map *map, const char *what)
{
	if (map->owner == context_now->id) {
		complain('K', "lock-recursion", "%s() of %s, which the task holds already",
			 what, map->name);
		world_end_now(WORLD_BUG, "a task waits for a lock that it holds itself");
	}
	complain('K', "deadlock", "%s() of %s, whose holder cannot go on before this task has finished",
		 what, map->name);
	world_end_now(WORLD_BUG, "a task waits for a lock that is never given back");
}

static void lock_hold(struct lockdep_map *map, unsigned int class)
{
	struct context *c = context_now;

	map->owner = c->id;
	if (c->nr_held == CONTEXT_LOCKS) {
		complain('K', "lock-depth", "a task holds more than %u locks", CONTEXT_LOCKS);
		return;
	}
	c->held[c->nr_held] = map;
	c->class[c->nr_held++] = class;
}

static bool lock_take(struct lockdep_map *map, const char *what)
{
	const struct context *c = context_now;
	unsigned int class;

	if (!lock_usable(map, what))
		return false;
	if (map->owner)
		lock_never_granted(map, what);
	class = lock_class(map);
	for (unsigned int i = 0; i < c->nr_held; i++)
		class_check_order(c->class[i], class);
	lock_hold(map, class);
	return true;
}

/* Who only tries never waits, so the order in which he takes it is free. */
static bool lock_try(struct lockdep_map *map, const char *what)
{
	if (!lock_usable(map, what) || map->owner)
		return false;
	lock_hold(map, lock_class(map));
	return true;
}

static void context_forget(const void *lock)
{
	struct context *c = context_now;
	unsigned int i = c->nr_held;

	while (i && c->held[i - 1] != lock)
		i--;
	if (!i)
		return;
	for (; i < c->nr_held; i++) {
		c->held[i - 1] = c->held[i];
		c->class[i - 1] = c->class[i];
	}
	c->nr_held--;
}

static bool lock_release(struct lockdep_map *map, const char *what)
{
	if (!lock_usable(map, what))
		return false;
	if (!map->owner) {
		complain('K', "unlock-not-held", "%s() of %s, which nobody holds", what, map->name);
		return false;
	}
	if (map->owner != context_now->id) {
		complain('K', "unlock-by-other", "%s() of %s, which another task holds", what, map->name);
		return false;
	}
	map->owner = 0;
	context_forget(map);
	return true;
}

/*
 * faithful. Whether it is held is asked of the tasks, as the lock's own memory may be
 * anything before it is initialised.
 */
void shim_lock_init(struct lockdep_map *map, const char *key)
{
	shim_call();
	if (context_holds(map)) {
		complain('K', "init-held", "%s is initialised while a task holds it", key);
		return;
	}
	*map = (struct lockdep_map){ .magic = SHIM_LOCK_MAGIC, .name = key, .key = key };
}

bool shim_lock_is_held(const struct lockdep_map *map)
{
	shim_call();
	return lock_usable(map, "lockdep_is_held") && map->owner == context_now->id;
}

void shim_lock_assert_held(const struct lockdep_map *map, const char *what)
{
	shim_call();
	if (lock_usable(map, what) && map->owner != context_now->id)
		complain('K', "lock-not-held", "%s(): the task does not hold %s", what, map->name);
}

/* faithful */
void spin_lock(spinlock_t *lock)
{
	shim_call();
	if (!lock_take(&lock->dep_map, "spin_lock"))
		return;
	class_check_softirq(lock->dep_map.class);
	context_now->spinlocks++;
}

/* faithful */
void spin_lock_bh(spinlock_t *lock)
{
	context_now->bh++;
	spin_lock(lock);
}

/* faithful */
void spin_unlock_bh(spinlock_t *lock)
{
	shim_call();
	if (!lock_release(&lock->dep_map, "spin_unlock_bh"))
		return;
	context_now->spinlocks--;
	if (context_now->bh)
		context_now->bh--;
	else
		complain('K', "bh-unbalanced", "spin_unlock_bh() with softirqs on");
}

/* faithful */
int spin_trylock(spinlock_t *lock)
{
	shim_call();
	if (!lock_try(&lock->dep_map, "spin_trylock"))
		return 0;
	context_now->spinlocks++;
	return 1;
}

/* faithful */
void spin_unlock(spinlock_t *lock)
{
	shim_call();
	if (lock_release(&lock->dep_map, "spin_unlock"))
		context_now->spinlocks--;
}

/* faithful */
int spin_is_locked(spinlock_t *lock)
{
	shim_call();
	return lock_usable(&lock->dep_map, "spin_is_locked") && lock->dep_map.owner;
}

static void (*mutex_watcher)(void *arg) __outside;
static void *mutex_watcher_arg __outside;

void world_on_mutex(void (*fn)(void *arg), void *arg)
{
	mutex_watcher = fn;
	mutex_watcher_arg = arg;
}

static void tell_watcher(void)
{
	void (*fn)(void *arg) = mutex_watcher;

	if (likely(!fn) || !context_can_sleep() || context_now->mutexes)
		return;
	mutex_watcher = NULL;
	fn(mutex_watcher_arg);
	/* Unless it has had enough, or another one was set. */
	if (!mutex_watcher)
		mutex_watcher = fn;
}

/* faithful */
void mutex_lock(struct mutex *lock)
{
	shim_call();
	context_might_sleep("mutex_lock");
	tell_watcher();
	if (lock_take(&lock->dep_map, "mutex_lock"))
		context_now->mutexes++;
}

/* faithful */
int mutex_trylock(struct mutex *lock)
{
	shim_call();
	if (!lock_try(&lock->dep_map, "mutex_trylock"))
		return 0;
	context_now->mutexes++;
	return 1;
}

/* faithful */
void mutex_unlock(struct mutex *lock)
{
	shim_call();
	if (lock_release(&lock->dep_map, "mutex_unlock"))
		context_now->mutexes--;
}

/* faithful */
bool mutex_is_locked(struct mutex *lock)
{
	shim_call();
	return lock_usable(&lock->dep_map, "mutex_is_locked") && lock->dep_map.owner;
}
