#include "aiops-runbook/engine/history.h"

const struct past_attempt *history_last(const struct history *h, const char *role, struct span step)
{
	for (size_t i = h->n; i > 0; i--) {
		const struct past_attempt *p = &h->items[i - 1];

		if (span_is(p->role, role) && span_eq(p->step, step))
			return p;
	}
	return NULL;
}

bool history_is_settled(const struct history *h, const struct past_attempt *p)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct past_attempt *later = &h->items[i];

		if (later->n > p->n &&
		    !(span_is(later->role, "check") && span_eq(later->step, p->step)))
			return true;
	}
	return false;
}

bool past_did_nothing(const struct past_attempt *p)
{
	static const char *const words[] = {"could_not_start", "not_started", "not_done", NULL};

	if (span_is(p->state, "intent"))
		return true;
	for (size_t i = 0; words[i] && span_is(p->state, "failed"); i++)
		if (span_is(p->reason, words[i]))
			return true;
	return false;
}

bool history_acted(const struct history *h, struct span step, int64_t n)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct past_attempt *p = &h->items[i];

		if (p->n < n && span_is(p->role, "step") && span_eq(p->step, step) &&
		    p->effect != EFFECT_READ && !past_did_nothing(p))
			return true;
	}
	return false;
}

bool history_has_steps(const struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (span_is(h->items[i].role, "step"))
			return true;
	return false;
}
