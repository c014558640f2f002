/*
 * Builds one event record (aiops-record(5)) in a fixed order of fields, with
 * its id, fingerprint, sorted labels and what the labels promote.
 */
#ifndef AIOPS_INGEST_EMIT_H
#define AIOPS_INGEST_EMIT_H

#include "aiops-ingest/ingest.h"
#include "aiops-ingest/labels.h"

/* What is not as the source gave it; words of the field `flags`. */
enum event_flags {
	EVENT_NO_TIMESTAMP = 1u << 0, /* timestamp is observed: "no_timestamp" */
	EVENT_YEAR_ASSUMED = 1u << 1, /* "year_assumed" */
	EVENT_ZONE_ASSUMED = 1u << 2, /* "zone_assumed" */
	EVENT_CONTINUED = 1u << 3,    /* goes on from the record before: "continued" */
};

enum time_state { TIME_ABSENT, TIME_NULL, TIME_GIVEN };

struct event_time {
	enum time_state state;
	struct instant at;
};

/* Of a record of kind change. */
struct change {
	struct span type, from, to, by, url;
};

#define EVENT_MAX_LINKS 4

/* All spans are borrowed; SPAN_NONE is left out of the record. */
struct event {
	enum kind kind;
	const char *format;    /* `source`, unless the options name another */
	struct span source_id; /* the source's own key; SPAN_NONE: the fingerprint takes its place
				  in the id */
	struct span signal, status;
	bool has_severity;
	enum severity severity;
	struct span severity_text;
	struct span name, title, description, component, service, host, env, layer;
	struct span
		value; /* a JSON number's token, or NaN, +Inf, -Inf: what JSON has no number for */
	struct span unit, threshold, condition;
	struct span healthy;         /* true or false */
	struct event_time timestamp; /* not TIME_GIVEN: observed, and flagged */
	struct event_time starts_at, ends_at, updated_at;
	const struct label *labels; /* any order, names unique; the options' labels are added */
	size_t n_labels;
	const struct label *annotations;
	size_t n_annotations;
	struct label links[EVENT_MAX_LINKS];
	size_t n_links;
	struct span suppressed_by; /* a JSON array */
	struct change change;
	struct span trace_id, span_id, body;
	struct span parent, duration_ms; /* of a trace: the span above, a number's token */
	struct span failed;              /* of a trace: true or false */
	struct span every_ms;            /* of a heartbeat: a JSON number's token */
	unsigned flags;                  /* enum event_flags */
};

/* The record of the event, in in->json (RECORD_PADDING bytes are readable behind it), valid until
 * the next. -1: it would be longer than a line may be. */
NODISCARD int event_build(struct ingest *in, const struct event *ev, struct span *json,
			  struct err *e);

/* Hands the sink the record that event_build made of the event, and shows it to --patterns. Fails
 * when the sink refuses a reject of what follows from it. */
NODISCARD int emit_built(struct ingest *in, const struct event *ev, struct span json,
			 struct err *e);

/* Completes the event and hands the record to the sink. Fails only when the sink refuses a reject
 * (a record that would be longer than a line may be is one). */
NODISCARD int emit_event(struct ingest *in, const struct event *ev, struct err *e);

#endif
