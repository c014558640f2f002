/*
 * A site's rules, and what they say of one alert and of a text.
 *
 * Held: what is accepted stands within its bounds; what policy asks for is one of its rules; a
 * service that is found in a text stands there, or is one that the rules know.
 */
#include "aiops-correlate/suppress/rules.h"

#include "../fuzz.h"
#include "aiops-correlate/enrich.h"

static struct span label(const void *ctx, struct span name)
{
	(void)ctx;
	return span_is(name, "service")    ? SPAN("payments")
	       : span_is(name, "severity") ? SPAN("low")
	       : span_is(name, "host")     ? SPAN("db-1.a")
					   : SPAN_NONE;
}

static void check(const struct site_rules *r, struct span text)
{
	struct subject s = {NULL, label};
	size_t rule = SIZE_MAX;
	enum severity least = site_rules_least(r, s, &rule);
	struct span service = enrich_service(r, text);

	FUZZ_CHECK(least >= SEVERITY_UNKNOWN && least <= SEVERITY_CRITICAL);
	if (least != SEVERITY_UNKNOWN)
		FUZZ_CHECK(rule < r->n_severity && r->severity[rule].least == least);
	for (size_t i = 0; i < r->n_inhibit; i++) {
		FUZZ_CHECK(r->inhibit[i].source.n > 0 && r->inhibit[i].target.n > 0);
		(void)matchers_match(&r->inhibit[i].source, s);
	}
	FUZZ_CHECK(r->labels.n_by <= GROUP_BY_MAX && r->labels.n_apart <= APART_MAX);
	FUZZ_CHECK(r->cooldown_ms >= -1 && r->max_per_hour >= -1);
	if (service.len && !(service.data >= text.data && service.data < text.data + text.len))
		FUZZ_CHECK(map_get(&r->services, service));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct err e = ERR_INIT;
	struct site_rules r;

	site_rules_init(&r);
	if (site_rules_parse(&r, text, &e) == 0)
		check(&r, text);
	else
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	site_rules_release(&r);
	return 0;
}
