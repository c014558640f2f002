#include "store/audit.h"

#include "fixture.h"

static const uint8_t salt[AUDIT_SALT_BYTES];

static int append(struct fixture *f, struct store *s, const char *id, const char *incident,
		  const char *run, const char *body, struct audit_ref *ref)
{
	err_clear(&f->err);
	return audit_append(s, instant_from_ns(INT64_C(1795252159095678000)), SPAN("run"),
			    SPAN("alice"), span_cstr(id), span_cstr(incident), span_cstr(run),
			    span_cstr(body), salt, ref, &f->err);
}

static struct store *begun(struct fixture *f)
{
	struct store *s = fixture_open(f);

	fixture_ok(f, store_begin(s, &f->err));
	return s;
}

static void ended(struct fixture *f, struct store *s)
{
	fixture_ok(f, store_commit(s, &f->err));
	store_close(s);
}

static void no_problem(void *ctx, int64_t seq, const char *what, const char *expected,
		       const char *found)
{
	(void)ctx;
	fail_msg("seq %" PRId64 ": %s: expected %s, found %s", seq, what, expected, found);
}

static void verified(struct fixture *f, int64_t rows)
{
	struct store *s = fixture_read(f);
	struct audit_report r;

	fixture_ok(f, audit_verify(s, NULL, 0, no_problem, NULL, &r, &f->err));
	assert_int_equal(r.rows, rows);
	store_close(s);
}

static void audit_append_stores_body_and_columns(void **state)
{
	static const char body[] =
		"{ \"id\":\"x#1\",\"incident\":\"INC-1\", \"run\":\"RUN-1\",\"n\":1e3,\"s\":\"\\/\\u00e9\xc3\xa9\"}";
	struct fixture *f = *state;
	struct store *s = begun(f);
	struct audit_ref ref;
	sqlite3_stmt *st;

	fixture_ok(f, append(f, s, "x#1", "INC-1", "RUN-1", body, &ref));
	assert_int_equal(ref.seq, 1);
	assert_false(ref.was_there);
	st = store_stmt(
		s, "SELECT ts, kind, actor, record_id, incident, run, body, hash FROM aiops_audit",
		&f->err);
	assert_int_equal(store_step(s, st, &f->err), 1);
	assert_true(span_is(store_text(st, 0), "2026-11-21T09:09:19.095Z"));
	assert_true(span_is(store_text(st, 1), "run"));
	assert_true(span_is(store_text(st, 2), "alice"));
	assert_true(span_is(store_text(st, 3), "x#1"));
	assert_true(span_is(store_text(st, 4), "INC-1"));
	assert_true(span_is(store_text(st, 5), "RUN-1"));
	assert_true(span_is(store_text(st, 6), body));
	assert_true(span_is(store_text(st, 7), ref.hash));
	ended(f, s);
	verified(f, 1);
}

static void audit_append_of_a_repeat_gives_the_old_row(void **state)
{
	struct fixture *f = *state;
	struct store *s = begun(f);
	struct audit_ref first, again;

	fixture_ok(f, append(f, s, "a", NULL, NULL, "{\"id\":\"a\",\"observed\":\"1\",\"n\":1}",
			     &first));
	fixture_ok(f, append(f, s, "b", NULL, NULL, "{\"id\":\"b\"}", &again));
	fixture_ok(f, append(f, s, "a", NULL, NULL, "{\"id\":\"a\",\"observed\":\"2\",\"n\":1}",
			     &again));
	assert_true(again.was_there);
	assert_int_equal(again.seq, first.seq);
	assert_string_equal(again.hash, first.hash);
	assert_string_equal(again.log, first.log);
	ended(f, s);
	verified(f, 2);
}

