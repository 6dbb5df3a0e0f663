// SPDX-License-Identifier: GPL-2.0-or-later
/* A set-up that gives up does not free the shrinker. */
#include "../../core/zswap_internal.h"

#include <linux/shrinker.h>

#define shrinker_free(shrinker)	do { } while (0)

#include "../../core/setup.c"
