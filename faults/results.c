// SPDX-License-Identifier: GPL-2.0-or-later
/* Results in a file, a line a scenario. */
#include "results.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "results_json.h"

#define FORMAT		1	/* of the file */

/* ---- what the run is --------------------------------------------------- */

#define SUM_BEGINS	0xcbf29ce484222325ull

/* FNV-1a, over one byte more. */
static void add_byte(uint64_t *sum, unsigned char c)
{
	*sum = (*sum ^ c) * 0x100000001b3ull;
}

static bool add_file(uint64_t *sum, const char *path)
{
	FILE *f = fopen(path, "rb");
	int c;

	if (!f)
		return false;
	while ((c = getc_unlocked(f)) != EOF)
		add_byte(sum, c);
	fclose(f);
	return true;
}

static json_t *sum_word(uint64_t sum)
{
	char word[20];

	snprintf(word, sizeof(word), "%016llx", (unsigned long long)sum);
	return json_string(word);
}

static json_t *contents_of(const struct pages *pages)
{
	uint64_t sum = SUM_BEGINS;

	for (unsigned int i = 0; i < pages->nr; i++) {
		for (unsigned int k = 0; k < 4096; k++)
			add_byte(&sum, ((const unsigned char *)pages->real[i])[k]);
	}
	return sum_word(sum);
}

/* Other code, other hits: the program and the subject have to be the same. */
static json_t *build_of(const struct results_run *run)
{
	uint64_t sum = SUM_BEGINS;

	if (!add_file(&sum, "/proc/self/exe") || !add_file(&sum, run->setting->file))
		return NULL;
	return sum_word(sum);
}

static json_t *names_of(const struct results_run *run)
{
	json_t *names = json_array();
	char name[SCENARIO_NAME];

	for (unsigned int i = 0; i < run->nr; i++) {
		scenario_format(&run->scenarios[i], name, sizeof(name));
		json_array_append_new(names, json_string(name));
	}
	return names;
}

static json_t *head_of(const struct results_run *run)
{
	const struct setting *s = run->setting;
	const struct subject_desc *desc = s->subject.desc;

	return json_pack("{s:i,s:s,s:i,s:s,s:s,s:s,s:s,s:s*,s:o,s:b,s:b,s:o,s:o}", "zfault", FORMAT,
			 "command", run->command, "depth", run->depth,
			 "subject", s->subject_name, "name", desc->name, "origin", desc->origin,
			 "pages", s->pages.source, "dump", s->pages_file,
			 "contents", contents_of(&s->pages),
			 "strict", run->strict, "guard", run->guard,
			 "build", build_of(run), "scenarios", names_of(run));
}

const char *results_word(const struct results *rs, const char *key)
{
	const char *word = json_string_value(json_object_get(rs->head, key));

	return word ? word : "";
}

const char *results_scenario(const struct results *rs, unsigned int i)
{
	const char *name = json_string_value(json_array_get(json_object_get(rs->head, "scenarios"), i));

	return name ? name : "";
}

/* The first key in which two runs differ. */
static const char *difference(const json_t *a, json_t *b)
{
	static const char *const keys[] = {
		"zfault", "command", "depth", "name", "build", "origin", "subject", "scenarios", "strict",
		"guard", "pages", "contents",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!json_equal(json_object_get(a, keys[i]), json_object_get(b, keys[i])))
			return keys[i];
	}
	return NULL;
}

static int no_results(const char *path)
{
	return usage_error("%s: not a file of results, as --results writes it", path);
}

static bool is_head(const json_t *head)
{
	json_int_t depth = json_integer_value(json_object_get(head, "depth"));

	return json_is_integer(json_object_get(head, "zfault")) &&
	       json_is_array(json_object_get(head, "scenarios")) &&
	       depth >= 0 && depth <= FAULT_MAX_PLAN;
}

/* Takes over @head. */
static int take_head(struct results *rs, json_t *head, const char *path)
{
	const char *differs;

	if (!is_head(head)) {
		json_decref(head);
		return no_results(path);
	}
	differs = rs->head ? difference(rs->head, head) : NULL;
	if (differs) {
		json_decref(head);
		return usage_error("%s: results of another run: '%s' is not the same", path, differs);
	}
	if (rs->head) {
		json_decref(head);
		return 0;
	}
	rs->head = head;
	rs->nr = json_array_size(json_object_get(head, "scenarios"));
	rs->depth = json_integer_value(json_object_get(head, "depth"));
	rs->guard = json_is_true(json_object_get(head, "guard"));
	rs->all = calloc(rs->nr + 1, sizeof(*rs->all));
	return rs->all ? 0 : harness_error("no memory for %u results", rs->nr);
}

