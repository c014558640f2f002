#include "aiops-incident/notify/outbox.h"

#include <math.h>

#include "record/event.h"

enum { DIGEST_MAX = 64 << 10, DIGEST_LINES = 50 };

#define COLUMNS                                                                                    \
	"id,incident,channel,record_id,event,severity,subject,text,body,created_ns,due_ns,"        \
	"attempts,state='sending'"

/* About the incident itself, and nobody has tried to send it. */
#define UNTRIED                                                                                    \
	" AND state IN ('waiting','held') AND attempts=0"                                          \
	" AND event IN ('opened','raised','updated','escalated','reopened','resolved')"

static void read_letter(sqlite3_stmt *st, struct pool *pool, struct letter *out)
{
	*out = (struct letter){
		.id = sqlite3_column_int64(st, 0),
		.incident = pool_copy(pool, store_text(st, 1)),
		.channel = pool_copy(pool, store_text(st, 2)),
		.record_id = pool_copy(pool, store_text(st, 3)),
		.event = event_from_name(store_text(st, 4)),
		.severity = severity_from_name(store_text(st, 5)),
		.subject = pool_copy(pool, store_text(st, 6)),
		.text = pool_copy(pool, store_text(st, 7)),
		.body = pool_copy(pool, store_text(st, 8)),
		.created_ns = sqlite3_column_int64(st, 9),
		.due_ns = sqlite3_column_int64(st, 10),
		.attempts = sqlite3_column_int64(st, 11),
		.again = sqlite3_column_int(st, 12) != 0,
	};
}

/* ---- putting in ---- */

/* Replaces what waits, unsent and untried, for the same incident and channel. 1 done, 0 there is
 * none. Messages about runs stand for themselves. */
static int replace(struct store *s, const struct letter *l, const char *held, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"UPDATE OR IGNORE aiops_notice SET severity=?1, subject=?2, text=?3, body=?4,"
		" record_id=?5, event=?6, due_ns = CASE WHEN ?9 IS NULL THEN min(due_ns, ?10) ELSE due_ns END,"
		" state = CASE WHEN ?9 IS NULL THEN 'waiting' ELSE state END"
		" WHERE incident=?7 AND channel=?8" UNTRIED,
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(severity_name(l->severity)));
	store_bind_text(st, 2, l->subject);
	store_bind_text(st, 3, l->text);
	store_bind_text(st, 4, l->body);
	store_bind_text(st, 5, l->record_id);
	store_bind_text(st, 6, span_cstr(event_names[l->event]));
	store_bind_text(st, 7, l->incident);
	store_bind_text(st, 8, l->channel);
	store_bind_text(st, 9, span_cstr(held));
	store_bind_i64(st, 10, l->due_ns);
	if (store_step(s, st, e) != 0)
		return -1;
	return sqlite3_changes(store_db(s)) > 0;
}

int outbox_put(struct store *s, const struct letter *l, const char *held, struct err *e)
{
	sqlite3_stmt *st;
	int rc = l->event <= EVENT_RESOLVED ? replace(s, l, held, e) : 0;

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	st = store_stmt(s,
			"INSERT OR IGNORE INTO aiops_notice(incident,channel,record_id,event,"
			"severity,subject,text,body,created_ns,due_ns,attempts,state,why)"
			" VALUES(?,?,?,?,?,?,?,?,?,?,0,?,?)",
			e);
	if (!st)
		return -1;
	store_bind_text(st, 1, l->incident);
	store_bind_text(st, 2, l->channel);
	store_bind_text(st, 3, l->record_id);
	store_bind_text(st, 4, span_cstr(event_names[l->event]));
	store_bind_text(st, 5, span_cstr(severity_name(l->severity)));
	store_bind_text(st, 6, l->subject);
	store_bind_text(st, 7, l->text);
	store_bind_text(st, 8, l->body);
	store_bind_i64(st, 9, l->created_ns);
	store_bind_i64(st, 10, l->due_ns);
	store_bind_text(st, 11, held ? SPAN("held") : SPAN("waiting"));
	store_bind_text(st, 12, span_cstr(held));
	return store_step(s, st, e) == 0 ? 0 : -1;
}

int outbox_waiting(struct store *s, struct span incident, struct span channel, enum event *out,
		   struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT event FROM aiops_notice WHERE incident=? AND channel=?" UNTRIED, e);
	int rc;

	*out = EVENTS;
	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	store_bind_text(st, 2, channel);
	rc = store_step(s, st, e);
	if (rc == 1)
		*out = event_from_name(store_text(st, 0));
	sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}

