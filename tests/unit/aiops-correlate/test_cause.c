#include "aiops-correlate/cause/cause.h"

#include <math.h>

#include "correlate_test.h"

static struct words words;

static struct word *w(const char *text)
{
	return words_get(&words, span_cstr(text));
}

static struct member alert(const char *component, const char *name, enum signal_kind signal,
			   int onset_s, uint16_t df, uint16_t past)
{
	return (struct member){.fp = (uint64_t)onset_s * 31 + df,
			       .id = (char *)"id",
			       .name = w(name),
			       .component = w(component),
			       .signal = signal,
			       .severity = SEVERITY_HIGH,
			       .onset_ns = T0 + onset_s * NS_PER_S,
			       .df = df,
			       .past = past};
}

static void assert_top(const struct ranking *r, size_t i, const char *component)
{
	assert_true(i < r->n);
	assert_true(span_is(r->top[i].component, component));
}

static void causes_rank_without_history_number_and_onset_decide(void **state)
{
	const struct member m[] = {
		alert("api", "Errors", SIGNAL_METRIC, 10, 0, 0),
		alert("db", "Conns", SIGNAL_METRIC, 0, 0, 0),
		alert("db", "Locks", SIGNAL_METRIC, 20, 0, 0),
	};
	struct ranking r;

	(void)state;
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_int_equal(r.n, 2);
	assert_top(&r, 0, "db");
	/* ln 2 and ln 2 * e^(-1/2 * 2/3) squared and added, against ln 2 * e^(-1/2 * 1/3) */
	assert_true(fabs(r.top[0].score - log(2) * sqrt(1 + exp(-2.0 / 3))) < 1e-12);
	assert_true(fabs(r.top[1].score - log(2) * exp(-1.0 / 6)) < 1e-12);
	assert_true(fabs(r.top[0].share + r.top[1].share - 1) < 1e-12);
	assert_int_equal(r.top[0].evidence[0], 1);
	assert_int_equal(causes_root(&r, m, ARRAY_LEN(m)), 1);
}

static void causes_rank_alert_of_every_incident_weighs_little(void **state)
{
	const struct member m[] = {
		alert("api", "Noisy1", SIGNAL_METRIC, 0, 50, 50),
		alert("api", "Noisy2", SIGNAL_METRIC, 0, 50, 50),
		alert("cache", "Rare", SIGNAL_METRIC, 60, 0, 50),
	};
	struct ranking r;

	(void)state;
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_top(&r, 0, "cache");
	assert_true(fabs(r.top[0].score - log(52.0) * exp(-0.25)) < 1e-12);
}

static void causes_rank_callers_traces_do_not_win(void **state)
{
	const struct member m[] = {
		alert("web", "Slow", SIGNAL_TRACE, 0, 0, 9),
		alert("web", "Failed", SIGNAL_TRACE, 1, 0, 9),
		alert("db", "DiskFull", SIGNAL_METRIC, 30, 0, 9),
	};
	struct ranking r;

	(void)state;
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_top(&r, 0, "db");
}

static void causes_rank_repetition_does_not_count(void **state)
{
	struct member m[6];
	struct ranking r;

	(void)state;
	for (int i = 0; i < 5; i++)
		m[i] = alert("a", "Same", SIGNAL_METRIC, i, 0, 0);
	m[5] = alert("b", "Other", SIGNAL_METRIC, 0, 0, 0);
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_int_equal(r.top[0].alerts, 1);
	assert_true(fabs(r.top[0].score - r.top[1].score) < 1e-12);
}

static void causes_rank_replicas_name_their_service(void **state)
{
	struct member m[] = {
		alert("cart-1", "Cpu", SIGNAL_METRIC, 5, 0, 0),
		alert("cart-2", "Cpu", SIGNAL_METRIC, 5, 0, 0),
		alert("db", "Slow", SIGNAL_METRIC, 5, 0, 0),
	};
	struct ranking r;

	(void)state;
	m[0].service = m[1].service = w("cart");
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_top(&r, 0, "cart");
	assert_int_equal(r.top[0].replicas, 2);
	assert_true(fabs(r.top[0].score - 1.3 * log(2)) < 1e-12);
	assert_int_equal(r.candidates, 4);
}

