#include "aiops-correlate/incident.h"

#include <jansson.h>

#include "correlate_test.h"
#include "record/record.h"

static json_t *parsed(const struct said *s)
{
	json_t *root = json_loads(s->record, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(root);
	return root;
}

static const char *text_at(json_t *root, const char *key)
{
	const char *s = json_string_value(json_object_get(root, key));

	assert_non_null(s);
	return s;
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
	json_t *root, *member;

	(void)state;
	bench_start(&b, usual(), NULL);
	assert_int_equal(bench_run(&b, list, ARRAY_LEN(list), last, 4), 1);
	root = parsed(last[0]);
	assert_string_equal(text_at(root, "kind"), "incident");
	assert_int_equal(strlen(text_at(root, "incident")), 20);
	assert_memory_equal(text_at(root, "incident"), "INC-", 4);
	assert_string_equal(text_at(root, "change"), "resolved");
	assert_string_equal(text_at(root, "resolved_by"), "end_of_input");
	assert_string_equal(text_at(root, "severity"), "critical");
	assert_string_equal(text_at(root, "title"), "Conns on db-1 and 2 more alerts");
	assert_string_equal(text_at(root, "starts_at"), "2026-11-21T09:00:00Z");
	assert_string_equal(text_at(root, "last_seen"), "2026-11-21T09:00:06Z");
	assert_string_equal(text_at(root, "detected_by"), "test");
	assert_string_equal(text_at(json_object_get(root, "labels"), "env"), "prod");
	assert_int_equal(json_object_size(json_object_get(root, "labels")), 2);
	assert_string_equal(json_string_value(json_array_get(json_object_get(root, "services"), 0)),
			    "db");
	assert_int_equal(json_array_size(json_object_get(root, "causes")), 2);
	member = json_array_get(json_object_get(root, "members"), 0);
	assert_string_equal(text_at(member, "role"), "root");
	assert_string_equal(text_at(member, "id"), "Conns/db-1/0");
	assert_string_equal(text_at(json_array_get(json_object_get(root, "members"), 1), "role"),
			    "symptom");
	assert_string_equal(text_at(json_array_get(json_object_get(root, "members"), 2), "role"),
			    "context");
	json_decref(root);
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
	char component[16];
	json_t *root;
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
	assert_int_equal(json_array_size(json_object_get(root, "members")), INCIDENT_MEMBERS);
	assert_int_equal(json_integer_value(json_object_get(root, "members_omitted")), 100);
	assert_int_equal(json_integer_value(json_object_get(root, "unique")), 300);
	for (size_t i = 0; i < INCIDENT_MEMBERS; i++)
		roots +=
			strcmp(text_at(json_array_get(json_object_get(root, "members"), i), "role"),
			       "root") == 0;
	assert_int_equal(roots, 1);
	json_decref(root);
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
