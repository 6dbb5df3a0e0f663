// SPDX-License-Identifier: GPL-2.0-or-later
/* Return addresses as a reader wants them, from the debug info. */
#include "symbols.h"

#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

void symbols_find(const void *pc, struct symbol *out)
{
	Dwarf_Addr addr = (Dwarf_Addr)(unsigned long)pc - 1;
	Dwfl *dwfl = open_process();
	Dwfl_Module *module = dwfl ? dwfl_addrmodule(dwfl, addr) : NULL;
	const char *name = module ? dwfl_module_addrname(module, addr) : NULL;
	Dwfl_Line *line = module ? dwfl_module_getsrc(module, addr) : NULL;
	const char *file = NULL;

	memset(out, 0, sizeof(*out));
	snprintf(out->function, sizeof(out->function), "%s", name ? name : "?");
	if (line)
		file = dwfl_lineinfo(line, NULL, &out->line, NULL, NULL, NULL);
	if (file)
		snprintf(out->file, sizeof(out->file), "%s", short_file(file));
	out->subject = is_subject(pc);
}

void symbols_format(void *const *frames, int nr, unsigned int indent, char *buf, size_t size)
{
	struct symbol symbol, before = { .function = "" };
	bool begun = false;
	size_t n = 0;

	buf[0] = '\0';
	for (int i = 0; i < nr && n < size; i++) {
		symbols_find(frames[i], &symbol);
		if (!symbol.subject && begun)
			break;
		if (!symbol.subject) {
			before = symbol;
			continue;
		}
		if (!begun && before.function[0])
			n += snprintf(buf + n, size - n, "%*s%s()\n", indent, "",
				      before.function);
		begun = true;
		if (n < size)
			n += snprintf(buf + n, size - n, "%*s%s()  %s:%d\n", indent, "",
				      symbol.function, symbol.file, symbol.line);
	}
}
