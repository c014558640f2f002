/*
 * Run records: what was done about an incident, and how it ended; and what its
 * cause was, when somebody says so.
 */
#include "aiops-incident/apply/apply.h"
#include "aiops-incident/apply/from_record.h"
#include "aiops-incident/register/actions.h"
#include "aiops-incident/register/count.h"
#include "base/num.h"
#include "record/event.h"
#include "store/audit.h"

enum { SAID_MAX = 64 << 10 };

/* What a state of a run means for its incident. */
static const struct meaning {
	const char *state, *said;
	enum status becomes; /* STATUSES: stays as it is */
} meanings[] = {
	{"awaiting_approval", "waits for approval", STATUSES},
	{"running", "began", STATUS_MITIGATING},
	{"rolling_back", "is being undone", STATUSES},
	{"succeeded", "succeeded; nothing verified it", STATUS_MITIGATING},
	{"failed", "failed", STATUS_ESCALATED},
	{"rolled_back", "failed, and was undone", STATUS_ESCALATED},
	{"rollback_partial", "failed, and could be undone in part only", STATUS_ESCALATED},
	{"needs_operator", "needs a person to look", STATUS_ESCALATED},
	{"cancelled", "was cancelled", STATUSES},
	{"expired", "was not approved in time", STATUSES},
	{"blocked", "was not let run", STATUSES},
};

static const struct meaning verified = {"succeeded", "succeeded, and is verified", STATUS_RESOLVED};

static const struct meaning *meaning_of(const struct record *r)
{
	struct span state = record_text(r, "state");

	/* A step's record is the run's business. */
	if (record_text(r, "step").len || !span_is(record_text(r, "mode"), "apply"))
		return NULL;
	/* Steps that were done prove nothing. */
	if (span_is(state, "succeeded") && span_is(record_text(r, "reason"), "verified"))
		return &verified;
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (span_is(state, meanings[i].state))
			return &meanings[i];
	}
	return NULL;
}

static bool is_over(const struct meaning *m)
{
	return strcmp(m->state, "awaiting_approval") != 0 && strcmp(m->state, "running") != 0 &&
	       strcmp(m->state, "rolling_back") != 0;
}

static void add_words(struct buf *said, const struct action *a, const struct meaning *m)
{
	struct span runbook = a->runbook, run = a->run, reason = a->reason;
	int64_t ms = (a->at_ns - a->started_ns) / NS_PER_MS;

	buf_addf(said, "runbook %.*s %s", (int)runbook.len, runbook.data, m->said);
	if (is_over(m) && ms > 0) {
		buf_add_cstr(said, " after ");
		num_add_duration_ms(said, ms < 1000 ? ms : ms / 1000 * 1000);
	}
	if (reason.len && m != &verified)
		buf_addf(said, ", %.*s", (int)reason.len, reason.data);
	buf_addf(said, " (%.*s)", (int)run.len, run.data);
}

/* "RUN-...#7": 7; 0 if it has none. */
static int64_t record_number(struct span id)
{
	const char *hash = id.len ? memchr(id.data, '#', id.len) : NULL;
	int64_t n = 0;

	if (hash && !token_i64(span_of(hash + 1, (size_t)(id.data + id.len - hash - 1)), &n))
		return 0;
	return n;
}

/* 1: it is new, with *inc; 0: nothing to do; -1. */
static int find(struct applying *a, const struct record *r, struct incident *inc, struct err *e)
{
	struct span run = record_text(r, "run");
	int64_t seen = 0;
	int rc = incident_by_source(a->desk->store, run, &a->pool, inc, &seen, e);

	if (rc == 1 && record_number(record_text(r, "id")) <= seen) {
		a->count.known++;
		return 0;
	}
	if (rc == 0)
		rc = incident_by_id(a->desk->store, record_text(r, "incident"), &a->pool, inc, e);
	if (rc == 0)
		a->count.unmatched++;
	/* What is done about a part is done about the whole. */
	if (rc == 1 && incident_survivor(a->desk->store, &a->pool, inc, e) != 0)
		rc = -1;
	return rc;
}

