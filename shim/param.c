// SPDX-License-Identifier: GPL-2.0-or-later
/* Module parameters: their types, the command line, and the files in sysfs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

#include "boot.h"
#include "context.h"
#include "fault.h"
#include "shim.h"
#include "world.h"

#define CHARP_MAX	1024

/* ---- bool -------------------------------------------------------------- */

static bool one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* The first letter decides, of "on" and "off" the second; the rest is not read. */
static int parse_bool(const char *s, bool *res)
{
	bool o = one_of(s[0], "oO");

	if (one_of(s[o], o ? "nN" : "yYtT1"))
		*res = true;
	else if (one_of(s[o], o ? "fF" : "nNfF0"))
		*res = false;
	else
		return -EINVAL;
	return 0;
}

/* faithful */
int param_set_bool(const char *val, const struct kernel_param *kp)
{
	shim_call();
	return parse_bool(val ? val : "1", kp->arg);
}

/* faithful */
int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	shim_call();
	return snprintf(buffer, WORLD_PAGE_SIZE, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}

const struct kernel_param_ops param_ops_bool = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool,
	.get = param_get_bool,
};

/* ---- unsigned int ------------------------------------------------------ */

/*
 * What libc's takes and the kernel's does not: leading space, a minus sign,
 * trailing text. Both take one newline at the end, or here, both do then.
 */
static int parse_uint(const char *s, unsigned int *res)
{
	int saved_errno = errno;
	unsigned long long val;
	bool overflow;
	char *end;

	if (*s == '+')
		s++;
	if (*s < '0' || *s > '9')
		return -EINVAL;
	errno = 0;
	val = strtoull(s, &end, 0);
	overflow = errno == ERANGE;
	errno = saved_errno;
	if (overflow)
		return -ERANGE;
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	if (val > UINT_MAX)
		return -ERANGE;
	*res = val;
	return 0;
}

/* faithful */
int param_set_uint(const char *val, const struct kernel_param *kp)
{
	shim_call();
	return parse_uint(val, kp->arg);
}

/* faithful */
int param_get_uint(char *buffer, const struct kernel_param *kp)
{
	shim_call();
	return snprintf(buffer, WORLD_PAGE_SIZE, "%u\n", *(unsigned int *)kp->arg);
}

const struct kernel_param_ops param_ops_uint = {
	.set = param_set_uint,
	.get = param_get_uint,
};

/* ---- strings ----------------------------------------------------------- */

/*
 * A string that was allocated for a parameter. The list tells it from the
 * literal that a parameter points to at first, which nobody may free.
 */
struct param_string {
	struct list_head list;
	size_t size;
	char val[];
};

static struct list_head param_strings __world = LIST_HEAD_INIT(param_strings);

static char *param_string_new(const char *val, size_t len)
{
	struct param_string *str;

	/* The command line is kept as it is: there is no allocator yet. */
	if (system_state == SYSTEM_RUNNING && fault_hit(FP_PARAM_SET_CHARP))
		return NULL;
	str = arena_alloc(sizeof(*str) + len + 1);
	if (!str)
		return NULL;
	str->size = sizeof(*str) + len + 1;
	memcpy(str->val, val, len + 1);
	list_add(&str->list, &param_strings);
	return str->val;
}

static void param_string_free(const char *val)
{
	struct param_string *str;

	list_for_each_entry(str, &param_strings, list) {
		if (str->val == val) {
			list_del(&str->list);
			arena_free(str, str->size);
			return;
		}
	}
}

/* faithful: the old string goes only when the new one is there */
int param_set_charp(const char *val, const struct kernel_param *kp)
{
	char **arg = kp->arg;
	char *str;
	size_t len;

	shim_call();
	context_might_alloc(GFP_KERNEL, "param_set_charp()");
	len = strnlen(val, CHARP_MAX + 1);
	if (len > CHARP_MAX) {
		pr_err("%s: string parameter too long\n", kp->name);
		return -ENOSPC;
	}
	str = param_string_new(val, len);
	if (!str)
		return -ENOMEM;
	param_string_free(*arg);
	*arg = str;
	return 0;
}

/* faithful */
int param_get_charp(char *buffer, const struct kernel_param *kp)
{
	int len;

	shim_call();
	len = snprintf(buffer, WORLD_PAGE_SIZE, "%s\n", *(char **)kp->arg);
	return min(len, (int)WORLD_PAGE_SIZE - 1);
}

/* faithful: a string that was not allocated stays */
void param_free_charp(void *arg)
{
	shim_call();
	param_string_free(*(char **)arg);
}

const struct kernel_param_ops param_ops_charp = {
	.set = param_set_charp,
	.get = param_get_charp,
	.free = param_free_charp,
};

/* ---- command line and sysfs -------------------------------------------- */

static const struct kernel_param *param_find(const char *name, size_t len)
{
	const struct kernel_param *kp;

	if (!shim_subject)
		return NULL;
	for (kp = shim_subject->params_start; kp < shim_subject->params_stop; kp++) {
		if (strlen(kp->name) == len && !memcmp(kp->name, name, len))
			return kp;
	}
	return NULL;
}

/*
 * The buffer is gone after the call, and writable: a subject that keeps the
 * pointer, or strips white space in place, meets what it would in a kernel.
 */
static int param_set_copy(const struct kernel_param *kp, const char *val, const char *end)
{
	size_t size = strlen(val) + strlen(end) + 1;
	char *copy;
	int ret;

	copy = arena_alloc(size);
	if (!copy)
		return -ENOMEM;
	snprintf(copy, size, "%s%s", val, end);
	ret = kp->ops->set(copy, kp);
	arena_free(copy, size);
	return ret;
}

void param_boot(const char *arg)
{
	const char *val = strchr(arg, '=');
	int len = val ? val - arg : (int)strlen(arg);
	const struct kernel_param *kp = param_find(arg, len);
	int ret;

	if (!kp) {
		pr_err("Booting kernel: Unknown parameter `%.*s'\n", len, arg);
		return;
	}
	if (val)
		ret = param_set_copy(kp, val + 1, "");
	else if (kp->ops->flags & KERNEL_PARAM_OPS_FL_NOARG)
		ret = kp->ops->set(NULL, kp);
	else
		ret = -EINVAL;
	if (ret)
		pr_err("Booting kernel: `%s' is wrong for parameter `%s'\n",
		       val ? val + 1 : "", kp->name);
}

int world_param_set(const char *name, const char *value)
{
	const struct kernel_param *kp = param_find(name, strlen(name));

	if (!kp)
		return -ENOENT;
	if (!kp->ops->set || !(kp->perm & 0222))
		return -EPERM;
	if (strlen(value) >= WORLD_PAGE_SIZE)
		return -E2BIG;
	return param_set_copy(kp, value, "\n");
}

int world_param_get(const char *name, char *buf, size_t size)
{
	const struct kernel_param *kp = param_find(name, strlen(name));
	char page[WORLD_PAGE_SIZE] = "";
	int len;

	if (!kp)
		return -ENOENT;
	if (!kp->ops->get || !(kp->perm & 0444))
		return -EPERM;
	len = kp->ops->get(page, kp);
	if (len < 0)
		return len;
	page[strcspn(page, "\n")] = '\0';
	snprintf(buf, size, "%s", page);
	return 0;
}
