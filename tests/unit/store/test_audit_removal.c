#include "store/audit_removal.h"

#include "fixture.h"

static const uint8_t salt[AUDIT_SALT_BYTES] = {1};

static struct audit_act act_now(void)
{
	return (struct audit_act){.ts = {.ns = INT64_C(1795252160000000000), .fraction = 9},
				  .actor = SPAN("maria"),
				  .salt = salt};
}

static void ignore(void *ctx, int64_t seq, const char *what, const char *expected,
		   const char *found)
{
	int64_t *first = ctx;

	(void)what;
	(void)expected;
	(void)found;
	if (*first == 0)
		*first = seq;
}

/* The number of problems that verify has with the log; *first is the row of the first. */
static int64_t problems(struct fixture *f, int64_t *first, struct audit_report *r)
{
	struct store *s = fixture_read(f);

	*first = 0;
	fixture_ok(f, audit_verify(s, NULL, 0, ignore, first, r, &f->err));
	store_close(s);
	return r->problems;
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

static char *text(struct fixture *f, const char *sql)
{
	struct store *s = fixture_read(f);
	sqlite3_stmt *st = store_stmt(s, sql, &f->err);
	struct span found;
	char *copy;

	assert_non_null(st);
	assert_int_equal(store_step(s, st, &f->err), 1);
	found = store_text(st, 0);
	copy = mem_dup(found.data ? found.data : "nothing", found.len);
	store_close(s);
	return copy;
}

static void assert_text(struct fixture *f, const char *sql, const char *expected)
{
	char *found = text(f, sql);

	assert_string_equal(found, expected);
	free(found);
}

static void audit_redact_takes_the_body_and_keeps_the_proof(void **state)
{
	struct fixture *f = *state;
	struct audit_act act = act_now();
	struct audit_report r;
	struct audit_ref ref;
	struct store *s;
	int64_t first;

	fixture_fill(f, 10);
	s = begun(f);
	fixture_ok(f, audit_redact(s, 4, SPAN("a \"name\""), &act, &ref, &f->err));
	ended(f, s);
	assert_int_equal(ref.seq, 11);
	assert_int_equal(problems(f, &first, &r), 0);
	assert_int_equal(r.redacted, 1);
	assert_int_equal(r.rows, 11);
	assert_text(f, "SELECT count(*) || '' FROM aiops_audit WHERE body IS NULL AND salt IS NULL",
		    "1");
	assert_text(f,
		    "SELECT kind || actor || json_extract(body, '$.action') || "
		    "json_extract(body, '$.redacted.seq') || json_extract(body, '$.reason') FROM "
		    "aiops_audit WHERE seq = 11",
		    "auditmariaredacted4a \"name\"");
}

static void audit_redact_refuses_what_it_must_not_take(void **state)
{
	static const int64_t rows[] = {4, 11, 12, 0, -1};
	struct fixture *f = *state;
	struct audit_act act = act_now();
	struct audit_ref ref;
	struct store *s;

	fixture_fill(f, 10);
	s = begun(f);
	fixture_ok(f, audit_redact(s, 4, SPAN("x"), &act, &ref, &f->err));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(audit_redact(s, rows[i], SPAN("x"), &act, &ref, &f->err), -1);
		assert_int_equal(f->err.code, EX_BADDATA);
		err_clear(&f->err);
	}
	ended(f, s);
	assert_text(f, "SELECT count(*) || '' FROM aiops_audit", "11");
}

static void audit_verify_finds_a_body_that_nobody_took(void **state)
{
	struct fixture *f = *state;
	struct audit_act act = act_now();
	struct audit_report r;
	struct audit_ref ref;
	struct store *s;
	int64_t first;

	fixture_fill(f, 10);
	s = begun(f);
	fixture_ok(f, audit_redact(s, 4, SPAN("x"), &act, &ref, &f->err));
	ended(f, s);
	fixture_sql(f, "UPDATE aiops_audit SET body = NULL, salt = NULL WHERE seq = 5");
	assert_int_equal(problems(f, &first, &r), 1);
	assert_int_equal(first, 5);
}

