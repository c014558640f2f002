/*
 * From what a record tells to letters: to whom, whether it is news to them, and when.
 */
#include "aiops-incident/notify/notify.h"

#include "record/event.h"
#include "text/redact.h"

#include <math.h>

enum { CHANNELS_MAX = 64, TEXT_MAX = 64 << 10, LAG_S = 600 };

static struct subject subject_of(const struct news *n, int64_t now_ns)
{
	return (struct subject){
		.services = n->services,
		.n_services = n->n_services,
		.type = n->type,
		.severity = n->severity,
		.novel = n->novel,
		.at_ns = now_ns,
	};
}

/* ---- one letter ---- */

/* A pager that is not told that it is over, or somebody's, goes on; and it wakes nobody. */
bool quiets_pager(const struct notifier *n, struct span channel, enum event event)
{
	size_t c = channel_named(&n->rules, channel);

	return c != SIZE_MAX && n->rules.channels[c].kind == CHANNEL_PAGERDUTY &&
	       (event == EVENT_RESOLVED || event == EVENT_ACKNOWLEDGED);
}

/* When it may go: a critical one is not held back by silence or anything but what comes right
 * behind it. */
static int64_t due_of(const struct notifier *n, const struct news *news, struct span channel,
		      int64_t now_ns, const char **held)
{
	int64_t at = now_ns, silent;

	*held = NULL;
	if (news->event <= EVENT_UPDATED || news->event == EVENT_ACKNOWLEDGED)
		at += n->rules.settle_ms * NS_PER_MS;
	if (quiets_pager(n, channel, news->event))
		return at;
	silent = notify_rules_silent_until(&n->rules, news->severity, now_ns);
	if (silent > now_ns) {
		*held = "silence";
		at = silent > at ? silent : at;
	}
	return at;
}

static int put(struct notifier *n, const struct news *news, struct span channel, struct err *e)
{
	struct buf subject = BUF_INIT(TEXT_MAX), text = BUF_INIT(TEXT_MAX),
		   body = BUF_INIT(16 * TEXT_MAX);
	struct buf clean[3] = {BUF_INIT(TEXT_MAX), BUF_INIT(TEXT_MAX), BUF_INIT(16 * TEXT_MAX)};
	int64_t now = notifier_now(n);
	struct letter l = {.incident = news->incident,
			   .channel = channel,
			   .record_id = news->record_id,
			   .event = news->event,
			   .severity = news->severity,
			   .created_ns = now};
	const char *held;
	int rc;

	news_subject(news, &subject);
	news_text(news, &text);
	news_json(news, buf_span(&subject), buf_span(&text), &body);
	/* A message goes to where more people read than may see secrets. */
	(void)text_redact_plain(buf_span(&subject), &clean[0]);
	(void)text_redact_plain(buf_span(&text), &clean[1]);
	(void)text_redact(buf_span(&body), &clean[2]);
	l.subject = buf_span(&clean[0]);
	l.text = buf_span(&clean[1]);
	l.body = buf_span(&clean[2]);
	l.due_ns = due_of(n, news, channel, now, &held);
	rc = outbox_put(n->store, &l, held, e);
	n->count.letters += rc == 0;
	n->count.held += rc == 0 && held;
	buf_release(&subject);
	buf_release(&text);
	buf_release(&body);
	for (int i = 0; i < 3; i++)
		buf_release(&clean[i]);
	return rc;
}

/* ---- incidents ---- */

/* What is news to a channel that was told this; EVENTS: nothing is. */
static enum event event_for(const struct news *n, const struct told *t)
{
	bool open = status_is_open(n->status) && !n->merged_into.len;
	bool was_open = status_is_open(t->status);

	if (!t->known)
		return open ? EVENT_OPENED : EVENTS;
	/* What people do has the time of the clock, what alerts do that of the records, which come
	 * later: nobody shall miss the end for that. */
	if (was_open && !open && n->at_ns >= t->at_ns - LAG_S * NS_PER_S)
		return EVENT_RESOLVED;
	if (n->at_ns < t->at_ns)
		return EVENTS; /* it is history: a stream that is read again */
	if (!was_open)
		return open && n->at_ns > t->at_ns ? EVENT_REOPENED : EVENTS;
	if (n->severity > t->severity)
		return EVENT_RAISED;
	if (n->status == STATUS_ESCALATED && t->status != STATUS_ESCALATED)
		return EVENT_ESCALATED;
	if (n->hypothesis.len && !t->hypothesis)
		return EVENT_UPDATED;
	return EVENTS;
}

