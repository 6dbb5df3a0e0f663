// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/jump_label.h>

#include "context.h"
#include "shim.h"

/* faithful: enabling twice is as good as once; patching code sleeps */
void static_key_enable(struct static_key *key)
{
	shim_call();
	context_might_sleep("static_branch_enable()");
	key->enabled.counter = 1;
}

/* faithful: the same */
void static_key_disable(struct static_key *key)
{
	shim_call();
	context_might_sleep("static_branch_disable()");
	key->enabled.counter = 0;
}