static void causes_rank_what_others_depend_on_gets_credit(void **state)
{
	const struct member m[] = {
		alert("api", "Errors", SIGNAL_METRIC, 0, 0, 0),
		alert("web", "Errors", SIGNAL_METRIC, 0, 0, 0),
		alert("zdb", "Errors", SIGNAL_METRIC, 0, 0, 0),
	};
	struct err e = ERR_INIT;
	struct topology *t =
		topology_parse(SPAN("{nodes: [{id: api}, {id: web}, {id: zdb}], edges: ["
				    "{from: api, to: zdb}, {from: web, to: zdb}]}"),
			       &e);
	struct buf text = BUF_INIT(1000);
	struct ranking r;

	(void)state;
	assert_non_null(t);
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_top(&r, 0, "api"); /* all equal: by name */
	causes_rank(m, ARRAY_LEN(m), t, &r);
	assert_top(&r, 0, "zdb");
	/* of equals a caller passes 0.8 / 2 on in each of three rounds, and keeps 0.6 cubed */
	assert_true(fabs(r.top[0].score - (1 + 0.3 * log(3)) * log(2) * sqrt(1 + 2 * (1 - 0.216))) <
		    1e-12);
	cause_place_words(&r.top[0], &text);
	assert_string_equal(buf_cstr(&text), "2 of 2 other alerting components depend on it");
	buf_release(&text);
	topology_free(t);
}

static void causes_rank_what_one_replica_shows_alone_points_at_it(void **state)
{
	struct member m[] = {
		alert("cart-1", "Memory", SIGNAL_METRIC, 0, 0, 0),
		alert("cart-2", "Cpu", SIGNAL_METRIC, 0, 0, 0),
		alert("cart-1", "Cpu", SIGNAL_METRIC, 0, 0, 0),
	};
	struct ranking r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(m); i++)
		m[i].service = w("cart");
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	/* 1.5 ln 2 alone and 0.5 ln 2 of what both show; the service has 1.3 ln 2 */
	assert_top(&r, 0, "cart-1");
	assert_true(fabs(r.top[0].score - sqrt(1.5 * 1.5 + 0.5 * 0.5) * log(2)) < 1e-12);
	assert_top(&r, 1, "cart");
	assert_true(fabs(r.top[1].score - 1.3 * log(2)) < 1e-12);
	assert_top(&r, 2, "cart-2");
	assert_true(fabs(r.top[2].score - 0.5 * log(2)) < 1e-12);
}

/* Its alerts may differ in what service they say: no other component has alerts of either. */
static void causes_rank_component_of_two_services_is_alone_in_both(void **state)
{
	struct member m[] = {
		alert("cart-1", "Down", SIGNAL_METRIC, 0, 0, 0),
		alert("cart-1", "Slow", SIGNAL_METRIC, 20, 0, 0),
		alert("api", "Errors", SIGNAL_METRIC, 40, 0, 0),
	};
	struct ranking without, with;

	(void)state;
	causes_rank(m, ARRAY_LEN(m), NULL, &without);
	m[0].service = w("cart");
	m[1].service = w("shop");
	causes_rank(m, ARRAY_LEN(m), NULL, &with);
	assert_top(&with, 0, "cart-1");
	assert_true(fabs(with.top[0].score - without.top[0].score) < 1e-12);
}

static void causes_rank_silent_replicas_of_the_topology_count(void **state)
{
	struct member m = alert("cart-1", "Memory", SIGNAL_METRIC, 0, 0, 0);
	struct err e = ERR_INIT;
	struct topology *t =
		topology_parse(SPAN("{nodes: [{id: cart}, {id: cart-1}, {id: cart-2}], edges: ["
				    "{from: cart-1, to: cart, type: instance_of},"
				    "{from: cart-2, to: cart, type: instance_of}]}"),
			       &e);
	struct ranking r;

	(void)state;
	assert_non_null(t);
	m.service = w("cart");
	causes_rank(&m, 1, t, &r);
	assert_true(fabs(r.top[0].score - 1.5 * log(2)) < 1e-12);
	topology_free(t);
}

