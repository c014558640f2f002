/*
 * Masked words and mined templates.
 */
#include "text/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/mask.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof(*(a)))

static const char *masked(const char *line)
{
	static struct masked m;
	static char text[sizeof m.text + 1];

	mask_line(span_cstr(line), &m);
	memcpy(text, m.text, m.len);
	text[m.len] = '\0';
	return text;
}

static void what_varies_is_masked(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{"", ""},
		{"  \t ", ""},
		{"plain words stay", "plain words stay"},
		{"took 12 ms", "took <*> ms"},
		{"took 12ms -3.5e9 0x1f", "took <*>"},
		{"10.0.0.1:50010 is up", "<*> is up"},
		{"[2001:db8::1]:443 up", "[<*>::<*>]:<*> up"},
		{"at 2026-11-21T09:00:00.123Z now", "at <*> now"},
		{"2026-11-21 09:00:00,123 INFO x", "<*> INFO x"},
		{"id 3f0c9a12-77aa-4e21-9c55-0123456789ab end", "id <*> end"},
		{"open /var/log/syslog failed", "open <*> failed"},
		{"GET /a HTTP", "GET /a HTTP"},
		{"C:\\Windows\\x.dll", "C:<*>"},
		{"uid=0 euid=17,user=root", "uid=<*> euid=<*>,user=root"},
		{"a 1 2 3 b", "a <*> b"},
		{"blk_-6952295868487656571 (size 7)", "<*> (size <*>)"},
		{"sent 1.2 KB, 900 B (12 ms)", "sent <*> KB, <*> (<*> ms)"},
		{"free 7 MB of 9 GB now", "free <*> of <*> now"},
		{"proxy.example.com:5070 open", "<*> open"},
		{"org.apache.hadoop.Client waits", "org.apache.hadoop.Client waits"},
		{"\xff\x01 bytes", "\xff\x01 bytes"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(masked(cases[i].line), cases[i].want);
}

static void a_masked_line_is_masked_already(void **state)
{
	static const char *const lines[] = {"took 12ms on 10.0.0.1:80, disk /a/b/c full",
					    "x=1 y=[2,3] {4}", "2026-11-21 09:00:00 a:1,b:2"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		char *once = strdup(masked(lines[i]));

		assert_non_null(once);
		assert_string_equal(masked(once), once);
		free(once);
	}
}

static void long_lines_are_cut(void **state)
{
	static struct masked m;
	size_t len = 100000;
	char *line = malloc(len);

	(void)state;
	assert_non_null(line);
	for (size_t i = 0; i < len; i++)
		line[i] = i % 3 == 2 ? ' ' : (char)('a' + i % 7);
	mask_line(span_of(line, len), &m);
	assert_int_equal(m.n, MASK_WORDS_MAX);
	assert_true(m.words[m.n - 1].wild && m.len <= sizeof m.text);
	memset(line, '1', len);
	mask_line(span_of(line, len), &m);
	assert_int_equal(m.n, 1);
	for (size_t i = 0; i < len; i++)
		line[i] = i % 2 ? '1' : ';';
	mask_line(span_of(line, len), &m);
	assert_true(m.len <= sizeof m.text);
	free(line);
}

static struct template *add(struct miner *m, const char *line)
{
	return miner_add(m, span_cstr(line), NULL);
}

static void lines_of_one_message_are_one_template(void **state)
{
	struct miner *m = miner_new(100, NULL, NULL);
	struct template *t = add(m, "user alice logged in from 10.0.0.1");
	char id[TEMPLATE_ID_LEN + 1];
	bool added;

	(void)state;
	memcpy(id, t->id, sizeof id);
	assert_ptr_equal(miner_add(m, span_cstr("user alice logged in from 10.9.9.9"), &added), t);
	assert_false(added);
	assert_string_equal(t->text, "user alice logged in from <*>");
	assert_ptr_not_equal(add(m, "disk sda is full"), t);
	assert_ptr_not_equal(miner_add(m, span_cstr("user alice logged out"), &added), t);
	assert_true(added);
	assert_ptr_equal(add(m, "user alice logged on from 10.9.9.9"), t);
	assert_string_equal(t->text, "user alice logged <*> from <*>");
	assert_string_equal(t->id, id);
	assert_int_equal(t->count, 3);
	assert_null(add(m, "   "));
	assert_int_equal(miner_count(m), 3);
	miner_free(m);
}

/* Two of three words that do not vary: what stands in brackets beside a <*> is no likeness. */
static void words_that_vary_say_nothing(void **state)
{
	struct miner *m = miner_new(100, NULL, NULL);
	struct template *t = add(m, "[id: 1] started unit [pid: 7] cleanly");

	(void)state;
	assert_ptr_equal(add(m, "[id: 2] started unit [pid: 8] cleanly"), t);
	assert_ptr_not_equal(add(m, "[id: 2] stopped unit [pid: 8] late"), t);
	miner_free(m);
}

/* As many lines as there are slots for recent ones, and what changes between them. */
static void recent_lines_are_looked_up_anew_after_a_change(void **state)
{
	struct miner *m = miner_new(2, NULL, NULL);
	struct template *t = add(m, "one two three four");
	bool added;

	(void)state;
	assert_ptr_equal(add(m, "one two three four"), t);
	assert_ptr_equal(add(m, "one two three five"), t);
	assert_ptr_equal(add(m, "one two three four"), t);
	assert_string_equal(t->text, "one two three <*>");
	assert_int_equal(t->count, 4);
	(void)add(m, "another");
	(void)add(m, "a third");
	assert_string_equal(miner_add(m, span_cstr("one two three four"), &added)->text,
			    "one two three four");
	assert_true(added);
	miner_free(m);
}

static void finding_changes_nothing(void **state)
{
	struct miner *m = miner_new(100, NULL, NULL);

	(void)state;
	add(m, "connection to db lost after 3 s");
	assert_non_null(miner_find(m, span_cstr("connection to db lost after 99 s")));
	assert_null(miner_find(m, span_cstr("nothing of the kind")));
	assert_int_equal(miner_count(m), 1);
	assert_int_equal(miner_next(m, NULL)->count, 1);
	miner_free(m);
}

static void count_evicted(void *ctx, struct template *t)
{
	(void)t;
	++*(int *)ctx;
}

static void the_longest_unseen_makes_room(void **state)
{
	int evicted = 0;
	struct miner *m = miner_new(3, count_evicted, &evicted);

	(void)state;
	add(m, "alpha one");
	add(m, "beta");
	add(m, "gamma ray burst");
	add(m, "alpha one");
	add(m, "delta four words here");
	assert_int_equal(evicted, 1);
	assert_int_equal(miner_count(m), 3);
	assert_null(miner_find(m, span_cstr("beta")));
	assert_non_null(miner_find(m, span_cstr("alpha one")));
	miner_free(m);
}

static void memory_is_bounded_whatever_comes(void **state)
{
	int evicted = 0;
	struct miner *m = miner_new(50, count_evicted, &evicted);
	char line[64];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int a = i * 7919 % 26, b = i / 26 % 26, c = i / 676 % 26, d = i * 31 % 26;

		(void)snprintf(line, sizeof line, "%c%c%c %c%c%c %c%c%c %c", 'a' + a, 'a' + b,
			       'a' + c, 'a' + d, 'a' + a, 'a' + b, 'a' + c, 'a' + d, 'a' + a,
			       'a' + b);
		add(m, line);
		assert_true(miner_count(m) <= 50);
	}
	assert_true(evicted > 100);
	miner_free(m);
}