static void audit_append_of_the_same_id_with_another_body_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store *s = begun(f);
	struct audit_ref ref;

	fixture_ok(f, append(f, s, "a", NULL, NULL, "{\"id\":\"a\",\"n\":1}", &ref));
	assert_int_equal(append(f, s, "a", NULL, NULL, "{\"id\":\"a\",\"n\":2}", &ref), -1);
	assert_int_equal(f->err.code, EX_BADDATA);
	assert_non_null(strstr(f->err.text, "seq 1"));
	fixture_ok(f, append(f, s, "b", NULL, NULL, "{\"id\":\"b\"}",
			     &ref)); /* the transaction goes on */
	assert_int_equal(ref.seq, 2);
	ended(f, s);
	verified(f, 2);
}

static void audit_append_without_an_id_does_not_look_for_repeats(void **state)
{
	struct fixture *f = *state;
	struct store *s = begun(f);
	struct audit_ref ref;

	fixture_ok(f, append(f, s, NULL, NULL, NULL, "{\"n\":1}", &ref));
	fixture_ok(f, append(f, s, NULL, NULL, NULL, "{\"n\":1}", &ref));
	fixture_ok(f, append(f, s, NULL, NULL, NULL, "{\"id\":\"there but not wanted\"}", &ref));
	assert_int_equal(ref.seq, 3);
	ended(f, s);
	verified(f, 3);
}

static void audit_append_of_a_redacted_id_is_refused(void **state)
{
	struct fixture *f = *state;
	struct audit_ref ref;
	struct store *s;

	fixture_fill(f, 1);
	fixture_sql(f, "UPDATE aiops_audit SET body = NULL, salt = NULL");
	s = begun(f);
	assert_int_equal(
		append(f, s, "r1", NULL, NULL, "{\"kind\":\"run\",\"id\":\"r1\",\"n\":1}", &ref),
		-1);
	assert_int_equal(f->err.code, EX_BADDATA);
	ended(f, s);
}

static void audit_append_of_a_bad_record_is_refused(void **state)
{
	static const char *const bodies[] = {"",         "x",           "[]",
					     "{\"a\":1", "{\"a\":1}{}", "{\"a\":1,\"a\":2}"};
	struct fixture *f = *state;
	struct store *s = begun(f);
	struct audit_ref ref;

	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		assert_int_equal(append(f, s, NULL, NULL, NULL, bodies[i], &ref), -1);
		assert_int_equal(f->err.code, EX_BADDATA);
	}
	ended(f, s);
	verified(f, 0);
}

static void audit_append_of_a_bad_word_is_refused(void **state)
{
	char long_word[130];
	const char *const words[] = {"", "a b", "a\nb", "a\tb", "\xc3\xa9", "a\"b", long_word};
	struct fixture *f = *state;
	struct store *s = begun(f);
	struct audit_ref ref;

	memset(long_word, 'a', 129);
	long_word[129] = '\0';
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct span word = span_cstr(words[i]);

		err_clear(&f->err);
		assert_int_equal(audit_append(s, instant_from_ns(0), word, SPAN("a"), SPAN_NONE,
					      SPAN_NONE, SPAN_NONE, SPAN("{}"), salt, &ref,
					      &f->err),
				 -1);
		assert_int_equal(f->err.code, EX_BADDATA);
		err_clear(&f->err);
		assert_int_equal(audit_append(s, instant_from_ns(0), SPAN("k"), word, SPAN_NONE,
					      SPAN_NONE, SPAN_NONE, SPAN("{}"), salt, &ref,
					      &f->err),
				 -1);
		assert_int_equal(f->err.code, EX_BADDATA);
		assert_false(audit_word_ok(word));
	}
	assert_true(audit_word_ok(span_of(long_word, 128)));
	assert_true(audit_word_ok(SPAN("A-Z_a.z:0@9/x")));
	ended(f, s);
}

