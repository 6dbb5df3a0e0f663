# SPDX-License-Identifier: GPL-2.0-or-later
#
# How a build with COVERAGE=1 differs.

# With COVERAGE=1 subjects are built by clang, which can make them tell each of
# their blocks (faults/edges.h). An object that both have is compiled for each,
# or one would be counted as the other.
ifeq ($(COVERAGE),1)
OPT := -O1
V4_FOLDER := $O/v4
$O/core/%.o $O/v4/%.o $O/linux/%.o $O/glue/%.o $O/subjects/%.so: CC := clang
# What a kernel's file is, gcc is asked.
$O/linux/%.h: CC := gcc
AUTO_INIT := -O0 -funwind-tables -ftrivial-auto-var-init=zero \
	-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang \
	-fsanitize-coverage=trace-pc-guard,pc-table,no-prune
endif
V4_FOLDER ?= $O
