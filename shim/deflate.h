/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zlib with a memory: what the algorithms of acomp.c compute with. */
#ifndef SHIM_DEFLATE_H
#define SHIM_DEFLATE_H

/* Which parameters; nothing remembered for one is ever used for another. */
enum deflate_kind {
	DEFLATE_GENERIC,	/* the kernel's deflate */
	DEFLATE_IAA,		/* a device: a window of one page, fast, with a checksum */
	DEFLATE_NR
};

/*
 * deflate_compress() - compress @slen bytes into at most @room
 *
 * Return: the compressed length; 0 if that is more than @room, and then
 * nothing is written.
 */
unsigned int deflate_compress(enum deflate_kind kind, const void *src, unsigned int slen,
			      void *dst, unsigned int room);

/*
 * deflate_expand() - expand @slen bytes into at most @room
 *
 * Return: the length; 0 for a stream that is corrupt, is cut short or does
 * not fit, and then @dst may hold anything.
 */
unsigned int deflate_expand(enum deflate_kind kind, const void *src, unsigned int slen,
			    void *dst, unsigned int room);

/* What a whole page compresses to, also where that is more than a page. */
unsigned int deflate_page_length(enum deflate_kind kind, const void *page);

/*
 * deflate_registered() - where the bytes of a page are for good
 *
 * Return: a registered page that has the same bytes, or NULL: none is known,
 * as only those are that were compressed.
 */
const void *deflate_registered(const void *page);

/*
 * deflate_known() - where the bytes of a stream are remembered
 *
 * Return: @length bytes that are the same, there until the machine is booted anew
 * and never written to; or NULL: they are not of a page compressed lately.
 */
const void *deflate_known(const void *data, unsigned int length);

/* A machine is booted: nothing of the one before refers to what is remembered. */
void deflate_boot(void);

#endif
