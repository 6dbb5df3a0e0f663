# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make                ./zfault and the subjects
#   make matrix         the fault matrix of the subject core
#   make matrix LINUX=DIR   that of a kernel's own zswap (shim/linux/linux.mk)
#   make check          everything a change has to pass
#   make ci             that, and the gate on coverage, for a machine
#   make coverage       which lines and error paths were run, by which faults
#   make mutants        does the matrix find what is broken on purpose?
#   make bench          how fast it is; LINUX=DIR: that subject, and the xarray
#   make docs           docs/v4-findings.md, from the fault matrix of v4
#   make install        to PREFIX (/usr/local), below DESTDIR
#
# Works without ./configure; config.mk, if it is there, is what that found.
# ASAN=1, UBSAN=1, MSAN=1 and COVERAGE=1 (or configure --enable-...) build in
# folders of their own below build/.

-include config.mk

ifeq ($(origin CC),default)
CC := gcc
endif
OPT ?= -O2
PREFIX ?= /usr/local
FIU_LIBS ?= -lfiu
Z_LIBS ?= -lz
DW_LIBS ?= -ldw -lelf
JSON_LIBS ?= -ljansson
CHECK_LIBS ?= $(shell pkg-config --libs check 2>/dev/null || echo -lcheck)

empty :=
VARIANT := $(subst $(empty) $(empty),-,$(strip $(if $(filter 1,$(ASAN)),asan) \
	$(if $(filter 1,$(UBSAN)),ubsan) $(if $(filter 1,$(MSAN)),msan) \
	$(if $(filter 1,$(COVERAGE)),coverage)))
O := build/$(or $(VARIANT),plain)

ifeq ($(MSAN),1)
CC := clang
endif
SANITIZE := $(if $(filter 1,$(ASAN)),-fsanitize=address) \
	$(if $(filter 1,$(UBSAN)),-fsanitize=undefined -fno-sanitize-recover=undefined) \
	$(if $(filter 1,$(MSAN)),-fsanitize=memory -fsanitize-memory-track-origins) \
	$(if $(filter 1,$(COVERAGE)),--coverage)

WARN := -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare
# Lines are looked up by address, for which clang has to be asked.
DEBUG = -g $(if $(findstring clang,$(CC)),-gdwarf-aranges)
CFLAGS_ALL = -std=gnu11 $(OPT) $(DEBUG) $(WARN) -fno-omit-frame-pointer -fno-strict-aliasing \
	$(SANITIZE) $(CFLAGS) -MMD -MP
LIBS := $(FIU_LIBS) $(Z_LIBS) $(DW_LIBS) $(JSON_LIBS) -ldl

# The shim's kernel headers; a subject sees them, the compiler's, and no others.
KERNEL := -include shim/include/config.h -iquote shim/mm -Ishim/include
FREESTANDING = -ffreestanding -nostdinc -isystem $(shell $(CC) -print-file-name=include)
# Kernels are built to begin with locals that are zero (INIT_STACK_ALL_ZERO): so
# are subjects, or what one forgets to set would be what happens to lie there.
# gcc 12 would move that out of a loop, unless a sanitizer is there to keep it in.
# MSan has to see that it was forgotten, which an optimiser would fold away.
AUTO_INIT = $(if $(filter 1,$(MSAN)),-O0,$(if $(findstring clang,$(CC)),,\
	-ftrivial-auto-var-init=zero -fno-tree-loop-im))
# As kernels with frame pointers do, so that no caller is missing in a backtrace.
FLAGS_subject = $(CFLAGS_ALL) $(AUTO_INIT) -fno-optimize-sibling-calls -fPIC -fvisibility=hidden \
	$(FREESTANDING) $(KERNEL)
FLAGS_shim = $(CFLAGS_ALL) $(KERNEL) -I. -D_GNU_SOURCE -DFIU_ENABLE
FLAGS_harness = $(CFLAGS_ALL) -I. -D_GNU_SOURCE -DZFAULT_BUILD='"$(notdir $O)"' -DZFAULT_OPT='"$(OPT)"'