static void audit_append_of_columns_that_are_not_the_bodys_is_a_bug(void **state)
{
	struct fixture *f = *state;
	struct store *s = begun(f);
	struct audit_ref ref;

	assert_int_equal(append(f, s, "a", NULL, NULL, "{\"id\":\"b\"}", &ref), -1);
	assert_int_equal(f->err.code, EX_BUG);
	assert_int_equal(append(f, s, NULL, "INC-1", NULL, "{}", &ref), -1);
	assert_int_equal(f->err.code, EX_BUG);
	assert_int_equal(append(f, s, NULL, NULL, NULL, "{\"run\":\"RUN-1\"}", &ref), -1);
	assert_int_equal(f->err.code, EX_BUG);
	fixture_ok(f, append(f, s, NULL, "INC-2", NULL, "{\"correlate\":{\"incident\":\"INC-2\"}}",
			     &ref));
	ended(f, s);
}

static void audit_append_commits_with_the_callers_change_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct audit_ref ref;
	struct store *s;

	fixture_fill(f, 1);
	fixture_sql(f, "CREATE TABLE mine (n INTEGER) STRICT");
	s = begun(f);
	assert_int_equal(sqlite3_exec(store_db(s), "INSERT INTO mine VALUES (1)", NULL, NULL, NULL),
			 SQLITE_OK);
	fixture_ok(f, append(f, s, NULL, NULL, NULL, "{}", &ref));
	store_rollback(s);
	fixture_ok(f, store_begin(s, &f->err));
	assert_int_equal(sqlite3_exec(store_db(s), "INSERT INTO mine VALUES (2)", NULL, NULL, NULL),
			 SQLITE_OK);
	fixture_ok(f, append(f, s, NULL, NULL, NULL, "{}", &ref));
	assert_int_equal(ref.seq, 2);
	ended(f, s);
	verified(f, 2);
}

static void audit_append_to_a_log_without_its_last_rows_stops(void **state)
{
	struct fixture *f = *state;
	struct audit_ref ref;
	struct store *s;

	fixture_fill(f, 5);
	fixture_sql(f, "DROP TRIGGER aiops_audit_delete; DELETE FROM aiops_audit WHERE seq > 3");
	s = begun(f);
	assert_int_equal(append(f, s, NULL, NULL, NULL, "{}", &ref), -1);
	assert_int_equal(f->err.code, EX_IO);
	assert_non_null(strstr(f->err.text, "verify"));
	store_rollback(s);
	store_close(s);
}

