// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's <linux/string.h> has and libc has not. */
#include <linux/errno.h>
#include <linux/string.h>

#include "shim.h"

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* faithful */
long strscpy(char *dest, const char *src, size_t size)
{
	size_t len;

	shim_call();
	if (!size)
		return -E2BIG;
	len = strnlen(src, size);
	if (len < size) {
		memcpy(dest, src, len + 1);
		return len;
	}
	memcpy(dest, src, size - 1);
	dest[size - 1] = '\0';
	return -E2BIG;
}

/* faithful: it writes its argument */
char *strstrip(char *s)
{
	size_t len;

	shim_call();
	len = strlen(s);
	while (len && is_space(s[len - 1]))
		len--;
	s[len] = '\0';
	while (is_space(*s))
		s++;
	return s;
}
