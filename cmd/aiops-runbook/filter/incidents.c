#include "aiops-runbook/filter/incidents.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/filter/choice.h"
#include "aiops-runbook/runs/notice.h"
#include "aiops-runbook/runs/start.h"
#include "base/map.h"
#include "base/mem.h"
#include "cli/filter.h"
#include "record/event.h"
#include "store/audit.h"

enum {
	RUNBOOKS_MAX = 4096,     /* that are kept in memory */
	REMEMBERED_MAX = 100000, /* what was filed and said, before all of it is forgotten */
	AGAIN_MS = 10000,        /* a start that was refused is not tried again before */
};

/* Runbooks are read once; one that cannot be used is remembered as such. */
struct loaded {
	struct span id;
	struct runbook *rb; /* NULL: told, with code */
	int code;
};

struct incidents {
	struct app *a;
	struct filter *f;
	struct loaded *runbooks;
	size_t n_runbooks, cap_runbooks;
	struct map seen; /* what this process has put on file or said, so that it does so once */
	int worst;
	const volatile bool *stop;
	const char *http; /* the path of aiops-http, or NULL */
	int64_t planned, ran, blocked;
};

/* ---- once ---- */

/* True the first time that these words come. Forgetting makes a record twice, never a run. */
static bool is_first(struct incidents *x, const char *what, struct span a, struct span b)
{
	struct buf key = BUF_INIT(8192);
	bool added;

	if (x->seen.live >= REMEMBERED_MAX)
		map_clear(&x->seen);
	buf_add_cstr(&key, what);
	buf_add_char(&key, ' ');
	buf_add_span(&key, a);
	buf_add_char(&key, ' ');
	buf_add_span(&key, b);
	(void)map_put(&x->seen, buf_span(&key), &added);
	buf_release(&key);
	return added;
}

static void tell(struct incidents *x, int code, const char *text)
{
	msg(x->a->c, MSG_WARNING, filter_where(x->f), "%s", text);
	x->worst = graver(x->worst, code);
}

/* Why there will be no plan, as a record that joins the incident. */
static int block(struct incidents *x, const struct choice *ch, int code, const char *text,
		 struct err *e)
{
	x->worst = graver(x->worst, code);
	if (!is_first(x, text, ch->incident, ch->id))
		return 0;
	x->blocked++;
	return notice_blocked(&x->a->journal, ch->incident, ch->id, "blocked", text, e);
}

/* ---- runbooks ---- */

/* An id is no path: what it names lies in --runbooks. */
static void load(struct incidents *x, struct loaded *l)
{
	struct err e = ERR_INIT;

	if (!runbook_id_is_valid(l->id))
		err_set(&e, EX_UNREADABLE, "'%.*s' is no id of a runbook",
			(int)(l->id.len < 80 ? l->id.len : 80), l->id.data);
	else
		l->rb = app_load_runbook(x->a, l->id.data, &e);
	if (!l->rb)
		l->code = app_fail(x->a, filter_where(x->f), &e);
}

static const struct loaded *find_runbook(struct incidents *x, struct span id)
{
	struct loaded *l;

	for (size_t i = 0; i < x->n_runbooks; i++)
		if (span_eq(x->runbooks[i].id, id))
			return &x->runbooks[i];
	if (x->n_runbooks == RUNBOOKS_MAX)
		return NULL;
	mem_grow(x->runbooks, x->cap_runbooks, x->n_runbooks + 1);
	l = &x->runbooks[x->n_runbooks++];
	*l = (struct loaded){.id = pool_copy(&x->a->pool, id)};
	load(x, l);
	return l;
}

/* Triage names the runbook that it looked at, by its canonical digest or that of the file's bytes.
 */
static bool same_runbook(const struct runbook *rb, struct span digest)
{
	char canonical[DIGEST_HEX + 1], file[DIGEST_HEX + 1];

	if (digest.len == 0)
		return true;
	digest_hex(&rb->digest, canonical);
	digest_hex(&rb->file_digest, file);
	return span_is(digest, canonical) || span_is(digest, file);
}

/* ---- planning and running ---- */

static int execute(struct incidents *x, const struct plan *p, struct run_row *run,
		   struct pool *pool, struct err *e)
{
	struct app *a = x->a;
	struct buf when = BUF_INIT(64);
	struct refusal why;
	int code = EX_BUG, rc = 2;

	/* Many revisions of a storm do not make as many refusals. */
	buf_addf(&when, "%lld", (long long)(env_ticks_ms(cli_env(a->c)) / AGAIN_MS));
	if (is_first(x, run->id, buf_span(&when), SPAN("refused")))
		rc = app_carry_out(a, p, run, pool, x->stop, &code, &why, e);
	buf_release(&when);
	if (rc == 2)
		return 0;
	if (rc < 0)
		return -1;
	if (rc == 1) {
		tell(x, refusal_exit(why.reason), why.text);
		return 0;
	}
	x->ran++;
	x->worst = graver(x->worst, code);
	return 0;
}

/* What waits for this plan, put on file when this process sees it first: revisions of an incident
 * that change nothing in the plan are one plan, and one record. */
static int take_up(struct incidents *x, const struct plan *p, struct pool *pool,
		   struct run_row *run, bool *approved, struct err *e)
{
	struct app *a = x->a;
	struct span digest = span_cstr(p->digest);
	struct refusal why;
	int rc = is_first(x, "plan", p->bind.incident, digest)
			 ? 0
			 : run_waiting(a->store, digest, p->bind.incident, pool, run, e);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		x->planned++;
		rc = file_plan(&a->journal, p, &a->site, pool, run, approved, e);
		if (rc == 0)
			app_tell_pending(a, run, p);
		return rc;
	}
	rc = run->needs_approval ? approval_look(&a->journal, run, &a->site, &why, e) : 0;
	*approved = rc == 0;
	return rc < 0 ? -1 : 0;
}

