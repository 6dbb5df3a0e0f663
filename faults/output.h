/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report's file: it is there whole, or it is not there. */
#ifndef FAULTS_OUTPUT_H
#define FAULTS_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct look;

/**
 * output_open() - a file beside @path, which becomes @path when it is whole
 *
 * What is there and is no regular file (a FIFO, /dev/null) is written to
 * directly; links are followed. An interrupted program leaves nothing behind. One at a time.
 *
 * Return: 0, or an exit code after one line on stderr.
 */
int output_open(const char *path, FILE **out);

/*
 * output_begin() - where a report goes: to @path, or with NULL to standard output
 *
 * Return: 0 and *@look, or an exit code.
 */
int output_begin(const char *path, struct look *look);

/* @keep: it is whole; otherwise @path stays as it was. 0, or an exit code. */
int output_close(bool keep);

#endif
