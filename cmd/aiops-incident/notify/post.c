/*
 * The post: letters that are due go out, one at a time; what came of each is on
 * record before the next is taken.
 */
#include "aiops-incident/notify/notify.h"

#include "record/jsonw.h"
#include "store/audit.h"
#include "store/breaker_rows.h"

enum {
	LEASE_SPARE_MS = 60000, /* longer than any try: then the sender is dead */
	GIVE_UP_DAYS = 1,
	RECORD_MAX = 1 << 20,
	SKIP_MAX = 64 << 10,
};
static const struct backoff again = {.base_ms = 5000, .cap_ms = 600000};

int64_t notifier_now(const struct notifier *n)
{
	return env_now_ns(cli_env(n->c));
}

static const struct channel *channel_of(const struct notifier *n, const struct letter *l)
{
	size_t i = channel_named(&n->rules, l->channel);

	return i == SIZE_MAX ? NULL : &n->rules.channels[i];
}

/* ---- records of deliveries ---- */

static int audit(struct notifier *n, const struct letter *l, const char *outcome, const char *why,
		 struct err *e)
{
	struct buf id = BUF_INIT(128), body = BUF_INIT(RECORD_MAX);
	struct jsonw w = jsonw_to(&body);
	uint8_t salt[AUDIT_SALT_BYTES];
	int64_t now = notifier_now(n);
	struct audit_ref ref;
	int rc;

	buf_addf(&id, "notice-%lld-%lld-%s", (long long)l->id, (long long)l->attempts, outcome);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("notice"));
	jsonw_member(&w, "id", buf_span(&id));
	jsonw_member_time(&w, "timestamp", instant_from_ns(now));
	jsonw_member(&w, "source", SPAN("aiops-incident"));
	if (l->incident.len)
		jsonw_member(&w, "incident", l->incident);
	jsonw_member(&w, "name", span_cstr(outcome));
	jsonw_member(&w, "channel", l->channel);
	jsonw_member(&w, "event", span_cstr(event_names[l->event]));
	jsonw_member(&w, "title", l->subject);
	jsonw_member_i64(&w, "attempt", l->attempts + 1);
	jsonw_member_opt(&w, "reason", span_cstr(why));
	jsonw_object_end(&w);
	env_random(cli_env(n->c), salt, sizeof salt);
	rc = audit_append(n->store, instant_from_ns(now), SPAN("notice"), n->actor, buf_span(&id),
			  l->incident.len ? l->incident : SPAN_NONE, SPAN_NONE, buf_span(&body),
			  salt, &ref, e);
	if (rc != 0 && e->code == EX_BADDATA)
		e->code = EX_BUG; /* our own record */
	buf_release(&id);
	buf_release(&body);
	return rc;
}

/* ---- settling ---- */

static int64_t next_try(const struct notifier *n, const struct letter *l)
{
	uint64_t random;

	env_random(cli_env(n->c), (uint8_t *)&random, sizeof random);
	return notifier_now(n) +
	       backoff_ms(&again, (int)(l->attempts < 30 ? l->attempts + 1 : 30), random) *
		       NS_PER_MS;
}

static int settle_failure(struct notifier *n, const struct letter *l, const struct err *why,
			  struct err *e)
{
	bool too_old = notifier_now(n) - l->created_ns > GIVE_UP_DAYS * 86400 * NS_PER_S;
	/* What is wrong here (a file of a secret, a program that is not there) is mended, too. */
	bool give_up = why->code == EX_REMOTE || too_old;

	if (give_up)
		msg(n->c, MSG_ERROR, NULL, "channel %.*s: %s: given up: %.*s", (int)l->channel.len,
		    l->channel.data, why->text, (int)l->subject.len, l->subject.data);
	else
		msg(n->c, MSG_WARNING, NULL, "channel %.*s: %s: it is tried again later",
		    (int)l->channel.len, l->channel.data, why->text);
	*(give_up ? &n->count.failed : &n->count.again) += 1;
	if (outbox_not_sent(n->store, l, next_try(n, l), give_up, why->text, e) != 0)
		return -1;
	return give_up || l->attempts == 0
		       ? audit(n, l, give_up ? "notice_failed" : "notice_delayed", why->text, e)
		       : 0;
}

