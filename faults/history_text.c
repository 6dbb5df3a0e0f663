// SPDX-License-Identifier: GPL-2.0-or-later
/* A history as text: a line that says what it is, then a step a line. */
#include "history.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

#define HEAD		"zfault history"
#define HEAD_WIDE	"zfault history, wide"
#define FILE_MAX	(256u << 10)

#define A(arg)	(1u << HARG_##arg)
const struct history_op_info history_ops[HOP_NR] = {
#define HISTORY_OP(id, name, weight, args, says) { name, says, weight, args },
#include "history_ops.def"
#undef HISTORY_OP
};
#undef A

const struct history_param history_params[] = {
	{ "enabled", "Y" }, { "enabled", "N" },
	{ "compressor", "deflate" }, { "compressor", "deflate-iaa" },
	{ "zpool", "zsmalloc" }, { "zpool", "z3fold" },
	{ "max_pool_percent", "20" }, { "max_pool_percent", "0" },
	{ "max_pool_percent", "5" }, { "max_pool_percent", "10" },
	{ "max_pool_percent", "50" }, { "max_pool_percent", "100" },
	{ "accept_threshold_percent", "90" }, { "accept_threshold_percent", "0" },
	{ "accept_threshold_percent", "50" }, { "accept_threshold_percent", "100" },
	{ "shrinker_enabled", "Y" }, { "shrinker_enabled", "N" },
};
const unsigned int nr_history_params = sizeof(history_params) / sizeof(history_params[0]);

static const char *const max_words[] = { "none", "0", "1", "2", "4", "8" };
static const char *const keep_words[] = { "no", "yes" };
static const char *const allowed_words[] = { "yes", "no" };

/**
 * struct arg_info
 * @words, else @min to @max
 * @always: said, even where it is the smallest, which is what it is if not said
 */
static const struct arg_info {
	const char *name;
	int min, max;
	const char *const *words;
	bool always;
} arg_info[HARG_COUNT] = {
	[HARG_SLOT] = { "slot", 0, HISTORY_SLOTS_WIDE + HISTORY_SLOTS - 1, NULL, true },
	[HARG_NR] = { "nr", 1, 512, NULL, false },
	[HARG_ORDER] = { "order", 0, 9, NULL, false },
	[HARG_CG] = { "cg", 0, HISTORY_CGS, NULL, false },
	[HARG_PARENT] = { "parent", 0, HISTORY_CGS, NULL, false },
	[HARG_NODE] = { "node", 0, 1, NULL, false },
	[HARG_PAGES] = { "pages", 0, HISTORY_PAGES - 1, NULL, false },
	[HARG_KEEP] = { "keep", 0, 1, keep_words, false },
	[HARG_MAX] = { "max", 0, 5, max_words, true },
	[HARG_ALLOWED] = { "allowed", 0, 1, allowed_words, true },
	[HARG_CPU] = { "cpu", 0, 1, NULL, true },
	[HARG_FILE] = { "file", 0, 1, NULL, true },
	/* Said by the value itself: enabled=N. */
	[HARG_PARAM] = { "", 0, sizeof(history_params) / sizeof(history_params[0]) - 1, NULL, true },
};

uint64_t history_max(int index)
{
	return index ? strtoul(max_words[index], NULL, 10) : WORLD_ZSWAP_MAX;
}

int history_arg_min(enum history_arg arg)
{
	return arg_info[arg].min;
}

int history_arg_max(enum history_arg arg)
{
	return arg_info[arg].max;
}

/* ---- out --------------------------------------------------------------- */

static void add(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void add(char *buf, size_t size, const char *fmt, ...)
{
	size_t n = strlen(buf);
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf + n, size - n, fmt, args);
	va_end(args);
}

