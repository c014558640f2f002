#include "aiops-runbook/effects/effects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS = 128, LINES = 1000 };

static struct effects *table;

static int load(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	table = effects_new();
	if (effects_add_folder(table, "share/effects", &e) != 0)
		fail_msg("%zu:%zu %s", e.line, e.col, e.text);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	effects_free(table);
	return 0;
}

/* Words of a line: blanks part them, '...' keeps them together, {{x}} is not known. */
static size_t words_of(char *line, struct word *out)
{
	size_t n = 0;
	char *p = line;

	while (*p && n < WORDS) {
		char *from, *hole;
		char end = ' ';

		while (*p == ' ')
			p++;
		if (!*p)
			break;
		if (*p == '\'') {
			end = '\'';
			p++;
		}
		from = p;
		while (*p && *p != end)
			p++;
		out[n].known = true;
		out[n].text = span_of(from, (size_t)(p - from));
		if (*p)
			*p++ = '\0';
		hole = strstr(from, "{{");
		if (hole) {
			out[n].known = false;
			out[n].text.len = (size_t)(hole - from);
		}
		n++;
	}
	return n;
}

static enum effect effect_named(const char *name)
{
	for (int i = EFFECT_READ; i <= EFFECT_DESTRUCTIVE; i++) {
		if (strcmp(name, effect_names[i]) == 0)
			return (enum effect)i;
	}
	fail_msg("no effect: %s", name);
	return EFFECT_DESTRUCTIVE;
}

/* tests/data/effects.tsv: what a person who knows the tool says that a line does. */
static void test_labelled_lines(void **state)
{
	size_t counts[3][3] = {{0}}, lines = 0, wrong = 0;
	FILE *f = fopen("tests/data/effects.tsv", "r");
	char line[4096];

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		struct word words[WORDS];
		struct judgement j;
		enum effect want;
		char copy[4096], *tab;
		size_t n;

		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		tab = strchr(line, '\t');
		assert_non_null(tab);
		*tab = '\0';
		want = effect_named(line);
		memcpy(copy, tab + 1, strlen(tab + 1) + 1);
		n = words_of(copy, words);
		effects_judge(table, words, n, SPAN_NONE, &j);
		counts[want][j.effect]++;
		lines++;
		/* Too careful is no fault where the table does not know; too trusting always is. */
		if (j.effect != want) {
			wrong++;
			print_message("%s, judged %s (%s): %s\n", line, effect_names[j.effect],
				      j.why, tab + 1);
		}
	}
	(void)fclose(f); /* it was read */
	print_message("is \\ judged      read  write  destructive\n");
	for (int i = 0; i < 3; i++)
		print_message("%-12s  %6zu %6zu %12zu\n", effect_names[i], counts[i][0],
			      counts[i][1], counts[i][2]);
	assert_true(lines >= 300);
	assert_int_equal(counts[EFFECT_DESTRUCTIVE][EFFECT_READ], 0);
	assert_int_equal(counts[EFFECT_DESTRUCTIVE][EFFECT_WRITE], 0);
	assert_int_equal(counts[EFFECT_WRITE][EFFECT_READ], 0);
	assert_int_equal(wrong, 0);
}

static enum effect sql(const char *text)
{
	return sql_effect(span_cstr(text), true, NULL);
}

static void test_sql(void **state)
{
	(void)state;
	assert_int_equal(sql("select count(*) from pg_stat_activity where state = 'idle'"),
			 EFFECT_READ);
	assert_int_equal(sql("SHOW max_connections; select 1;"), EFFECT_READ);
	assert_int_equal(sql("explain select * from a"), EFFECT_READ);
	assert_int_equal(sql("explain analyze delete from a"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("with x as (select 1) select * from x"), EFFECT_READ);
	assert_int_equal(sql("with x as (delete from a returning *) select * from x"),
			 EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select pg_terminate_backend(pid) from pg_stat_activity"),
			 EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select pg_catalog.pg_terminate_backend(7)"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select \"pg_terminate_backend\"(7)"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select pg_terminate_backend /* */ (7)"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select my_function(1)"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select 'drop table x'"), EFFECT_READ);
	assert_int_equal(sql("select 1; drop table x"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select $$;$$; drop table x"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select * into x from y"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("update a set b = 1"), EFFECT_WRITE);
	assert_int_equal(sql("insert into a values (1)"), EFFECT_WRITE);
	assert_int_equal(sql("create index concurrently i on a(b)"), EFFECT_WRITE);
	assert_int_equal(sql("truncate a"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("alter system set x = 1"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("alter role :\"r\" connection limit :n"), EFFECT_WRITE);
	assert_int_equal(sql("alter role r connection limit 5 superuser"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("alter role r rename to x"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("alter role superuser superuser"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select a from b\n\\gset\nselect :'a'"), EFFECT_READ);
	assert_int_equal(sql("select :a"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select '1'::int"), EFFECT_READ);
	assert_int_equal(sql("select 1 \\g | sh"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select 1 \\gexec"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("\\! rm -rf /"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("do $$ begin perform 1; end $$"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("copy a to program 'x'"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql(""), EFFECT_READ);
	assert_int_equal(sql_effect(SPAN("select 1"), false, NULL), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select e'\\'; drop table x; --'"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("/*! drop table x */ select 1"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("update a set b = 1; select pg_drop_replication_slot('x')"),
			 EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("insert into a(b) select pg_terminate_backend(7)"),
			 EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("insert into a(b) values (now()) on conflict (b) do update set c = 1"),
			 EFFECT_WRITE);
	assert_int_equal(sql("explain analyse delete from a"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select mine.now()"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select pg_catalog.now()"), EFFECT_READ);
}

/* What PostgreSQL and MySQL do not take for the same is not taken for text or comment. */
static void test_sql_that_servers_read_differently(void **state)
{
	(void)state;
	assert_int_equal(sql("select a$$; drop table x; $$"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select $$; drop table x; $$"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select $a$idle in transaction$a$"), EFFECT_READ);
	assert_int_equal(sql("select 1 --; drop table x"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select 1 -- it's\rdrop table x;'"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select 1 -- it's\r\n, 2"), EFFECT_READ);
	assert_int_equal(sql("select 1 # it's\n; drop table x; '"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select `it's`; drop table x; '`'"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select `a` from `b`"), EFFECT_READ);
	assert_int_equal(sql("select `f`(1)"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select 'it has no end"), EFFECT_DESTRUCTIVE);
	assert_int_equal(sql("select \"f\" --x\n(1)"), EFFECT_DESTRUCTIVE);
}

static void test_what_can_be_done_twice(void **state)
{
	static const struct {
		const char *line;
		bool repeatable;
	} table_[] = {
		{"kubectl scale deploy/x --replicas=3", true},
		{"kubectl rollout restart deploy/x", false},
		{"systemctl start x", true},
		{"systemctl restart x", false},
		{"redis-cli INCR x", false},
		{"redis-cli SET x 1", true},
		{"sudo systemctl restart x", false},
		{"unknown-tool", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table_ / sizeof *table_; i++) {
		struct word words[WORDS];
		struct judgement j;
		char line[200];
		size_t n;

		(void)snprintf(line, sizeof line, "%s", table_[i].line);
		n = words_of(line, words);
		effects_judge(table, words, n, SPAN_NONE, &j);
		if (j.repeatable != table_[i].repeatable)
			fail_msg("%s", table_[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labelled_lines),
		cmocka_unit_test(test_sql),
		cmocka_unit_test(test_sql_that_servers_read_differently),
		cmocka_unit_test(test_what_can_be_done_twice),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
