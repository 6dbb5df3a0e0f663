// SPDX-License-Identifier: GPL-2.0-or-later
/* Return addresses as a reader wants them, from the debug info. */
#include "symbols.h"

#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * libdw is not built with MSan, which therefore takes all that it wrote for
 * uninitialised, and reports the names that it passes to libc.
 */
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define libdw_begin()	__msan_scoped_disable_interceptor_checks()
#define libdw_end()	__msan_scoped_enable_interceptor_checks()
#define written_by_libdw(s)	__msan_unpoison_string(s)
#endif
#endif
#ifndef libdw_begin
#define libdw_begin()	((void)0)
#define libdw_end()	((void)0)
#define written_by_libdw(s)	((void)(s))
#endif

static Dwfl *open_process(void)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
	};
	static Dwfl *dwfl;

	if (dwfl)
		return dwfl;
	dwfl = dwfl_begin(&callbacks);
	if (dwfl && (dwfl_linux_proc_report(dwfl, getpid()) ||
		     dwfl_report_end(dwfl, NULL, NULL))) {
		dwfl_end(dwfl);
		dwfl = NULL;
	}
	return dwfl;
}

/* "/home/me/zfault/core/store.c" -> "core/store.c" */
static const char *short_file(const char *file)
{
	const char *slash = strrchr(file, '/');

	while (slash > file && *--slash != '/')
		;
	return slash && *slash == '/' ? slash + 1 : file;
}

/* Whoever shows zfault_subject is one. */
static bool is_subject(const void *pc)
{
	bool found = false;
	Dl_info info;
	void *dl;

	if (!dladdr(pc, &info) || !info.dli_fname)
		return false;
	dl = dlopen(info.dli_fname, RTLD_NOLOAD | RTLD_NOW);
	if (dl) {
		found = dlsym(dl, "zfault_subject");
		dlclose(dl);
	}
	return found;
}

static const char *function_of(Dwfl_Module *module, Dwarf_Addr addr)
{
	const char *name = module ? dwfl_module_addrname(module, addr) : NULL;

	if (name)
		written_by_libdw(name);
	return name ? name : "?";
}

static const char *file_of(Dwfl_Module *module, Dwarf_Addr addr, int *nr)
{
	Dwfl_Line *line = module ? dwfl_module_getsrc(module, addr) : NULL;
	const char *file = line ? dwfl_lineinfo(line, NULL, nr, NULL, NULL, NULL) : NULL;

	if (file)
		written_by_libdw(file);
	return file ? short_file(file) : "";
}

void symbols_find(const void *pc, struct symbol *out)
{
	Dwarf_Addr addr = (Dwarf_Addr)(unsigned long)pc - 1;
	Dwfl_Module *module;
	Dwfl *dwfl;

	memset(out, 0, sizeof(*out));
	libdw_begin();
	dwfl = open_process();
	module = dwfl ? dwfl_addrmodule(dwfl, addr) : NULL;
	snprintf(out->function, sizeof(out->function), "%s", function_of(module, addr));
	snprintf(out->file, sizeof(out->file), "%s", file_of(module, addr, &out->line));
	libdw_end();
	out->subject = is_subject(pc);
}

/* The innermost run of the subject's frames: from @first on, up to the result. */
static int find_subject(void *const *frames, int nr, int *first)
{
	int i = 0;

	while (i < nr && !is_subject(frames[i]))
		i++;
	*first = i;
	while (i < nr && is_subject(frames[i]))
		i++;
	return i;
}

void symbols_format(void *const *frames, int nr, unsigned int indent, char *buf, size_t size)
{
	int first, end = find_subject(frames, nr, &first);
	struct symbol symbol;
	size_t n = 0;

	buf[0] = '\0';
	if (first == end)
		return;
	for (int i = first ? first - 1 : 0; i < end && n < size; i++) {
		symbols_find(frames[i], &symbol);
		n += snprintf(buf + n, size - n, "%*s%s()", indent, "", symbol.function);
		if (symbol.subject && n < size)
			n += snprintf(buf + n, size - n, "  %s:%d", symbol.file, symbol.line);
		if (n < size)
			n += snprintf(buf + n, size - n, "\n");
	}
}

void symbols_place(void *const *frames, int nr, char *buf, size_t size)
{
	int first, end = find_subject(frames, nr, &first);
	struct symbol symbol;
	size_t n = 0;

	buf[0] = '\0';
	for (int i = first; i < end && n < size; i++) {
		symbols_find(frames[i], &symbol);
		n += snprintf(buf + n, size - n, " %s", symbol.function);
		if (i == first && n < size)
			n += snprintf(buf + n, size - n, ":%d", symbol.line);
	}
}
