// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reference counts that are kept per CPU while they live. Per CPU nobody can
 * see them reach zero, so only a kill, which drops the base reference and
 * has the counts summed up after a grace period, makes a last put visible.
 *
 * Here it is one number. What decides when release is called is @switching:
 * from the kill to the end of the grace period puts only count; the end of
 * it calls release, from the RCU callback, if nothing is left then; after it
 * the put that reaches zero does, in its own context and under its locks.
 */
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/percpu-refcount.h>

#include "shim/shim.h"
#include "shim/context.h"
#include "shim/deferred.h"
#include "shim/fault.h"
#include "shim/ledger.h"

/**
 * struct percpu_ref_data - what of a percpu_ref outlives the memory it is in
 * @node: among those not exited, in the order of their initialisation
 * @ref: whose data this is; NULL: exited while @switching
 * @generation: of the memory @ref is in
 * @count: references, the base one included unless @dying
 * @dying: killed and not resurrected
 * @atomic: killed once, and not counted per CPU again
 * @switching: the RCU callback of the kill has yet to run
 * @released: the release function was called
 */
struct percpu_ref_data {
	struct list_head node;
	struct percpu_ref *ref;
	uint64_t generation;
	percpu_ref_func_t *release;
	long count;
	bool allow_reinit, dying, atomic, switching, released;
	struct rcu_head rcu;
};

static struct list_head refs __world = LIST_HEAD_INIT(refs);

/* NULL, and a complaint, where there is no reference count at @ref. */
static struct percpu_ref_data *ref_data(const struct percpu_ref *ref, const char *what)
{
	struct percpu_ref_data *data = ref->data;

	if (arena_contains(data) && data->ref == ref)
		return data;
	if (data)
		complain('U', "percpu_ref-overwritten",
			 "%s() on memory that is no reference count any more", what);
	else if (ref->exited)
		complain('U', "percpu_ref-exited", "%s() after percpu_ref_exit()", what);
	else
		complain('R', "percpu_ref-uninitialised",
			 "%s() on a reference count that nobody initialised", what);
	return NULL;
}

/* narrowed: not born atomic or dead */
int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release, unsigned int flags,
		    gfp_t gfp)
{
	struct percpu_ref_data *data;

	shim_call();
	context_might_alloc(gfp, "percpu_ref_init");
	if (fault_hit(FP_PERCPU_REF_INIT))
		return -ENOMEM;
	data = arena_alloc(sizeof(*data));
	if (!data)
		return -ENOMEM;
	data->ref = ref;
	data->generation = deferred_generation(ref);
	data->release = release;
	data->count = 1;
	data->allow_reinit = flags & PERCPU_REF_ALLOW_REINIT;
	list_add_tail(&data->node, &refs);
	*ref = (struct percpu_ref){ .data = data };
	return 0;
}

/* The base reference is nobody's to put while the reference count lives. */
static long ref_floor(const struct percpu_ref_data *data)
{
	return data->dying ? 0 : 1;
}

/*
 * faithful: what was never initialised, or exited before, may be exited; so
 * may one that holds no more than the base reference, on an error path
 */
void percpu_ref_exit(struct percpu_ref *ref)
{
	struct percpu_ref_data *data;

	shim_call();
	if (!ref->data)
		return;
	data = ref_data(ref, "percpu_ref_exit");
	if (!data)
		return;
	if (data->count > ref_floor(data))
		complain('R', "percpu_ref-exit-busy", "percpu_ref_exit() with %ld references held",
			 data->count - ref_floor(data));
	*ref = (struct percpu_ref){ .count_at_exit = data->count, .exited = true };
	list_del(&data->node);
	if (data->switching) {
		complain('U', "percpu_ref-exit-switching",
			 "percpu_ref_exit() before the grace period of its kill ended");
		data->ref = NULL;
		return;
	}
	arena_free(data, sizeof(*data));
}

/* faithful: inside a read-side section, so it must not sleep */
static void ref_release(struct percpu_ref_data *data)
{
	data->released = true;
	rcu_read_lock();
	data->release(data->ref);
	rcu_read_unlock();
}

/* faithful */
void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr)
{
	struct percpu_ref_data *data;

	shim_call();
	data = ref_data(ref, "percpu_ref_get");
	if (!data)
		return;
	if (!data->count)
		complain('R', "percpu_ref-get-zero", "percpu_ref_get() of one that has no reference left");
	if (data->count || data->switching)
		data->count += nr;
}

