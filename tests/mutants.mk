# SPDX-License-Identifier: GPL-2.0-or-later
#
# make mutants: does the matrix check what it runs? Each patch of tests/mutants/
# breaks core/ in one place, and has to be found out.

MUTANTS := $(patsubst tests/mutants/%.patch,build/mutants/%.txt,$(wildcard tests/mutants/*.patch))

mutants:
	$(MAKE) $(PARALLEL) $(PLAIN) all build/plain/zfault-check
	@mkdir -p build/mutants
	@$(MAKE) $(PARALLEL) --no-print-directory $(PLAIN) $(MUTANTS)
	@tests/mutants-report $(MUTANTS)

# All of core may matter to it, but only the patched file is compiled again.
$(MUTANTS): build/mutants/%.txt: tests/mutants/%.patch tests/mutants/scenarios tests/mutant \
		build/plain/zfault build/plain/subjects/core.so
	@MUTANT_CC='$(CC) $(FLAGS_subject)' MUTANT_LD='$(CC) $(CFLAGS_ALL) $(SUBJECT_LDFLAGS)' \
		MUTANT_OBJECTS='$(CORE:%.c=build/plain/%.o) build/plain/glue/core.o' tests/mutant $*

.PHONY: mutants
