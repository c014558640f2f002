/*
 * How likely a change is to be the cause.
 */
#include "aiops-triage/evidence/change.h"

#include <math.h>

#define TAU_S  (45.0 * 60)
#define DAY_NS (INT64_C(24) * 3600 * NS_PER_S)

static const struct {
	const char *type;
	double factor;
} kinds[] = {
	{"deploy", 1.0},       {"config", 1.0}, {"configuration", 1.0}, {"migration", 1.0},
	{"feature_flag", 0.8}, {"flag", 0.8},   {"scaling", 0.7},       {"infrastructure", 0.7},
};
#define OTHER_KIND 0.7

static double kind_factor(struct span type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (span_eq_nocase(type, span_cstr(kinds[i].type)))
			return kinds[i].factor;
	return OTHER_KIND;
}

static bool same_place(const struct item *a, const struct item *b)
{
	static const enum item_field places[] = {ITEM_SERVICE, ITEM_COMPONENT};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (a->fields[places[i]].len && span_eq(a->fields[places[i]], b->fields[places[i]]))
			return true;
	return false;
}

double change_rate(const struct context *c, const struct item *change, int64_t onset_ns)
{
	const struct item *it;
	int64_t to, from;
	size_t n = 0;

	if (onset_ns < INT64_MIN + DAY_NS) /* year 1677 */
		return 0;
	to = onset_ns - CHANGE_WINDOW_NS;
	from = onset_ns - DAY_NS;
	for (size_t i = 0; (it = context_at(c, CONTEXT_CHANGES, i)); i++)
		n += it->at_ns >= from && it->at_ns < to && same_place(it, change);
	return (double)n / 22.0;
}

double change_score(const struct item *change, int64_t onset_ns, double rate_per_h)
{
	double age_s = ((double)onset_ns - (double)change->at_ns) / 1e9;
	double window_h = (double)CHANGE_WINDOW_NS / 3600e9;

	if (change->at_ns > onset_ns || age_s * 1e9 > (double)CHANGE_WINDOW_NS)
		return 0;
	return exp(-age_s / TAU_S) * kind_factor(change->fields[ITEM_CHANGE_TYPE]) *
	       exp(-rate_per_h * window_h);
}
