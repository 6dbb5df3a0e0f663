# SPDX-License-Identifier: GPL-2.0-or-later
#
# make coverage: suites and matrices with counters; for each subject lcov's
# report and that of the error edges; the gate. With LINUX=DIR also of a
# kernel's own file, which no gate asks anything of.

COVERED := ASAN= UBSAN= MSAN= COVERAGE=1
C := build/coverage
COVERED_SUBJECTS := $(SUBJECTS) $(if $(LINUX),$(NAME))
PARALLEL = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

# Subjects with a bug planted are run without counters: core is not what they do.
# Suites and matrices share the processors.
coverage:
	$(MAKE) $(PARALLEL) $(PLAIN) all broken
	$(MAKE) $(PARALLEL) $(COVERED) all build/coverage/zfault-check
	find $C -name '*.gcda' -delete
	rm -rf $C/broken
	cp -r build/plain/broken $C/broken
	$(MAKE) $(COVERED) -j3 coverage-suites $(COVERED_SUBJECTS:%=coverage-matrix-%)
	$(MAKE) $(COVERED) coverage-report
	$(MAKE) coverage-gate

coverage-suites:
	ZFAULT_SUBJECTS=$C/subjects ZFAULT_PROGRAM=$C/zfault $C/zfault-check > $C/suites.txt || { cat $C/suites.txt; exit 1; }
	tests/cli $C/zfault

coverage-matrix-%:
	@echo "zfault matrix --subject=$* --no-shrink > $C/matrix-$*.txt"
	@$C/zfault matrix --subject=$* --no-shrink --edges=$C/edges-$*.tsv --output=$C/matrix-$*.txt; code=$$?; \
	want=$$(sed -n 's/^$* //p' tests/expected-exit); \
	[ "$$code" = "$$want" ] || [ -z "$$want" -a $$code -le 1 ] || { echo "matrix of $*: exit $$code, expected $$want"; exit 1; }

coverage-report:
	coverage/report $C $(COVERED_SUBJECTS)

coverage-gate:
	coverage/gate $C

.PHONY: coverage coverage-suites coverage-report coverage-gate
