# SPDX-License-Identifier: GPL-2.0-or-later
#
# The subjects of the oracle's tests, beside the real ones so that nobody
# takes them for subjects. tests/broken/store-NAME.c is core with its store.c
# replaced; tests/other/NAME.c is core too, and as correct.

BROKEN := $(patsubst tests/broken/%.c,$O/broken/%.so,$(wildcard tests/broken/*.c)) \
	$(patsubst tests/other/%.c,$O/broken/%.so,$(wildcard tests/other/*.c))

# The object of core that the first word of the name stands for.
replaced = $O/core/$(firstword $(subst -, ,$(1))).o

define link_broken
@mkdir -p $(@D)
$(CC) $(CFLAGS_ALL) $(SUBJECT_LDFLAGS) -o $@ $^
endef

define broken_rule
$O/broken/$(1).so: $O/broken/$(1).o $O/glue/$(1).o $(filter-out $(2),$(CORE:%.c=$O/%.o))
	$$(link_broken)
endef

broken: $(BROKEN)

$(foreach f,$(wildcard tests/broken/*.c),$(eval $(call \
	broken_rule,$(basename $(notdir $f)),$(call replaced,$(notdir $f)))))
$(foreach f,$(wildcard tests/other/*.c),$(eval $(call \
	broken_rule,$(basename $(notdir $f)),$O/core/acomp_ctx.o $O/core/compress.o $O/core/store.o)))

$O/broken/%.o: tests/broken/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS_subject) -c -o $@ $<
$O/broken/%.o: tests/other/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS_subject) -c -o $@ $<
