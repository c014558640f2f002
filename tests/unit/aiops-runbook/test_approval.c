/* Approvals: whose count, until when, once; and every forgery that the store could hold. */
#include "aiops-runbook/runs/approval.h"

#include "fixture.h"

#include <sodium.h>

struct world {
	struct fixture x;
	struct secret_key maria, eve;
	struct approver items[2];
	struct site site;
	struct words policy, without;
	struct run_row run;
	bool self; /* of the last consume */
};

static void make_key(struct secret_key *k, uint8_t fill)
{
	uint8_t seed[crypto_sign_SEEDBYTES];

	memset(seed, fill, sizeof seed);
	(void)crypto_sign_seed_keypair(k->public.bytes, k->bytes, seed);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	fixture_open(&w->x);
	make_key(&w->maria, 1);
	make_key(&w->eve, 2);
	w->items[0] = (struct approver){SPAN("maria"), w->maria.public};
	w->items[1] = (struct approver){SPAN("noor"), w->eve.public};
	w->site.approvers = (struct approvers){w->items, 2};
	w->run = fixture_run(&w->x, "RUN-0000000000000001");
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	fixture_close(&w->x);
	free(w);
	return 0;
}

static int decide(struct world *w, const char *who, const struct secret_key *key, bool approve,
		  const char *reason)
{
	struct decision d = {.approve = approve,
			     .approver = span_cstr(who),
			     .key = key,
			     .site = &w->site,
			     .policy = &w->policy,
			     .without = w->without};
	struct refusal why = {.reason = NULL};
	struct err e = ERR_INIT;
	int rc = approval_decide(&w->x.journal, &w->run, &d, &why, &e);

	if (rc < 0)
		fail_msg("%s", e.text);
	if (rc == 1)
		assert_string_equal(why.reason, reason ? reason : "(it was to be accepted)");
	else
		assert_null(reason);
	return rc;
}

/* Tries to start in a transaction that is then given up (keep: committed). NULL: approved. */
static const char *consume(struct world *w, bool keep)
{
	struct refusal why = {.reason = NULL};
	struct err e = ERR_INIT;
	int rc;

	assert_int_equal(store_begin(w->x.store, &e), 0);
	rc = approval_consume(&w->x.journal, &w->run, &w->site, &w->self, &why, &e);
	if (rc < 0)
		fail_msg("%s", e.text);
	if (keep && rc == 0)
		assert_int_equal(store_commit(w->x.store, &e), 0);
	else
		store_rollback(w->x.store);
	return rc == 0 ? NULL : why.reason;
}

static void assert_refused(struct world *w, const char *reason)
{
	const char *got = consume(w, true);

	assert_non_null(got);
	assert_string_equal(got, reason);
	assert_int_equal(fixture_count(&w->x, "SELECT count(*) FROM aiops_used_nonce"), 0);
}

static void approve_by_key_counts_once(void **state)
{
	struct world *w = *state;

	assert_refused(w, "pending_approval");
	decide(w, "maria", &w->maria, true, NULL);
	assert_non_null(strstr(w->x.last, "\"approver\":\"maria\""));
	assert_non_null(strstr(w->x.last, "\"actor\":\"maria\""));
	assert_null(consume(w, false)); /* a transaction that fails uses nothing up */
	assert_null(consume(w, true));
	assert_string_equal(consume(w, true), "approval_reused");
	assert_int_equal(fixture_count(&w->x, "SELECT count(*) FROM aiops_used_nonce"), 1);
}

static void approve_refuses_self_strangers_and_wrong_keys(void **state)
{
	static const struct span only[] = {{"noor", 4}};
	struct world *w = *state;

	decide(w, "ada", NULL, true, "self_approval");
	decide(w, "eve", &w->eve, true, "unknown_approver");
	decide(w, "maria", &w->eve, true, "wrong_key");
	w->policy = (struct words){only, 1};
	decide(w, "maria", &w->maria, true, "not_an_approver");
	assert_int_equal(fixture_count(&w->x, "SELECT count(*) FROM aiops_approval"), 0);
	/* each refusal is a record, and the run still waits */
	assert_int_equal(w->x.lines, 4);
	assert_int_equal(fixture_count(&w->x, "SELECT count(*) FROM aiops_audit"), 4);
	assert_int_equal(w->run.state, RUN_AWAITING);
	assert_refused(w, "pending_approval");
}

static void approve_twice_or_after_expiry_is_refused(void **state)
{
	struct world *w = *state;

	decide(w, "maria", &w->maria, true, NULL);
	decide(w, "maria", &w->maria, true, "already_decided");
	w->x.now_ns = w->run.request_expires_ns;
	decide(w, "noor", &w->eve, true, "approval_expired");
	assert_int_equal(w->run.state, RUN_EXPIRED);
}

