#include "aiops-correlate/group/incident.h"

#include "correlate_test.h"
#include "record/record.h"

/* The record of s; released with parsed_free. */
struct parsed {
	struct record *r;
	char *line;
};

static struct parsed parsed(const struct said *s)
{
	size_t len = strlen(s->record);
	struct parsed p = {.r = record_new(RECORD_DEFAULT_MAX),
			   .line = mem_zalloc(len + RECORD_PADDING)};
	enum reject_code why;
	struct err e = ERR_INIT;

	memcpy(p.line, s->record, len);
	assert_int_equal(record_parse(p.r, p.line, len, &why, &e), 0);
	return p;
}

static void parsed_free(struct parsed *p)
{
	record_free(p->r);
	free(p->line);
}

static void assert_text(const struct parsed *p, const char *path, const char *want)
{
	struct span text = record_text(p->r, path);

	if (!span_is(text, want))
		fail_msg("%s: '%.*s' is not '%s'", path, (int)text.len, text.data, want);
}

static size_t members_of(const struct parsed *p, const char *path)
{
	struct value_iter it = value_iter(record_get(p->r, path));
	struct value v;
	size_t n = 0;

	while (value_next(&it, NULL, &v))
		n++;
	return n;
}

static void incident_render_has_the_fields_of_the_design(void **state)
{
	static const struct given list[] = {
		{0, "Conns", "db-1", {"service=db", "env=prod"}, .severity = SEVERITY_MEDIUM},
		{5,
		 "Slow",
		 "db-1",
		 {"service=db", "env=prod"},
		 .severity = SEVERITY_CRITICAL,
		 .signal = SIGNAL_TRACE},
		{6, "Note", "db-2", {"service=db", "env=prod"}, .severity = SEVERITY_INFO},
	};
	struct bench b;
	const struct said *last[4];
	struct parsed root;

	(void)state;
	bench_start(&b, usual(), NULL);
	assert_int_equal(bench_run(&b, list, ARRAY_LEN(list), last, 4), 1);
	root = parsed(last[0]);
	assert_text(&root, "kind", "incident");
	assert_int_equal(record_text(root.r, "incident").len, 20);
	assert_true(span_starts(record_text(root.r, "incident"), "INC-"));
	assert_text(&root, "change", "resolved");
	assert_text(&root, "resolved_by", "end_of_input");
	assert_text(&root, "severity", "critical");
	assert_text(&root, "title", "Conns on db-1 and 2 more alerts");
	assert_text(&root, "starts_at", "2026-11-21T09:00:00Z");
	assert_text(&root, "last_seen", "2026-11-21T09:00:06Z");
	assert_text(&root, "detected_by", "test");
	assert_text(&root, "labels.env", "prod");
	assert_int_equal(members_of(&root, "labels"), 2);
	assert_text(&root, "services.0", "db");
	assert_int_equal(members_of(&root, "causes"), 2);
	assert_text(&root, "members.0.role", "root");
	assert_text(&root, "members.0.id", "Conns/db-1/0");
	assert_text(&root, "members.1.role", "symptom");
	assert_text(&root, "members.2.role", "context");
	parsed_free(&root);
	bench_end(&b);
}

static void incident_render_is_a_valid_event(void **state)
{
	static const struct given list[] = {{0, "Conns", "db-1", {"service=db"}}};
	struct bench b;
	const struct said *last[4];
	struct record *r = record_new(RECORD_DEFAULT_MAX);
	char line[8192 + RECORD_PADDING] = {0};
	struct err e = ERR_INIT;
	enum reject_code why;

	(void)state;
	bench_start(&b, usual(), NULL);
	(void)bench_run(&b, list, ARRAY_LEN(list), last, 4);
	assert_true(strlen(last[0]->record) < 8192);
	memcpy(line, last[0]->record, strlen(last[0]->record));
	assert_int_equal(record_parse(r, line, strlen(line), &why, &e), 0);
	if (event_validate(r, &e) != 0)
		fail_msg("%s", e.text);
	record_free(r);
	bench_end(&b);
}

static void incident_render_carries_at_most_200_members(void **state)
{
	struct bench b;
	const struct said *last[4];
	char component[16], path[32];
	struct parsed root;
	size_t roots = 0;

	(void)state;
	bench_start(&b, usual(), NULL);
	for (int i = 0; i < 300; i++) {
		(void)snprintf(component, sizeof component, "c%d", i);
		bench_take(&b, &(struct given){i / 10, "Down", component, {"service=cart"}});
	}
	engine_finish(&b.en, true);
	assert_int_equal(bench_final(&b, last, 4), 1);
	root = parsed(last[0]);
	assert_int_equal(members_of(&root, "members"), INCIDENT_MEMBERS);
	assert_int_equal(record_get(root.r, "members_omitted").number, 100);
	assert_int_equal(record_get(root.r, "unique").number, 300);
	for (size_t i = 0; i < INCIDENT_MEMBERS; i++) {
		(void)snprintf(path, sizeof path, "members.%zu.role", i);
		roots += span_is(record_text(root.r, path), "root");
	}
	assert_int_equal(roots, 1);
	parsed_free(&root);
	bench_end(&b);
}

static void incident_id_depends_on_fingerprint_and_start_only(void **state)
{
	char a[INCIDENT_ID_SIZE], b[INCIDENT_ID_SIZE];

	(void)state;
	incident_id_of(1, T0, a);
	incident_id_of(1, T0, b);
	assert_string_equal(a, b);
	incident_id_of(2, T0, b);
	assert_string_not_equal(a, b);
	incident_id_of(1, T0 + 1, b);
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(incident_render_has_the_fields_of_the_design),
		cmocka_unit_test(incident_render_is_a_valid_event),
		cmocka_unit_test(incident_render_carries_at_most_200_members),
		cmocka_unit_test(incident_id_depends_on_fingerprint_and_start_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