static int tell(struct notifier *n, struct news *news, struct span channel, struct err *e)
{
	struct told told,
		now = {true, news->severity, news->status, news->hypothesis.len > 0, news->at_ns};
	enum event event, waiting;

	if (told_read(n->store, news->incident, channel, &told, e) != 0)
		return -1;
	if (outbox_waiting(n->store, news->incident, channel, &waiting, e) != 0)
		return -1;
	event = event_for(news, &told);
	/* They have not heard of it yet: what is known better now is how it begins. */
	if (waiting != EVENTS && news->at_ns >= told.at_ns &&
	    (event == EVENT_RAISED || event == EVENT_UPDATED || event == EVENTS))
		event = waiting;
	if (event == EVENTS && news->acknowledges && told.known && status_is_open(told.status) &&
	    quiets_pager(n, channel, EVENT_ACKNOWLEDGED))
		event = EVENT_ACKNOWLEDGED;
	if (event == EVENTS)
		return 0;
	news->event = event;
	news->told_severity = told.severity;
	now.hypothesis |= told.hypothesis;
	if (news->merged_into.len)
		now.status = STATUS_RESOLVED;
	/* Part of another before anybody heard of it: there is nothing to tell. */
	if (waiting == EVENT_OPENED && news->merged_into.len)
		return outbox_drop(n->store, news->incident, channel, e) == 0
			       ? told_write(n->store, news->incident, channel, &now, e)
			       : -1;
	return put(n, news, channel, e) == 0
		       ? told_write(n->store, news->incident, channel, &now, e)
		       : -1;
}

/* Channels by name, each once. */
struct names {
	struct notifier *n;
	struct span items[CHANNELS_MAX];
	size_t count;
};

static int add_name(void *ctx, struct span channel, struct err *e)
{
	struct names *t = ctx;

	(void)e;
	if (channel_named(&t->n->rules, channel) == SIZE_MAX)
		return 0; /* it was told once, and is gone from the rules */
	for (size_t i = 0; i < t->count; i++) {
		if (span_eq(t->items[i], channel))
			return 0;
	}
	if (t->count < CHANNELS_MAX)
		t->items[t->count++] = pool_copy(&t->n->pool, channel);
	return 0;
}

/* Those whom the routes name, and those who were told of it before, whatever the routes say now. */
static int audience(struct notifier *n, const struct news *news, struct names *out, struct err *e)
{
	struct subject s = subject_of(news, notifier_now(n));
	size_t channels[CHANNELS_MAX];
	size_t count = notify_rules_route(&n->rules, &s, channels, CHANNELS_MAX);

	*out = (struct names){.n = n};
	for (size_t i = 0; i < count; i++) {
		if (add_name(out, n->rules.channels[channels[i]].name, e) != 0)
			return -1;
	}
	return told_each(n->store, news->incident, add_name, out, e);
}

static int tell_all(struct notifier *n, struct news *news, struct err *e)
{
	struct names who;

	if (audience(n, news, &who, e) != 0)
		return -1;
	for (size_t i = 0; i < who.count; i++) {
		if (tell(n, news, who.items[i], e) != 0)
			return -1;
	}
	return 0;
}

/* The first step of the path comes due when nobody has acknowledged. What a person did takes the
 * incident off; that a run does something about it does not. */
static int set_ladder(struct notifier *n, const struct news *news, struct err *e)
{
	struct subject s = subject_of(news, notifier_now(n));
	struct ladder l = {.incident = news->incident};
	size_t channels[CHANNELS_MAX];
	bool waiting = news->status == STATUS_DETECTED || news->status == STATUS_ESCALATED ||
		       news->status == STATUS_MITIGATING;
	int64_t after_ms;
	int rc = ladder_read(n->store, news->incident, &l, e);

	if (rc < 0)
		return -1;
	if (!waiting || news->acked || news->merged_into.len)
		return rc ? ladder_remove(n->store, news->incident, e) : 0;
	if (rc == 1 ||
	    notify_rules_escalate(&n->rules, &s, 0, channels, CHANNELS_MAX, &after_ms) == SIZE_MAX)
		return 0;
	l.incident = news->incident;
	l.next_ns = notifier_now(n) + after_ms * NS_PER_MS;
	return ladder_put(n->store, &l, e);
}

/* ---- runs ---- */

