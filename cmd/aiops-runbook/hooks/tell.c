#include "aiops-runbook/hooks/tell.h"

#include "aiops-runbook/hooks/deliver.h"
#include "base/instant.h"
#include "record/jsonw.h"

enum { MEMBERS_MAX = 8192, TARGETS_MAX = 8192, TARGETS_SHOWN = 5 };

/* A delivery as a member of its record. */
static void delivery_members(const struct hook *h, enum hook_event event, const struct delivery *d,
			     struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	w.comma = true; /* it follows others */
	jsonw_key(&w, "notification");
	jsonw_object(&w);
	jsonw_member(&w, "hook", h->name);
	jsonw_member(&w, "event", span_cstr(hook_event_names[event]));
	jsonw_member_bool(&w, "delivered", d->delivered);
	jsonw_member_i64(&w, "elapsed_ms", d->elapsed_ms);
	if (d->why[0])
		jsonw_member(&w, "why", span_cstr(d->why));
	jsonw_object_end(&w);
}

static void show_nothing(void *ctx, struct span line)
{
	(void)ctx;
	(void)line;
}

/* Into the audit log only: what a command prints stays its answer, whatever hooks a site has. */
static int record(struct journal *j, struct run_row *run, const struct hook *h,
		  enum hook_event event, const struct delivery *d, struct err *e)
{
	struct buf members = BUF_INIT(MEMBERS_MAX);
	journal_sink *sink = j->sink;
	/* No state of the run: who follows those does not take it for one. */
	struct change c = {.state = d->delivered ? "notified" : "not_notified"};
	int rc = -1;

	delivery_members(h, event, d, &members);
	c.members = buf_span(&members);
	j->sink = show_nothing;
	if (journal_begin(j, e) == 0 && journal_remark(j, run, &c, e) == 0)
		rc = journal_commit(j, e);
	if (rc != 0)
		journal_abort(j);
	j->sink = sink;
	buf_release(&members);
	return rc;
}

static void add_targets(const struct plan *p, struct buf *out)
{
	for (size_t i = 0; i < p->n_targets && i < TARGETS_SHOWN; i++) {
		buf_add_cstr(out, i ? ", " : "");
		buf_add_span(out, p->targets[i]);
	}
	if (p->n_targets > TARGETS_SHOWN)
		buf_addf(out, " and %zu more", p->n_targets - TARGETS_SHOWN);
}

static bool anyone_wants(const struct hooks *h, enum hook_event event)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->items[i].on[event])
			return true;
	return false;
}

static int tell(const struct teller *t, struct run_row *run, const struct plan *p, struct notice *n,
		struct err *e)
{
	struct buf targets = BUF_INIT(TARGETS_MAX);
	int rc = 0;

	if (!anyone_wants(t->hooks, n->event))
		return 0;
	add_targets(p, &targets);
	n->run = span_cstr(run->id);
	n->runbook = p->rb->id;
	n->incident = run->incident;
	n->plan = run->plan_id;
	n->plan_digest = run->plan_digest;
	n->state = span_cstr(run_state_names[run->state]);
	n->reason = run->reason;
	n->notify = p->rb->escalation.notify;
	n->targets = buf_span(&targets);
	n->db = span_cstr(t->db);
	for (size_t i = 0; i < t->hooks->n && rc == 0; i++) {
		struct hook *h = &t->hooks->items[i];
		struct delivery d;

		if (!h->on[n->event])
			continue;
		hook_deliver(h, n, t->env, t->http, env_ticks_ms(t->journal->env), &d);
		if (!d.delivered)
			t->undelivered(t->ctx, h->name, d.why);
		rc = record(t->journal, run, h, n->event, &d, e);
	}
	buf_release(&targets);
	return rc == 0 ? 0 : err_prefix(e, "a notification was sent, but not recorded");
}

int tell_pending(const struct teller *t, struct run_row *run, const struct plan *p, struct err *e)
{
	struct notice n = {.event = HOOK_PENDING, .elapsed_ms = -1};
	struct buf expires = BUF_INIT(64);
	int rc;

	if (run->state != RUN_AWAITING || run->n != 1)
		return 0;
	instant_add(&expires, instant_from_ns(run->request_expires_ns));
	n.expires_at = buf_span(&expires);
	rc = tell(t, run, p, &n, e);
	buf_release(&expires);
	return rc;
}

/* False: an end that nobody is told of. */
static bool event_of(const struct run_row *run, enum hook_event *out)
{
	switch (run->state) {
	case RUN_SUCCEEDED:
		*out = HOOK_SUCCEEDED;
		return true;
	case RUN_FAILED:
		*out = HOOK_FAILED;
		return true;
	case RUN_ROLLED_BACK:
		*out = span_is(run->reason, "rolled_back_unhealthy") ? HOOK_NEEDS_PERSON
								     : HOOK_FAILED;
		return true;
	case RUN_ROLLBACK_PARTIAL:
	case RUN_NEEDS_OPERATOR:
		*out = HOOK_NEEDS_PERSON;
		return true;
	default:
		return false;
	}
}

int tell_end(const struct teller *t, struct run_row *run, const struct plan *p, struct err *e)
{
	struct notice n = {.elapsed_ms = -1};

	if (run->check || !event_of(run, &n.event))
		return 0;
	if (run->started_ns != RUN_NEVER && run->ended_ns != RUN_NEVER)
		n.elapsed_ms = (run->ended_ns - run->started_ns) / NS_PER_MS;
	return tell(t, run, p, &n, e);
}
