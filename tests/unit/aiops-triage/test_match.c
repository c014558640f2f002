/* Which signals a record bears out. */
#include "aiops-triage/knowledge/signature.h"

#include "triage_test.h"

static const char yaml[] =
	"version: 1\nid: disk\ntitle: Disk\ntext: \"disk of {component}\"\nsignals:\n"
	"  - {alert: \"disk full\", weight: 1}\n"                    /* 0 */
	"  - {log: no space left, weight: 1}\n"                      /* 1 */
	"  - {label: {reason: DiskPressure, tier: db}, weight: 1}\n" /* 2 */
	"  - {metric: \"*_filesystem_*\", weight: 1}\n"              /* 3 */
	"  - {change: config, weight: 1}\n"                          /* 4 */
	"first_action: {text: look, effect: read}\n";

static size_t match(const struct clue *c, struct hit *hits)
{
	struct signatures s;
	size_t n;

	signatures_init(&s);
	test_signatures(&s, yaml);
	n = signatures_match(&s, c, hits);
	signatures_release(&s);
	return n;
}

static void match_alert_needs_all_words(void **state)
{
	struct hit hits[HITS_PER_RECORD];

	(void)state;
	assert_int_equal(
		match(&(struct clue){.kind = KIND_ALERT, .name = SPAN("NodeDiskAlmostFull")}, hits),
		1);
	assert_int_equal(hits[0].signal, 0);
	assert_int_equal(
		match(&(struct clue){.kind = KIND_ALERT, .name = SPAN("NodeDiskSlow")}, hits), 0);
	assert_int_equal(
		match(&(struct clue){.kind = KIND_METRIC, .name = SPAN("disk_full")}, hits), 0);
}

static void match_log_covers_the_phrase(void **state)
{
	struct hit hits[HITS_PER_RECORD];

	(void)state;
	assert_int_equal(match(&(struct clue){.kind = KIND_LOG,
					      .body = SPAN("write: No space left on device")},
			       hits),
			 1);
	assert_int_equal(hits[0].signal, 1);
	assert_span(hits[0].covered, "No space left");
}

static void match_labels_must_all_be_equal(void **state)
{
	static const struct label both[] = {{SPAN("reason"), SPAN("DiskPressure")},
					    {SPAN("tier"), SPAN("db")}};
	struct hit hits[HITS_PER_RECORD];

	(void)state;
	assert_int_equal(
		match(&(struct clue){.kind = KIND_LOG, .labels = both, .n_labels = 2}, hits), 1);
	assert_int_equal(hits[0].signal, 2);
	assert_int_equal(
		match(&(struct clue){.kind = KIND_LOG, .labels = both, .n_labels = 1}, hits), 0);
}

static void match_metric_only_when_unhealthy(void **state)
{
	struct clue c = {.kind = KIND_METRIC, .name = SPAN("node_filesystem_avail")};
	struct hit hits[HITS_PER_RECORD];

	(void)state;
	assert_int_equal(match(&c, hits), 0);
	c.unhealthy = true;
	assert_int_equal(match(&c, hits), 1);
	assert_int_equal(hits[0].signal, 3);
}

static void match_change_by_type(void **state)
{
	struct hit hits[HITS_PER_RECORD];

	(void)state;
	assert_int_equal(
		match(&(struct clue){.kind = KIND_CHANGE, .change_type = SPAN("Config")}, hits), 1);
	assert_int_equal(
		match(&(struct clue){.kind = KIND_CHANGE, .change_type = SPAN("deploy")}, hits), 0);
}

static void match_more_signals_than_fit_is_bounded(void **state)
{
	struct signatures s;
	struct buf b = BUF_INIT(1 << 16);
	struct hit hits[HITS_PER_RECORD];

	(void)state;
	buf_add_cstr(&b, "version: 1\nid: x\ntitle: x\ntext: \"{component}\"\nsignals:\n");
	for (int i = 0; i < 40; i++)
		buf_add_cstr(&b, "  - {log: same words, weight: 1}\n");
	buf_add_cstr(&b, "first_action: {text: look, effect: read}\n");
	signatures_init(&s);
	test_signatures(&s, buf_cstr(&b));
	assert_int_equal(
		signatures_match(&s, &(struct clue){.kind = KIND_LOG, .body = SPAN("same words")},
				 hits),
		HITS_PER_RECORD);
	signatures_release(&s);
	buf_release(&b);
}

static void name_glob_star_anywhere(void **state)
{
	(void)state;
	assert_true(name_glob(SPAN("*"), SPAN("")));
	assert_true(name_glob(SPAN("a*c*"), SPAN("abbc")));
	assert_true(name_glob(SPAN("*_total"), SPAN("x_total_total")));
	assert_false(name_glob(SPAN("a*c"), SPAN("abcd")));
	assert_false(name_glob(SPAN("abc"), SPAN("ABC")));
	assert_false(name_glob(SPAN(""), SPAN("a")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(match_alert_needs_all_words),
		cmocka_unit_test(match_log_covers_the_phrase),
		cmocka_unit_test(match_labels_must_all_be_equal),
		cmocka_unit_test(match_metric_only_when_unhealthy),
		cmocka_unit_test(match_change_by_type),
		cmocka_unit_test(match_more_signals_than_fit_is_bounded),
		cmocka_unit_test(name_glob_star_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
