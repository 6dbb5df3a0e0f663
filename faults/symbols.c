// SPDX-License-Identifier: GPL-2.0-or-later
/* Return addresses as a reader wants them, from the debug info. */
#include "symbols.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
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

/* "tests/broken/../../core/store.c" -> "core/store.c" */
static void fold_up(char *path)
{
	char *up, *dir;

	while (strncmp(path, "../", 3) && (up = strstr(path, "/../"))) {
		for (dir = up; dir > path && dir[-1] != '/'; dir--)
			;
		memmove(dir, up + 4, strlen(up + 4) + 1);
	}
}

static const char *last_two(const char *path)
{
	const char *slash = strrchr(path, '/');

	while (slash > path && *--slash != '/')
		;
	return slash && *slash == '/' ? slash + 1 : path;
}

/* From the folder on that make ran in; of what lies elsewhere, or was put into build/, the end. */
static void shorten(const char *file, const char *top, char *buf, size_t size)
{
	size_t len = strlen(top);
	char path[PATH_MAX];
	bool outside;

	if (len && !strncmp(file, top, len) && file[len] == '/')
		file += len + 1;
	snprintf(path, sizeof(path), "%s", file);
	fold_up(path);
	outside = path[0] == '/' || !strncmp(path, "../", 3) || !strncmp(path, "build/", 6);
	snprintf(buf, size, "%.*s", (int)size - 1, outside ? last_two(path) : path);
}

/* ---- of another process ------------------------------------------------ */

/* Their addresses are small numbers, at which no process has code. */
#define MAX_RECALLED	60000

static struct recalled {
	int nr;
	struct symbol symbols[SYMBOLS_MAX];
} *recalled;
static unsigned int nr_recalled;

static const struct recalled *recalled_at(const void *pc)
{
	uintptr_t i = (uintptr_t)pc;

	return i && i <= nr_recalled ? &recalled[i - 1] : NULL;
}

static bool is_recalled_as(const struct recalled *r, const struct symbol *s, int nr)
{
	if (r->nr != nr)
		return false;
	for (int i = 0; i < nr; i++) {
		if (strcmp(r->symbols[i].function, s[i].function) || r->symbols[i].line != s[i].line ||
		    strcmp(r->symbols[i].file, s[i].file) || r->symbols[i].subject != s[i].subject)
			return false;
	}
	return true;
}

void *symbols_recall(const struct symbol *s, int nr)
{
	struct recalled *more;

	if (nr > SYMBOLS_MAX)
		nr = SYMBOLS_MAX;
	for (unsigned int i = 0; i < nr_recalled; i++) {
		if (is_recalled_as(&recalled[i], s, nr))
			return (void *)(uintptr_t)(i + 1);
	}
	if (nr_recalled == MAX_RECALLED)
		return NULL;
	if (nr_recalled % 64 == 0) {
		more = realloc(recalled, (nr_recalled + 64) * sizeof(*recalled));
		if (!more)
			return NULL;
		recalled = more;
	}
	recalled[nr_recalled].nr = nr;
	memcpy(recalled[nr_recalled].symbols, s, nr * sizeof(*s));
	return (void *)(uintptr_t)++nr_recalled;
}

/* ---- of this one ------------------------------------------------------- */

/* Whoever shows zfault_subject is one. */
static bool is_subject(const void *pc)
{
	const struct recalled *known = recalled_at(pc);
	bool found = false;
	Dl_info info;
	void *dl;

	if (known)
		return known->symbols[0].subject;
	if (!dladdr(pc, &info) || !info.dli_fname)
		return false;
	dl = dlopen(info.dli_fname, RTLD_NOLOAD | RTLD_NOW);
	if (dl) {
		found = dlsym(dl, "zfault_subject");
		dlclose(dl);
	}
	return found;
}

/* ---- one instruction --------------------------------------------------- */

/**
 * struct code - an instruction
 * @cu: the compilation unit it is of, where that is known
 * @addr: the instruction, as @cu counts
 * @top: the folder that @cu was compiled in
 */
struct code {
	Dwarf_Die *cu;
	Dwarf_Addr addr;
	const char *top;
};

static const char *known(const char *name)
{
	if (name)
		written_by_libdw(name);
	return name ? name : "";
}

