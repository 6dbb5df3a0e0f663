// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading a subject: a shared object, opened like a module. What is written
 * to while it runs is found in its program headers, and copied while it is
 * still as the file has it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim/boot.h"
#include "shim/subject.h"

static int refuse(char *why, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static int refuse(char *why, size_t size, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, size, fmt, args);
	va_end(args);
	return -1;
}

/* ---- the file ---------------------------------------------------------- */

/* What dlopen() would say of a file that is no shared object is no help. */
static int check_file(const char *path, char *why, size_t size)
{
	unsigned char ident[EI_NIDENT + 2] = { 0 };
	uint16_t type;
	ssize_t len;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return refuse(why, size, "%s: %s", path,
			      errno == ENOENT ? "no such file" : strerror(errno));
	len = read(fd, ident, sizeof(ident));
	close(fd);
	memcpy(&type, ident + EI_NIDENT, sizeof(type));
	if (len != sizeof(ident) || memcmp(ident, ELFMAG, SELFMAG) || type != ET_DYN)
		return refuse(why, size, "%s: not a shared object", path);
	return 0;
}

/* dlerror()'s sentence as ours: the kernel function that the shim has not got. */
static int refuse_dlerror(const char *path, char *why, size_t size)
{
	static const char undefined[] = "undefined symbol: ";
	const char *error = dlerror();
	const char *symbol = strstr(error, undefined);
	size_t len = strlen(path);

	if (symbol) {
		symbol += strlen(undefined);
		return refuse(why, size, "%s: the shim has no %.*s(), which it calls", path,
			      (int)strcspn(symbol, " ,\t"), symbol);
	}
	if (!strncmp(error, path, len) && !strncmp(error + len, ": ", 2))
		error += len + 2;
	return refuse(why, size, "%s: %s", path, error);
}

static int open_object(const char *path, struct subject *s, char *why, size_t size)
{
	/* Without a slash the name would be looked up as a library's. */
	char file[PATH_MAX];

	if (check_file(path, why, size))
		return -1;
	if (snprintf(file, sizeof(file), "%s%s", strchr(path, '/') ? "" : "./", path) >=
	    (int)sizeof(file))
		return refuse(why, size, "%s: %s", path, strerror(ENAMETOOLONG));
	s->dl = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
	if (s->dl && dlsym(s->dl, "zfault_subject"))
		return refuse(why, size, "%s: loaded already", path);
	if (!s->dl)
		s->dl = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!s->dl)
		return refuse_dlerror(file, why, size);
	s->desc = dlsym(s->dl, "zfault_subject");
	if (!s->desc)
		return refuse(why, size, "%s: no subject (no symbol zfault_subject)", path);
	if (s->desc->abi != SUBJECT_ABI)
		return refuse(why, size, "%s: a subject of ABI %u, this zfault is of ABI %u",
			      path, s->desc->abi, SUBJECT_ABI);
	return 0;
}

/* ---- its writable data ------------------------------------------------- */

/* @inside: an address of the object; @base: what its symbols count from; @tls: it has some. */
struct span {
	uintptr_t inside, base, start, end;
	bool tls;
};

static bool has_inside(const struct dl_phdr_info *info, uintptr_t inside)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_LOAD && inside - info->dlpi_addr - ph->p_vaddr < ph->p_memsz)
			return true;
	}
	return false;
}

/* The writable segment, less what is read-only once relocated. */
static int find_span(struct dl_phdr_info *info, size_t size, void *arg)
{
	const uintptr_t page = sysconf(_SC_PAGESIZE);
	struct span *span = arg;
	uintptr_t relro = 0;

	if (!has_inside(info, span->inside))
		return 0;
	span->base = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_GNU_RELRO)
			relro = (span->base + ph->p_vaddr + ph->p_memsz) & ~(page - 1);
		span->tls |= ph->p_type == PT_TLS;
	}
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t start = span->base + ph->p_vaddr;
		uintptr_t end = start + ph->p_memsz;

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_W))
			continue;
		/* A linker may give the read-only part a segment of its own. */
		if (start < relro)
			start = relro < end ? relro : end;
		if (start < end) {
			span->start = start;
			span->end = end;
		}
	}
	return 1;
}

/* gcc's counters, clang's, and those of their profiles. */
static bool is_counter(const char *name)
{
	static const char *const prefixes[] = { "__gcov", "__llvm_gcov", "__prof" };

	for (unsigned int i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	}
	return false;
}