static void deny_ends_the_run(void **state)
{
	struct world *w = *state;

	decide(w, "maria", &w->maria, false, NULL);
	assert_int_equal(w->run.state, RUN_CANCELLED);
	decide(w, "noor", &w->eve, true, "not_waiting");
	assert_refused(w, "pending_approval");
}

static void consume_expired_or_future_approval_is_refused(void **state)
{
	struct world *w = *state;

	decide(w, "maria", &w->maria, true, NULL);
	w->x.now_ns = T0 + 900 * NS_PER_S - NS_PER_MS;
	assert_null(consume(w, false));
	w->x.now_ns = T0 + 900 * NS_PER_S;
	assert_refused(w, "approval_expired");
	w->x.now_ns = T0 - NS_PER_S;
	assert_refused(w, "clock_went_back");
}

static void consume_needs_distinct_approvers(void **state)
{
	struct world *w = *state;

	w->run.min_approvals = 2;
	decide(w, "maria", &w->maria, true, NULL);
	assert_refused(w, "pending_approval");
	decide(w, "noor", &w->eve, true, NULL);
	assert_null(consume(w, true));
	assert_int_equal(fixture_count(&w->x, "SELECT count(*) FROM aiops_used_nonce"), 2);
}

/* Every field that the signature covers, changed in the store after signing. */
static void consume_forged_rows_are_refused(void **state)
{
	static const struct {
		const char *sql, *reason;
	} forgeries[] = {
		{"UPDATE aiops_approval SET expires = '2027-01-01T00:00:00Z', expires_ns = expires_ns + 3600000000000",
		 "approval_invalid"},
		{"UPDATE aiops_approval SET expires_ns = expires_ns + 3600000000000",
		 "approval_invalid"},
		{"UPDATE aiops_approval SET issued_ns = issued_ns - 1", "approval_invalid"},
		{"UPDATE aiops_approval SET issued = '2026-01-01T00:00:00Z'", "approval_invalid"},
		{"UPDATE aiops_approval SET nonce = '00000000000000000000000000000000'",
		 "approval_invalid"},
		{"UPDATE aiops_approval SET approver = 'noor'", "approval_invalid"},
		{"UPDATE aiops_approval SET approver = 'ada'", "self_approval"},
		{"UPDATE aiops_approval SET approver = 'somebody'", "approval_invalid"},
		{"UPDATE aiops_approval SET plan_digest = '22'", "digest_mismatch"},
		{"UPDATE aiops_approval SET signature = '00' || substr(signature, 3)",
		 "approval_invalid"},
		{"UPDATE aiops_approval SET signature = NULL", "approval_invalid"},
		{"UPDATE aiops_approval SET public_key = NULL, signature = NULL",
		 "approval_invalid"},
		{"UPDATE aiops_approval SET public_key = 'ed25519:00'", "approval_invalid"},
		{"UPDATE aiops_approval SET expires_ns = expires_ns + 172800000000000",
		 "approval_expired"},
	};
	struct world *w = *state;

	decide(w, "maria", &w->maria, true, NULL);
	for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
		const char *got;

		fixture_sql(&w->x, "CREATE TABLE kept AS SELECT * FROM aiops_approval");
		fixture_sql(&w->x, forgeries[i].sql);
		got = consume(w, true);
		if (!got || strcmp(got, forgeries[i].reason) != 0)
			fail_msg("%s: %s", forgeries[i].sql, got ? got : "approved");
		fixture_sql(
			&w->x,
			"DELETE FROM aiops_approval; INSERT INTO aiops_approval SELECT * FROM kept; DROP TABLE kept");
	}
	assert_null(consume(w, true)); /* the true row still counts */
}

/* An approval signed for one run does not carry over to another, nor to another incident or plan.
 */
static void consume_replayed_for_another_run_is_refused(void **state)
{
	struct world *w = *state;

	decide(w, "maria", &w->maria, true, NULL);
	w->run = fixture_run(&w->x, "RUN-0000000000000002");
	assert_refused(w, "pending_approval");
	fixture_sql(&w->x, "UPDATE aiops_approval SET run = 'RUN-0000000000000002'");
	assert_refused(w, "approval_invalid");
	fixture_sql(&w->x, "UPDATE aiops_approval SET run = 'RUN-0000000000000001'");
	memcpy(w->run.id, "RUN-0000000000000001", RUN_ID_LEN);
	w->run.incident = SPAN("INC-2");
	assert_refused(w, "approval_invalid");
	w->run.incident = SPAN_NONE;
	assert_refused(w, "approval_invalid");
	w->run.incident = SPAN("INC-1");
	assert_null(consume(w, true));
}

/* A key that is withdrawn, or given to another name, takes its approvals with it. */
static void consume_withdrawn_key_is_refused(void **state)
{
	struct world *w = *state;

	decide(w, "maria", &w->maria, true, NULL);
	w->items[0].key = w->eve.public;
	assert_refused(w, "approval_invalid");
	w->items[0] = (struct approver){SPAN("other"), w->maria.public};
	assert_refused(w, "approval_invalid");
}