static int64_t prune_all(struct fixture *f, struct audit_rule *rule, int64_t most)
{
	struct audit_act act = act_now();
	struct store *s = begun(f);
	struct audit_ref ref;
	int64_t from = 1, removed = 0;
	int rc = 1;

	fixture_ok(f, audit_rule_count(s, rule, &f->err));
	fixture_ok(f, audit_prune_begin(s, rule, 1, &act, &ref, &f->err));
	fixture_ok(f, store_commit(s, &f->err));
	while (rc > 0) {
		fixture_ok(f, store_begin(s, &f->err));
		rc = audit_prune_some(s, rule, ref.seq, most, &from, &removed, &f->err);
		fixture_ok(f, store_commit(s, &f->err));
	}
	assert_int_equal(rc, 0);
	store_close(s);
	assert_int_equal(removed, rule->rows);
	return removed;
}

static void audit_prune_takes_a_kind_by_age_in_steps(void **state)
{
	struct fixture *f = *state;
	struct audit_report r;
	struct audit_rule late = {.kind = SPAN("run"), .before = "2026-11-21T09:09:19.096Z"},
			  early = {.kind = SPAN("run"), .before = "2026-11-21T09:09:19.095Z"},
			  other = {.kind = SPAN("log"), .before = "2027-11-21T09:09:19.096Z"};
	int64_t first;

	fixture_fill(f, 10); /* all of them at 09:09:19.095 */
	assert_int_equal(prune_all(f, &early, 3), 0);
	assert_int_equal(prune_all(f, &other, 3), 0);
	assert_int_equal(problems(f, &first, &r), 0);
	assert_int_equal(prune_all(f, &late, 3), 10);
	assert_int_equal(problems(f, &first, &r), 0);
	assert_int_equal(r.redacted, 10);
	assert_text(f,
		    "SELECT json_extract(body, '$.pruned[0].rows') || '' FROM aiops_audit WHERE "
		    "seq = 13",
		    "10");
}

/* A rule speaks of rows before its record, of its kind, and before its time. */
static void audit_verify_holds_removals_to_their_rule(void **state)
{
	struct fixture *f = *state;
	struct audit_report r;
	struct audit_rule early = {.kind = SPAN("run"), .before = "2026-11-21T09:09:19.095Z"},
			  other = {.kind = SPAN("log"), .before = "2027-11-21T09:09:19.096Z"},
			  late = {.kind = SPAN("run"), .before = "2026-11-21T09:09:19.096Z"};
	struct audit_ref ref;
	struct store *s;
	int64_t first;

	fixture_fill(f, 10);
	(void)prune_all(f, &early, 3);
	(void)prune_all(f, &other, 3);
	fixture_sql(f, "UPDATE aiops_audit SET body = NULL, salt = NULL WHERE seq = 7");
	assert_int_equal(problems(f, &first, &r), 1);
	assert_int_equal(first, 7);
	(void)prune_all(f, &late, 30);
	assert_int_equal(problems(f, &first, &r), 0);
	s = begun(f);
	fixture_ok(f, fixture_append(f, s, "late", "{\"id\":\"late\"}", &ref));
	ended(f, s);
	fixture_sql(f, "UPDATE aiops_audit SET body = NULL, salt = NULL WHERE seq = 14");
	assert_int_equal(problems(f, &first, &r), 1);
	assert_int_equal(first, 14);
}

static void audit_log_refusal_is_logged_once(void **state)
{
	struct fixture *f = *state;
	struct audit_act act = act_now();
	struct audit_report r;
	struct store *s;
	int64_t first;

	fixture_fill(f, 3);
	s = begun(f);
	for (int i = 0; i < 3; i++) {
		act.ts.ns += NS_PER_S;
		fixture_ok(f, audit_log_refusal(s, 2, SPAN("r2"), SPAN("{\"id\":\"r2\"}"), &act,
						&f->err));
	}
	fixture_ok(f, audit_log_refusal(s, 2, SPAN("r2"), SPAN("{\"id\":\"r2\",\"x\":1}"), &act,
					&f->err));
	ended(f, s);
	assert_text(f, "SELECT count(*) || '' FROM aiops_audit", "5");
	assert_text(f, "SELECT json_extract(body, '$.refused.id') FROM aiops_audit WHERE seq = 4",
		    "r2");
	assert_int_equal(problems(f, &first, &r), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_fixture(audit_redact_takes_the_body_and_keeps_the_proof),
		with_fixture(audit_redact_refuses_what_it_must_not_take),
		with_fixture(audit_verify_finds_a_body_that_nobody_took),
		with_fixture(audit_prune_takes_a_kind_by_age_in_steps),
		with_fixture(audit_verify_holds_removals_to_their_rule),
		with_fixture(audit_log_refusal_is_logged_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