int outbox_drop(struct store *s, struct span incident, struct span channel, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "DELETE FROM aiops_notice WHERE incident=? AND channel=?" UNTRIED, e);

	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	store_bind_text(st, 2, channel);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

/* ---- taking out ---- */

static int take_lease(struct store *s, const struct letter *l, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "UPDATE aiops_notice SET state='sending', lease_ns=? WHERE id=?", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, l->lease_ns);
	store_bind_i64(st, 2, l->id);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

/* If it is ours still: who slept longer than the lease has nothing to say about it. */
static int set_state(struct store *s, const struct letter *l, const char *state, int64_t due_ns,
		     int64_t more_attempts, const char *why, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "UPDATE aiops_notice SET state=?1, due_ns=?2, lease_ns=0,"
				      " attempts=attempts+?3, why=coalesce(?4,why)"
				      " WHERE id=?5 AND state='sending' AND lease_ns=?6",
				      e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(state));
	store_bind_i64(st, 2, due_ns);
	store_bind_i64(st, 3, more_attempts);
	store_bind_text(st, 4, span_cstr(why));
	store_bind_i64(st, 5, l->id);
	store_bind_i64(st, 6, l->lease_ns);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

int outbox_take(struct store *s, int64_t now_ns, int64_t lease_ms, struct span skip,
		struct pool *pool, struct letter *out, struct err *e)
{
	/* The most severe first; what a dead sender had is due when its lease is over. */
	sqlite3_stmt *st =
		store_stmt(s,
			   "SELECT " COLUMNS " FROM aiops_notice WHERE"
			   " state IN ('waiting','sending')"
			   " AND CASE state WHEN 'sending' THEN lease_ns ELSE due_ns END <= ?1"
			   " AND channel NOT IN (SELECT value FROM json_each(?2))"
			   " ORDER BY (severity='critical') DESC, due_ns, id LIMIT 1",
			   e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, now_ns);
	store_bind_text(st, 2, skip);
	rc = store_step(s, st, e);
	if (rc == 1)
		read_letter(st, pool, out);
	sqlite3_reset(st);
	if (rc != 1)
		return rc;
	out->lease_ns = now_ns + lease_ms * NS_PER_MS;
	return take_lease(s, out, e) == 0 ? 1 : -1;
}

int outbox_sent(struct store *s, const struct letter *l, int64_t now_ns, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"UPDATE aiops_notice SET state='sent', sent_ns=?, attempts=attempts+1 WHERE id=?",
		e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, now_ns);
	store_bind_i64(st, 2, l->id);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

int outbox_not_sent(struct store *s, const struct letter *l, int64_t due_ns, bool give_up,
		    const char *why, struct err *e)
{
	return set_state(s, l, give_up ? "failed" : "waiting", due_ns, 1, why, e);
}

int outbox_return(struct store *s, const struct letter *l, int64_t due_ns, struct err *e)
{
	return set_state(s, l, "waiting", due_ns, 0, NULL, e);
}

int outbox_hold(struct store *s, const struct letter *l, const char *why, struct err *e)
{
	return set_state(s, l, "held", l->due_ns, 0, why, e);
}

int outbox_count_sent(struct store *s, struct span channel, int64_t since_ns, int64_t *n,
		      struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT count(*) FROM aiops_notice WHERE channel=? AND state='sent' AND sent_ns>?",
		e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, channel);
	store_bind_i64(st, 2, since_ns);
	rc = store_step(s, st, e);
	*n = rc == 1 ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_reset(st);
	return rc == 1 ? 0 : -1;
}

/* ---- what was held back ---- */

struct held_back {
	int64_t n, first_id, oldest_ns;
	enum severity severity; /* the worst */
	struct buf lines;
};

static int gather_held(struct store *s, struct span channel, int64_t now_ns, struct held_back *h,
		       struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT id,subject,incident,severity,created_ns FROM aiops_notice WHERE state='held'"
		" AND channel=? AND due_ns<=? ORDER BY id",
		e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, channel);
	store_bind_i64(st, 2, now_ns);
	while ((rc = store_step(s, st, e)) == 1) {
		enum severity severity = severity_from_name(store_text(st, 3));
		struct span subject = store_text(st, 1), incident = store_text(st, 2);

		if (h->n++ == 0) {
			h->first_id = sqlite3_column_int64(st, 0);
			h->oldest_ns = sqlite3_column_int64(st, 4);
		}
		h->severity = severity > h->severity ? severity : h->severity;
		if (h->n <= DIGEST_LINES)
			buf_addf(&h->lines, "- %.*s (%.*s)\n", (int)subject.len, subject.data,
				 (int)incident.len, incident.data);
	}
	sqlite3_reset(st);
	return rc;
}