static int tell_of_run(struct notifier *n, struct news *news, struct err *e)
{
	struct incident inc;
	struct names who;
	int rc = incident_by_id(n->store, news->incident, &n->pool, &inc, e);

	if (rc < 0)
		return -1;
	if (rc == 1)
		news_add_facts(news, &inc, &n->pool);
	if (audience(n, news, &who, e) != 0)
		return -1;
	for (size_t i = 0; i < who.count; i++) {
		/* Good news would trigger a pager again. */
		if (news->event == EVENT_RUN_DONE && quiets_pager(n, who.items[i], EVENT_RESOLVED))
			continue;
		if (put(n, news, who.items[i], e) != 0)
			return -1;
	}
	return 0;
}

int notifier_take(struct notifier *n, const struct record *r, struct err *e)
{
	struct news news;
	int rc = 0;

	if (record_kind(r) == KIND_INCIDENT && news_of_incident(&news, r)) {
		rc = tell_all(n, &news, e);
		if (rc == 0)
			rc = set_ladder(n, &news, e);
	} else if (record_kind(r) == KIND_RUN && news_of_run(&news, r)) {
		rc = tell_of_run(n, &news, e);
	}
	pool_release(&n->pool);
	return rc;
}

/* ---- nobody has acknowledged ---- */

enum climbed { CLIMBED, CLIMBED_TO_THE_END, CLIMBED_NO_NEED, CLIMBED_ERROR };

static int tell_step(struct notifier *n, const struct ladder *l, struct news *news,
		     const size_t *channels, size_t count, struct err *e)
{
	struct buf id = BUF_INIT(100), why = BUF_INIT(64);
	int rc = 0;

	/* With the time: an incident that comes again begins at the first step again. */
	buf_addf(&id, "%.*s-step-%lld-%lld", (int)l->incident.len, l->incident.data,
		 (long long)l->step, (long long)l->next_ns);
	buf_addf(&why, "nobody has acknowledged it (step %lld)", (long long)l->step + 1);
	news->record_id = buf_span(&id);
	news->reason = buf_span(&why);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = put(n, news, n->rules.channels[channels[i]].name, e);
	n->count.escalated += rc == 0;
	buf_release(&id);
	buf_release(&why);
	return rc;
}

/* Tells the step of *l, and says after how long the next one comes. */
static enum climbed climb(struct notifier *n, const struct ladder *l, int64_t *after_ms,
			  struct err *e)
{
	struct news news = {.event = EVENT_ESCALATED,
			    .incident = l->incident,
			    .status = STATUS_ESCALATED,
			    .status_word = SPAN("detected"),
			    .elapsed_ms = -1,
			    .starts_ns = -1,
			    .at_ns = notifier_now(n)};
	size_t channels[CHANNELS_MAX], count;
	struct incident inc;
	struct subject s;
	int rc = incident_by_id(n->store, l->incident, &n->pool, &inc, e);

	if (rc < 0)
		return CLIMBED_ERROR;
	if (rc == 1 &&
	    (inc.acked_ns != INCIDENT_NEVER || !status_is_open(inc.status) || inc.merged_into.data))
		return CLIMBED_NO_NEED;
	if (rc == 1)
		news_add_facts(&news, &inc, &n->pool);
	news.confidence = rc == 1 ? inc.confidence : (double)NAN;
	s = subject_of(&news, notifier_now(n));
	count = notify_rules_escalate(&n->rules, &s, (size_t)l->step, channels, CHANNELS_MAX,
				      after_ms);
	if (count == SIZE_MAX)
		return CLIMBED_TO_THE_END;
	return tell_step(n, l, &news, channels, count, e) == 0 ? CLIMBED : CLIMBED_ERROR;
}

static int climb_one(struct notifier *n, struct ladder *l, int64_t now_ns, struct err *e)
{
	int64_t after_ms = 0;

	switch (climb(n, l, &after_ms, e)) {
	case CLIMBED:
		l->step++;
		l->next_ns = now_ns + after_ms * NS_PER_MS;
		return ladder_put(n->store, l, e);
	case CLIMBED_TO_THE_END: /* it stays, so that it does not begin anew */
		l->next_ns = INT64_MAX;
		return ladder_put(n->store, l, e);
	case CLIMBED_NO_NEED:
		return ladder_remove(n->store, l->incident, e);
	case CLIMBED_ERROR:
		break;
	}
	return -1;
}

int notifier_escalate(struct notifier *n, int64_t now_ns, struct err *e)
{
	struct ladder l;
	int rc;

	while ((rc = ladder_due(n->store, now_ns, &n->pool, &l, e)) == 1) {
		rc = climb_one(n, &l, now_ns, e);
		pool_release(&n->pool);
		if (rc != 0)
			return -1;
	}
	return rc;
}
