/* Past incidents: both forms, and what is none. */
#include "aiops-triage/past/past.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "triage_test.h"

static const char markdown[] =
	"---\nid: PI-1\ntitle: disk full\ndate: 2026-11-21\nservices: [db, api]\nalerts: []\n"
	"templates:\n  - \"No space <*> left\"\nsymptoms: inserts fail\n"
	"cause: {component: db, class: disk, text: a dump}\nfirst_action: df\nworked: removed\n  "
	"the dump\nrunbook: \"\"\n"
	"owner: me\n---\n\n# disk full\n---\nid: other\n---\n";

static void markdown_head_is_read(void **state)
{
	struct err e = ERR_INIT;
	struct past p;

	(void)state;
	if (past_from_markdown(&p, SPAN(markdown), &e) != 0)
		fail_msg("%s", e.text);
	assert_string_equal(p.fields[PAST_ID], "PI-1");
	assert_string_equal(p.fields[PAST_SERVICES], "db\napi");
	assert_string_equal(p.fields[PAST_ALERTS], "");
	assert_string_equal(p.fields[PAST_SYMPTOMS], "inserts fail");
	assert_string_equal(p.fields[PAST_CLASS], "disk");
	assert_string_equal(p.fields[PAST_WORKED], "removed the dump");
	assert_true(p.dated);
	past_release(&p);
}

static void record_with_the_same_keys_is_the_same(void **state)
{
	struct test_record t = test_parse(
		"{\"id\":\"PI-1\",\"title\":\"disk full\",\"date\":\"2026-11-21T00:00:00Z\","
		"\"services\":[\"db\",\"api\"],"
		"\"cause\":{\"component\":\"db\",\"class\":\"disk\",\"text\":\"a\\ndump\"},"
		"\"worked\":null}");
	struct err e = ERR_INIT;
	struct past p;

	(void)state;
	assert_int_equal(past_from_record(&p, t.record, &e), 0);
	assert_string_equal(p.fields[PAST_SERVICES], "db\napi");
	assert_string_equal(p.fields[PAST_CAUSE], "a dump");
	assert_string_equal(p.fields[PAST_WORKED], "");
	assert_true(p.dated);
	past_release(&p);
	test_record_free(&t);
}

static void markdown_mistakes_are_told(void **state)
{
	static const struct {
		const char *text;
		size_t line;
		const char *part;
	} cases[] = {
		{"# a post-mortem\n", 0, "no YAML head"},
		{"---\nid: x\ntitle: y\n", 0, "no YAML head"},
		{"", 0, "no YAML head"},
		{"---\ntitle: y\n---\n", 0, "'id' is missing"},
		{"---\nid: x\n---\n", 0, "'title' is missing"},
		{"---\nid: x\nid: y\n---\n", 3, "duplicate key"},
		{"---\nid: x\ntitle: [a]\n---\n", 3, "title"},
		{"---\nid: x\ntitle: y\nservices: {a: b}\n---\n", 4, "services"},
		{"---\nid: x\ntitle: y\ndate: soon\n---\n", 0, "date"},
		{"---\nid: [\n---\n", 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = ERR_INIT;
		struct past p;

		assert_int_equal(past_from_markdown(&p, span_cstr(cases[i].text), &e), -1);
		if (!strstr(e.text, cases[i].part) || (cases[i].line && e.line != cases[i].line))
			fail_msg("case %zu: %zu: %s", i, e.line, e.text);
	}
}

static void record_of_wrong_types_is_refused(void **state)
{
	static const char *const cases[] = {
		"{\"id\":1,\"title\":\"x\"}",
		"{\"id\":\"a\",\"title\":\"x\",\"services\":[1]}",
		"{\"id\":\"a\",\"title\":[\"x\"]}",
		"{}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct test_record t = test_parse(cases[i]);
		struct err e = ERR_INIT;
		struct past p;

		assert_int_equal(past_from_record(&p, t.record, &e), -1);
		test_record_free(&t);
	}
}

struct told {
	char where[8][200];
	char why[8][200];
	size_t n;
};

static void tell(void *ctx, const char *where, const char *why)
{
	struct told *t = ctx;

	assert_true(t->n < 8);
	(void)snprintf(t->where[t->n], sizeof t->where[0], "%s", where);
	(void)snprintf(t->why[t->n++], sizeof t->why[0], "%s", why);
}

static void write_file(const char *dir, const char *name, const char *text)
{
	struct buf path = BUF_INIT(256);
	struct err e = ERR_INIT;

	buf_addf(&path, "%s/%s", dir, name);
	assert_int_equal(file_write_atomic(buf_cstr(&path), span_cstr(text), 0600, &e), 0);
	buf_release(&path);
}

static void remove_file(const char *dir, const char *name)
{
	struct buf path = BUF_INIT(256);

	buf_addf(&path, "%s/%s", dir, name);
	assert_int_equal(unlink(buf_cstr(&path)), 0);
	buf_release(&path);
}

static void load_directory_names_and_counts_what_it_skips(void **state)
{
	char dir[] = "/tmp/triage-test-XXXXXX";
	struct told told = {.n = 0};
	struct err e = ERR_INIT;
	struct history h;

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_file(dir, "a.md", markdown);
	write_file(dir, "b.md", "# notes\n");
	write_file(dir, "c.md", markdown); /* the same id again */
	write_file(dir, "d.ndjson",
		   "{\"id\":\"PI-2\",\"title\":\"x\"}\n\n{\"id\":3}\nno json\n{\"id\":\"PI-3\","
		   "\"title\":\"y\"}");
	write_file(dir, "e.txt", "not looked at");
	history_init(&h);
	assert_int_equal(history_load(&h, dir, tell, &told, &e), 0);
	assert_int_equal(h.n, 3);
	assert_int_equal(h.skipped, 4);
	assert_int_equal(told.n, 4);
	assert_non_null(strstr(told.where[0], "/b.md"));
	assert_non_null(strstr(told.why[1], "another past incident has the id 'PI-1'"));
	assert_non_null(strstr(told.where[2], "/d.ndjson:3"));
	assert_non_null(strstr(told.where[3], "/d.ndjson:4"));
	history_release(&h);
	remove_file(dir, "a.md");
	remove_file(dir, "b.md");
	remove_file(dir, "c.md");
	remove_file(dir, "d.ndjson");
	remove_file(dir, "e.txt");
	assert_int_equal(rmdir(dir), 0);
}

static void load_missing_path_is_an_error(void **state)
{
	struct told told = {.n = 0};
	struct err e = ERR_INIT;
	struct history h;

	(void)state;
	history_init(&h);
	assert_int_equal(history_load(&h, "/nonexistent/past", tell, &told, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	err_clear(&e);
	assert_int_equal(history_load(&h, "/nonexistent/past.ndjson", tell, &told, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	history_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markdown_head_is_read),
		cmocka_unit_test(record_with_the_same_keys_is_the_same),
		cmocka_unit_test(markdown_mistakes_are_told),
		cmocka_unit_test(record_of_wrong_types_is_refused),
		cmocka_unit_test(load_directory_names_and_counts_what_it_skips),
		cmocka_unit_test(load_missing_path_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