static void add_arg(const struct history_step *s, enum history_arg arg, char *buf, size_t size)
{
	const struct arg_info *info = &arg_info[arg];
	int value = s->arg[arg];

	if (!(history_ops[s->op].args >> arg & 1) || (value == info->min && !info->always))
		return;
	if (arg == HARG_PARAM)
		add(buf, size, " %s=%s", history_params[value].name, history_params[value].value);
	else if (info->words)
		add(buf, size, " %s=%s", info->name, info->words[value]);
	else
		add(buf, size, " %s=%d", info->name, value);
}

void history_step_format(const struct history_step *s, char *buf, size_t size)
{
	snprintf(buf, size, "%s", history_ops[s->op].name);
	for (unsigned int arg = 0; arg < HARG_COUNT; arg++)
		add_arg(s, arg, buf, size);
	for (unsigned int i = 0; i < s->nr_faults; i++) {
		const struct fault *f = &s->faults[i];

		add(buf, size, "%s%s@%u=%s%s", i ? " " : " : ", fault_points[f->point].name, f->nth,
		    strerrorname_np(-f->error), f->persistent ? "!" : "");
	}
}

void history_print(FILE *out, const struct history *h, unsigned int indent)
{
	char line[HISTORY_LINE];

	fprintf(out, "%*s%s\n", indent, "", h->wide ? HEAD_WIDE : HEAD);
	for (unsigned int i = 0; i < h->nr; i++) {
		history_step_format(&h->steps[i], line, sizeof(line));
		fprintf(out, "%*s%s\n", indent, "", line);
	}
}

/* ---- in ---------------------------------------------------------------- */

static const char *known_op(unsigned int i)
{
	return i < HOP_NR ? history_ops[i].name : NULL;
}

static const char *did_you_mean(const char *word, const char *(*known)(unsigned int i))
{
	static char text[80];
	const char *near = words_nearest(word, strlen(word), known);

	text[0] = '\0';
	if (near)
		snprintf(text, sizeof(text), ", did you mean '%s'?", near);
	return text;
}

/* "order, cg": what a kind of step takes. */
static const char *args_of(uint8_t op)
{
	static char text[120];

	text[0] = '\0';
	for (unsigned int arg = 0; arg < HARG_COUNT; arg++) {
		if (history_ops[op].args >> arg & 1)
			add(text, sizeof(text), "%s%s=", text[0] ? ", " : "",
			    arg == HARG_PARAM ? "PARAMETER" : arg_info[arg].name);
	}
	return text[0] ? text : "nothing";
}

static int parse_param(struct history_step *s, const char *word, char *why, size_t size)
{
	const char *eq = strchr(word, '=');
	char known[160] = "";

	for (unsigned int i = 0; i < nr_history_params; i++) {
		const struct history_param *p = &history_params[i];

		if (strlen(p->name) != (size_t)(eq - word) || strncmp(p->name, word, eq - word))
			continue;
		if (!strcmp(p->value, eq + 1)) {
			s->arg[HARG_PARAM] = i;
			return 0;
		}
		add(known, sizeof(known), "%s%s", known[0] ? ", " : "", p->value);
	}
	if (known[0])
		snprintf(why, size, "'%.60s': the values of that parameter here are %s", word, known);
	else
		snprintf(why, size, "unknown parameter '%.60s'; known are enabled, compressor, zpool, "
			 "max_pool_percent, accept_threshold_percent and shrinker_enabled", word);
	return -1;
}

static int parse_words(struct history_step *s, unsigned int arg, const char *value, char *why,
		       size_t size)
{
	const struct arg_info *info = &arg_info[arg];
	char known[80] = "";

	for (int i = 0; i <= info->max; i++) {
		if (!strcmp(info->words[i], value)) {
			s->arg[arg] = i;
			return 0;
		}
		add(known, sizeof(known), "%s%s", i ? ", " : "", info->words[i]);
	}
	snprintf(why, size, "%s takes one of %s, not '%.40s'", info->name, known, value);
	return -1;
}

