/*
 * Whether a hypothesis agrees with the cause that was found later. Pure.
 */
#ifndef AIOPS_TRIAGE_AGREE_H
#define AIOPS_TRIAGE_AGREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* A cause: COMPONENT:CLASS, a component, a class, or other words. Spans are borrowed; absent parts
 * are SPAN_NONE. */
struct true_cause {
	struct span component, fault;
};

/* One place and fault that was thought of. */
struct guess {
	struct span component, fault;
};

/*
 * Reads what a person wrote. A word counts as a class if is_class says so, as a component if a
 * guess names it; in COMPONENT:CLASS the class must be one. Of other words both parts stay absent.
 */
struct true_cause cause_read(struct span text, const struct guess *guesses, size_t n,
			     bool (*is_class)(void *ctx, struct span word), void *ctx);

/* All that the cause says, the guess says too. False if it says nothing. */
bool cause_agrees(const struct true_cause *c, const struct guess *g);
/* One of the guesses names its component, or the first one its class (triage's "helpful"). */
bool cause_helped(const struct true_cause *c, const struct guess *guesses, size_t n);

#endif
