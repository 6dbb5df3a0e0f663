# SPDX-License-Identifier: GPL-2.0-or-later
#
# make check: everything a change has to pass, with the grids it leaves behind
# in build/ci/.

CI := build/ci
CLANG ?= clang
PLAIN := ASAN= UBSAN= MSAN= COVERAGE=
SANITIZED := ASAN=1 UBSAN=1 MSAN= COVERAGE=

# The parts take their time each and share the processors, unless a -j says
# otherwise.
check:
	$(MAKE) $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc) -O) check-parts
	@echo "make check: all passed"

check-parts: check-plain check-sanitized check-matrix check-pairs check-mutants check-histories check-linux check-msan check-rooms check-warnings

# The suites twice: with the sanitizers' eyes and without, since the shim has
# to see by itself. Check forks each test by default, which contains crashes.
check-plain: built-plain
	$(MAKE) $(PLAIN) suites
check-sanitized: built-sanitized
	$(MAKE) $(SANITIZED) suites

# Once, and then used by several: two makes in one folder would be in each other's way.
built-plain:
	$(MAKE) $(PLAIN) suites-built
built-sanitized:
	$(MAKE) $(SANITIZED) suites-built

include tests/broken.mk

suites-built: all $(BROKEN) $O/zfault-check

suites: suites-built
	ZFAULT_SUBJECTS=$O/subjects ZFAULT_PROGRAM=$O/zfault $O/zfault-check
	tests/cli $O/zfault

check-matrix: built-plain
	$(MAKE) $(PLAIN) matrix-ci

# All pairs of faults in some scenarios: an order-4 folio, folios of a batch,
# zswap's own setup. What they show of v4 fits in three folios.
PAIRS := order4/stale/objcg1/batching order2/batch3/mixed/closed-middle/stale/objcgs/batching \
	order0/batch8/over-limit/nowb/swap1/reused order1/alone/nomemcg/batching/mix/node1/boot
# A mutant that no longer applies would be found by nobody else.
check-mutants: built-plain
	$(MAKE) mutants

check-pairs: check-matrix
	$(MAKE) $(PLAIN) pairs-ci

pairs-ci: all
	$O/zfault explore --pairs --strict --output=$(CI)/pairs-core.txt $(PAIRS)
	$O/zfault explore --pairs --subject=v4 --output=$(CI)/pairs-v4.txt $(PAIRS); [ $$? = 1 ]
	! grep -E 'zfault run .*batch(8|31)' $(CI)/pairs-v4.txt

# The page on what is found in v4, and the list of it in tests/golden.
docs:
	ZFAULT_GOLDEN=write $(MAKE) check-matrix

# A million steps, with the sanitizers' eyes, in which core must hold.
check-histories: built-sanitized
	$(MAKE) $(SANITIZED) histories-ci

histories-ci: all
	@mkdir -p $(CI)
	$O/zfault explore --histories=10000 --output=$(CI)/histories-core.txt
	@tail -n 2 $(CI)/histories-core.txt

# Locals that nobody has set are seen by MSan alone. It takes its time: a few
# scenarios for each path. v4 reads one, which shows that they would be seen.
MSAN_CORE := order2/batching order1/batch2/batching order1/stale/objcg1 order0/over-limit/full \
	order0/nopool order1/unplug order1/switched order2/over-limit/nowb/batching order0/dying/late order0/boot
MSAN_V4 := order2/over-limit/nowb/batching order1/batch2/batching
check-msan:
	$(MAKE) ASAN= UBSAN= MSAN=1 COVERAGE= matrix-msan

matrix-msan: all
	@mkdir -p $(CI)
	$O/zfault matrix --no-shrink --output=$(CI)/msan-core.txt $(MSAN_CORE)
	$O/zfault explore --histories=300 --output=$(CI)/msan-histories.txt
	$O/zfault matrix --subject=v4 --no-shrink --output=$(CI)/msan-v4.txt $(MSAN_V4); [ $$? = 1 ]
	grep -q 'MemorySanitizer: use-of-uninitialized-value' $(CI)/msan-v4.txt

# A kernel's own file, where Debian's archive can be reached. After the suites,
# one of which lists the subjects that this one builds and takes away.
check-linux: check-plain
	tests/linux build/plain/zfault

check-rooms: built-plain
	tests/layering build/plain
	tests/coverage/check

# No warnings in own code, from either compiler: gcc's are errors here too.
WARNED := $(SHIM) shim/subject_glue.c $(wildcard faults/*.c) $(CORE) $(V4) $(TESTS) tests/cover/generate.c \
	tests/xarray/bench.c
check-warnings: $(WARNED:%.c=build/warnings/%.gcc) $(WARNED:%.c=build/warnings/%.clang)

flags_of = $(if $(filter core/% shim/subject_glue.c,$(1)),$(FLAGS_subject) -DSUBJECT_NAME='""' -DSUBJECT_ORIGIN='""',\
	$(if $(filter faults/%,$(1)),$(FLAGS_harness),$(FLAGS_shim)))

build/warnings/%.gcc: %.c
	@mkdir -p $(@D)
	@gcc $(call flags_of,$<) -Werror -MT $@ -MF $@.d -c -o /dev/null $<
	@touch $@

build/warnings/%.clang: CC = $(CLANG)
build/warnings/%.clang: %.c
	@mkdir -p $(@D)
	@$(CLANG) $(call flags_of,$<) -Werror -MT $@ -MF $@.d -fsyntax-only $<
	@touch $@

# The covering list of scenarios, when an axis has changed.
scenarios: build/generate-scenarios
	build/generate-scenarios > faults/scenarios.def.new
	mv faults/scenarios.def.new faults/scenarios.def

build/generate-scenarios: tests/cover/generate.c tests/cover/cover.c faults/scenario.c faults/words.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS_harness) -MF $@.d -o $@ $^

.PHONY: check check-parts check-plain check-sanitized built-plain built-sanitized suites-built \
	suites broken check-matrix check-pairs check-mutants pairs-ci check-histories histories-ci docs check-linux check-msan matrix-msan check-rooms check-warnings \
	scenarios
-include $(wildcard build/warnings/*/*.d build/warnings/*/*/*.d)
