/*
 * Rules of the site's own: what mutes what, how much an alert weighs at least,
 * what is told how often, and which labels join alerts.
 *
 *	version: 1
 *	group: {by: [team, alertname], apart: [cluster]}
 *	labels: {rack: place, shard: thing, build: never, zone: 2}
 *	inhibit:
 *	  - name: node down
 *	    source: ['alertname=NodeDown']
 *	    target: ['severity=~"medium|low"']
 *	    equal: [host]
 *	severity:
 *	  raise: {alerts: 5, services: 3}
 *	  policy:
 *	    - match: ['service=payments']
 *	      least: high
 *	      why: revenue
 *	notify: {cooldown: 5m, max_per_hour: 100}
 *	flapping: {within: 30m, enter: 6, leave: 2}
 *	enrich: {zone: Europe/Berlin, services: [checkout-api]}
 */
#ifndef AIOPS_CORRELATE_RULES_H
#define AIOPS_CORRELATE_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/group/label_rules.h"
#include "aiops-correlate/suppress/matchers.h"
#include "base/err.h"
#include "base/map.h"
#include "base/span.h"
#include "base/zone.h"
#include "record/event.h"

/* While an alert that matches source fires, those that match target and have equal labels are
 * muted. */
struct inhibit_rule {
	char *name;
	struct matchers source, target;
	char **equal;
	size_t n_equal;
};

struct severity_rule {
	struct matchers match;
	enum severity least;
	char *why; /* NULL: none */
};

struct flapping_rule {
	int64_t within_ns;
	uint32_t enter, leave; /* changes of state within that time */
};

struct site_rules {
	struct label_rules labels;
	struct inhibit_rule *inhibit;
	size_t n_inhibit;
	struct severity_rule *severity;
	size_t n_severity;
	uint32_t raise_alerts, raise_services; /* more others than this raise the severity */
	int64_t cooldown_ms, max_per_hour;     /* -1: not given */
	struct flapping_rule flapping;
	struct map services; /* known ones, as keys */
	struct zone zone;    /* name "" if not given */
};

/* What holds without a file. */
void site_rules_init(struct site_rules *r);
/* Reads a file or text into r, which site_rules_init prepared. Errors: EX_UNREADABLE; EX_BADCONFIG
 * with position. */
NODISCARD int site_rules_load(struct site_rules *r, const char *path, struct err *e);
NODISCARD int site_rules_parse(struct site_rules *r, struct span text, struct err *e);
void site_rules_release(struct site_rules *r);

/* The highest severity that policy asks for, SEVERITY_UNKNOWN if it asks for none; *rule (may be
 * NULL): which rule. */
enum severity site_rules_least(const struct site_rules *r, struct subject s, size_t *rule);

#endif
