#include "aiops-correlate/cause/cause.h"

#include "base/num.h"

static void add_lead(struct buf *out, int64_t lead_ns)
{
	if (lead_ns <= 0) {
		buf_add_cstr(out, ", the first to fire");
		return;
	}
	buf_add_cstr(out, ", ");
	num_add_duration_ms(out,
			    lead_ns < 1000000000 ? lead_ns / 1000000 : lead_ns / 1000000000 * 1000);
	buf_add_cstr(out, " after the first");
}

static void add_rarity(struct buf *out, const struct member *m)
{
	if (m->past == 0)
		buf_add_cstr(out, "; no earlier incidents to compare with");
	else if (m->df == 0)
		buf_addf(out, "; in none of %u earlier incidents", m->past);
	else
		buf_addf(out, "; in %u of %u earlier incidents", m->df, m->past);
}

void cause_alert_words(const struct cause *c, const struct member *m, int64_t first_onset_ns,
		       struct buf *out)
{
	buf_add_span(out, m->name ? word_span(m->name) : SPAN("an alert"));
	buf_addf(out, " (%s) on ", signal_name(m->signal));
	buf_add_span(out, word_span(m->component));
	if (c->replicas > 1)
		buf_addf(out, ", one of %zu replicas that show it", c->replicas);
	add_lead(out, m->onset_ns - first_onset_ns);
	add_rarity(out, m);
}

void cause_place_words(const struct cause *c, struct buf *out)
{
	if (c->dependents == 0)
		return;
	if (c->dependents == c->places && c->places == 1)
		buf_add_cstr(out, "the other alerting component depends on it");
	else
		buf_addf(out, "%zu of %zu other alerting components depend on it", c->dependents,
			 c->places);
}

void cause_caller_words(const struct cause *c, const struct member *members, struct buf *out)
{
	const struct member *m = &members[c->caller];

	if (c->callers == 0)
		return;
	if (c->silent_users)
		buf_addf(out,
			 "silent, while %zu of the %zu that need it directly alert: ", c->callers,
			 c->silent_users);
	else if (c->callers == 1)
		buf_add_cstr(out, "another component's alert names it: ");
	else
		buf_addf(out, "alerts of %zu other components name it: ", c->callers);
	buf_add_span(out, m->name ? word_span(m->name) : SPAN("an alert"));
	buf_addf(out, " (%s) on ", signal_name(m->signal));
	buf_add_span(out, word_span(m->component));
}
