/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Return addresses as a reader wants them, from the debug info. */
#ifndef FAULTS_SYMBOLS_H
#define FAULTS_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct symbol - a place in the code of this process
 * @function: its name, static functions too; "?" where nothing is known
 * @file: from the top of the source tree on; of a file outside of it the last
 *	two components
 * @line: 0 where not known
 * @subject: in a subject's shared object, not in the harness
 */
struct symbol {
	char function[64];
	char file[64];
	int line;
	bool subject;
};

/* As many functions are told of one instruction. */
#define SYMBOLS_MAX	8

/*
 * symbols_find() - @pc is a return address: the call before it is meant
 * @out: the innermost function that was inlined there, with the line of the
 *	call; the one that it was inlined into, with the line where that calls
 *	it; and so on to the function that has the code
 *
 * Return: how many, at least one and at most @max.
 */
int symbols_find(const void *pc, struct symbol *out, int max);

/*
 * symbols_recall() - a return address of another process, as symbols_find() told it
 * @s: @nr of them, innermost first
 *
 * Return: what stands for it here, which all functions below take as well; the
 * same one for the same symbols. NULL: no more are kept.
 */
void *symbols_recall(const struct symbol *s, int nr);

/*
 * symbols_format() - a backtrace, one line a frame, indented by @indent
 *
 * From the innermost frame of the subject outwards to the last one of the
 * subject, with the shim function it called first: what a reader of the
 * subject's code needs. What was inlined has a line of its own. Empty when no
 * frame is of a subject.
 */
void symbols_format(void *const *frames, int nr, unsigned int indent, char *buf, size_t size);

/*
 * symbols_place() - the innermost functions of the same frames, by name
 *
 * "zswap_compress < zswap_store_pages < zswap_store": as they are called in the
 * source, without lines, which a patch moves. Functions from headers are left
 * out. At most SYMBOLS_PLACE of them: who called those does not make it
 * another place.
 */
#define SYMBOLS_PLACE	3
void symbols_place(void *const *frames, int nr, char *buf, size_t size);

/* The function of the subject by which the kernel came into it. */
void symbols_entry(void *const *frames, int nr, char *buf, size_t size);

/*
 * symbols_lines() - the source lines of [@pc, @end), each once, ascending
 *
 * Prints "<tab>FILE<tab>LINE..." of the file that @pc is of, as it is called
 * from the current folder.
 */
void symbols_lines(FILE *out, uintptr_t pc, uintptr_t end);

#endif