static int put_digest(struct store *s, struct span channel, int64_t now_ns, struct held_back *h,
		      struct err *e)
{
	struct buf subject = BUF_INIT(200), text = BUF_INIT(DIGEST_MAX),
		   body = BUF_INIT(8 * DIGEST_MAX);
	struct buf id = BUF_INIT(64);
	struct news n = {.event = EVENT_DIGEST,
			 .severity = h->severity,
			 .at_ns = now_ns,
			 .confidence = (double)NAN,
			 .elapsed_ms = -1};
	struct letter l = {.channel = channel,
			   .event = EVENT_DIGEST,
			   .severity = h->severity,
			   .created_ns = now_ns,
			   .due_ns = now_ns};
	int rc;

	buf_addf(&subject, "[%s] %lld messages were held back", severity_sev(h->severity),
		 (long long)h->n);
	buf_addf(&text, "%lld messages were held back since ", (long long)h->n);
	instant_add(&text, instant_from_ns(h->oldest_ns / NS_PER_S * NS_PER_S));
	buf_addf(&text, ":\n%s", buf_cstr(&h->lines));
	if (h->n > DIGEST_LINES)
		buf_addf(&text, "... and %lld more\n", (long long)h->n - DIGEST_LINES);
	buf_add_cstr(&text, "next: aiops-incident list --open\n");
	news_json(&n, buf_span(&subject), buf_span(&text), &body);
	buf_addf(&id, "digest-%lld", (long long)h->first_id);
	l.record_id = buf_span(&id);
	l.incident = SPAN("");
	l.subject = buf_span(&subject);
	l.text = buf_span(&text);
	l.body = buf_span(&body);
	rc = outbox_put(s, &l, NULL, e);
	buf_release(&subject);
	buf_release(&text);
	buf_release(&body);
	buf_release(&id);
	return rc;
}

int outbox_release(struct store *s, struct span channel, int64_t now_ns, int64_t *n, struct err *e)
{
	struct held_back h = {.lines = BUF_INIT(DIGEST_MAX)};
	sqlite3_stmt *st;
	int rc = gather_held(s, channel, now_ns, &h, e);

	if (rc == 0 && h.n > 1)
		rc = put_digest(s, channel, now_ns, &h, e);
	st = rc == 0 ? store_stmt(s,
				  "UPDATE aiops_notice SET state=?1, due_ns=?3 WHERE state='held'"
				  " AND channel=?2 AND due_ns<=?3",
				  e)
		     : NULL;
	if (st) {
		store_bind_text(st, 1, h.n > 1 ? SPAN("digested") : SPAN("waiting"));
		store_bind_text(st, 2, channel);
		store_bind_i64(st, 3, now_ns);
		rc = store_step(s, st, e);
	}
	*n = h.n;
	buf_release(&h.lines);
	return rc == 0 && st ? 0 : -1;
}

int outbox_next(struct store *s, int64_t now_ns, struct span skip, int64_t *due_ns,
		int64_t *waiting, struct err *e)
{
	/* What is held beyond its time waits for the cap, and what is skipped for a breaker. */
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT count(*), min(CASE WHEN state='sending' THEN lease_ns"
		" WHEN state='held' AND due_ns<=?1 THEN NULL"
		" WHEN channel IN (SELECT value FROM json_each(?2)) THEN NULL ELSE due_ns END)"
		" FROM aiops_notice WHERE state IN ('waiting','sending','held')",
		e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, now_ns);
	store_bind_text(st, 2, skip);
	rc = store_step(s, st, e);
	*waiting = rc == 1 ? sqlite3_column_int64(st, 0) : 0;
	*due_ns = rc == 1 && sqlite3_column_type(st, 1) != SQLITE_NULL ? sqlite3_column_int64(st, 1)
								       : INT64_MAX;
	sqlite3_reset(st);
	return rc == 1 ? 0 : -1;
}

int outbox_prune(struct store *s, int64_t before_ns, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "DELETE FROM aiops_notice WHERE id IN (SELECT id FROM"
				      " aiops_notice WHERE state IN ('sent','failed','digested')"
				      " AND created_ns < ? ORDER BY created_ns LIMIT 1000)",
				      e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, before_ns);
	return store_step(s, st, e) == 0 ? 0 : -1;
}