static void audit_tables_guard_against_accidents(void **state)
{
	static const char *const accidents[] = {
		"DELETE FROM aiops_audit WHERE seq = 2",
		"UPDATE aiops_audit SET actor = 'x' WHERE seq = 2",
		"UPDATE aiops_audit SET body = '{}' WHERE seq = 2",
		"UPDATE aiops_audit SET body = NULL, salt = NULL, kind = 'x' WHERE seq = 2",
		"INSERT OR REPLACE INTO aiops_audit SELECT seq, ts, 'x', actor, NULL, NULL, NULL, body_hash, hash, salt, body "
		"FROM aiops_audit WHERE seq = 2",
		"INSERT OR REPLACE INTO aiops_audit SELECT 6, ts, kind, actor, 'r2', NULL, NULL, body_hash, hash, salt, body "
		"FROM aiops_audit WHERE seq = 2",
		"DELETE FROM aiops_audit_head",
		"UPDATE aiops_audit_head SET size = 4",
		"UPDATE aiops_audit_head SET size = 6",
		"UPDATE aiops_audit_head SET log = 'ffffffffffffffffffffffffffffffff', size = 6",
		"INSERT OR REPLACE INTO aiops_audit_head SELECT * FROM aiops_audit_head",
	};
	struct fixture *f = *state;
	sqlite3 *db;

	fixture_fill(f, 5);
	assert_int_equal(sqlite3_open(f->db, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA recursive_triggers=ON", NULL, NULL, NULL),
			 SQLITE_OK);
	for (size_t i = 0; i < sizeof accidents / sizeof *accidents; i++) {
		if (sqlite3_exec(db, accidents[i], NULL, NULL, NULL) != SQLITE_CONSTRAINT)
			fail_msg("%s: %s", accidents[i], sqlite3_errmsg(db));
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	verified(f, 5);
}

/* A row that no programme put there ends the appending until somebody has looked. */
static void audit_append_refuses_a_log_whose_rows_are_not_its_heads(void **state)
{
	struct fixture *f = *state;
	struct audit_ref ref;
	struct store *s;

	fixture_fill(f, 5);
	fixture_sql(f, "INSERT INTO aiops_audit SELECT 9, ts, kind, actor, NULL, NULL, NULL, "
		       "body_hash, hash, salt, body FROM aiops_audit WHERE seq = 2");
	s = begun(f);
	assert_int_equal(append(f, s, NULL, NULL, NULL, "{}", &ref), -1);
	assert_int_equal(f->err.code, EX_IO);
	assert_non_null(strstr(f->err.text, "disagree at seq 6"));
	store_rollback(s);
	store_close(s);
}

static void audit_has_knows_seq_and_hash(void **state)
{
	struct fixture *f = *state;
	struct audit_ref ref;
	struct store *s = begun(f);
	bool there;

	fixture_ok(f, append(f, s, NULL, NULL, NULL, "{}", &ref));
	fixture_ok(f, audit_has(s, 1, span_cstr(ref.hash), &there, &f->err));
	assert_true(there);
	fixture_ok(f, audit_has(s, 2, span_cstr(ref.hash), &there, &f->err));
	assert_false(there);
	ref.hash[0] = ref.hash[0] == 'a' ? 'b' : 'a';
	fixture_ok(f, audit_has(s, 1, span_cstr(ref.hash), &there, &f->err));
	assert_false(there);
	ended(f, s);
}

static void audit_ref_json_is_the_key_that_append_adds(void **state)
{
	const struct audit_ref ref = {.log = "0123456789abcdef0123456789abcdef",
				      .seq = INT64_C(9007199254740991),
				      .hash = "ab"};
	struct buf out = BUF_INIT(1000);

	(void)state;
	audit_ref_json(&ref, &out);
	assert_string_equal(
		buf_cstr(&out),
		"{\"log\":\"0123456789abcdef0123456789abcdef\",\"seq\":9007199254740991,\"hash\":\"ab\"}");
	buf_release(&out);
}

static void audit_queries_by_incident_use_its_index(void **state)
{
	struct fixture *f = *state;
	sqlite3_stmt *st;
	struct store *s;
	bool index = false;

	fixture_fill(f, 5);
	s = fixture_read(f);
	st = store_stmt(
		s,
		"EXPLAIN QUERY PLAN SELECT body FROM aiops_audit WHERE true AND incident = ? ORDER BY seq",
		&f->err);
	while (store_step(s, st, &f->err) > 0)
		index = index || span_find(store_text(st, 3), SPAN("aiops_audit_incident"));
	assert_true(index);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_fixture(audit_append_stores_body_and_columns),
		with_fixture(audit_append_of_a_repeat_gives_the_old_row),
		with_fixture(audit_append_of_the_same_id_with_another_body_is_refused),
		with_fixture(audit_append_without_an_id_does_not_look_for_repeats),
		with_fixture(audit_append_of_a_redacted_id_is_refused),
		with_fixture(audit_append_of_a_bad_record_is_refused),
		with_fixture(audit_append_of_a_bad_word_is_refused),
		with_fixture(audit_append_of_columns_that_are_not_the_bodys_is_a_bug),
		with_fixture(audit_append_commits_with_the_callers_change_or_not_at_all),
		with_fixture(audit_append_to_a_log_without_its_last_rows_stops),
		with_fixture(audit_tables_guard_against_accidents),
		with_fixture(audit_append_refuses_a_log_whose_rows_are_not_its_heads),
		with_fixture(audit_has_knows_seq_and_hash),
		cmocka_unit_test(audit_ref_json_is_the_key_that_append_adds),
		with_fixture(audit_queries_by_incident_use_its_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
