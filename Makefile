# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make              ./zfault and the subjects
#   make matrix       the fault matrix of every built subject
#   make check        everything a change has to pass
#
# Works without ./configure; config.mk, if there, is what configure found.
# ASAN=1, UBSAN=1, MSAN=1 and COVERAGE=1 (or configure --enable-...) build in
# folders of their own under build/.

-include config.mk

CC ?= gcc
OPT ?= -O2
PREFIX ?= /usr/local
VARIANT := $(or $(strip $(if $(filter 1,$(ASAN)),asan) $(if $(filter 1,$(UBSAN)),ubsan) \
	$(if $(filter 1,$(MSAN)),msan) $(if $(filter 1,$(COVERAGE)),coverage)),plain)
empty :=
O := build/$(subst $(empty) $(empty),-,$(VARIANT))

ifeq ($(MSAN),1)
CC := clang
endif
SANFLAGS := $(if $(filter 1,$(ASAN)),-fsanitize=address) \
	$(if $(filter 1,$(UBSAN)),-fsanitize=undefined -fno-sanitize-recover=undefined) \
	$(if $(filter 1,$(MSAN)),-fsanitize=memory -fsanitize-memory-track-origins) \
	$(if $(filter 1,$(COVERAGE)),--coverage -fprofile-update=atomic)

WARN := -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare $(WERROR)
CFLAGS_ALL := -std=gnu11 $(OPT) -g $(WARN) -fno-omit-frame-pointer -fno-strict-aliasing \
	$(SANFLAGS) $(CFLAGS) -MMD -MP
FIU_LIBS ?= -lfiu
DW_LIBS ?= -ldw -lelf
LIBS := $(FIU_LIBS) -lz $(DW_LIBS) -ldl
CHECK_LIBS ?= $(shell pkg-config --libs check 2>/dev/null || echo -lcheck -lsubunit -lrt -lm -lpthread)

# The kernel's headers come first for everyone who is part of the kernel.
KERNEL := -include shim/include/config.h -iquote shim/mm -Ishim/include
# A subject sees those headers and the compiler's own, and nothing else.
SUBJECT_CFLAGS = $(CFLAGS_ALL) -fPIC -fvisibility=hidden -ffreestanding -nostdinc \
	-isystem $(shell $(CC) -print-file-name=include) $(KERNEL)
SHIM_CFLAGS = $(CFLAGS_ALL) $(KERNEL) -I. -D_GNU_SOURCE -DFIU_ENABLE
HARNESS_CFLAGS = $(CFLAGS_ALL) -I. -D_GNU_SOURCE

SHIM_OBJS := $(patsubst %.c,$O/%.o,$(filter-out shim/subject_glue.c,$(wildcard shim/*.c)))
FAULTS_OBJS := $(patsubst %.c,$O/%.o,$(filter-out faults/zfault.c,$(wildcard faults/*.c)))
CORE_SRCS := $(wildcard core/*.c)
TEST_OBJS := $(patsubst %.c,$O/%.o,$(wildcard tests/*.c))
SUBJECTS := core
SUBJECT_SO := $(SUBJECTS:%=$O/subjects/%.so)
BROKEN_SO := $(patsubst tests/broken/%.sed,$O/broken/%.so,$(wildcard tests/broken/*.sed))

all: $O/zfault $(SUBJECT_SO) $(if $(filter plain,$(VARIANT)),zfault)

zfault: $O/zfault
	ln -sf $< $@

$O/zfault: $O/faults/zfault.o $(FAULTS_OBJS) $(SHIM_OBJS)
	$(CC) $(CFLAGS_ALL) -rdynamic -o $@ $^ $(LDFLAGS) $(LIBS)

$O/zfault-check: $(TEST_OBJS) $(FAULTS_OBJS) $(SHIM_OBJS)
	$(CC) $(CFLAGS_ALL) -rdynamic -o $@ $^ $(LDFLAGS) $(LIBS) $(CHECK_LIBS)

$O/shim/%.o: shim/%.c
	@mkdir -p $(@D)
	$(CC) $(SHIM_CFLAGS) -c -o $@ $<

$O/faults/%.o: faults/%.c
	@mkdir -p $(@D)
	$(CC) $(HARNESS_CFLAGS) -c -o $@ $<

# Tests of the shim call the kernel's functions, so they see its headers too.
$O/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(SHIM_CFLAGS) -c -o $@ $<

$O/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(CC) $(SUBJECT_CFLAGS) -c -o $@ $<

$O/subjects/core.so: $(CORE_SRCS:%.c=$O/%.o) $O/glue/core.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -shared -nostdlib -Wl,-z,now -o $@ $^

$O/glue/%.o: shim/subject_glue.c
	@mkdir -p $(@D)
	$(CC) $(SUBJECT_CFLAGS) -DSUBJECT_NAME='"$*"' -DSUBJECT_ORIGIN='"$*/"' -c -o $@ $<

clean:
	rm -rf build zfault

.PHONY: all clean
.SECONDARY:
-include $(shell find build -name '*.d' 2>/dev/null)
