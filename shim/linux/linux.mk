# SPDX-License-Identifier: GPL-2.0-or-later
#
# Subjects made of a kernel's own mm/zswap.c, as it is:
#
#   make linux-source PKG=linux-source-6.12
#       a kernel from Debian, to build/linux/PKG ('linux-source-7.*': the newest)
#   make subject LINUX=DIR [NAME=NAME] [CONFIG='MEMCG=n ...'] [SHIM_EXTRA=DIR]
#       the subject NAME (linux-6.12) from DIR: a checkout, an unpacked source
#       or a tarball. SHIM_EXTRA has what a posted series adds to the kernel:
#       headers in include/linux/, include/crypto/ and mm/, and C files
#   make matrix LINUX=DIR [the same]
#       and its fault matrix
#   make bench LINUX=DIR [the same]
#       how quick it is, and the shim's xarray by the kernel's own

linux-source:
	@shim/linux/source '$(or $(PKG),$(error PKG=linux-source-... is missing))' build/linux

# A variable that is empty: not the matrix of core instead of that of a tree.
ifneq ($(filter matrix,$(MAKECMDGOALS)),)
ifeq ($(origin LINUX)-$(strip $(LINUX)),command line-)
$(error LINUX= is empty: it takes a kernel tree)
endif
endif

ifneq ($(LINUX),)

ifneq ($(words $(LINUX)),1)
$(error LINUX=$(LINUX) has a space in it, which make takes for two paths: give it a symlink without one)
endif
ifneq ($(filter-out 0 1,$(words $(SHIM_EXTRA))),)
$(error SHIM_EXTRA=$(SHIM_EXTRA) has a space in it, which make takes for two paths: give it a symlink without one)
endif
LINUX_TREE := $(shell shim/linux/tree '$(LINUX)')
ifeq ($(LINUX_TREE),)
$(error LINUX=$(LINUX) is no kernel tree)
endif
LINUX_VERSION := $(shell shim/linux/tree --version '$(LINUX_TREE)')
# The environment may have a NAME that means something else.
ifneq ($(origin NAME),command line)
NAME := linux-$(shell echo '$(LINUX_VERSION)' | sed 's/^\([0-9]*\.[0-9]*\)\.[0-9]*/\1/')
endif
ifneq ($(words $(NAME))$(filter $(SUBJECTS),$(NAME))$(findstring /,$(NAME)),1)
$(error NAME=$(NAME) is no name for a subject of its own)
endif
ifneq ($(SHIM_EXTRA),)
ifeq ($(wildcard $(SHIM_EXTRA)/.),)
$(error SHIM_EXTRA=$(SHIM_EXTRA) is no folder)
endif
endif
K := $O/linux/$(NAME)
EXTRA := $(if $(SHIM_EXTRA),$(wildcard $(SHIM_EXTRA)/*.c))

# What the kernel itself asks its compiler for, and what it does without.
WARN_linux := -Wno-pointer-sign -Werror=implicit-function-declaration \
	-Werror=incompatible-pointer-types -Werror=int-conversion
FLAGS_linux = $(CFLAGS_ALL) $(WARN_linux) $(AUTO_INIT) -fPIC -fvisibility=hidden $(FREESTANDING) \
	-include shim/include/config.h -include $K/subject.h \
	$(if $(SHIM_EXTRA),-iquote $(SHIM_EXTRA)/mm -I$(SHIM_EXTRA)/include) \
	-iquote shim/mm -Ishim/include

subject: $O/subjects/$(NAME).so
all matrix bench: subject

# Always asked anew, and only new if the answer is: another tree or another
# patch under the same name has another sha256.
$K/subject.h: FORCE
	@mkdir -p $K/mm
	@ln -sfn $(abspath $(LINUX_TREE))/mm/zswap.c $K/mm/zswap.c
	@CC='$(CC)' shim/linux/probe '$(LINUX_TREE)' '$(NAME)' $(foreach c,$(CONFIG),'$c') > $@.new || \
		{ rm -f $@.new; exit 1; }
	@cmp -s $@.new $@ || mv $@.new $@
	@rm -f $@.new

# A symlink, so that the kernel's quoted headers are not found beside it.
$K/zswap.o: $K/subject.h
	@echo "$(CC) $(NAME): mm/zswap.c of Linux $(LINUX_VERSION)"
	@$(CC) $(FLAGS_linux) -MF $@.d -c -o $@ $K/mm/zswap.c 2> $@.log || \
		{ shim/linux/missing compiled $@.log '$(NAME)' '$(LINUX_TREE)'; exit 1; }
	@cat $@.log >&2

$K/glue.o: shim/subject_glue.c $K/subject.h
	@$(CC) $(FLAGS_linux) -MF $@.d -c -o $@ $<

$K/extra/%.o: $(SHIM_EXTRA)/%.c $K/subject.h
	@mkdir -p $(@D)
	@$(CC) $(FLAGS_linux) -MF $@.d -c -o $@ $<

$O/subjects/$(NAME).so: $K/zswap.o $K/glue.o $(EXTRA:$(SHIM_EXTRA)/%.c=$K/extra/%.o) | $O/zfault
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) $(SUBJECT_LDFLAGS) -o $@ $^
	@shim/linux/missing linked $@ '$(NAME)' '$(LINUX_TREE)' $O/zfault || { rm -f $@; exit 1; }

# The kernel's own lib/xarray.c, to compare and measure the shim's by (tests/xarray).
FLAGS_xarray = $(CFLAGS_ALL) -Wno-pointer-sign -fPIC -fvisibility=hidden $(FREESTANDING) \
	-include shim/include/config.h -iquote tests/xarray -I$K/xarray \
	-Itests/xarray/include -Itests/xarray -Ishim/include
xarray: $K/xarray.so
$K/xarray.so: tests/xarray/glue.c tests/xarray/kernel.h tests/xarray/ops.h $(LINUX_TREE)/lib/xarray.c
	@mkdir -p $K/xarray/linux
	@ln -sfn $(abspath $(LINUX_TREE))/include/linux/xarray.h $K/xarray/linux/xarray.h
	@ln -sfn $(abspath $(LINUX_TREE))/lib/xarray.c $K/xarray/xarray.c
	@$(CC) $(FLAGS_xarray) -MF $@.d -shared -o $@ tests/xarray/glue.c $K/xarray/xarray.c

bench-xarray: xarray $O/bench-xarray
	$O/bench-xarray $K/xarray.so

-include $(wildcard $K/*.d $K/extra/*.d)

else

subject:
	@echo "make subject: LINUX=DIR is missing: a kernel's source, or a tarball of it" >&2; exit 2

endif

$O/bench-xarray: $O/tests/xarray/bench.o $(ROOMS)
	$(CC) $(CFLAGS_ALL) -rdynamic -o $@ $^ $(LDFLAGS) $(LIBS)

.PHONY: linux-source subject xarray bench-xarray FORCE
