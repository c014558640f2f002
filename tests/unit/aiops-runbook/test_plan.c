/* Plans: what is in the digest, what is not, and that its JSON is canonical. */
#include "aiops-runbook/plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-runbook/lint/lint.h"
#include "base/digest.h"
#include "record/record.h"

static const char source[] =
	"version: 1\nid: demo\nname: Demo\nrisk: high\n"
	"parameters:\n"
	"  role: {type: string, pattern: '[a-z ;$()]+', required: true, from: incident.labels.db_role}\n"
	"  limit: {type: integer, default: 8}\n"
	"  file: {type: path}\n"
	"limits: {max_targets: 1, per_target_cooldown: 1m, concurrency_key: 'k/{{role}}'}\n"
	"approval: {approvers: [site]}\n"
	"preconditions:\n  - {id: pre, argv: [\"true\", \"{{role}}\"], timeout: 1s}\n"
	"steps:\n"
	"  - {id: look, effect: read, argv: [\"true\"], timeout: 1s, env: {ZED: a, FILE: \"{{file}}\", ROLE: \"{{role}}\"},\n"
	"     capture: {old: {regex: '^([0-9]+)$', type: integer, min: 0}}}\n"
	"  - {id: act, effect: write, idempotent: true, target: \"{{role}}\", argv: [\"true\", \"{{role}}\", \"--l={{limit}}\", \"{{run.id}}\"],\n"
	"     timeout: 1s, input: \"select 1;\", retry: {max_attempts: 2, initial_interval: 1s, on: [timeout, 'exit:1']},\n"
	"     check: {argv: [\"true\"], done_if: {json: {path: $.a, op: in, value: [x, y]}}},\n"
	"     rollback: {argv: [\"false\", \"{{old}}\"], timeout: 1s, effect: write}}\n"
	"verify:\n  - {id: ok, argv: [\"true\"], timeout: 1s, poll: {every: 1s, for: 5s, consecutive: 2},\n"
	"     expect: {output: {op: '<', value: '{{limit}}'}, stdout: '^x$'}}\n"
	"escalation: {on: [rollback_failed, step_unknown], notify: n}\n";

struct made {
	struct runbook *rb;
	struct plan *p;
};

static struct made make(const char *text, const struct plan_input *in)
{
	struct findings f = {0};
	struct err e = ERR_INIT;
	struct made m;

	m.rb = runbook_parse("demo.yaml", span_cstr(text), &f);
	lint_runbook(m.rb, &(struct lint_terms){.profile = LINT_SAFE}, &f);
	if (f.n)
		fail_msg("%zu: %s", f.items[0].at.line, f.items[0].text);
	findings_release(&f);
	if (plan_make(m.rb, in, &m.p, &e) != 0)
		fail_msg("%s", e.text);
	return m;
}

static void release(struct made *m)
{
	plan_free(m->p);
	runbook_free(m->rb);
}

static const struct setting role_app[] = {{{"role", 4}, {"app", 3}}};

static struct plan_input input(void)
{
	return (struct plan_input){.given = role_app, .n_given = 1, .exec_path = "/usr/bin:/bin"};
}

static void plan_digest_is_of_the_core_and_names_it(void **state)
{
	struct plan_input in = input();
	struct made m = make(source, &in);
	struct digest d = digest_of(&m.p->core, 1);
	char hex[DIGEST_HEX + 1], name[PLAN_ID_LEN + 1];

	(void)state;
	digest_hex(&d, hex);
	plan_name(name, &d);
	assert_string_equal(m.p->digest, hex);
	assert_string_equal(m.p->id, name);
	assert_int_equal(m.p->actions, 1);
	assert_int_equal(m.p->undos, 1);
	assert_true(m.p->needs_approval);
	assert_true(span_is(m.p->concurrency_key, "k/app"));
	release(&m);
}

/* Objects anywhere in the core have their keys in byte order. */
static void check_sorted(struct value v, int depth)
{
	struct value_iter it = value_iter(v);
	struct span key, last = SPAN_NONE;
	struct value member;

	assert_true(depth < 20);
	while ((v.type == VALUE_OBJECT || v.type == VALUE_ARRAY) &&
	       value_next(&it, &key, &member)) {
		if (v.type == VALUE_OBJECT && last.data && span_cmp(last, key) >= 0)
			fail_msg("'%.*s' comes after '%.*s'", (int)key.len, key.data, (int)last.len,
				 last.data);
		last = key;
		check_sorted(member, depth + 1);
	}
}

static void plan_core_is_canonical(void **state)
{
	struct plan_input in = input();
	struct made m = make(source, &in);
	struct buf line = BUF_INIT(1 << 20);
	struct record *r = record_new(1 << 20);
	enum reject_code why;
	struct err e = ERR_INIT;
	static const char padding[RECORD_PADDING];

	(void)state;
	buf_add_cstr(&line, "{\"p\":");
	buf_add_span(&line, m.p->core);
	buf_add_char(&line, '}');
	buf_add(&line, padding, sizeof padding);
	assert_int_equal(record_parse(r, line.data, line.len - sizeof padding, &why, &e), 0);
	check_sorted(record_get(r, "p"), 0);
	assert_true(span_is(record_text(r, "p.steps.1.command.argv.1"), "app"));
	assert_true(span_is(record_text(r, "p.steps.1.command.argv.3.template"), "{{run.id}}"));
	assert_true(span_is(record_text(r, "p.steps.1.rollback.argv.1.unknown.0"), "old"));
	assert_int_equal(record_get(r, "p.steps.0.command.env.FILE").type,
			 VALUE_NONE); /* no value: left out */
	assert_true(span_is(record_text(r, "p.steps.0.command.env.ROLE"), "app"));
	record_free(r);
	buf_release(&line);
	release(&m);
}

