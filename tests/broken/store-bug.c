// SPDX-License-Identifier: GPL-2.0-or-later
/* A failed allocation in the tree is taken for the end of the world. */
#include <linux/bug.h>

#undef WARN_ONCE
#define WARN_ONCE(condition, format, arg)	BUG_ON(condition || arg)

#include "../../core/store.c"
