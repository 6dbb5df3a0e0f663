/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first block is libc's, under the prototypes that libc has too, so that
 * a file may include both headers; the second one is the shim's.
 */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/types.h>

void *memcpy(void *dest, const void *src, size_t n);
void *memmove(void *dest, const void *src, size_t n);
void *memset(void *s, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strstr(const char *haystack, const char *needle);

/**
 * strscpy() - copy a string into a buffer of @size, always terminated
 *
 * Return: its length, or -E2BIG when it was cut.
 */
long strscpy(char *dest, const char *src, size_t size);

/* Without leading white space; trailing white space is cut off in place. */
char *strstrip(char *s);
#define strim(s)	strstrip(s)

#endif