static int settle(struct notifier *n, const struct letter *l, const struct breaker_key *key,
		  const struct breaker_ticket *ticket, const struct err *outcome, struct err *e)
{
	int64_t now = notifier_now(n);
	enum breaker_end end = outcome->code == 0             ? BREAKER_END_SUCCEEDED
			       : outcome->code == EX_TRYLATER ? BREAKER_END_FAILED
							      : BREAKER_END_NOT_STARTED;
	int rc;

	if (store_begin(n->store, e) != 0)
		return -1;
	rc = breaker_row_settle(n->store, key, &breaker_calls, SPAN_NONE, ticket, end,
				now / NS_PER_MS, NULL, e);
	if (rc == 0 && outcome->code)
		rc = settle_failure(n, l, outcome, e);
	else if (rc == 0)
		rc = outbox_sent(n->store, l, now, e) == 0 ? audit(n, l, "notice_sent", NULL, e)
							   : -1;
	if (rc == 0)
		return store_commit(n->store, e);
	store_rollback(n->store);
	return -1;
}

/* ---- taking ---- */

static void skip_channel(struct notifier *n, struct span channel, int64_t until_ns)
{
	if (n->skip.len > 2)
		n->skip.data[n->skip.len - 1] = ',';
	else
		n->skip.len = 1;
	jsonw_quote(&n->skip, channel);
	buf_add_char(&n->skip, ']');
	if (until_ns < n->skip_until_ns)
		n->skip_until_ns = until_ns;
}

/* Whether the channel's cap lets one more out; a new critical incident always may. */
static int under_cap(struct notifier *n, const struct channel *c, const struct letter *l, bool *ok,
		     struct err *e)
{
	int64_t sent = 0;

	*ok = true;
	if (c->cap_per_hour == 0 || l->event == EVENT_DIGEST ||
	    quiets_pager(n, l->channel, l->event) ||
	    (l->severity == SEVERITY_CRITICAL && l->event <= EVENT_RAISED))
		return 0;
	if (outbox_count_sent(n->store, c->name, notifier_now(n) - 3600 * NS_PER_S, &sent, e) != 0)
		return -1;
	*ok = sent < c->cap_per_hour;
	return 0;
}

/* Held letters of channels that have room again, and of silences that are over. */
static int release_held(struct notifier *n, struct err *e)
{
	for (size_t i = 0; i < n->rules.n_channels; i++) {
		const struct channel *c = &n->rules.channels[i];
		int64_t sent = 0, released = 0;

		if (c->cap_per_hour &&
		    outbox_count_sent(n->store, c->name, notifier_now(n) - 3600 * NS_PER_S, &sent,
				      e) != 0)
			return -1;
		if (c->cap_per_hour && sent >= c->cap_per_hour)
			continue;
		if (outbox_release(n->store, c->name, notifier_now(n), &released, e) != 0)
			return -1;
		n->count.digests += released > 1;
	}
	return 0;
}

enum taken { TAKEN, TAKEN_NOT_NOW, TAKEN_NONE, TAKEN_ERROR };

/* The next letter with the permit of its channel's breaker. NOT_NOW: this one must wait, ask again.
 */
static enum taken take(struct notifier *n, struct letter *l, const struct channel **c,
		       struct breaker_key *key, struct breaker_ticket *ticket, struct err *e)
{
	int64_t now = notifier_now(n), retry_ms = 0;
	bool ok;
	int rc = outbox_take(n->store, now, LEASE_SPARE_MS + 60000, buf_span(&n->skip), &n->pool, l,
			     e);

