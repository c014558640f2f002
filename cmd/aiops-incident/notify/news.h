/*
 * What there is to tell, from records; and the words for it. Pure.
 */
#ifndef AIOPS_INCIDENT_NOTIFY_NEWS_H
#define AIOPS_INCIDENT_NOTIFY_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-incident/register/incident.h"
#include "base/buf.h"
#include "base/pool.h"
#include "record/record.h"

enum event {
	EVENT_OPENED,
	EVENT_RAISED,    /* more severe than was told */
	EVENT_UPDATED,   /* a hypothesis where there was none, or another state */
	EVENT_ESCALATED, /* more help is asked for, or nobody has acknowledged */
	EVENT_REOPENED,
	EVENT_RESOLVED,
	EVENT_PENDING,    /* a run waits for approval */
	EVENT_RUN_DONE,   /* succeeded, and verified */
	EVENT_RUN_FAILED, /* failed, whatever was undone */
	EVENT_NEEDS_PERSON,
	EVENT_ACKNOWLEDGED, /* told to pagers, which else go on */
	EVENT_DIGEST,       /* what was held back */
	EVENT_TEST,
	EVENTS
};
extern const char *const event_names[]; /* "opened", ... */
/* EVENTS if s is none of them. */
enum event event_from_name(struct span s);

#define NEWS_SERVICES 50

/* Texts are borrowed from the record or the pool; absent ones SPAN_NONE. */
struct news {
	enum event event; /* of an incident record: decided by what was told before */
	struct span incident, record_id, title, type, component, hypothesis, first_action, runbook;
	struct span similar, worked; /* the nearest past incident, and what ended it */
	struct span status_word, merged_into;
	struct span run, reason, actor, text;
	struct span services[NEWS_SERVICES];
	size_t n_services;
	enum severity severity;
	enum severity told_severity; /* EVENT_RAISED: before */
	enum status status;
	double confidence; /* NAN: not known */
	bool calibrated, novel;
	bool acked;                           /* the register says that somebody is on it */
	bool acknowledges;                    /* and this record is how it came to know */
	bool verified;                        /* EVENT_RUN_DONE: its verification said so */
	int64_t at_ns, starts_ns, elapsed_ms; /* -1: not known */
	int64_t alerts;
};

/* From an incident record of any programme of the toolkit. False if it tells nothing. */
bool news_of_incident(struct news *n, const struct record *r);
/* From a run record about an incident (event is set). False if it is of no interest. The facts of
 * the incident are the caller's to add (news_add_facts). */
bool news_of_run(struct news *n, const struct record *r);
/* What the register knows of the incident, where the record says nothing. */
void news_add_facts(struct news *n, const struct incident *inc, struct pool *pool);

/* "[SEV1] orders-db is out of connections": one line, at most 200 characters. */
void news_subject(const struct news *n, struct buf *out);
/* Several lines for people: what is wrong, the hypothesis and how sure it is, the first action,
 * what helped before, the next command to type. */
void news_text(const struct news *n, struct buf *out);
/* All of it as a JSON object, for webhooks and commands. subject and text are those above. */
void news_json(const struct news *n, struct span subject, struct span text, struct buf *out);

#endif