/* faithful: until the grace period of a kill has passed nobody can tell zero */
bool percpu_ref_tryget_many(struct percpu_ref *ref, unsigned long nr)
{
	struct percpu_ref_data *data;

	shim_call();
	data = ref_data(ref, "percpu_ref_tryget");
	if (!data || !(data->count || data->switching))
		return false;
	data->count += nr;
	return true;
}

/* faithful */
bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	struct percpu_ref_data *data;

	shim_call();
	data = ref_data(ref, "percpu_ref_tryget_live");
	if (!data || data->dying)
		return false;
	data->count++;
	return true;
}

/* faithful; a put too many is not carried out */
void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr)
{
	struct percpu_ref_data *data;

	shim_call();
	data = ref_data(ref, "percpu_ref_put");
	if (!data)
		return;
	if (data->count - (long)nr < ref_floor(data)) {
		complain('R', "percpu_ref-underflow", "percpu_ref_put() of %lu references, and %ld are held%s",
			 nr, data->count - ref_floor(data),
			 data->dying ? "" : " beside the base one, which a kill drops");
		return;
	}
	data->count -= nr;
	if (!data->count && !data->switching)
		ref_release(data);
}

/* The grace period after a kill has ended. */
static void ref_switched(struct rcu_head *rcu)
{
	struct percpu_ref_data *data = container_of(rcu, struct percpu_ref_data, rcu);

	if (!data->ref) {
		arena_free(data, sizeof(*data));
		return;
	}
	data->switching = false;
	if (data->count)
		return;
	if (deferred_generation(data->ref) == data->generation)
		ref_release(data);
	else
		complain('U', "percpu_ref-freed", "memory was freed with a killed reference count in it");
}

/* faithful */
void percpu_ref_kill(struct percpu_ref *ref)
{
	struct percpu_ref_data *data;

	shim_call();
	data = ref_data(ref, "percpu_ref_kill");
	if (!data)
		return;
	if (data->dying) {
		complain('R', "percpu_ref-double-kill", "percpu_ref_kill() of one that is killed already");
		return;
	}
	data->dying = true;
	data->count--;
	if (!data->atomic) {
		data->atomic = true;
		data->switching = true;
		call_rcu(&data->rcu, ref_switched);
	} else if (!data->count && !data->switching) {
		ref_release(data);
	}
}

/*
 * faithful: waits for the switch that a kill began; without ALLOW_REINIT it
 * stays atomic, and the kernel warns
 */
void percpu_ref_resurrect(struct percpu_ref *ref)
{
	struct percpu_ref_data *data;

	shim_call();
	data = ref_data(ref, "percpu_ref_resurrect");
	if (!data)
		return;
	if (!data->dying) {
		complain('R', "percpu_ref-resurrect-live", "percpu_ref_resurrect() of one that is not killed");
		return;
	}
	data->dying = false;
	data->released = false;
	data->count++;
	if (data->switching)
		synchronize_rcu();
	if (!data->allow_reinit)
		complain('R', "percpu_ref-no-reinit",
			 "percpu_ref_resurrect() of one without PERCPU_REF_ALLOW_REINIT");
	else
		data->atomic = data->switching;
}

/* faithful */
void percpu_ref_reinit(struct percpu_ref *ref)
{
	struct percpu_ref_data *data;

	shim_call();
	data = ref_data(ref, "percpu_ref_reinit");
	if (!data)
		return;
	if (data->count || data->switching)
		complain('R', "percpu_ref-reinit-busy", "percpu_ref_reinit() of one that is not at zero");
	percpu_ref_resurrect(ref);
}

/* faithful: also after percpu_ref_exit() */
bool percpu_ref_is_zero(struct percpu_ref *ref)
{
	struct percpu_ref_data *data;

	shim_call();
	if (!ref->data && ref->exited)
		return !ref->count_at_exit;
	data = ref_data(ref, "percpu_ref_is_zero");
	return data && !data->count && !data->switching;
}

/* faithful */
bool percpu_ref_is_dying(struct percpu_ref *ref)
{
	struct percpu_ref_data *data;

	shim_call();
	if (!ref->data && ref->exited)
		return true;
	data = ref_data(ref, "percpu_ref_is_dying");
	return data && data->dying;
}

unsigned int ledger_nr_refs(void)
{
	const struct list_head *pos;
	unsigned int nr = 0;

	list_for_each(pos, &refs)
		nr++;
	return nr;
}

bool ledger_ref(unsigned int index, struct ledger_ref *out)
{
	const struct percpu_ref_data *data;

	list_for_each_entry(data, &refs, node) {
		if (index--)
			continue;
		*out = (struct ledger_ref){
			.ref = data->ref,
			.count = data->count,
			.dying = data->dying,
			.released = data->released,
		};
		return true;
	}
	return false;
}
