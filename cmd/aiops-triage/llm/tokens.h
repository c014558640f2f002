/*
 * How many tokens a text will be, without a tokeniser: a guess, corrected by what
 * the endpoint counted before.
 */
#ifndef AIOPS_TRIAGE_TOKENS_H
#define AIOPS_TRIAGE_TOKENS_H

#include <stdint.h>

#include "base/span.h"

/* Tokens of a message of JSON or log text: bytes / 2.6 (digits and hexadecimal take many), of prose
 * max(bytes / 3.6, words * 1.35); 4 more for the message; 15 % on top, times ratio. Never 0. */
int64_t tokens_estimate(struct span text, double ratio);

/* The ratio after a call: an exponentially weighted mean of counted by estimated, kept between 0.3
 * and 2 so that one odd answer cannot spoil it. estimated is without a ratio (of 1). */
double tokens_learn(double ratio, int64_t estimated, int64_t counted);

#endif