static void find_code(Dwfl_Module *module, Dwarf_Addr addr, struct code *code)
{
	Dwarf_Attribute attr;
	Dwarf_Addr bias = 0;

	code->cu = module ? dwfl_module_addrdie(module, addr, &bias) : NULL;
	code->addr = addr - bias;
	code->top = known(code->cu ? dwarf_formstring(dwarf_attr(code->cu, DW_AT_comp_dir, &attr)) :
			  NULL);
}

static void set_line(const struct code *code, const char *file, int line, struct symbol *to)
{
	shorten(known(file), code->top, to->file, sizeof(to->file));
	to->line = line;
}

static void line_of_code(const struct code *code, struct symbol *to)
{
	Dwarf_Line *line = code->cu ? dwarf_getsrc_die(code->cu, code->addr) : NULL;
	int nr = 0;

	if (line && !dwarf_lineno(line, &nr))
		set_line(code, dwarf_linesrc(line, NULL, NULL), nr, to);
}

static Dwarf_Word number(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attr;
	Dwarf_Word value = 0;

	return dwarf_formudata(dwarf_attr(die, name, &attr), &value) ? 0 : value;
}

/* Where the function was called that @inlined is. */
static void line_of_call(const struct code *code, Dwarf_Die *inlined, struct symbol *to)
{
	Dwarf_Files *files = NULL;
	size_t nr = 0;

	if (!dwarf_getsrcfiles(code->cu, &files, &nr))
		set_line(code, dwarf_filesrc(files, number(inlined, DW_AT_call_file), NULL, NULL),
			 number(inlined, DW_AT_call_line), to);
}

/* Return: how many scopes the instruction lies in; innermost first in @scopes, to be freed. */
static int find_scopes(const struct code *code, Dwarf_Die **scopes)
{
	Dwarf_Die *written = NULL;
	int nr = code->cu ? dwarf_getscopes(code->cu, code->addr, &written) : 0;

	*scopes = NULL;
	/* From an inlined function on those led to where it was written, not to where it is. */
	if (nr > 0)
		nr = dwarf_getscopes_die(&written[0], scopes);
	free(written);
	return nr;
}

/* Return: functions found, each with its name and line; the last one has the code. */
static int find_functions(const struct code *code, struct symbol *out, int max)
{
	Dwarf_Die *scopes;
	int nr_scopes = find_scopes(code, &scopes), nr = 0, tag = 0;

	for (int i = 0; i < nr_scopes && nr < max && tag != DW_TAG_subprogram; i++) {
		tag = dwarf_tag(&scopes[i]);
		if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine)
			continue;
		snprintf(out[nr].function, sizeof(out[nr].function), "%s",
			 known(dwarf_diename(&scopes[i])));
		if (!nr++)
			line_of_code(code, &out[0]);
		if (tag == DW_TAG_inlined_subroutine && nr < max)
			line_of_call(code, &scopes[i], &out[nr]);
	}
	free(scopes);
	return nr;
}

/* Without debug info, or of what was not compiled. */
static void find_label(Dwfl_Module *module, Dwarf_Addr addr, const struct code *code,
		       struct symbol *out)
{
	const char *name = known(module ? dwfl_module_addrname(module, addr) : NULL);

	snprintf(out->function, sizeof(out->function), "%s", name[0] ? name : "?");
	line_of_code(code, out);
}

static int recall(const struct recalled *known, struct symbol *out, int max)
{
	int nr = known->nr < max ? known->nr : max;

	memcpy(out, known->symbols, nr * sizeof(*out));
	return nr;
}

int symbols_find(const void *pc, struct symbol *out, int max)
{
	Dwarf_Addr addr = (Dwarf_Addr)(unsigned long)pc - 1;
	Dwfl_Module *module;
	struct code code;
	Dwfl *dwfl;
	int nr;

	memset(out, 0, max * sizeof(*out));
	if (recalled_at(pc))
		return recall(recalled_at(pc), out, max);
	libdw_begin();
	dwfl = open_process();
	module = dwfl ? dwfl_addrmodule(dwfl, addr) : NULL;
	find_code(module, addr, &code);
	nr = find_functions(&code, out, max);
	if (!nr) {
		find_label(module, addr, &code, &out[0]);
		nr = 1;
	}
	libdw_end();
	out[0].subject = is_subject(pc);
	for (int i = 1; i < nr; i++)
		out[i].subject = out[0].subject;
	return nr;
}

/* ---- backtraces -------------------------------------------------------- */

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