/* Cut [@start, @end) of the data out of the last range; they come in order. */
static void cut(struct subject *s, size_t start, size_t end)
{
	struct subject_range *last = &s->ranges[s->nr_ranges - 1];
	size_t last_end = last->offset + last->size;

	if (start < last->offset)
		start = last->offset;
	if (end <= start || start >= last_end)
		return;
	if (end > last_end)
		end = last_end;
	last->size = start - last->offset;
	if (last->size)
		last++;
	last->offset = end;
	last->size = last_end - end;
	s->nr_ranges = last - s->ranges + 1;
}

static int by_offset(const void *a, const void *b)
{
	const struct subject_range *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/*
 * Symbols of the file's full table: they are local, so dlsym() knows none.
 * Returns how many lie in the data; @out is NULL or has room for them.
 */
static size_t find_counters(Elf *elf, const struct span *span, struct subject_range *out)
{
	/* Initialised for MSan's sake, which does not see libelf write. */
	GElf_Shdr shdr = { 0 };
	Elf_Scn *scn = NULL;
	size_t nr = 0;

	while ((scn = elf_nextscn(elf, scn))) {
		Elf_Data *data = elf_getdata(scn, NULL);
		GElf_Sym sym = { 0 };

		if (!data || !gelf_getshdr(scn, &shdr) || shdr.sh_type != SHT_SYMTAB)
			continue;
		for (int i = 0; gelf_getsym(data, i, &sym); i++) {
			const char *name = elf_strptr(elf, shdr.sh_link, sym.st_name);
			uintptr_t at = span->base + sym.st_value;

			if (!name || !is_counter(name) || at < span->start || at >= span->end)
				continue;
			if (out)
				out[nr] = (struct subject_range){ at - span->start, sym.st_size };
			nr++;
		}
	}
	return nr;
}

static int cut_counters(Elf *elf, const struct span *span, struct subject *s)
{
	size_t nr = find_counters(elf, span, NULL);
	struct subject_range *counters;

	/* Each cut makes one range of one into at most two. */
	s->ranges = calloc(nr + 1, sizeof(*s->ranges));
	counters = calloc(nr + 1, sizeof(*counters));
	if (!s->ranges || !counters) {
		free(counters);
		return -1;
	}
	s->ranges[0] = (struct subject_range){ 0, s->data_size };
	s->nr_ranges = s->data_size ? 1 : 0;
	find_counters(elf, span, counters);
	qsort(counters, nr, sizeof(*counters), by_offset);
	for (size_t i = 0; i < nr; i++)
		cut(s, counters[i].offset, counters[i].offset + counters[i].size);
	if (s->nr_ranges && !s->ranges[s->nr_ranges - 1].size)
		s->nr_ranges--;
	free(counters);
	return 0;
}

static int find_ranges(const char *path, const struct span *span, struct subject *s)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret = -1;
	Elf *elf;

	if (fd < 0)
		return -1;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf)
		ret = cut_counters(elf, span, s);
	elf_end(elf);
	close(fd);
	return ret;
}

static int find_data(const char *path, struct subject *s, char *why, size_t size)
{
	struct span span = { .inside = (uintptr_t)s->desc };

	dl_iterate_phdr(find_span, &span);
	/* It is in no snapshot. */
	if (span.tls)
		return refuse(why, size, "%s: thread-local data, as no kernel has it", path);
	s->data = (void *)span.start;
	s->data_size = span.end - span.start;
	s->pristine = malloc(s->data_size + 1);
	if (!s->pristine || find_ranges(path, &span, s))
		return refuse(why, size, "%s: %s", path, strerror(ENOMEM));
	raw_copy(s->pristine, s->data, s->data_size);
	return 0;
}

/* ---- what the harness calls -------------------------------------------- */

int subject_load(const char *path, struct subject *out, char *why, size_t size)
{
	*out = (struct subject){ 0 };
	if (open_object(path, out, why, size) || find_data(path, out, why, size)) {
		subject_unload(out);
		return -1;
	}
	return 0;
}

void subject_unload(struct subject *subject)
{
	if (subject->dl)
		dlclose(subject->dl);
	free(subject->pristine);
	free(subject->ranges);
	*subject = (struct subject){ 0 };
}
