#include "aiops-runbook/runs/journal.h"

#include "aiops-runbook/breaker/trip.h"
#include "aiops-runbook/runs/incident_status.h"
#include "aiops-runbook/runs/reserve.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "record/jsonw.h"
#include "store/audit.h"
#include "text/redact.h"

enum { RECORD_MAX = 16 << 20 };

void journal_init(struct journal *j, struct store *s, const struct env *env, struct span actor,
		  journal_sink *sink, void *ctx)
{
	*j = (struct journal){.store = s,
			      .env = env,
			      .actor = actor,
			      .mode = "apply",
			      .sink = sink,
			      .sink_ctx = ctx};
}

static void forget_pending(struct journal *j)
{
	for (size_t i = 0; i < j->n_pending; i++)
		buf_release(&j->pending[i]);
	j->n_pending = 0;
}

void journal_release(struct journal *j)
{
	forget_pending(j);
	free(j->pending);
	j->pending = NULL;
	j->cap_pending = 0;
}

int64_t journal_now(const struct journal *j)
{
	return env_now_ns(j->env) / NS_PER_MS * NS_PER_MS;
}

int journal_begin(struct journal *j, struct err *e)
{
	if (j->open) {
		j->open = false;
		return 0;
	}
	return store_begin(j->store, e);
}

void journal_keep(struct journal *j)
{
	j->open = true;
}

int journal_settle(struct journal *j, struct err *e)
{
	return j->open ? journal_commit(j, e) : 0;
}

/* ---- the record ---- */

bool journal_incident_ok(struct span id)
{
	struct buf json = BUF_INIT(512), redacted = BUF_INIT(1024);
	bool ok = audit_word_ok(id);

	if (ok) {
		buf_addf(&json, "{\"incident\":\"%.*s\"}", (int)id.len, id.data);
		ok = text_redact(buf_span(&json), &redacted) == 0;
	}
	buf_release(&json);
	buf_release(&redacted);
	return ok;
}

static void write_head(struct jsonw *w, const struct journal *j, const struct run_row *run,
		       const struct change *c)
{
	struct buf id = BUF_INIT(64);

	buf_addf(&id, "%s#%lld", run->id, (long long)run->n);
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "kind", span_cstr(c->kind ? c->kind : "run"));
	jsonw_member(w, "id", buf_span(&id));
	jsonw_member_time(w, "timestamp", instant_from_ns(journal_now(j)));
	jsonw_member(w, "source", SPAN("aiops-runbook"));
	jsonw_member_opt(w, "incident", run->incident);
	jsonw_member(w, "run", span_cstr(run->id));
	jsonw_member(w, "runbook", run->runbook);
	jsonw_member(w, "runbook_digest", run->runbook_digest);
	jsonw_member(w, "plan", run->plan_id);
	jsonw_member(w, "plan_digest", run->plan_digest);
	jsonw_member(w, "mode", span_cstr(j->mode));
	buf_release(&id);
}

/* Of a run's change of state, what it means for the incident that it is for. */
static void write_incident_status(struct jsonw *w, const struct journal *j,
				  const struct run_row *run, const struct change *c)
{
	const char *status = incident_status_of(c->state, c->reason);

	if (status && run->incident.data && !run->check && !c->step.data && c->from &&
	    strcmp(c->from, c->state) != 0 && strcmp(j->mode, "apply") == 0)
		jsonw_member(w, "incident_status", span_cstr(status));
}

static void write_change(struct jsonw *w, const struct journal *j, const struct change *c)
{
	jsonw_member_opt(w, "step", c->step);
	if (c->role && strcmp(c->role, "step") != 0)
		jsonw_member(w, "role", span_cstr(c->role));
	if (c->attempt)
		jsonw_member_i64(w, "attempt", c->attempt);
	jsonw_member_opt(w, "from", span_cstr(c->from));
	jsonw_member(w, "state", span_cstr(c->state));
	jsonw_member_opt(w, "reason", span_cstr(c->reason));
	if (c->has_exit)
		jsonw_member_i64(w, "exit", c->exit);
	jsonw_member_opt(w, "target", c->target);
	jsonw_member(w, "actor", c->actor.data ? c->actor : j->actor);
}