/* A site of one person says so itself; it is recorded each time. */
static void approve_own_run_is_for_sites_of_one(void **state)
{
	struct world *w = *state;

	w->site.allow_self = true;
	decide(w, "ada", NULL, true, NULL);
	assert_non_null(strstr(w->x.last, "\"self\":true"));
	assert_null(consume(w, false));
	assert_true(w->self);
	w->site.allow_self = false; /* taken back before it was used */
	assert_refused(w, "self_approval");
	w->site.allow_self = true;
	decide(w, "maria", &w->maria, true, NULL);
	assert_null(strstr(w->x.last, "\"self\""));
}

/* ---- approving less ---- */

static void fill_without(struct world *w)
{
	static struct span steps[] = {{"three", 5}, {"two", 3}};

	w->without = (struct words){steps, 2};
}

static void approve_without_steps_says_so_in_what_is_signed(void **state)
{
	struct step steps[] = {{.id = {.text = SPAN("one")}},
			       {.id = {.text = SPAN("two")}},
			       {.id = {.text = SPAN("three")}}};
	struct runbook rb = {.steps = steps, .n_steps = 3};
	bool dropped[3] = {false, false, false};
	struct world *w = *state;
	struct err e = ERR_INIT;

	fill_without(w);
	decide(w, "maria", &w->maria, true, NULL);
	assert_non_null(strstr(w->x.last, "\"without\":[\"three\",\"two\"]"));
	assert_int_equal(approval_dropped(w->x.store, &w->run, &rb, dropped, &e), 0);
	assert_false(dropped[0] || dropped[1] || dropped[2]); /* not used yet */
	assert_null(consume(w, true));
	assert_int_equal(approval_dropped(w->x.store, &w->run, &rb, dropped, &e), 0);
	assert_true(!dropped[0] && dropped[1] && dropped[2]);
}

/* What was left out cannot be put back, nor anything else be left out, behind the approver. */
static void consume_widened_or_narrowed_afterwards_is_refused(void **state)
{
	static const char *const forgeries[] = {
		"DELETE FROM aiops_approval_drop",
		"DELETE FROM aiops_approval_drop WHERE step = 'two'",
		"UPDATE aiops_approval_drop SET step = 'four' WHERE step = 'two'",
		"INSERT INTO aiops_approval_drop SELECT id, 'one' FROM aiops_approval",
	};
	struct world *w = *state;

	fill_without(w);
	decide(w, "maria", &w->maria, true, NULL);
	for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
		fixture_sql(&w->x, "CREATE TABLE kept AS SELECT * FROM aiops_approval_drop");
		fixture_sql(&w->x, forgeries[i]);
		assert_refused(w, "approval_invalid");
		fixture_sql(&w->x, "DELETE FROM aiops_approval_drop; INSERT INTO"
				   " aiops_approval_drop SELECT * FROM kept; DROP TABLE kept");
	}
	assert_null(consume(w, true));
}

/* A statement that was signed for another store's log. */
static void consume_approval_of_another_log_is_refused(void **state)
{
	struct world *w = *state;

	decide(w, "maria", &w->maria, true, NULL);
	fixture_sql(&w->x, "DROP TRIGGER aiops_audit_head_update; UPDATE aiops_audit_head SET"
			   " log = '00000000000000000000000000000000'");
	assert_refused(w, "approval_invalid");
}

/* A nonce that was used stays used, whatever the run's row says. */
static void consume_replayed_nonce_is_refused(void **state)
{
	struct world *w = *state;

	decide(w, "maria", &w->maria, true, NULL);
	assert_null(consume(w, true));
	assert_string_equal(consume(w, true), "approval_reused");
	fixture_sql(&w->x, "UPDATE aiops_run SET state = 'awaiting_approval'");
	assert_string_equal(consume(w, true), "approval_reused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(approve_by_key_counts_once, setup, teardown),
		cmocka_unit_test_setup_teardown(approve_refuses_self_strangers_and_wrong_keys,
						setup, teardown),
		cmocka_unit_test_setup_teardown(approve_twice_or_after_expiry_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(deny_ends_the_run, setup, teardown),
		cmocka_unit_test_setup_teardown(consume_expired_or_future_approval_is_refused,
						setup, teardown),
		cmocka_unit_test_setup_teardown(consume_needs_distinct_approvers, setup, teardown),
		cmocka_unit_test_setup_teardown(consume_forged_rows_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(consume_replayed_for_another_run_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(consume_withdrawn_key_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(approve_own_run_is_for_sites_of_one, setup,
						teardown),
		cmocka_unit_test_setup_teardown(approve_without_steps_says_so_in_what_is_signed,
						setup, teardown),
		cmocka_unit_test_setup_teardown(consume_widened_or_narrowed_afterwards_is_refused,
						setup, teardown),
		cmocka_unit_test_setup_teardown(consume_approval_of_another_log_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(consume_replayed_nonce_is_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
