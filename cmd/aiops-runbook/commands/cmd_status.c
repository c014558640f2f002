/*
 * status, approvals: what the store knows, without changing it.
 */
#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/engine/truth.h"
#include "aiops-runbook/plan/plan_text.h"
#include "base/instant.h"
#include "record/jsonw.h"

struct listing {
	struct app *a;
	bool waiting_only, long_form;
	size_t n;
};

/* ---- a row ---- */

static void member_time(struct jsonw *w, const char *key, int64_t ns)
{
	if (ns != RUN_NEVER)
		jsonw_member_time(w, key, instant_from_ns(ns));
}

static void print_json(struct listing *l, const struct run_row *r, const struct truth *t)
{
	struct buf line = BUF_INIT(16 << 20);
	struct jsonw w = jsonw_to(&line);

	jsonw_object(&w);
	jsonw_member(&w, "run", span_cstr(r->id));
	jsonw_member(&w, "state", span_cstr(run_state_names[t->state]));
	jsonw_member_opt(&w, "reason", t->reason);
	jsonw_member(&w, "mode", r->check ? SPAN("check") : SPAN("apply"));
	jsonw_member_opt(&w, "why", span_cstr(t->text[0] ? t->text : NULL));
	jsonw_member(&w, "runbook", r->runbook);
	jsonw_member_opt(&w, "incident", r->incident);
	jsonw_member(&w, "plan", r->plan_id);
	jsonw_member(&w, "plan_digest", r->plan_digest);
	jsonw_member(&w, "requester", r->requester);
	member_time(&w, "created_at", r->created_ns);
	if (r->needs_approval)
		member_time(&w, "expires_at", r->request_expires_ns);
	member_time(&w, "started_at", r->started_ns);
	member_time(&w, "ended_at", r->ended_ns);
	if (l->long_form) {
		jsonw_key(&w, "resolved");
		jsonw_raw(&w, r->plan);
	}
	jsonw_object_end(&w);
	buf_add_char(&line, '\n');
	out_write(l->a->c, buf_span(&line));
	buf_release(&line);
}

static void add_when(struct buf *out, const char *words, int64_t ns)
{
	if (ns == RUN_NEVER)
		return;
	buf_add_cstr(out, words);
	instant_add(out, instant_from_ns(ns / NS_PER_S * NS_PER_S));
}

static void print_text(struct listing *l, const struct run_row *r, const struct truth *t)
{
	struct buf line = BUF_INIT(1 << 20);

	buf_addf(&line, "%s  %s", r->id, run_state_names[t->state]);
	if (t->reason.len)
		buf_addf(&line, " (%s)", t->reason.data);
	buf_addf(&line, "  %s", r->runbook.data);
	if (r->incident.data)
		buf_addf(&line, "  %s", r->incident.data);
	buf_addf(&line, "  %s  asked by %s", r->plan_id.data, r->requester.data);
	add_when(&line, " at ", r->created_ns);
	if (l->waiting_only)
		add_when(&line, ", open until ", r->request_expires_ns);
	if (t->text[0])
		buf_addf(&line, "\n    %s", t->text);
	app_print(l->a, buf_span(&line));
	buf_release(&line);
}

/* ---- the commands ---- */

static int show(void *ctx, const struct run_row *r, struct err *e)
{
	struct listing *l = ctx;
	int64_t now = env_now_ns(cli_env(l->a->c));
	struct truth t;

	if (run_truth(l->a->store, cli_db_path(l->a->c), r, now, &l->a->pool, &t, e) != 0)
		return -1;
	if (l->waiting_only && (r->state != RUN_AWAITING || now >= r->request_expires_ns))
		return 0;
	l->n++;
	(l->a->o->format == OUTPUT_NDJSON ? print_json : print_text)(l, r, &t);
	return 0;
}

static int show_one(struct listing *l, const char *id, struct err *e)
{
	struct buf text = BUF_INIT(16 << 20);
	struct run_row run;
	int found = run_by_id(l->a->store, span_cstr(id), &l->a->pool, &run, e), rc;

	if (found == 0)
		return err_set(e, EX_UNREADABLE, "no run '%.100s' is on file", id);
	l->long_form = true;
	rc = found == 1 ? show(l, &run, e) : -1;
	if (rc == 0 && l->a->o->format != OUTPUT_NDJSON) {
		rc = plan_write_text(run.plan, &text, e);
		app_print(l->a, buf_span(&text));
	}
	buf_release(&text);
	return rc;
}

/* A store without our tables holds no runs. */
static int has_tables(struct store *s, bool *out, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'aiops_run'", e);
	int rc = st ? store_step(s, st, e) : -1;

	*out = rc == 1;
	return rc < 0 ? -1 : 0;
}

static int list_runs(struct listing *l, const char *id, struct err *e)
{
	bool tables;

	if (store_open_readonly(cli_db_path(l->a->c), &l->a->store, e) != 0 ||
	    has_tables(l->a->store, &tables, e) != 0)
		return -1;
	if (!tables)
		return id ? err_set(e, EX_UNREADABLE, "no run '%.100s' is on file", id) : 0;
	if (id)
		return show_one(l, id, e);
	return run_each(l->a->store, l->waiting_only ? RUN_AWAITING : -1, &l->a->pool, show, l, e);
}

static int run_listing(struct cli *c, bool waiting_only)
{
	struct err e = ERR_INIT;
	struct app a;
	struct listing l = {.a = &a, .waiting_only = waiting_only};
	int code = EX_DONE;
	size_t n;
	char *const *operands = cli_operands(c, &n);

	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	if (n > 1)
		err_set(&e, EX_BADUSAGE, "status takes one run at most");
	if (e.code || list_runs(&l, n ? operands[0] : NULL, &e) != 0)
		code = msg_err(c, NULL, &e);
	app_release(&a);
	return code;
}

int status_run(struct cli *c)
{
	return run_listing(c, false);
}

int approvals_run(struct cli *c)
{
	return run_listing(c, true);
}
