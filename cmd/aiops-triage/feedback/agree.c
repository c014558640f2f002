/*
 * Whether a hypothesis agrees with the cause that was found later.
 */
#include "aiops-triage/feedback/agree.h"

#include <string.h>

static bool named(struct span word, const struct guess *guesses, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (word.len && span_eq(guesses[i].component, word))
			return true;
	return false;
}

struct true_cause cause_read(struct span text, const struct guess *guesses, size_t n,
			     bool (*is_class)(void *ctx, struct span word), void *ctx)
{
	struct true_cause c = {0};
	/* a component may hold colons (host:port), a class never does */
	const char *colon = text.len ? memrchr(text.data, ':', text.len) : NULL;

	if (is_class(ctx, text)) {
		c.fault = text;
		return c;
	}
	if (named(text, guesses, n)) {
		c.component = text;
		return c;
	}
	if (colon) {
		size_t before = (size_t)(colon - text.data);
		struct span class = span_of(colon + 1, text.len - before - 1);

		if (before && is_class(ctx, class))
			c = (struct true_cause){.component = span_of(text.data, before),
						.fault = class};
	}
	return c;
}

bool cause_agrees(const struct true_cause *c, const struct guess *g)
{
	if (!c->component.len && !c->fault.len)
		return false;
	return (!c->component.len || span_eq(c->component, g->component)) &&
	       (!c->fault.len || span_eq(c->fault, g->fault));
}

bool cause_helped(const struct true_cause *c, const struct guess *guesses, size_t n)
{
	if (n && c->fault.len && span_eq(c->fault, guesses[0].fault))
		return true;
	return named(c->component, guesses, n);
}