static size_t put_symbol(const struct symbol *symbol, unsigned int indent, char *buf, size_t size)
{
	size_t n = snprintf(buf, size, "%*s%s()", indent, "", symbol->function);

	if (symbol->subject && n < size)
		n += snprintf(buf + n, size - n, "  %s:%d", symbol->file, symbol->line);
	if (n < size)
		n += snprintf(buf + n, size - n, "\n");
	return n;
}

void symbols_format(void *const *frames, int nr, unsigned int indent, char *buf, size_t size)
{
	int first, end = find_subject(frames, nr, &first);
	struct symbol s[SYMBOLS_MAX];
	size_t n = 0;

	buf[0] = '\0';
	if (first == end)
		return;
	for (int i = first ? first - 1 : 0; i < end; i++) {
		int found = symbols_find(frames[i], s, SYMBOLS_MAX);

		/* What the shim has inlined into the function that was called is its own affair. */
		for (int k = s[0].subject ? 0 : found - 1; k < found && n < size; k++)
			n += put_symbol(&s[k], indent, buf + n, size - n);
	}
}

/* What a header of the kernel's has brought along is no place of the subject. */
static bool in_header(const struct symbol *symbol)
{
	size_t len = strlen(symbol->file);

	return len > 2 && !strcmp(symbol->file + len - 2, ".h");
}

void symbols_place(void *const *frames, int nr, char *buf, size_t size)
{
	int first, end = find_subject(frames, nr, &first);
	struct symbol s[SYMBOLS_MAX];
	unsigned int functions = 0;
	size_t n = 0;

	buf[0] = '\0';
	for (int i = first; i < end; i++) {
		int found = symbols_find(frames[i], s, SYMBOLS_MAX);

		for (int k = 0; k < found && n < size && functions < SYMBOLS_PLACE; k++) {
			if (in_header(&s[k]))
				continue;
			n += snprintf(buf + n, size - n, "%s%s", functions++ ? " < " : "",
				      s[k].function);
		}
	}
}

void symbols_entry(void *const *frames, int nr, char *buf, size_t size)
{
	struct symbol s[SYMBOLS_MAX];

	buf[0] = '\0';
	while (nr && !is_subject(frames[nr - 1]))
		nr--;
	if (!nr)
		return;
	nr = symbols_find(frames[nr - 1], s, SYMBOLS_MAX);
	snprintf(buf, size, "%s", s[nr - 1].function);
}

/* ---- lines of a stretch of code ---------------------------------------- */

#define STRETCH_LINES	256

/* Lines that @cu has of [@pc, @end), in the file of the first of them. */
static unsigned int lines_of(Dwarf_Die *cu, uintptr_t pc, uintptr_t end,
			     int lines[STRETCH_LINES], const char **file)
{
	unsigned int nr = 0;
	Dwarf_Addr addr;
	size_t rows = 0;
	int line;

	dwfl_getsrclines(cu, &rows);
	for (size_t i = 0; i < rows && nr < STRETCH_LINES; i++) {
		const char *name = dwfl_lineinfo(dwfl_onesrcline(cu, i), &addr, &line, NULL,
						 NULL, NULL);

		if (!name || addr < pc || addr >= end || !line)
			continue;
		if (!*file)
			*file = name;
		if (!strcmp(name, *file))
			lines[nr++] = line;
	}
	return nr;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static const char *below_here(const char *file)
{
	static char here[PATH_MAX];
	size_t len;

	if (!here[0] && !getcwd(here, sizeof(here)))
		return file;
	len = strlen(here);
	return !strncmp(file, here, len) && file[len] == '/' ? file + len + 1 : file;
}

void symbols_lines(FILE *out, uintptr_t pc, uintptr_t end)
{
	int lines[STRETCH_LINES];
	const char *file = NULL;
	unsigned int nr = 0;
	Dwarf_Addr bias;
	Dwarf_Die *cu;
	Dwfl *dwfl;

	libdw_begin();
	dwfl = open_process();
	cu = dwfl ? dwfl_addrdie(dwfl, pc, &bias) : NULL;
	if (cu)
		nr = lines_of(cu, pc, end, lines, &file);
	if (file)
		written_by_libdw(file);
	qsort(lines, nr, sizeof(*lines), by_number);
	fprintf(out, "\t%s", file ? below_here(file) : "?");
	for (unsigned int i = 0; i < nr; i++) {
		if (!i || lines[i] != lines[i - 1])
			fprintf(out, "\t%d", lines[i]);
	}
	libdw_end();
}