static void causes_rank_service_with_its_own_alerts_is_one_candidate(void **state)
{
	struct member m[] = {
		alert("cart", "Errors", SIGNAL_METRIC, 0, 0, 0),
		alert("cart-1", "Cpu", SIGNAL_METRIC, 0, 0, 0),
		alert("cart-2", "Cpu", SIGNAL_METRIC, 0, 0, 0),
	};
	struct ranking r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(m); i++)
		m[i].service = w("cart");
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_int_equal(r.candidates, 3);
	assert_top(&r, 0, "cart");
	assert_true(fabs(r.top[0].score - sqrt(1 + 1.3 * 1.3) * log(2)) < 1e-12);
}

/* A database that is scraped late, behind ten callers, some of them through a
 * pooler that is silent; nothing is known of earlier incidents. */
static void causes_rank_shared_dependency_without_history_is_first(void **state)
{
	static const char *const names[] = {"c0", "c1", "c2", "c3", "c4",
					    "c5", "c6", "c7", "c8", "c9"};
	struct buf text = BUF_INIT(4000);
	struct err e = ERR_INIT;
	struct member m[11];
	struct topology *t;
	struct ranking r;
	double own = exp(-10 / 11.0), sum = own;

	(void)state;
	buf_add_cstr(&text, "{nodes: [{id: zdb}, {id: pool}");
	for (size_t i = 0; i < 10; i++)
		buf_addf(&text, ", {id: %s}", names[i]);
	buf_add_cstr(&text, "], edges: [{from: pool, to: zdb}");
	for (size_t i = 0; i < 10; i++)
		buf_addf(&text, ", {from: %s, to: %s}", names[i], i % 2 ? "pool" : "zdb");
	buf_add_cstr(&text, "]}");
	t = topology_parse(buf_span(&text), &e);
	assert_non_null(t);
	for (size_t i = 0; i < 10; i++)
		m[i] = alert(names[i], "Errors", SIGNAL_METRIC, (int)i, 0, 0);
	m[10] = alert("zdb", "Down", SIGNAL_METRIC, 60, 0, 0);
	causes_rank(m, ARRAY_LEN(m), t, &r);
	assert_top(&r, 0, "zdb");
	assert_int_equal(r.top[0].dependents, 10);
	assert_int_equal(r.top[0].places, 10);
	for (int i = 0; i < 10; i++) { /* squares; what a caller keeps in three rounds */
		double c = exp(-i / 11.0), kept = 1 - 0.8 * own / (own + c);

		sum += c * (1 - kept * kept * kept);
	}
	assert_true(fabs(r.top[0].score - (1 + 0.3 * log(11)) * log(2) * sqrt(sum)) < 1e-9);
	topology_free(t);
	buf_release(&text);
}

/* All pods of one host, and one elsewhere that does not depend on it. */
static void causes_rank_host_of_its_pods_gets_credit(void **state)
{
	const struct member m[] = {
		alert("a-1", "Slow", SIGNAL_METRIC, 0, 0, 0),
		alert("b-1", "Slow", SIGNAL_METRIC, 0, 0, 0),
		alert("c-1", "Slow", SIGNAL_METRIC, 0, 0, 0),
		alert("node-1", "DiskErrors", SIGNAL_METRIC, 0, 0, 0),
	};
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(
		SPAN("{nodes: [{id: a-1}, {id: b-1}, {id: c-1}, {id: node-1}, {id: node-2}], edges: ["
		     "{from: a-1, to: node-1, type: runs_on}, {from: b-1, to: node-1, type: runs_on},"
		     "{from: c-1, to: node-2, type: runs_on}]}"),
		&e);
	struct ranking r;

	(void)state;
	assert_non_null(t);
	causes_rank(m, ARRAY_LEN(m), t, &r);
	assert_top(&r, 0, "node-1");
	assert_int_equal(r.top[0].dependents, 2);
	assert_int_equal(r.top[0].places, 3);
	topology_free(t);
}

