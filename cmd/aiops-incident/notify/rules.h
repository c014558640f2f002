/*
 * Who is told of what, when and how: the rules file (YAML,
 * share/schema/notify-rules.schema.json).
 *
 *	zone: Europe/Berlin
 *	channels:
 *	  chat: {slack: {url_file: /etc/aiops/slack-url}}
 *	  pager: {pagerduty: {routing_key_file: /etc/aiops/pagerduty-key}}
 *	rotations:
 *	  dba:
 *	    - {from: 2026-11-16T09:00, who: ana}
 *	    - {from: 2026-11-23T09:00, who: ben, until: 2026-11-30T09:00}
 *	people:
 *	  ana: [pager-ana, chat]
 *	routes:
 *	  - {services: [orders*], severity: high, to: [chat, dba]}
 *	  - {to: [chat]}
 */
#ifndef AIOPS_INCIDENT_NOTIFY_RULES_H
#define AIOPS_INCIDENT_NOTIFY_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/span.h"
#include "base/zone.h"
#include "record/event.h"
#include "yaml/yaml.h"

enum channel_kind {
	CHANNEL_SLACK,     /* incoming webhook */
	CHANNEL_PAGERDUTY, /* Events API v2 */
	CHANNEL_SMTP,
	CHANNEL_SENDMAIL, /* a command that takes a message of RFC 5322 */
	CHANNEL_WEBHOOK,  /* JSON of our own */
	CHANNEL_COMMAND,  /* the same JSON on its standard input */
	CHANNELS
};
extern const char *const channel_kind_names[]; /* NULL-terminated */

/* All texts are borrowed from the document, NUL-terminated. */
struct channel {
	struct span name;
	enum channel_kind kind;
	struct span url, url_file;        /* of one of them; for smtp: smtp://host:port */
	struct span routing_key_file;     /* pagerduty */
	struct span bearer_file, ca_file; /* webhook */
	struct span user, password_file;  /* smtp */
	struct span from;                 /* mail */
	const struct span *to;            /* mail */
	size_t n_to;
	const char *const *argv; /* sendmail, command: NULL-terminated */
	bool buttons;            /* slack: under a request for approval */
	bool plain_secret;       /* a credential may go out without TLS */
	int64_t cap_per_hour;    /* messages an hour; what is over is held back and announced */
	int64_t timeout_ms;
};

/* Whom a route names: a channel, a person, or whoever a rotation says. */
enum target_kind { TARGET_CHANNEL, TARGET_PERSON, TARGET_ROTATION };
struct target {
	enum target_kind kind;
	size_t index; /* into channels, people or rotations */
};

struct person {
	struct span name;
	const size_t *channels;
	size_t n_channels;
};

struct shift {
	int64_t from_ns, until_ns; /* until: INT64_MAX for the last without an end */
	size_t person;
	size_t line;
};
struct rotation {
	struct span name;
	const struct shift *shifts; /* by from, without gap or overlap */
	size_t n;
};

/* Days as bits, Monday is bit 0; minutes of the day, from < until or wrapping over midnight. */
struct hours {
	unsigned days;
	int from_min, until_min;
};

struct words_of {
	const struct span *items; /* patterns with * and ?; n 0: any */
	size_t n;
};

struct route {
	struct words_of services, types;
	enum severity severity; /* at least; SEVERITY_UNKNOWN: any */
	bool has_hours, novel;  /* novel: no runbook fits */
	struct hours hours;
	const struct target *to;
	size_t n_to;
	bool go_on; /* further routes are looked at, too */
};

/* Nobody has acknowledged after so long: the next on the path is told. */
struct escalation_path {
	struct words_of types;
	int64_t after_ms;
	const struct target *path;
	size_t n;
};

struct silence {
	struct hours hours;
	enum severity below; /* less severe ones wait until it is over */
};

struct notify_rules {
	struct yaml *document;
	struct pool pool;
	struct zone zone;
	const struct channel *channels;
	size_t n_channels;
	const struct person *people;
	size_t n_people;
	const struct rotation *rotations;
	size_t n_rotations;
	const struct route *routes;
	size_t n_routes;
	const struct escalation_path *escalations; /* the first whose type fits */
	size_t n_escalations;
	const struct silence *silences;
	size_t n_silences;
	int64_t settle_ms; /* a message waits so long for what comes right after it */
};

/* Reads and checks all of it: unknown names, gaps and overlaps of rotations (named by date), times
 * that do not exist. Errors: EX_UNREADABLE, EX_BADCONFIG with position. Release in any case. */
NODISCARD int notify_rules_load(struct notify_rules *r, const char *path, struct err *e);
/* The same from text. */
NODISCARD int notify_rules_parse(struct notify_rules *r, struct span text, struct err *e);
void notify_rules_release(struct notify_rules *r);

/* ---- questions; pure ---- */

/* The index of the channel of that name, or SIZE_MAX. */
size_t channel_named(const struct notify_rules *r, struct span name);

/* The index of the person who is on call at a time, or SIZE_MAX: before the first shift or after
 * the last. */
size_t rotation_at(const struct rotation *r, int64_t at_ns);

/* What is asked about an incident. */
struct subject {
	const struct span *services;
	size_t n_services;
	struct span type;
	enum severity severity;
	bool novel;
	int64_t at_ns;
};

/* Channel indexes, each once, at most max; returns how many. */
size_t notify_rules_route(const struct notify_rules *r, const struct subject *s, size_t *out,
			  size_t max);
/* Those of the step-th of its escalation path, from 0; *after_ms: how long after the step before.
 * SIZE_MAX: there is no such step. */
size_t notify_rules_escalate(const struct notify_rules *r, const struct subject *s, size_t step,
			     size_t *out, size_t max, int64_t *after_ms);
/* When the silence that holds at at_ns for this severity ends; at_ns if there is none. */
int64_t notify_rules_silent_until(const struct notify_rules *r, enum severity severity,
				  int64_t at_ns);

bool hours_hold(const struct hours *h, const struct zone *z, int64_t at_ns);
/* * any text, ? any character. */
bool pattern_fits(struct span pattern, struct span text);

#endif