/* The record without `audit`, its secrets taken out. */
static void build(const struct journal *j, const struct run_row *run, const struct change *c,
		  struct buf *out)
{
	struct buf raw = BUF_INIT(RECORD_MAX);
	struct jsonw w = jsonw_to(&raw);

	jsonw_object(&w);
	write_head(&w, j, run, c);
	write_change(&w, j, c);
	write_incident_status(&w, j, run, c);
	buf_add_span(&raw, c->members);
	jsonw_object_end(&w);
	(void)text_redact(buf_span(&raw), out); /* how many there were is of no use here */
	buf_release(&raw);
}

static int append_audit(struct journal *j, const struct run_row *run, const struct change *c,
			struct span body, struct audit_ref *ref, struct err *e)
{
	struct span actor = c->actor.data ? c->actor : j->actor;
	uint8_t salt[AUDIT_SALT_BYTES];
	struct buf id = BUF_INIT(64);
	int rc;

	buf_addf(&id, "%s#%lld", run->id, (long long)run->n);
	env_random(j->env, salt, sizeof salt);
	rc = audit_append(j->store, instant_from_ns(journal_now(j)),
			  span_cstr(c->kind ? c->kind : "run"), actor, buf_span(&id), run->incident,
			  span_cstr(run->id), body, salt, ref, e);
	buf_release(&id);
	if (rc != 0 && e->code == EX_BADDATA)
		e->code = EX_BUG; /* our own record was refused: nothing may be done without it */
	return rc;
}

/* body without its last brace, the reference, the brace. */
void journal_pend(struct journal *j, struct span body, const struct audit_ref *ref)
{
	struct buf line = BUF_INIT(RECORD_MAX + 1024);

	buf_add(&line, body.data, body.len - 1);
	buf_add_cstr(&line, ",\"audit\":");
	audit_ref_json(ref, &line);
	buf_add_char(&line, '}');
	mem_grow(j->pending, j->cap_pending, j->n_pending + 1);
	j->pending[j->n_pending++] = line;
}

int journal_remark(struct journal *j, struct run_row *run, const struct change *c, struct err *e)
{
	struct buf body = BUF_INIT(2 * RECORD_MAX);
	struct audit_ref ref;
	int rc = -1;

	if (run_count_record(j->store, run, e) != 0)
		return -1;
	build(j, run, c, &body);
	if (buf_overflowed(&body))
		err_set(e, EX_BADCONFIG, "a record of run %s is larger than %d bytes", run->id,
			RECORD_MAX);
	else if (append_audit(j, run, c, buf_span(&body), &ref, e) == 0)
		rc = 0;
	if (rc == 0)
		journal_pend(j, buf_span(&body), &ref);
	buf_release(&body);
	return rc;
}

int journal_note(struct journal *j, struct run_row *run, const struct change *c, struct err *e)
{
	if (run_update(j->store, run, e) != 0 || journal_remark(j, run, c, e) != 0)
		return -1;
	if (!run_state_is_final(run->state))
		return 0;
	return reserve_release(j->store, run, e) == 0 ? trip_settle(j, run, e) : -1;
}

int journal_commit(struct journal *j, struct err *e)
{
	j->open = false;
	if (store_commit(j->store, e) != 0) {
		forget_pending(j);
		return -1;
	}
	for (size_t i = 0; i < j->n_pending; i++)
		j->sink(j->sink_ctx, buf_span(&j->pending[i]));
	forget_pending(j);
	return 0;
}

void journal_abort(struct journal *j)
{
	j->open = false;
	store_rollback(j->store);
	forget_pending(j);
}

int journal_one(struct journal *j, struct run_row *run, const struct change *c, struct err *e)
{
	struct run_row before = *run;

	if (journal_begin(j, e) == 0 && journal_note(j, run, c, e) == 0)
		return journal_commit(j, e);
	journal_abort(j);
	*run = before;
	return -1;
}