static void causes_rank_cycle_in_the_topology_ends(void **state)
{
	const struct member m[] = {
		alert("a", "Slow", SIGNAL_METRIC, 0, 0, 0),
		alert("b", "Slow", SIGNAL_METRIC, 0, 0, 0),
	};
	struct err e = ERR_INIT;
	struct topology *t =
		topology_parse(SPAN("{nodes: [{id: a}, {id: b}], edges: ["
				    "{from: a, to: b}, {from: b, to: a}, {from: a, to: a},"
				    "{from: a, to: b, type: instance_of},"
				    "{from: b, to: a, type: instance_of}]}"),
			       &e);
	struct ranking r;

	(void)state;
	assert_non_null(t);
	causes_rank(m, ARRAY_LEN(m), t, &r);
	assert_int_equal(r.n, 2);
	topology_free(t);
}

static void causes_rank_lower_layer_is_a_little_ahead(void **state)
{
	struct member m[] = {
		alert("app", "Slow", SIGNAL_METRIC, 0, 0, 0),
		alert("disk", "Slow", SIGNAL_METRIC, 0, 0, 0),
	};
	struct ranking r;

	(void)state;
	m[0].layer = w("application");
	m[1].layer = w("hardware");
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_top(&r, 0, "disk");
	assert_true(fabs(r.top[0].score / r.top[1].score - 1.15) < 1e-12);
}

static void causes_rank_any_order_of_members_is_the_same(void **state)
{
	struct member m[40], shuffled[40];
	struct ranking a, b;
	uint32_t x = 7;

	(void)state;
	for (uint32_t i = 0; i < 40; i++) {
		char component[8], name[8];

		(void)snprintf(component, sizeof component, "c%u", i % 7);
		(void)snprintf(name, sizeof name, "n%u", i % 11);
		m[i] = alert(component, name, (enum signal_kind)(i % 3), (int)(i * 13 % 50),
			     (uint16_t)(i % 5), 10);
		m[i].fp = i;
	}
	causes_rank(m, 40, NULL, &a);
	for (int round = 0; round < 20; round++) {
		memcpy(shuffled, m, sizeof m);
		for (size_t i = 39; i > 0; i--) {
			struct member swap = shuffled[i];
			size_t j = (x = x * 1664525u + 1013904223u) % (i + 1);

			shuffled[i] = shuffled[j];
			shuffled[j] = swap;
		}
		causes_rank(shuffled, 40, NULL, &b);
		assert_int_equal(a.n, b.n);
		for (size_t i = 0; i < a.n; i++) {
			assert_ptr_equal(a.top[i].word, b.top[i].word);
			assert_true(memcmp(&a.top[i].score, &b.top[i].score, sizeof(double)) == 0);
			assert_true(m[a.top[i].evidence[0]].fp ==
				    shuffled[b.top[i].evidence[0]].fp);
		}
	}
}

static void causes_rank_nothing_to_rank(void **state)
{
	struct member m = {.id = (char *)"id", .severity = SEVERITY_LOW};
	struct ranking r;

	(void)state;
	causes_rank(NULL, 0, NULL, &r);
	assert_int_equal(r.n, 0);
	causes_rank(&m, 1, NULL, &r); /* no component */
	assert_int_equal(r.n, 0);
	assert_int_equal(causes_root(&r, &m, 1), 0);
}

static void cause_alert_words_say_what_when_and_how_rare(void **state)
{
	const struct member first = alert("db", "DiskFull", SIGNAL_METRIC, 0, 2, 41);
	const struct member later = alert("db", "Slow", SIGNAL_TRACE, 90, 0, 0);
	const struct cause c = {.word = first.component};
	struct buf text = BUF_INIT(1000);

	(void)state;
	cause_alert_words(&c, &first, T0, &text);
	assert_string_equal(
		buf_cstr(&text),
		"DiskFull (metric) on db, the first to fire; in 2 of 41 earlier incidents");
	buf_clear(&text);
	cause_alert_words(&c, &later, T0, &text);
	assert_string_equal(
		buf_cstr(&text),
		"Slow (trace) on db, 1m30s after the first; no earlier incidents to compare with");
	buf_release(&text);
}

static int set_up(void **state)
{
	(void)state;
	words_init(&words);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	words_release(&words);
	return 0;
}

