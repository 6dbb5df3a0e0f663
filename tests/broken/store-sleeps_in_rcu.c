// SPDX-License-Identifier: GPL-2.0-or-later
/* The tree is stored to under RCU, though a node may have to be waited for. */
#include <linux/rcupdate.h>
#include <linux/xarray.h>

#define xa_store(xa, index, entry, gfp) ({				\
	void *before;							\
									\
	rcu_read_lock();						\
	before = (xa_store)(xa, index, entry, gfp);			\
	rcu_read_unlock();						\
	before;								\
})

#include "../../core/store.c"