static void restore(struct miner *m, const struct template *t)
{
	struct template_saved saved = template_save(t);

	assert_non_null(miner_restore(m, &saved));
}

static void what_is_no_template_is_not_restored(void **state)
{
	static const struct template_saved bad[] = {
		{.text = {"took 12 ms", 10},
		 .id = {"0123456789abcdef", 16},
		 .way = {{"took", 4}, {"12", 2}}},
		{.text = {"fine", 4}, .id = {"short", 5}, .way = {{"fine", 4}}},
		{.text = {"two words", 9}, .id = {"0123456789abcdef", 16}, .way = {{"two", 3}}},
		{.text = {"fine", 4}, .id = {"0123456789abcde\0", 16}, .way = {{"fine", 4}}},
		{.text = {"fine", 4}, .id = {"0123456789abcdef", 16}, .way = {{"fi\0ne", 5}}},
	};
	struct miner *m = miner_new(10, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_null(miner_restore(m, &bad[i]));
	miner_free(m);
}

/* More first words than a node takes, and more templates than are remembered. */
static void a_crowded_miner_goes_on_as_before(void **state)
{
	struct miner *one = miner_new(150, NULL, NULL), *two = miner_new(150, NULL, NULL);
	char line[64];

	(void)state;
	for (int i = 0; i < 4000; i++) {
		if (i == 2000)
			for (struct template *t = miner_next(one, NULL); t; t = miner_next(one, t))
				restore(two, t);
		(void)snprintf(line, sizeof line, "%c%c said word%c to %c", 'a' + i % 23,
			       'a' + i / 23 % 19, 'a' + i * 7 % 26, 'a' + i % 3);
		if (i >= 2000)
			assert_string_equal(add(one, line)->id, add(two, line)->id);
		else
			add(one, line);
	}
	miner_free(one);
	miner_free(two);
}

/* Words side by side that widening made vary are two <*>, where masking would make one. */
static void what_widening_made_is_restored(void **state)
{
	struct miner *one = miner_new(10, NULL, NULL), *two = miner_new(10, NULL, NULL);
	struct template *t = add(one, "user alice came from far away with disk and key");

	(void)state;
	assert_ptr_equal(add(one, "user alice came from near by with disk and key"), t);
	assert_string_equal(t->text, "user alice came from <*> <*> with disk and key");
	restore(two, t);
	assert_string_equal(add(two, "user alice came from up north with disk and key")->id, t->id);
	miner_free(one);
	miner_free(two);
}

/* Two words of four agree: too few, whatever stands around them that varies. */
static void a_restored_template_knows_what_varies(void **state)
{
	struct miner *one = miner_new(10, NULL, NULL), *two = miner_new(10, NULL, NULL);
	struct template *t = add(one, "job done a=1 b=2 c=3 d=4 e=5 fine today");
	const char *other = "job done a=1 b=2 c=3 d=4 e=5 badly again";

	(void)state;
	restore(two, t);
	assert_null(miner_find(one, span_cstr(other)));
	assert_null(miner_find(two, span_cstr(other)));
	miner_free(one);
	miner_free(two);
}

/* Masked, a line of numbers grows; what is saved of it is still a template's text. */
static void a_template_of_the_longest_line_is_restored(void **state)
{
	struct miner *one = miner_new(10, NULL, NULL), *two = miner_new(10, NULL, NULL);
	char line[2 * MASK_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof line; i++)
		line[i] = "1="[i % 2];
	restore(two, miner_add(one, span_of(line, sizeof line), NULL));
	for (size_t i = 0; i < sizeof line; i++)
		line[i] = "a= 12="[i % 6];
	restore(two, miner_add(one, span_of(line, sizeof line), NULL));
	miner_free(one);
	miner_free(two);
}

static void a_saved_miner_goes_on_as_before(void **state)
{
	static const char *const first[] = {
		"user alice logged in from 10.0.0.1", "user alice logged on from 10.0.0.2",
		"disk sda is full", "queue 7 has 12 messages", "disk sda is gone"};
	static const char *const then[] = {"user alice logged up from 1", "disk sda is slow",
					   "queue 9 has 0 messages", "something new"};
	struct miner *one = miner_new(100, NULL, NULL), *two = miner_new(100, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(first); i++)
		add(one, first[i]);
	for (struct template *t = miner_next(one, NULL); t; t = miner_next(one, t))
		restore(two, t);
	for (size_t i = 0; i < ARRAY_LEN(then); i++) {
		struct template *a = add(one, then[i]), *b = add(two, then[i]);

		assert_string_equal(a->id, b->id);
		assert_string_equal(a->text, b->text);
		assert_int_equal(a->count, b->count);
	}
	miner_free(one);
	miner_free(two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_varies_is_masked),
		cmocka_unit_test(a_masked_line_is_masked_already),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(lines_of_one_message_are_one_template),
		cmocka_unit_test(words_that_vary_say_nothing),
		cmocka_unit_test(recent_lines_are_looked_up_anew_after_a_change),
		cmocka_unit_test(finding_changes_nothing),
		cmocka_unit_test(the_longest_unseen_makes_room),
		cmocka_unit_test(memory_is_bounded_whatever_comes),
		cmocka_unit_test(what_is_no_template_is_not_restored),
		cmocka_unit_test(a_crowded_miner_goes_on_as_before),
		cmocka_unit_test(what_widening_made_is_restored),
		cmocka_unit_test(a_restored_template_knows_what_varies),
		cmocka_unit_test(a_template_of_the_longest_line_is_restored),
		cmocka_unit_test(a_saved_miner_goes_on_as_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