include coverage/build.mk

# A subject's calls of its own functions stay in it, though they are exported.
# With libc only where counters have to be written in the end.
SUBJECT_LDFLAGS = -shared $(if $(filter 1,$(COVERAGE)),,-nostdlib) -Wl,-z,now -Wl,-Bsymbolic

SHIM := $(filter-out shim/subject_glue.c,$(wildcard shim/*.c))
FAULTS := $(filter-out faults/zfault.c,$(wildcard faults/*.c))
CORE := $(wildcard core/*.c)
V4 := $(wildcard core/v4/*.c)
# core, less what core/v4 has of its own.
V4_BASE := $(filter-out core/acomp_ctx.c core/compress.c core/store.c,$(CORE))
TESTS := $(wildcard tests/*.c) tests/cover/cover.c
ROOMS := $(patsubst %.c,$O/%.o,$(FAULTS) $(SHIM))
SUBJECTS := core v4

all: $O/zfault $(SUBJECTS:%=$O/subjects/%.so) $(if $(VARIANT),,zfault)

zfault: build/plain/zfault
	ln -sf $< $@

$O/zfault: $O/faults/zfault.o $(ROOMS)
	$(CC) $(CFLAGS_ALL) -rdynamic -o $@ $^ $(LDFLAGS) $(LIBS)

$O/zfault-check: $(patsubst %.c,$O/%.o,$(TESTS)) $(ROOMS)
	$(CC) $(CFLAGS_ALL) -rdynamic -o $@ $^ $(LDFLAGS) $(LIBS) $(CHECK_LIBS)

$O/subjects/core.so: $(CORE:%.c=$O/%.o) $O/glue/core.o
$O/subjects/v4.so: $(V4:%.c=$O/%.o) $(V4_BASE:%.c=$(V4_FOLDER)/%.o) $O/glue/v4.o
$(SUBJECTS:%=$O/subjects/%.so):
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(SUBJECT_LDFLAGS) -o $@ $^

$O/glue/%.o: ORIGIN = $*/
$O/glue/v4.o: ORIGIN = core/v4/
$O/glue/%.o: shim/subject_glue.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS_subject) -DSUBJECT_NAME='"$*"' -DSUBJECT_ORIGIN='"$(ORIGIN)"' -c -o $@ $<

$O/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS_subject) -c -o $@ $<

$O/v4/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS_subject) -c -o $@ $<

# As posted, it reads a variable that nobody has set; the kernel does not ask
# its compiler for this warning.
%/core/v4/batch_store.o %/core/v4/batch_store.gcc %/core/v4/batch_store.clang: \
	WARN += -Wno-uninitialized

$O/faults/%.o: faults/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS_harness) -c -o $@ $<

# The tests call the kernel's functions too, so they see what the shim sees.
$O/shim/%.o: shim/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS_shim) -c -o $@ $<
$O/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS_shim) -c -o $@ $<

matrix: all
	$O/zfault matrix $(if $(LINUX),--subject=$(NAME))

bench: all $(if $(LINUX),bench-xarray)
	$O/zfault bench $(if $(LINUX),--subject=$(NAME))
	$(if $(LINUX),,@echo "xarray       not measured: there is no kernel's to measure it by; see: make bench LINUX=DIR")

include shim/linux/linux.mk tests/check.mk tests/ci.mk coverage/coverage.mk tests/mutants.mk

install: all
	install -D $O/zfault $(DESTDIR)$(PREFIX)/bin/zfault
	install -D -t $(DESTDIR)$(PREFIX)/lib/zfault/subjects $(SUBJECTS:%=$O/subjects/%.so)

clean:
	rm -rf build zfault

.PHONY: all matrix bench install clean
.DELETE_ON_ERROR:
# Or make would try to link the files below from objects, which have a rule.
.SUFFIXES:
-include $(wildcard $O/*/*.d $O/*/*/*.d)