/* Three callers say that a store fails which has one alert, late and alone. */
static void causes_rank_whom_callers_name_is_first(void **state)
{
	struct member m[] = {
		alert("auth-1", "Calls", SIGNAL_METRIC, 0, 0, 0),
		alert("auth-1", "Errors", SIGNAL_METRIC, 0, 0, 0),
		alert("cart-1", "Calls", SIGNAL_METRIC, 1, 0, 0),
		alert("cart-1", "Errors", SIGNAL_METRIC, 2, 0, 0),
		alert("mail-1", "Calls", SIGNAL_METRIC, 2, 0, 0),
		alert("zstore-1", "Down", SIGNAL_METRIC, 9, 0, 0),
	};
	struct callees zstore = {{w("zstore")}, 1};
	struct buf text = BUF_INIT(1000);
	struct ranking r;

	(void)state;
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_top(&r, 0, "auth-1");
	m[5].service = w("zstore");
	for (size_t i = 0; i < 5; i += 2)
		m[i].callees = &zstore;
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_top(&r, 0, "zstore-1"); /* the only one of the service that alerts */
	assert_int_equal(r.top[0].callers, 3);
	assert_int_equal(causes_root(&r, m, ARRAY_LEN(m)), 5);
	cause_caller_words(&r.top[0], m, &text);
	assert_string_equal(buf_cstr(&text),
			    "alerts of 3 other components name it: Calls (metric) on auth-1");
	buf_release(&text);
}

/* web says that cart fails, cart and auth that the store does. */
static void causes_rank_blame_gathers_at_the_end_of_the_chain(void **state)
{
	struct member m[] = {
		alert("auth", "Calls", SIGNAL_METRIC, 0, 0, 0),
		alert("cart", "Calls", SIGNAL_METRIC, 0, 0, 0),
		alert("mobile", "Calls", SIGNAL_METRIC, 0, 0, 0),
		alert("web", "Calls", SIGNAL_METRIC, 0, 0, 0),
	};
	struct callees store = {{w("store")}, 1}, cart = {{w("cart")}, 1};
	struct ranking r;

	(void)state;
	m[0].callees = m[1].callees = &store;
	m[2].callees = m[3].callees = &cart;
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_top(&r, 0, "store"); /* has no alert at all */
	assert_int_equal(r.top[0].n_evidence, 0);
	assert_top(&r, 1, "cart");
	assert_int_equal(m[causes_root(&r, m, ARRAY_LEN(m))].fp, m[0].fp);
}

/* What is read out of a text counts only if something of that name is known, and is needed. */
static void causes_rank_names_without_a_meaning_count_for_nobody(void **state)
{
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(
		SPAN("{nodes: [{id: web}, {id: cart}], edges: [{from: web, to: cart}]}"), &e);
	struct member m[] = {
		alert("cart", "Errors", SIGNAL_METRIC, 0, 0, 0),
		alert("cart", "Slow", SIGNAL_METRIC, 0, 0, 0),
	};
	struct callees names = {{w("customers"), w("web")}, 0};
	struct ranking r;

	(void)state;
	assert_non_null(t);
	m[0].callees = &names;
	causes_rank(m, ARRAY_LEN(m), t, &r);
	assert_int_equal(r.n, 1);
	assert_top(&r, 0, "cart"); /* web calls cart, not the other way round */
	topology_free(t);
}

static void causes_rank_silent_node_that_all_alerting_need(void **state)
{
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(
		SPAN("{nodes: [{id: a}, {id: b}, {id: c}, {id: d}, {id: bus}, {id: dns}], edges: ["
		     "{from: a, to: bus}, {from: b, to: bus}, {from: c, to: bus},"
		     "{from: a, to: dns}, {from: b, to: dns}, {from: c, to: dns}, {from: d, to: dns},"
		     "{from: bus, to: dns}]}"),
		&e);
	const struct member m[] = {
		alert("a", "Errors", SIGNAL_METRIC, 0, 0, 0),
		alert("b", "Errors", SIGNAL_METRIC, 0, 0, 0),
		alert("c", "Errors", SIGNAL_METRIC, 0, 0, 0),
	};
	struct buf text = BUF_INIT(1000);
	struct ranking r;

	(void)state;
	assert_non_null(t);
	causes_rank(m, ARRAY_LEN(m), t, &r);
	assert_top(&r, 0, "bus"); /* all of its users alert; one of dns's does not */
	assert_int_equal(r.top[0].silent_users, 3);
	cause_caller_words(&r.top[0], m, &text);
	assert_string_equal(buf_cstr(&text),
			    "silent, while 3 of the 3 that need it directly alert: "
			    "Errors (metric) on a");
	causes_rank(m, 1, t, &r);
	assert_int_equal(r.n, 1); /* one caller says nothing about what it needs */
	buf_release(&text);
	topology_free(t);
}

