/*
 * Text that talks to a language model instead of about a system: orders to it, words for roles,
 * addresses, blobs. What is flagged is told in the audit record; telemetry never goes
 * out as it is, so a flag changes nothing of what is sent.
 *
 * D. Pasquini and others, on injected telemetry that steers agents (2025).
 */
#ifndef AIOPS_TRIAGE_SUSPICION_H
#define AIOPS_TRIAGE_SUSPICION_H

#include "base/span.h"

enum suspicion_flags {
	SUSPICION_ORDER = 1u << 0, /* "ignore previous instructions", "you must now" */
	SUSPICION_ROLE = 1u << 1,  /* "system:", "<|im_start|>", "as an ai" */
	SUSPICION_LINK = 1u << 2,  /* an address of the web */
	SUSPICION_BLOB = 1u << 3,  /* 120 bytes or more without a space */
	SUSPICION_SHELL = 1u << 4, /* a command to carry out */
};

/* The flags of a text. O(len). */
unsigned suspicion_of(struct span text);
/* The name of one flag. */
const char *suspicion_name(unsigned flag);

#endif
