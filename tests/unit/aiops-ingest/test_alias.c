#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aiops-ingest/alias.h"

static void assert_span(struct span got, const char *want)
{
	if (!span_eq(got, span_cstr(want)))
		fail_msg("'%.*s' is not '%s'", (int)got.len, got.data ? got.data : "",
			 want ? want : "(none)");
}

static struct promoted promoted(struct label *l, size_t n)
{
	struct aliases *a = aliases_new();
	struct promoted p = promote(a, l, n);

	promote_component(&p);
	aliases_free(a);
	return p;
}

static void promote_takes_names_in_their_order(void **state)
{
	struct label l[] = {{SPAN("job"), SPAN("j")},          {SPAN("app"), SPAN("a")},
			    {SPAN("service_name"), SPAN("s")}, {SPAN("node"), SPAN("n")},
			    {SPAN("environment"), SPAN("e")},  {SPAN("layer"), SPAN("y")},
			    {SPAN("instance"), SPAN("i:1")},   {SPAN("pod"), SPAN("p")}};
	struct promoted p = promoted(l, 8);

	(void)state;
	assert_span(p.service, "s");
	assert_span(p.host, "n");
	assert_span(p.env, "e");
	assert_span(p.layer, "y");
	assert_span(p.component, "p");
}

static void promote_component_keeps_the_port_of_an_instance(void **state)
{
	struct label l[] = {{SPAN("instance"), SPAN("db-1:9187")}, {SPAN("job"), SPAN("postgres")}};
	struct promoted p = promoted(l, 2);

	(void)state;
	assert_span(p.component, "db-1:9187");
	assert_span(p.host, "db-1");
	assert_span(p.service, "postgres");
}

static void promote_component_falls_back_to_service_then_host(void **state)
{
	struct label both[] = {{SPAN("service"), SPAN("cart")}, {SPAN("host"), SPAN("h")}};
	struct label host[] = {{SPAN("host"), SPAN("h")}};

	(void)state;
	assert_span(promoted(both, 2).component, "cart");
	assert_span(promoted(host, 1).component, "h");
}

static void promote_empty_values_and_no_labels_give_nothing(void **state)
{
	struct label l[] = {{SPAN("service"), SPAN("")}, {SPAN("alertname"), SPAN("A")}};
	struct promoted p = promoted(l, 2), none = promoted(NULL, 0);

	(void)state;
	assert_null(p.service.data);
	assert_null(p.component.data);
	assert_null(none.host.data);
}

static void host_of_instance_wants_host_and_port(void **state)
{
	static const struct {
		const char *instance, *host;
	} cases[] = {
		{"db-1:9187", "db-1"},
		{"10.0.0.1:80", "10.0.0.1"},
		{"[::1]:9100", "::1"},
		{"db-1", NULL},
		{"::1", NULL},
		{"https://x.example:443", NULL},
		{"https://x.example/", NULL},
		{":80", NULL},
		{"a:b", NULL},
		{"", NULL},
		{"x:", NULL},
		{"a/b:80", NULL},
		{"[]:80", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_span(host_of_instance(span_cstr(cases[i].instance)), cases[i].host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(promote_takes_names_in_their_order),
		cmocka_unit_test(promote_component_keeps_the_port_of_an_instance),
		cmocka_unit_test(promote_component_falls_back_to_service_then_host),
		cmocka_unit_test(promote_empty_values_and_no_labels_give_nothing),
		cmocka_unit_test(host_of_instance_wants_host_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