static void plan_same_inputs_give_the_same_bytes(void **state)
{
	struct plan_input in = input();
	struct made first = make(source, &in);

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct made again = make(source, &in);

		assert_true(span_eq(first.p->core, again.p->core));
		release(&again);
	}
	in.incident = SPAN("INC-1"); /* the incident does not count */
	struct made other = make(source, &in);

	assert_string_equal(first.p->digest, other.p->digest);
	release(&other);
	release(&first);
}

/* One change each; every one must change the digest. */
static void plan_any_change_changes_the_digest(void **state)
{
	static const char *const changes[][2] = {
		{"name: Demo", "name: Demo2"},
		{"default: 8", "default: 9"},
		{"risk: high", "risk: critical"},
		{"max_targets: 1", "max_targets: 2"},
		{"per_target_cooldown: 1m", "per_target_cooldown: 2m"},
		{"approvers: [site]", "approvers: [maria]"},
		{"timeout: 1s, env", "timeout: 2s, env"},
		{"ZED: a", "ZED: b"},
		{"--l=", "--m="},
		{"select 1;", "select 2;"},
		{"[timeout, 'exit:1']", "[timeout]"},
		{"value: [x, y]", "value: [x, z]"},
		{"[\"false\"", "[\"true\""},
		{"effect: write}}", "effect: read}}"},
		{"every: 1s", "every: 2s"},
		{"consecutive: 2", "consecutive: 3"},
		{"'^x$'", "'^y$'"},
		{"$.a", "$.b"},
		{"op: '<'", "op: '<='"},
		{"([0-9]+)", "([0-9]*)"},
		{"concurrency_key: 'k/", "concurrency_key: 'l/"},
		{"notify: n", "notify: m"},
		{"initial_interval: 1s", "initial_interval: 2s"},
	};
	struct plan_input in = input();
	struct made first = make(source, &in);

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct buf text = BUF_INIT(8192);
		const char *at = strstr(source, changes[i][0]);
		struct made m;

		if (!at)
			fail_msg("'%s' is not in the source", changes[i][0]);
		buf_add(&text, source, (size_t)(at - source));
		buf_add_cstr(&text, changes[i][1]);
		buf_add_cstr(&text, at + strlen(changes[i][0]));
		m = make(buf_cstr(&text), &in);
		if (strcmp(m.p->digest, first.p->digest) == 0)
			fail_msg("'%s' does not count", changes[i][1]);
		release(&m);
		buf_release(&text);
	}
	release(&first);
}

static const char *planned_role(const struct plan_input *in, char *out)
{
	struct made m = make(source, in);

	memcpy(out, m.p->params[0].data, m.p->params[0].len + 1);
	release(&m);
	return out;
}

static void plan_parameters_come_in_order_of_precedence(void **state)
{
	static const struct setting label[] = {{{"db_role", 7}, {"labelled", 8}}};
	static const struct setting proposal[] = {{{"role", 4}, {"proposed", 8}}};
	struct plan_input in = {
		.exec_path = "/usr/bin:/bin", .proposed = proposal, .n_proposed = 1};
	char role[64];

	(void)state;
	assert_string_equal(planned_role(&in, role), "proposed");
	in.labels = label;
	in.n_labels = 1;
	assert_string_equal(planned_role(&in, role), "labelled");
	in.given = role_app;
	in.n_given = 1;
	assert_string_equal(planned_role(&in, role), "app");
}

static void assert_not_planned(const struct plan_input *in, int code, const char *part)
{
	struct findings f = {0};
	struct err e = ERR_INIT;
	struct runbook *rb = runbook_parse("demo.yaml", span_cstr(source), &f);
	struct plan *p;

	assert_int_equal(plan_make(rb, in, &p, &e), -1);
	assert_int_equal(e.code, code);
	if (!strstr(e.text, part))
		fail_msg("'%s' lacks '%s'", e.text, part);
	findings_release(&f);
	runbook_free(rb);
}

static void plan_refuses_what_is_undeclared_wrong_or_empty(void **state)
{
	static const struct setting unknown[] = {{{"rolle", 5}, {"app", 3}}},
				    wrong[] = {{{"role", 4}, {"a\nb", 3}}};
	static const struct setting blank[] = {{{"role", 4}, {"  ", 2}}},
				    all[] = {{{"role", 4}, {"all", 3}}};
	struct plan_input in = {.exec_path = "/usr/bin:/bin"};

	(void)state;
	assert_not_planned(&in, EX_BADDATA, "'role' is required");
	in.given = unknown;
	in.n_given = 1;
	assert_not_planned(&in, EX_BADDATA, "did you mean 'role'?");
	in.proposed = unknown;
	in.n_proposed = 1;
	in.n_given = 0;
	assert_not_planned(&in, EX_BADDATA, "proposed parameter 'rolle'");
	in.n_proposed = 0;
	in.given = wrong;
	in.n_given = 1;
	assert_not_planned(&in, EX_BADDATA, "control character");
	in.given = blank; /* an empty target list never means everything */
	assert_not_planned(&in, EX_POLICY, "is empty");
	in.given = all;
	assert_not_planned(&in, EX_POLICY, "is everything");
	in.given = role_app;
	in.exec_path = "/nonexistent";
	assert_not_planned(&in, EX_UNREADABLE, "precondition 'pre': no executable 'true'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_digest_is_of_the_core_and_names_it),
		cmocka_unit_test(plan_core_is_canonical),
		cmocka_unit_test(plan_same_inputs_give_the_same_bytes),
		cmocka_unit_test(plan_any_change_changes_the_digest),
		cmocka_unit_test(plan_parameters_come_in_order_of_precedence),
		cmocka_unit_test(plan_refuses_what_is_undeclared_wrong_or_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