	if (rc <= 0)
		return rc < 0 ? TAKEN_ERROR : TAKEN_NONE;
	*c = channel_of(n, l);
	if (!*c) { /* the rules were changed */
		static const char why[] = "the channel is gone from the rules";

		rc = outbox_not_sent(n->store, l, 0, true, why, e);
		if (rc == 0)
			rc = audit(n, l, "notice_failed", why, e);
		n->count.failed++;
		msg(n->c, MSG_ERROR, NULL, "channel %.*s is gone from the rules: given up: %.*s",
		    (int)l->channel.len, l->channel.data, (int)l->subject.len, l->subject.data);
		return rc == 0 ? TAKEN_NOT_NOW : TAKEN_ERROR;
	}
	if (under_cap(n, *c, l, &ok, e) != 0)
		return TAKEN_ERROR;
	if (!ok) {
		n->count.held++;
		return outbox_hold(n->store, l, "cap", e) == 0 ? TAKEN_NOT_NOW : TAKEN_ERROR;
	}
	*key = (struct breaker_key){SPAN("notify"), l->channel};
	rc = breaker_row_admit(n->store, key, &breaker_calls, SPAN_NONE, now / NS_PER_MS, ticket,
			       &retry_ms, e);
	if (rc == 1)
		return TAKEN;
	if (rc < 0)
		return TAKEN_ERROR;
	skip_channel(n, l->channel, retry_ms == INT64_MAX ? INT64_MAX : now + retry_ms * NS_PER_MS);
	return outbox_return(n->store, l, l->due_ns, e) == 0 ? TAKEN_NOT_NOW : TAKEN_ERROR;
}

static enum taken take_one(struct notifier *n, struct letter *l, const struct channel **c,
			   struct breaker_key *key, struct breaker_ticket *ticket, struct err *e)
{
	enum taken t = TAKEN_ERROR;

	if (store_begin(n->store, e) != 0)
		return TAKEN_ERROR;
	if (release_held(n, e) == 0)
		t = take(n, l, c, key, ticket, e);
	if (t == TAKEN_ERROR) {
		store_rollback(n->store);
		return t;
	}
	return store_commit(n->store, e) == 0 ? t : TAKEN_ERROR;
}

int notifier_send(struct notifier *n, int64_t deadline_ns, struct err *e)
{
	enum taken t = TAKEN;

	if (n->skip.len == 0 || notifier_now(n) >= n->skip_until_ns) {
		buf_clear(&n->skip);
		buf_add_cstr(&n->skip, "[]");
		n->skip_until_ns = INT64_MAX;
	}
	while (t != TAKEN_NONE && notifier_now(n) < deadline_ns &&
	       !(n->sender.stop && *n->sender.stop)) {
		const struct channel *c;
		struct breaker_ticket ticket;
		struct breaker_key key;
		struct letter l;
		int rc = 0;

		t = take_one(n, &l, &c, &key, &ticket, e);
		if (t == TAKEN) {
			struct err outcome = ERR_INIT;

			if (send_letter(&n->sender, c, &l, &outcome) == 0)
				n->count.sent++;
			rc = settle(n, &l, &key, &ticket, &outcome, e);
		}
		pool_release(&n->pool);
		if (t == TAKEN_ERROR || rc != 0)
			return -1;
	}
	return 0;
}

int notifier_next(struct notifier *n, int64_t *due_ns, int64_t *waiting, struct err *e)
{
	int64_t ladder = INT64_MAX;

	if (outbox_next(n->store, notifier_now(n), buf_span(&n->skip), due_ns, waiting, e) != 0 ||
	    ladder_next(n->store, &ladder, e) != 0)
		return -1;
	if (n->skip_until_ns < *due_ns)
		*due_ns = n->skip_until_ns;
	if (ladder < *due_ns)
		*due_ns = ladder;
	return 0;
}
