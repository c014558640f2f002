/*
 * Effective severity: what an incident deserves, from what its alerts say, how
 * many they are, what is announced as maintenance, and what policy asks for.
 */
#ifndef AIOPS_CORRELATE_SEVERITY_H
#define AIOPS_CORRELATE_SEVERITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "record/event.h"

struct severity_case {
	enum severity highest; /* of the alerts; unknown counts as medium */
	uint32_t alerts;       /* distinct ones */
	uint32_t services;     /* distinct ones */
	bool maintained;       /* all that fires is in maintenance */
	enum severity least;   /* what policy asks for; unknown: nothing */
	/* more others than this raise it by a step; 0: five alerts, any number of services */
	uint32_t raise_alerts, raise_services;
};

/*
 * The highest severity, one step higher (at most critical) with many correlated alerts or
 * services, one step lower (at least low) in maintenance, and never below policy. why (may be
 * NULL) gets the reason.
 */
enum severity severity_weigh(const struct severity_case *c, struct buf *why);

#endif