/* What the run's state means for the incident's. */
static int take_state(struct applying *a, const struct meaning *m, struct incident *inc,
		      int64_t at_ns, struct err *e)
{
	if (m->becomes != STATUSES && status_is_open(inc->status) &&
	    status_may_become(inc->status, m->becomes))
		inc->status = m->becomes;
	if (m != &verified)
		return 0;
	if (inc->mitigated_ns == INCIDENT_NEVER)
		inc->mitigated_ns = at_ns;
	if (inc->status == STATUS_RESOLVED && inc->resolved_ns == INCIDENT_NEVER) {
		inc->resolved_ns = at_ns;
		inc->auto_resolved = true;
	}
	if (inc->automated)
		return 0;
	inc->automated = true;
	return count_add(a->desk->store, COUNT_AUTOMATED, inc->severity, SPAN(""), 1, e);
}

/* The run among the actions of the incident. Times are of its records. */
static struct action action_of(struct applying *a, const struct record *r, struct incident *inc,
			       int64_t at_ns)
{
	struct action done = {.run = record_text(r, "run"),
			      .runbook = record_text(r, "runbook"),
			      .state = record_text(r, "state"),
			      .reason = record_text(r, "reason"),
			      .actor = record_text(r, "actor"),
			      .started_ns = at_ns,
			      .at_ns = at_ns};

	inc->actions = actions_with(inc->actions, &done, &a->pool);
	return done;
}

static int change(struct applying *a, const struct record *r, const struct meaning *m,
		  struct incident *inc, struct err *e)
{
	struct buf said = BUF_INIT(SAID_MAX);
	struct span actor = record_text(r, "actor");
	struct edit edit = {.change = "run", .from = inc->status, .cause = record_text(r, "id")};
	struct instant at;
	int rc = record_timestamp(r, &at, e);

	if (rc == 0) {
		struct action done = action_of(a, r, inc, at.ns);

		add_words(&said, &done, m);
		edit.text = buf_span(&said);
		edit.at_ns = at.ns;
		edit.actor = audit_word_ok(actor) ? actor : applied_actor(r);
		rc = take_state(a, m, inc, at.ns, e);
	}
	if (rc == 0)
		rc = change_incident(a->desk, inc, &edit, e);
	if (rc == 0)
		rc = source_put(a->desk->store, record_text(r, "run"), inc->number,
				record_number(edit.cause), e);
	a->count.runs += rc == 0;
	buf_release(&said);
	return rc;
}

int apply_run(struct applying *a, const struct record *r, struct err *e)
{
	const struct meaning *m = meaning_of(r);
	struct incident inc;
	int rc = 0;

	if (m && record_text(r, "incident").len) {
		rc = find(a, r, &inc, e);
		if (rc == 1)
			rc = change(a, r, m, &inc, e);
	}
	pool_release(&a->pool);
	return rc;
}

int apply_feedback(struct applying *a, const struct record *r, struct err *e)
{
	struct span cause = record_text(r, "feedback.cause");
	struct edit edit = {.change = "cause", .text = cause, .cause = record_text(r, "id")};
	struct value verdict = record_get(r, "feedback.agreed");
	int64_t agreed = verdict.type == VALUE_BOOL ? verdict.boolean : -1;
	struct incident inc;
	struct instant at;
	int rc = 0;

	if (cause.len)
		rc = incident_by_id(a->desk->store, record_text(r, "incident"), &a->pool, &inc, e);
	if (rc == 1 && incident_survivor(a->desk->store, &a->pool, &inc, e) != 0)
		rc = -1;
	if (rc == 1 && span_eq(inc.cause, cause) && inc.agreed == agreed)
		rc = 0; /* it is known */
	if (rc == 1)
		rc = record_timestamp(r, &at, e) == 0 ? 1 : -1;
	if (rc == 1) {
		struct span actor = record_text(r, "actor");

		edit.from = inc.status;
		edit.at_ns = at.ns;
		edit.actor = audit_word_ok(actor) ? actor : applied_actor(r);
		rc = agreed >= 0 && agreed != inc.agreed
			     ? count_add(a->desk->store, COUNT_HYPOTHESES, inc.severity,
					 agreed ? SPAN("right") : SPAN("wrong"), 1, e)
			     : 0;
		inc.cause = cause;
		inc.agreed = agreed;
		if (agreed == 0 || record_text(r, "feedback.component").len)
			inc.component = record_text(r, "feedback.component");
		if (record_text(r, "feedback.class").len)
			inc.type = record_text(r, "feedback.class");
		if (rc == 0)
			rc = change_incident(a->desk, &inc, &edit, e);
	}
	pool_release(&a->pool);
	return rc;
}
