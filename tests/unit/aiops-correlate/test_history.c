#include "aiops-correlate/cause/history.h"

#include "correlate_test.h"

static void history_learn_counts_each_alert_once_an_incident(void **state)
{
	struct words ws;
	struct history h;
	struct member m[3];

	(void)state;
	words_init(&ws);
	history_init(&h);
	for (size_t i = 0; i < 3; i++)
		m[i] = (struct member){.name = words_get(&ws, SPAN("Down")),
				       .component = words_get(&ws, SPAN("db"))};
	m[2].signal = SIGNAL_LOG;
	history_learn(&h, m, 3);
	history_learn(&h, m, 2);
	assert_int_equal(h.incidents, 2);
	assert_int_equal(history_df(&h, m[0].component, m[0].name, SIGNAL_METRIC), 2);
	assert_int_equal(history_df(&h, m[0].component, m[0].name, SIGNAL_LOG), 1);
	assert_int_equal(history_df(&h, m[0].component, m[0].name, SIGNAL_TRACE), 0);
	assert_int_equal(history_df(&h, NULL, m[0].name, SIGNAL_METRIC), 0);
	history_release(&h);
	words_release(&ws);
}

static void history_learn_for_long_fades_and_stays_bounded(void **state)
{
	struct words ws;
	struct history h;
	struct member m[2];
	char name[16];

	(void)state;
	words_init(&ws);
	history_init(&h);
	m[0] = (struct member){.name = words_get(&ws, SPAN("Always")),
			       .component = words_get(&ws, SPAN("db"))};
	for (int i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof name, "Once%d", i);
		m[1] = (struct member){.name = words_get(&ws, span_cstr(name)),
				       .component = m[0].component};
		history_learn(&h, m, 2);
		words_drop(&ws, m[1].name);
	}
	assert_true(h.incidents <= 1000);
	assert_true(h.df.live <= 1001);
	assert_int_equal(history_df(&h, m[0].component, m[0].name, SIGNAL_METRIC), h.incidents);
	history_release(&h);
	words_release(&ws);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(history_learn_counts_each_alert_once_an_incident),
		cmocka_unit_test(history_learn_for_long_fades_and_stays_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