static int parse_value(struct history_step *s, unsigned int arg, const char *value, char *why,
		       size_t size)
{
	const struct arg_info *info = &arg_info[arg];
	char *end;
	long n;

	if (info->words)
		return parse_words(s, arg, value, why, size);
	n = strtol(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || strlen(value) > 5 || n < info->min ||
	    n > info->max) {
		snprintf(why, size, "%s takes a number from %d to %d, not '%.40s'", info->name,
			 info->min, info->max, value);
		return -1;
	}
	s->arg[arg] = n;
	return 0;
}

/* "NAME=VALUE". @said: a bit for each that was there before. */
static int parse_arg(struct history_step *s, const char *word, uint32_t *said, char *why,
		     size_t size)
{
	const char *eq = strchr(word, '=');
	unsigned int arg = 0;

	if (!eq) {
		snprintf(why, size, "'%.60s' is no NAME=VALUE", word);
		return -1;
	}
	while (arg < HARG_PARAM && (strlen(arg_info[arg].name) != (size_t)(eq - word) ||
				    strncmp(arg_info[arg].name, word, eq - word)))
		arg++;
	if (!(history_ops[s->op].args >> arg & 1)) {
		snprintf(why, size, "%s has no '%.40s'; it takes %s", history_ops[s->op].name, word,
			 args_of(s->op));
		return -1;
	}
	if (*said >> arg & 1) {
		snprintf(why, size, "'%.60s': said twice", word);
		return -1;
	}
	*said |= 1u << arg;
	return arg == HARG_PARAM ? parse_param(s, word, why, size) :
	       parse_value(s, arg, eq + 1, why, size);
}

static int parse_fault(struct history_step *s, const char *word, char *why, size_t size)
{
	struct case_fault f;

	if (s->nr_faults == HISTORY_FAULTS) {
		snprintf(why, size, "a step holds at most %d faults", HISTORY_FAULTS);
		return -1;
	}
	if (!strchr(word, '@') || !strchr(word, '=')) {
		snprintf(why, size, "malformed fault '%.60s', expected POINT@HIT=ERROR", word);
		return -1;
	}
	if (case_parse_fault(word, strlen(word), &f, why, size))
		return -1;
	if (f.slot < 0 || f.folio) {
		snprintf(why, size, "'%.60s': in a history POINT@N is the N-th hit in the step, from 0",
			 word);
		return -1;
	}
	f.fault.nth = f.slot;
	s->faults[s->nr_faults++] = f.fault;
	return 0;
}

/* All that it takes and cannot do without. */
static int check_said(const struct history_step *s, uint32_t said, char *why, size_t size)
{
	for (unsigned int arg = 0; arg < HARG_COUNT; arg++) {
		if (!(history_ops[s->op].args >> arg & 1) || said >> arg & 1 || !arg_info[arg].always)
			continue;
		snprintf(why, size, "%s needs %s=", history_ops[s->op].name,
			 arg == HARG_PARAM ? "PARAMETER" : arg_info[arg].name);
		return -1;
	}
	return 0;
}

static int parse_step(struct history_step *s, char *line, char *why, size_t size)
{
	char *save, *word = strtok_r(line, " \t", &save);
	bool faults = false;
	uint32_t said = 0;
	int ret = 0;

	memset(s, 0, sizeof(*s));
	while (s->op < HOP_NR && strcmp(history_ops[s->op].name, word))
		s->op++;
	if (s->op == HOP_NR) {
		snprintf(why, size, "unknown step '%.40s'%s", word, did_you_mean(word, known_op));
		return -1;
	}
	for (unsigned int arg = 0; arg < HARG_COUNT; arg++)
		s->arg[arg] = history_ops[s->op].args >> arg & 1 ? arg_info[arg].min : 0;
	while (!ret && (word = strtok_r(NULL, " \t", &save))) {
		if (!strcmp(word, ":") && !faults)
			faults = true;
		else
			ret = faults ? parse_fault(s, word, why, size) :
			      parse_arg(s, word, &said, why, size);
	}
	if (!ret && faults && !s->nr_faults) {
		snprintf(why, size, "':' with no fault behind it");
		return -1;
	}
	return ret ? ret : check_said(s, said, why, size);
}

