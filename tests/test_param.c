// SPDX-License-Identifier: GPL-2.0-or-later
/* Module parameters: the rules of each type, the command line, sysfs. */
#include <check.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "shim/boot.h"
#include "shim/context.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"

static bool flag __world = true;
static unsigned int number __world = 20;
static char *word __world = "default";
static char *other __world = "default";
static char got[64] __world;
static const char *kept __world;
static int state __world = -1;

/* What a set callback is given; it may write it, as strstrip() does. */
static int set_spy(const char *val, const struct kernel_param *kp)
{
	strscpy(got, val, sizeof(got));
	strstrip((char *)val);
	kept = val;
	state = system_state;
	return strcmp(got, "refuse\n") ? 0 : -EINVAL;
}

static const struct kernel_param_ops spy_ops = { .set = set_spy };
static const struct kernel_param_ops mute_ops = { 0 };

module_param_named(flag, flag, bool, 0644);
module_param_named(number, number, uint, 0644);
module_param_named(word, word, charp, 0644);
module_param_cb(other, &param_ops_charp, &other, 0644);
module_param_cb(spy, &spy_ops, NULL, 0644);
module_param_cb(mute, &mute_ops, NULL, 0644);
module_param_named(fixed, number, uint, 0444);

extern const struct kernel_param __start_shim_param[], __stop_shim_param[];

static void lruvec_state_init(struct lruvec *lruvec)
{
}

static struct subject_desc desc __outside = { .lruvec_state_init = lruvec_state_init };
static const struct subject subject = { .desc = &desc };

static void boot(const char *const *params)
{
	struct world_config config = { .cpus_possible = 2, .cpus_online = 2, .params = params };

	desc.params_start = __start_shim_param;
	desc.params_stop = __stop_shim_param;
	fault_reset();
	ck_assert_int_eq(world_boot(&config, &subject), 0);
}

static void setup(void)
{
	boot(NULL);
}

static void teardown(void)
{
	fault_plan_set(NULL, 0);
}

static const char *get(const char *name)
{
	static char buf[2048];

	ck_assert_int_eq(world_param_get(name, buf, sizeof(buf)), 0);
	return buf;
}

START_TEST(the_section_is_an_array)
{
	const char *names = "";
	unsigned int nr = 0;

	for (const struct kernel_param *kp = desc.params_start; kp < desc.params_stop; kp++) {
		ck_assert_ptr_nonnull(kp->name);
		ck_assert_ptr_nonnull(kp->ops);
		names = kp->name;
		nr++;
	}
	ck_assert_uint_ge(nr, 7);
	ck_assert_str_ne(names, "");
}
END_TEST

START_TEST(bools)
{
	static const char *const yes[] = { "y", "Y", "t", "T", "1", "on", "ON", "On", "yes", "1x" };
	static const char *const no[] = { "n", "N", "f", "F", "0", "off", "OFF", "oF", "no", "0x" };
	static const char *const neither[] = { "", "2", "o", "ox", "-1", " 1", "enable" };

	for (unsigned int i = 0; i < ARRAY_SIZE(yes); i++) {
		flag = false;
		ck_assert_msg(!world_param_set("flag", yes[i]) && flag, "%s", yes[i]);
		flag = true;
		ck_assert_msg(!world_param_set("flag", no[i]) && !flag, "%s", no[i]);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(neither); i++) {
		flag = i & 1;
		ck_assert_msg(world_param_set("flag", neither[i]) == -EINVAL, "%s", neither[i]);
		ck_assert_int_eq(flag, i & 1);
	}
	flag = true;
	ck_assert_str_eq(get("flag"), "Y");
	flag = false;
	ck_assert_str_eq(get("flag"), "N");
}
END_TEST

START_TEST(a_bool_without_a_value_is_true)
{
	const struct kernel_param kp = { .arg = &flag };

	flag = false;
	ck_assert_int_eq(param_set_bool(NULL, &kp), 0);
	ck_assert(flag);
}
END_TEST

START_TEST(uints)
{
	static const struct {
		const char *text;
		unsigned int value;
	} good[] = {
		{ "0", 0 }, { "90", 90 }, { "+7", 7 }, { "0x1F", 31 }, { "010", 8 },
		{ "4294967295", UINT_MAX }, { "00", 0 },
	};
	static const struct {
		const char *text;
		int error;
	} bad[] = {
		{ "", -EINVAL }, { "-1", -EINVAL }, { " 1", -EINVAL }, { "1 ", -EINVAL },
		{ "1x", -EINVAL }, { "x", -EINVAL }, { "0x", -EINVAL }, { "08", -EINVAL },
		{ "++1", -EINVAL }, { "+", -EINVAL }, { "1\n", -EINVAL },
		{ "4294967296", -ERANGE }, { "99999999999999999999", -ERANGE },
		{ "4294967296x", -EINVAL }, { "99999999999999999999x", -ERANGE },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		number = 12345;
		ck_assert_msg(world_param_set("number", good[i].text) == 0, "%s", good[i].text);
		ck_assert_uint_eq(number, good[i].value);
	}
	number = 12345;
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		ck_assert_msg(world_param_set("number", bad[i].text) == bad[i].error, "%s",
			      bad[i].text);
		ck_assert_uint_eq(number, 12345);
	}
	ck_assert_str_eq(get("number"), "12345");
}
END_TEST