/* A store that alerts in most incidents is not why its callers do. */
static void causes_rank_what_alerts_every_day_explains_nobody(void **state)
{
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(
		SPAN("{nodes: [{id: a}, {id: b}, {id: db}], edges: [{from: a, to: db}, {from: b, to: db}]}"),
		&e);
	struct member m[] = {
		alert("a", "Errors", SIGNAL_METRIC, 0, 0, 50),
		alert("a", "Slow", SIGNAL_METRIC, 0, 0, 50),
		alert("db", "Lag", SIGNAL_METRIC, 0, 2, 50),
	};
	struct ranking r;

	(void)state;
	assert_non_null(t);
	causes_rank(m, ARRAY_LEN(m), t, &r);
	assert_top(&r, 0, "db");
	m[2].often = 45;
	causes_rank(m, ARRAY_LEN(m), t, &r);
	assert_top(&r, 0, "a");
	topology_free(t);
}

static void causes_root_is_never_for_information_only(void **state)
{
	struct member m[] = {
		alert("auth", "Note", SIGNAL_METRIC, 0, 0, 0),
		alert("web", "Slow", SIGNAL_METRIC, 60, 0, 0),
	};
	struct ranking r;

	(void)state;
	m[0].severity = SEVERITY_INFO;
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_top(&r, 0, "web");
	assert_int_equal(causes_root(&r, m, ARRAY_LEN(m)), 1);
	m[1].component = NULL; /* then it is no evidence, but it still gives the name */
	causes_rank(m, ARRAY_LEN(m), NULL, &r);
	assert_int_equal(causes_root(&r, m, ARRAY_LEN(m)), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes_rank_what_one_replica_shows_alone_points_at_it),
		cmocka_unit_test(causes_rank_component_of_two_services_is_alone_in_both),
		cmocka_unit_test(causes_rank_silent_replicas_of_the_topology_count),
		cmocka_unit_test(causes_rank_service_with_its_own_alerts_is_one_candidate),
		cmocka_unit_test(causes_rank_shared_dependency_without_history_is_first),
		cmocka_unit_test(causes_rank_host_of_its_pods_gets_credit),
		cmocka_unit_test(causes_rank_cycle_in_the_topology_ends),
		cmocka_unit_test(causes_rank_lower_layer_is_a_little_ahead),
		cmocka_unit_test(causes_rank_without_history_number_and_onset_decide),
		cmocka_unit_test(causes_rank_alert_of_every_incident_weighs_little),
		cmocka_unit_test(causes_rank_callers_traces_do_not_win),
		cmocka_unit_test(causes_rank_repetition_does_not_count),
		cmocka_unit_test(causes_rank_replicas_name_their_service),
		cmocka_unit_test(causes_rank_what_others_depend_on_gets_credit),
		cmocka_unit_test(causes_rank_any_order_of_members_is_the_same),
		cmocka_unit_test(causes_rank_whom_callers_name_is_first),
		cmocka_unit_test(causes_rank_blame_gathers_at_the_end_of_the_chain),
		cmocka_unit_test(causes_rank_names_without_a_meaning_count_for_nobody),
		cmocka_unit_test(causes_rank_silent_node_that_all_alerting_need),
		cmocka_unit_test(causes_rank_what_alerts_every_day_explains_nobody),
		cmocka_unit_test(causes_root_is_never_for_information_only),
		cmocka_unit_test(causes_rank_nothing_to_rank),
		cmocka_unit_test(cause_alert_words_say_what_when_and_how_rare),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