static int act(struct incidents *x, const struct plan *p, struct pool *pool, struct err *e)
{
	struct app *a = x->a;
	struct run_row run;
	bool approved;

	if (take_up(x, p, pool, &run, &approved, e) != 0)
		return -1;
	if (!a->o->apply)
		return 0;
	if (run.needs_approval && !approved) {
		tell(x, EX_POLICY, "not run: it waits for an approval");
		return 0;
	}
	return execute(x, p, &run, pool, e);
}

/* The same runbook is not run twice for an incident, whatever revisions of it come. Asked again in
 * the transaction that begins a run (struct request, once). */
static int ran_before(struct incidents *x, const struct choice *ch, struct pool *pool, bool *out,
		      struct err *e)
{
	struct run_row run;
	int found = run_begun(x->a->store, ch->id, ch->incident, pool, &run, e);

	*out = found == 1;
	if (found == 1)
		msg(x->a->c, MSG_INFO, filter_where(x->f),
		    "%s ran for this incident already: %s is %s", ch->id.data, run.id,
		    run_state_names[run.state]);
	return found < 0 ? -1 : 0;
}

static int plan_choice(struct incidents *x, const struct choice *ch, const struct runbook *rb,
		       struct pool *pool, struct err *e)
{
	struct app *a = x->a;
	struct plan_input in = {.given = a->params,
				.n_given = a->n_params,
				.skip_undeclared = true,
				.labels = ch->labels,
				.n_labels = ch->n_labels,
				.proposed = ch->proposed,
				.n_proposed = ch->n_proposed,
				.incident = ch->incident,
				.exec_path = a->o->path,
				.http = x->http};
	struct err why = ERR_INIT;
	struct plan *p;
	int rc;

	if (plan_make(rb, &in, &p, &why) != 0) {
		tell(x, why.code, why.text);
		return block(x, ch, why.code, why.text, e);
	}
	p->request = ch->request;
	p->request.once = true;
	rc = act(x, p, pool, e);
	plan_free(p);
	return rc;
}

static int handle_choice(struct incidents *x, const struct choice *ch, struct pool *pool,
			 struct err *e)
{
	const struct loaded *l = find_runbook(x, ch->id);
	bool before;

	if (!l)
		return block(x, ch, EX_UNREADABLE, "too many different runbooks were asked for", e);
	if (!l->rb)
		return block(x, ch, l->code, "the runbook cannot be used", e);
	if (!same_runbook(l->rb, ch->digest)) {
		tell(x, EX_POLICY, "the runbook has changed since triage chose it");
		return block(x, ch, EX_POLICY, "the runbook has changed since triage chose it", e);
	}
	if (ran_before(x, ch, pool, &before, e) != 0)
		return -1;
	return before ? 0 : plan_choice(x, ch, l->rb, pool, e);
}

/* ---- the filter ---- */

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct incidents *x = ctx;
	struct pool pool = {NULL};
	struct choice ch;
	int rc = 0;

	x->f = f;
	if (choice_is_there(r) && !journal_incident_ok(record_text(r, "incident"))) {
		filter_reject(f, REJECT_SCHEMA,
			      "an incident with a runbook needs the member 'incident', its id");
		return 0;
	}
	filter_pass(f);
	if (!choice_is_there(r))
		return 0;
	choice_read(r, &pool, &ch);
	rc = handle_choice(x, &ch, &pool, e);
	pool_release(&pool);
	return rc;
}

static void sink(void *ctx, struct span line)
{
	struct incidents *x = ctx;

	filter_emit(x->f, line);
	out_flush(x->a->c); /* what is durable is seen at once */
}

static void add_stats(void *ctx, struct buf *json)
{
	const struct incidents *x = ctx;

	buf_addf(json, ",\"planned\":%lld,\"ran\":%lld,\"blocked\":%lld", (long long)x->planned,
		 (long long)x->ran, (long long)x->blocked);
}

static int run_filter(struct app *a, struct incidents *x)
{
	static const struct filter_ops ops = {.record = on_record, .stats = add_stats};
	struct err e = ERR_INIT;
	int code = EX_DONE;

	if (a->o->plan || a->o->incident || a->o->check)
		err_set(&e, EX_BADUSAGE, "--%s is for one runbook",
			a->o->plan    ? "plan"
			: a->o->check ? "check"
				      : "incident");
	else if (a->o->format == OUTPUT_TEXT)
		err_set(&e, EX_BADUSAGE,
			"--format text is for one runbook: a filter's records are NDJSON");
	else if (a->o->apply && app_check_authority(a, &e) != 0)
		; /* told below, before anything is read */
	else if (app_open_store(a, sink, x, &e) == 0)
		code = filter_run(a->c, &ops, x);
	return e.code ? msg_err(a->c, NULL, &e) : graver(code, x->worst);
}

int incidents_run(struct app *a)
{
	struct incidents x = {
		.a = a, .worst = EX_DONE, .stop = cli_catch_stop(a->c), .http = app_http(a)};
	int code;

	map_init(&x.seen);
	code = run_filter(a, &x);
	map_release(&x.seen);
	for (size_t i = 0; i < x.n_runbooks; i++)
		runbook_free(x.runbooks[i].rb);
	free(x.runbooks);
	return code;
}
