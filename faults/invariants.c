// SPDX-License-Identifier: GPL-2.0-or-later
/* The invariants as a user reads them; faults/oracle_*.c check them. */
#include "case.h"

const struct invariant invariants[] = {
	{ 'S', "whole-folio rollback",
	  "a failed store leaves no entry at any slot of the folio" },
	{ 'D', "all or nothing",
	  "a successful store left every page, byte for byte, at its own slot" },
	{ 'B', "bystanders",
	  "other folios keep their entries and their bytes, unless they are written back" },
	{ 'C', "coherence",
	  "each slot reads the newest data written to it, wherever that is" },
	{ 'L', "nothing leaks",
	  "entries, handles, nodes, requests, buffers and per-CPU areas are freed" },
	{ 'R', "references balance",
	  "of pools, object and memory cgroups, folios and swap files" },
	{ 'A', "accounting",
	  "entries, handles, counters, charges and events agree with each other" },
	{ 'N', "reject counters",
	  "a refused store raises its own counter by one, and no other moves" },
	{ 'P', "publication",
	  "what is in a tree is on the LRU list of its node and cgroup, once" },
	{ 'U', "memory safety",
	  "no use after free, double free, overflow or read of what was never written" },
	{ 'K', "context",
	  "locks, RCU and mappings balance, and nothing sleeps where it must not" },
	{ 'W', "no WARN, no BUG",
	  "the kernel finds nothing wrong with itself" },
	{ 'H', "it ends",
	  "within ten times the kernel calls of the run without a fault" },
	{ 'T', "it recovers",
	  "the same store without the fault then does what it does in a world that never saw one" },
};
const unsigned int nr_invariants = sizeof(invariants) / sizeof(invariants[0]);

/* Asked a hundred times a case. */
unsigned int invariant_bit(char letter)
{
	static const uint8_t place[] = {
		['S'] = 1, ['D'] = 2, ['B'] = 3, ['C'] = 4, ['L'] = 5, ['R'] = 6, ['A'] = 7,
		['N'] = 8, ['P'] = 9, ['U'] = 10, ['K'] = 11, ['W'] = 12, ['H'] = 13, ['T'] = 14,
	};
	unsigned char c = letter;

	return c < sizeof(place) && place[c] ? 1u << (place[c] - 1) : 0;
}