START_TEST(strings_own_what_they_allocated)
{
	const size_t header = sizeof(struct list_head) + sizeof(size_t);
	const char *literal = word;
	char *first, *block;

	/* The default is a literal: it must not be freed, now or ever. */
	ck_assert_int_eq(world_param_set("word", "first"), 0);
	ck_assert_ptr_ne(word, literal);
	ck_assert(arena_contains(word));
	ck_assert_str_eq(word, "first\n");
	ck_assert_str_eq(get("word"), "first");
	first = word;
	ck_assert_int_eq(world_param_set("other", "other"), 0);

	/* The old one is freed, and only then: its memory comes back. */
	ck_assert_int_eq(world_param_set("word", "secnd"), 0);
	ck_assert_ptr_ne(word, first);
	ck_assert_str_eq(word, "secnd\n");
	ck_assert_str_eq(other, "other\n");
	block = arena_alloc(header + sizeof("first\n"));
	ck_assert_ptr_eq(block + header, first);
	param_free_charp(&word);
	word = (char *)literal;
	param_free_charp(&word);
	ck_assert_str_eq(word, "default");
	ck_assert_uint_eq(ledger_kmalloc_live(), 0);
}
END_TEST

START_TEST(strings_have_a_limit)
{
	const struct kernel_param kp = { .name = "word", .arg = &word };
	char *literal = word;
	char text[1026];

	memset(text, 'a', sizeof(text));
	text[1025] = '\0';
	ck_assert_int_eq(param_set_charp(text, &kp), -ENOSPC);
	ck_assert_ptr_eq(word, literal);
	ck_assert_ptr_nonnull(strstr(world_printk_line(0), "too long"));
	text[1024] = '\0';
	ck_assert_int_eq(param_set_charp(text, &kp), 0);
	ck_assert_str_eq(word, text);
}
END_TEST

START_TEST(strings_can_fail)
{
	const struct fault fault = {
		.point = FP_PARAM_SET_CHARP, .phase = PHASE_STORE, .error = -ENOMEM,
	};
	char *before;

	ck_assert_int_eq(world_param_set("word", "before"), 0);
	before = word;
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(world_param_set("word", "after"), -ENOMEM);
	ck_assert_uint_eq(fault_fired(), 1);
	ck_assert_ptr_eq(word, before);
	ck_assert_str_eq(get("word"), "before");
	ck_assert_int_eq(world_param_set("word", "after"), 0);
	ck_assert_str_eq(get("word"), "after");
}
END_TEST

START_TEST(strings_sleep)
{
	unsigned int nr, total;

	context_now->spinlocks++;
	world_param_set("word", "x");
	context_now->spinlocks--;
	ledger_complaints(&nr, &total);
	ck_assert_uint_eq(total, 1);
}
END_TEST

START_TEST(sysfs)
{
	char big[WORLD_PAGE_SIZE + 1];
	char small[4];

	ck_assert_int_eq(world_param_set("spy", "value"), 0);
	ck_assert_str_eq(got, "value\n");
	ck_assert_int_eq(state, SYSTEM_RUNNING);
	/* The buffer is gone: whoever wants as much gets it. */
	ck_assert_ptr_eq(arena_alloc(sizeof("value\n")), kept);
	ck_assert_int_eq(world_param_set("spy", "refuse"), -EINVAL);
	ck_assert_int_eq(world_param_set("nothing", "1"), -ENOENT);
	ck_assert_int_eq(world_param_set("fla", "1"), -ENOENT);
	ck_assert_int_eq(world_param_set("flags", "1"), -ENOENT);
	ck_assert_int_eq(world_param_get("nothing", small, sizeof(small)), -ENOENT);
	ck_assert_int_eq(world_param_set("mute", "1"), -EPERM);
	ck_assert_int_eq(world_param_get("mute", small, sizeof(small)), -EPERM);
	ck_assert_int_eq(world_param_set("fixed", "1"), -EPERM);
	ck_assert_str_eq(get("fixed"), "20");
	memset(big, '1', sizeof(big));
	big[WORLD_PAGE_SIZE] = '\0';
	ck_assert_int_eq(world_param_set("number", big), -E2BIG);
	number = 12345;
	ck_assert_int_eq(world_param_get("number", small, sizeof(small)), 0);
	ck_assert_str_eq(small, "123");
}
END_TEST

START_TEST(command_line)
{
	static const char *const params[] = {
		"flag=off", "number=31", "word=a=b", "spy=x", "nothing=1", NULL,
	};
	static const char *const alone[] = { "flag=0", "flag", "number", NULL };

	boot(params);
	ck_assert(!flag);
	ck_assert_uint_eq(number, 31);
	ck_assert_str_eq(word, "a=b");
	ck_assert_str_eq(got, "x");
	ck_assert_int_eq(state, SYSTEM_BOOTING);
	ck_assert_str_eq(world_printk_line(0), "Booting kernel: Unknown parameter `nothing'");
	ck_assert_ptr_null(world_printk_line(1));

	/* Only a type that says so may stand without a value. */
	boot(alone);
	ck_assert(flag);
	ck_assert_uint_eq(number, 20);
	ck_assert_str_eq(world_printk_line(0), "Booting kernel: `' is wrong for parameter `number'");
}
END_TEST

START_TEST(without_a_subject)
{
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
	ck_assert_int_eq(world_param_set("flag", "1"), -ENOENT);
}
END_TEST

Suite *suite_param(void);
Suite *suite_param(void)
{
	Suite *s = suite_create("param");
	TCase *tc = tcase_create("param");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_section_is_an_array);
	tcase_add_test(tc, bools);
	tcase_add_test(tc, a_bool_without_a_value_is_true);
	tcase_add_test(tc, uints);
	tcase_add_test(tc, strings_own_what_they_allocated);
	tcase_add_test(tc, strings_have_a_limit);
	tcase_add_test(tc, strings_can_fail);
	tcase_add_test(tc, strings_sleep);
	tcase_add_test(tc, sysfs);
	tcase_add_test(tc, command_line);
	tcase_add_test(tc, without_a_subject);
	suite_add_tcase(s, tc);
	return s;
}
