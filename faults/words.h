/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words a user typed, and the known ones they may have meant. */
#ifndef FAULTS_WORDS_H
#define FAULTS_WORDS_H

#include <stddef.h>

/**
 * words_nearest() - the known word that a mistyped one is closest to
 * @word: what was typed, @len bytes of it
 * @known: gives the i-th known word, NULL past the end
 *
 * Return: a word that takes few enough edits to be worth suggesting, or NULL.
 */
const char *words_nearest(const char *word, size_t len,
			  const char *(*known)(unsigned int i));

#endif