static int parse_head(struct history *h, const char *line, char *why, size_t size)
{
	h->wide = !strcmp(line, HEAD_WIDE);
	if (h->wide || !strcmp(line, HEAD))
		return 0;
	snprintf(why, size, "the first line of a history is '%s' or '%s'", HEAD, HEAD_WIDE);
	return -1;
}

static int parse_line(struct history *h, char *line, char *why, size_t size)
{
	int slots = (h->wide ? HISTORY_SLOTS_WIDE : HISTORY_SLOTS) + HISTORY_SLOTS;
	struct history_step *s = &h->steps[h->nr];

	if (h->nr == HISTORY_STEPS) {
		snprintf(why, size, "a history has at most %d steps", HISTORY_STEPS);
		return -1;
	}
	if (parse_step(s, line, why, size))
		return -1;
	if (s->arg[HARG_SLOT] >= slots) {
		snprintf(why, size, "slot=%d: this history has slots 0 to %d%s", s->arg[HARG_SLOT],
			 slots - 1, h->wide ? "" : "; one that begins with '" HEAD_WIDE "' has more");
		return -1;
	}
	h->nr++;
	return 0;
}

/* The line without comment and blanks around it. */
static char *strip(char *line)
{
	size_t n;

	line[strcspn(line, "#")] = '\0';
	line += strspn(line, " \t\r");
	for (n = strlen(line); n && strchr(" \t\r", line[n - 1]);)
		line[--n] = '\0';
	return line;
}

static int parse_lines(char *text, const char *name, struct history *h, char *why, size_t size)
{
	bool head = false;
	unsigned int nr = 0;
	char what[300];

	memset(h, 0, sizeof(*h));
	for (char *line; (line = strsep(&text, "\n"));) {
		int ret;

		nr++;
		line = strip(line);
		if (!*line)
			continue;
		ret = head ? parse_line(h, line, what, sizeof(what)) :
		      parse_head(h, line, what, sizeof(what));
		if (ret) {
			snprintf(why, size, "%s:%u: %s", name, nr, what);
			return -1;
		}
		head = true;
	}
	if (h->nr)
		return 0;
	snprintf(why, size, "%s: a history without a step; it begins with a line '%s'", name, HEAD);
	return -1;
}

int history_parse_text(const char *text, const char *name, struct history *h, char *why,
		       size_t size)
{
	char *copy = strdup(text);
	int ret;

	if (!copy) {
		snprintf(why, size, "no memory for a history");
		return -1;
	}
	ret = parse_lines(copy, name, h, why, size);
	free(copy);
	return ret;
}

static int read_all(FILE *file, const char *name, char **text, char *why, size_t size)
{
	size_t n;

	*text = malloc(FILE_MAX + 1);
	if (!*text) {
		snprintf(why, size, "no memory for a history");
		return -1;
	}
	n = fread(*text, 1, FILE_MAX + 1, file);
	if (ferror(file))
		snprintf(why, size, "%s: %s", name, strerror(errno));
	else if (memchr(*text, '\0', n))
		snprintf(why, size, "%s: not a text; a history begins with a line '%s'", name, HEAD);
	else if (n > FILE_MAX)
		snprintf(why, size, "%s: longer than any history", name);
	else {
		(*text)[n] = '\0';
		return 0;
	}
	free(*text);
	return -1;
}

int history_parse(const char *name, struct history *h, char *why, size_t size)
{
	bool stdin_too = !strcmp(name, "-");
	FILE *file = stdin_too ? stdin : fopen(name, "r");
	char *text;
	int ret;

	if (!file) {
		snprintf(why, size, "%s: %s", name, strerror(errno));
		return -1;
	}
	ret = read_all(file, stdin_too ? "standard input" : name, &text, why, size);
	if (!stdin_too)
		fclose(file);
	if (ret)
		return ret;
	ret = parse_lines(text, stdin_too ? "standard input" : name, h, why, size);
	free(text);
	return ret;
}
