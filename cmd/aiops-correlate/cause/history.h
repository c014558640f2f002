/*
 * How often each alert of each component took part in earlier incidents: what
 * the ranking of causes calls rare. Learned from the stream, kept in --state.
 */
#ifndef AIOPS_CORRELATE_HISTORY_H
#define AIOPS_CORRELATE_HISTORY_H

#include <stdint.h>

#include "aiops-correlate/group/group.h"
#include "base/map.h"

struct history {
	/* component, NUL, alert name, NUL, signal to incidents that held it; the component alone to
	 * incidents in which it had any alert */
	struct map df;
	uint32_t incidents; /* that ended */
};

void history_init(struct history *h);
void history_release(struct history *h);

/* Earlier incidents in which this alert fired on this component. */
uint32_t history_df(const struct history *h, const struct word *component, const struct word *name,
		    enum signal_kind signal);

/* Earlier incidents in which the component had any alert. */
uint32_t history_often(const struct history *h, const struct word *component);

/* One more incident ended: counts each distinct alert of its members once. O(n log n). */
void history_learn(struct history *h, const struct member *members, size_t n);

#endif
