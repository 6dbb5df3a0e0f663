# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a machine runs, and leaves in build/ci/ for who has to find out why it
# failed: matrices, suites, coverage. The matrices, and what 'explore --pairs'
# plays if it is not told which scenarios, may be split:
#
#   make shard SHARD=1/4 ... make shard SHARD=4/4	on four machines
#   make shards-merged	where build/ci/ holds what all of them have left there

SHARD ?= 1/1
shard_name := $(subst /,-of-,$(SHARD))

# Not side by side: each takes all processors.
ci:
	$(MAKE) check
	$(MAKE) coverage > $(CI)/coverage.txt 2>&1; code=$$?; tail -n 4 $(CI)/coverage.txt; exit $$code
	rm -rf $(CI)/coverage
	mkdir $(CI)/coverage
	cp -r build/coverage/html build/coverage/error-paths.* build/coverage/*.info $(CI)/coverage

# run SUBJECT REPORT COMMAND...: its exit code is the expected one, its sum is shown.
matrix_of = run() { \
	subject=$$1 report=$$2; shift 2; \
	echo "$$* --output=$$report"; \
	"$$@" --output=$$report; code=$$?; tail -n 7 $$report; \
	want=$$(sed -n "s/^$$subject //p" tests/expected-exit); \
	[ "$$code" = "$$want" ] || { echo "matrix of $$subject: exit $$code, expected $$want"; exit 1; }; }

matrix-ci: all
	@mkdir -p $(CI)
	@$(matrix_of); for subject in $(SUBJECTS); do \
		run $$subject $(CI)/matrix-$$subject.txt $O/zfault matrix --subject=$$subject --strict --verbose; \
	done
	tests/findings $O/zfault $(CI)/matrix-v4.txt

# What is found in a part says nothing yet; that it was played does.
shard: all
	@mkdir -p $(CI)
	rm -f $(SUBJECTS:%=$(CI)/*-%-$(shard_name).jsonl)
	for subject in $(SUBJECTS); do \
		for part in matrix "explore --pairs"; do \
			$O/zfault $$part --subject=$$subject --strict --shard=$(SHARD) \
				--results=$(CI)/$${part#*--}-$$subject-$(shard_name).jsonl > /dev/null; \
			[ $$? -le 1 ] || exit 1; \
		done; \
	done

shards-merged: all
	@$(matrix_of); for subject in $(SUBJECTS); do \
		run $$subject $(CI)/matrix-$$subject.txt $O/zfault merge --verbose $(CI)/matrix-$$subject-*-of-*.jsonl; \
		run $$subject $(CI)/pairs-$$subject.txt $O/zfault merge $(CI)/pairs-$$subject-*-of-*.jsonl; \
	done
	tests/findings $O/zfault $(CI)/matrix-v4.txt

.PHONY: ci matrix-ci shard shards-merged
