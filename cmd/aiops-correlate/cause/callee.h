/*
 * Whom an alert speaks of beside its own component: "calls to session-store
 * fail", dependency="session-store". What is said there is evidence for that
 * other one. Pure.
 */
#ifndef AIOPS_CORRELATE_CALLEE_H
#define AIOPS_CORRELATE_CALLEE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Names that one alert may give. */
enum { CALLEES_KEPT = 3 };

enum callee_label {
	CALLEE_LABEL_NONE,
	CALLEE_LABEL_MAYBE, /* target, database: also of what the alert itself is about */
	CALLEE_LABEL_SURE,  /* dependency, upstream, peer.service */
};

/* What a label of that name says about its value. */
enum callee_label callee_label(struct span name);

/* A name out of what stands in a label: without scheme, user, port and path. */
struct span callee_clean(struct span value);

/*
 * The words of text that, by the words around them, may name what does not
 * answer: what is called ("to X", "upstream X") or said to fail ("X refuses").
 * Up to max into out, how many; they are to be compared with known names.
 */
size_t callees_in_text(struct span text, struct span *out, size_t max);

#endif
