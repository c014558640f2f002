/* Runbooks: reading what choosing needs, and choosing. */
#include "aiops-triage/knowledge/runbooks.h"

#include "triage_test.h"

#define RUNBOOK(id, match)                                                                         \
	"version: 1\nid: " id "\nname: N\nai_executable: true\ntriggers:\n  - match: " match       \
	"\nsteps: []\n"

static void add(struct runbooks *rs, const char *yaml)
{
	struct err e = ERR_INIT;

	if (runbooks_add(rs, span_cstr(yaml), &e) != 0)
		fail_msg("%s", e.text);
}

static void add_reads_what_choosing_needs(void **state)
{
	static const char yaml[] =
		"id: r\nname: N\nparameters:\n"
		"  host: {type: hostname, required: true, from: incident.labels.host}\n"
		"  key: {type: secret_ref, secret: true, from: incident.labels.key}\n"
		"  other: {type: string, default: x, from: env.HOME}\n";
	struct runbooks rs;

	(void)state;
	runbooks_init(&rs);
	add(&rs, yaml);
	assert_int_equal(rs.items[0].n_parameters, 3);
	assert_span(rs.items[0].parameters[0].label, "host");
	assert_true(rs.items[0].parameters[0].required);
	assert_null(rs.items[0].parameters[1].label.data);
	assert_null(rs.items[0].parameters[2].label.data);
	assert_true(rs.items[0].parameters[2].has_default);
	assert_int_equal(strlen(rs.items[0].digest), DIGEST_HEX);
	runbooks_release(&rs);
}

/* sha256 of "id: a\n" by sha256sum */
static void add_digest_is_of_the_bytes(void **state)
{
	struct runbooks rs;

	(void)state;
	runbooks_init(&rs);
	add(&rs, "id: a\n");
	assert_string_equal(rs.items[0].digest,
			    "32848b63caee2b356871054d84e60643683ed636c46ba010d11f04e367325f45");
	runbooks_release(&rs);
}

static void add_refuses_what_is_no_runbook(void **state)
{
	static const char *const cases[] = {
		"- a\n",
		"name: x\n",
		"id: a\ntriggers: {}\n",
		"id: a\ntriggers: [{mtach: {a: b}}]\n",
		"id: a\ntriggers: [{match: {}}]\n",
		"id: a\nparameters: []\n",
		"id: a\nparameters: [x]\n",
		"id: [\n",
	};
	struct runbooks rs;

	(void)state;
	runbooks_init(&rs);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = ERR_INIT;

		if (runbooks_add(&rs, span_cstr(cases[i]), &e) == 0)
			fail_msg("accepted: %s", cases[i]);
		assert_int_equal(e.code, EX_BADCONFIG);
	}
	add(&rs, "id: a\n");
	assert_int_equal(runbooks_add(&rs, SPAN("id: a\nname: again\n"), &(struct err){0}), -1);
	assert_int_equal(rs.n, 1);
	runbooks_release(&rs);
}

struct fixture {
	struct runbooks runbooks;
	struct context context;
	struct incident incident;
	struct member members[2];
};

static int set_up(void **state)
{
	struct fixture *f = mem_zalloc(sizeof *f);

	runbooks_init(&f->runbooks);
	context_init(&f->context, 10, 1 << 20);
	test_add(
		&f->context,
		"{\"kind\":\"alert\",\"id\":\"a\",\"timestamp\":\"2026-11-21T11:00:00Z\","
		"\"name\":\"DiskFull\","
		"\"labels\":{\"alertname\":\"DiskFull\",\"severity\":\"page\",\"host\":\"db-1\"}}");
	f->members[0] =
		(struct member){.id = SPAN("a"), .name = SPAN("DiskFull"), .role = SPAN("symptom")};
	f->members[1] =
		(struct member){.id = SPAN("b"), .name = SPAN("NodeDown"), .role = SPAN("root")};
	f->incident = (struct incident){.members = f->members, .n_members = 2};
	f->incident.labels[0] = (struct label){SPAN("env"), SPAN("prod")};
	f->incident.n_labels = 1;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	runbooks_release(&f->runbooks);
	context_release(&f->context);
	free(f);
	return 0;
}

static struct fit choose(struct fixture *f)
{
	return runbooks_choose(&f->runbooks, &f->incident, &f->context);
}

static void choose_none_is_an_answer(void **state)
{
	struct fixture *f = *state;

	assert_null(choose(f).runbook);
	add(&f->runbooks, RUNBOOK("x", "{alertname: Other}"));
	add(&f->runbooks, RUNBOOK("y", "{alertname: DiskFull, severity: critical}"));
	add(&f->runbooks, "id: z\n");
	assert_null(choose(f).runbook);
}

static void choose_all_labels_of_one_alert_must_match(void **state)
{
	struct fixture *f = *state;
	struct fit fit;

	add(&f->runbooks,
	    RUNBOOK("split", "{alertname: NodeDown, host: db-1}")); /* of two alerts */
	assert_null(choose(f).runbook);
	add(&f->runbooks,
	    RUNBOOK("whole", "{alertname: DiskFull, severity: [warning, page], env: prod}"));
	fit = choose(f);
	assert_span(fit.runbook->id, "whole");
	assert_ptr_equal(fit.subject.member, &f->members[0]);
	assert_span(subject_label(&fit.subject, SPAN("host")), "db-1");
	assert_span(subject_label(&fit.subject, SPAN("env")), "prod");
	assert_null(subject_label(&fit.subject, SPAN("zone")).data);
}

static void choose_more_labels_then_the_root_alert(void **state)
{
	struct fixture *f = *state;

	add(&f->runbooks, RUNBOOK("symptom", "{alertname: DiskFull}"));
	add(&f->runbooks, RUNBOOK("root", "{alertname: NodeDown}"));
	assert_span(choose(f).runbook->id, "root");
	add(&f->runbooks, RUNBOOK("exact", "{alertname: DiskFull, host: db-1}"));
	assert_span(choose(f).runbook->id, "exact");
}

static void choose_by_the_incidents_own_labels(void **state)
{
	struct fixture *f = *state;
	struct fit fit;

	add(&f->runbooks, RUNBOOK("env", "{env: prod}"));
	f->incident.n_members = 0;
	fit = choose(f);
	assert_span(fit.runbook->id, "env");
	assert_null(fit.subject.member);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(add_reads_what_choosing_needs),
		cmocka_unit_test(add_digest_is_of_the_bytes),
		cmocka_unit_test(add_refuses_what_is_no_runbook),
		cmocka_unit_test_setup_teardown(choose_none_is_an_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(choose_all_labels_of_one_alert_must_match, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(choose_more_labels_then_the_root_alert, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(choose_by_the_incidents_own_labels, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
