/*
 * What is watched in a series, and what people's rules say about it.
 */
#ifndef AIOPS_DRIFT_WATCH_RULES_H
#define AIOPS_DRIFT_WATCH_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-drift/compare/grouping.h"
#include "base/err.h"
#include "base/span.h"
#include "record/event.h"
#include "stats/season.h"

enum watch_condition { CONDITION_ABOVE, CONDITION_BELOW, CONDITION_EQUALS, CONDITIONS };
/* "above", "below", "equals". */
extern const char *const watch_condition_names[CONDITIONS + 1];

/* How a series is watched. The defaults come from the options; rules change them. */
struct watch_settings {
	bool anomaly, shift, flat;
	bool counter;          /* the value only grows: its rate a second is watched */
	double missing_factor; /* mean gaps; 0: silence raises nothing */
	int64_t missing_ns;    /* a fixed bound on silence; 0: learned */
	enum season_kind season;
	int32_t zone_s;          /* clocks ahead of UTC */
	double false_alarms;     /* a day */
	double min_change;       /* least deviation that counts, in the value's unit */
	double min_change_ratio; /* and as a share of the level */
	int64_t pending_ns, resolve_ns, cool_down_ns;
};

/* One rule; its texts are borrowed from the document. */
struct watch_rule {
	struct span name; /* the alert's; empty: ThresholdCrossed */
	struct span title;
	struct {
		struct span path, pattern;
	} * match;
	size_t n_match;
	bool has_threshold, has_clear;
	enum watch_condition condition;
	double threshold, clear;
	enum severity severity; /* SEVERITY_UNKNOWN: by how far the threshold is passed */
	unsigned set;           /* which settings it changes */
	struct watch_settings settings;
};

struct watch_rules {
	struct yaml *doc; /* owned; NULL: no file */
	struct watch_rule *items;
	size_t n;
};

/* Reads the rules file. Errors: EX_UNREADABLE, EX_BADCONFIG with position. */
NODISCARD int watch_rules_load(struct watch_rules *rules, const char *path, struct err *e);
void watch_rules_release(struct watch_rules *rules);

/* Whether a series is the rule's: every pattern matches the text at its path ("name" or
 * a label's name); * stands for any run of characters. */
bool watch_rule_matches(const struct watch_rule *rule, const struct place *p);

/* The settings of a matching rule over those that are there. */
void watch_rule_apply(const struct watch_rule *rule, struct watch_settings *settings);

/* Whether the value is on the bad side. firing: it already was, so the rule's clear level counts.
 */
bool watch_rule_breached(const struct watch_rule *rule, double value, bool firing);

/* Whether value is on the bad side of a plain threshold. */
bool watch_breached(enum watch_condition condition, double value, double threshold);

/* How many times the threshold the value is: value/threshold above, threshold/value below; 1 where
 * a ratio says nothing (a threshold that is not positive, equals), INFINITY for nothing left below.
 */
double watch_ratio(enum watch_condition condition, double value, double threshold);

/* critical above 1.5, high above 1.2, medium else. */
enum severity watch_severity(double ratio);

/* "+01:00", "-0530", "UTC" or "Z" in seconds. Errors: EX_BADUSAGE. */
NODISCARD int watch_zone(struct span text, int32_t *out, struct err *e);

#endif