static int cannot_read(const struct results_run *run)
{
	return harness_error("%s: the program or the subject cannot be read again", run->setting->file);
}

int results_can_play(const struct results *rs, const struct results_run *run)
{
	json_t *head = head_of(run);
	const char *differs;

	if (!head)
		return cannot_read(run);
	differs = difference(rs->head, head);
	json_decref(head);
	if (!differs)
		return 0;
	return usage_error("the smallest case of each defect is looked for anew, and '%s' is not the same here",
			   differs);
}

/* ---- reading ----------------------------------------------------------- */

/* One run is like the other, wherever it was: a part that was played twice says the same. */
static bool says_the_same(const struct result *r, json_t *json)
{
	json_t *known = result_to_json(r);
	bool same;

	json_object_del(json, "n");
	same = json_equal(known, json);
	json_decref(known);
	return same;
}

/* Takes over @json. */
static int take_result(struct results *rs, json_t *json, const char *path, unsigned int line)
{
	json_int_t n = json_integer_value(json_object_get(json, "n"));
	struct result *r = json && n >= 0 && n < rs->nr ? result_from_json(json) : NULL;
	bool differs = r && rs->all[n] && !says_the_same(rs->all[n], json);

	json_decref(json);
	if (differs) {
		result_forget(r);
		return harness_error("%s:%u: another result of %s than there was before", path, line,
				     results_scenario(rs, n));
	}
	if (!r || r->depth != rs->depth || strcmp(r->name, results_scenario(rs, n))) {
		result_forget(r);
		return usage_error("%s:%u: no result of this run", path, line);
	}
	if (rs->all[n])
		result_forget(r);
	else
		rs->all[n] = r;
	return 0;
}

/* @whole: how many bytes of the file are whole lines. */
static int read_lines(struct results *rs, FILE *f, const char *path, off_t *whole)
{
	char *line = NULL;
	size_t size = 0;
	unsigned int nr = 0;
	ssize_t len;
	json_t *json;
	int code = 0;

	*whole = 0;
	while (!code && (len = getline(&line, &size, f)) > 0 && line[len - 1] == '\n') {
		json = json_loadb(line, len, 0, NULL);
		code = nr++ ? take_result(rs, json, path, nr) : take_head(rs, json, path);
		*whole += len;
	}
	free(line);
	return code;
}

int results_read(struct results *rs, const char *path)
{
	FILE *f = fopen(path, "r");
	off_t whole = 0;
	int code;

	if (!f)
		return usage_error("%s: %s", path, strerror(errno));
	code = read_lines(rs, f, path, &whole);
	fclose(f);
	if (!code && !whole)
		code = no_results(path);
	return code;
}

/* ---- writing ----------------------------------------------------------- */

static int write_line(struct results *rs, json_t *json)
{
	bool written = json && !json_dumpf(json, rs->file, JSON_COMPACT) &&
		       putc('\n', rs->file) != EOF && !fflush(rs->file);

	return written ? 0 : harness_error("cannot write %s: %s", rs->path,
					   json && errno ? strerror(errno) : "no memory");
}

int results_open(struct results *rs, const char *path, const struct results_run *run)
{
	json_t *head = head_of(run);
	struct stat st;
	off_t whole;
	int fd, code;

	if (!head)
		return cannot_read(run);
	code = take_head(rs, head, path);
	if (code)
		return code;
	rs->path = path;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	rs->file = fd < 0 ? NULL : fdopen(fd, "r+");
	if (!rs->file || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return usage_error("cannot write %s: %s; --results takes a file in a folder that may be written to",
				   path, rs->file ? "no file" : strerror(errno));
	code = read_lines(rs, rs->file, path, &whole);
	if (code)
		return code;
	/* What follows is no whole line: of a file of results it is the last one's beginning. */
	if (!whole && st.st_size)
		return no_results(path);
	if (ftruncate(fd, whole) || fseeko(rs->file, whole, SEEK_SET))
		return harness_error("cannot write %s: %s", path, strerror(errno));
	return whole ? 0 : write_line(rs, rs->head);
}

int results_add(struct results *rs, unsigned int i, const struct result *r)
{
	json_t *json = result_to_json(r);
	int code;

	if (json_object_set_new(json, "n", json_integer(i))) {
		json_decref(json);
		json = NULL;
	}
	code = write_line(rs, json);
	json_decref(json);
	return code;
}

int results_close(struct results *rs)
{
	int code = 0;

	for (unsigned int i = 0; rs->all && i < rs->nr; i++)
		result_forget(rs->all[i]);
	free(rs->all);
	json_decref(rs->head);
	if (rs->file && fclose(rs->file))
		code = harness_error("cannot write %s: %s", rs->path, strerror(errno));
	memset(rs, 0, sizeof(*rs));
	return code;
}
