#include "aiops-runbook/commands/remake.h"

#include <stdio.h>
#include <string.h>

#include "aiops-runbook/engine/engine.h"
#include "aiops-runbook/lint/lint.h"
#include "aiops-runbook/runs/recovery.h"
#include "aiops-runbook/runs/takeup.h"
#include "cli/signals.h"
#include "record/jsonw.h"

struct remade {
	struct runbook *rb;
	struct plan *plan;
	/* What is not as it was approved, in words; empty: nothing. A runbook's file that says
	 * something else now, or an executable or input file with another content. */
	char changed[600];
};

/* ---- the plan ---- */

/* The text that was approved, with input files looked for where they were. */
static int load_source(struct app *a, const struct run_row *run, const struct recovery *r,
		       struct remade *out, struct err *e)
{
	struct findings f = {0};
	struct span source;
	int found = recovery_source(a->store, run->runbook_digest, &a->pool, &source, e);

	if (found <= 0)
		return found < 0 ? -1
				 : err_set(e, EX_UNREADABLE, "the runbook of run %s is not on file",
					   run->id);
	out->rb = runbook_parse(r->path.data, source, &f);
	if (!out->rb || f.errors)
		err_set(e, EX_BADCONFIG, "the runbook of run %s is refused by this version: %s",
			run->id, f.n ? f.items[0].text : "it cannot be read");
	else
		site_fill_defaults(&a->site, out->rb);
	findings_release(&f);
	return e->code ? -1 : 0;
}

/* What the runbook's file says now: what is gone, or cannot be read, says nothing. */
static void compare_file(struct remade *m, const struct recovery *r)
{
	struct findings f = {0};
	struct err ignored = ERR_INIT;
	struct runbook *now = runbook_load(r->path.data, &f, &ignored);

	if (now && memcmp(&now->digest, &m->rb->digest, sizeof now->digest) != 0)
		(void)snprintf(m->changed, sizeof m->changed, "the runbook '%.300s' has changed",
			       r->path.data);
	runbook_free(now);
	findings_release(&f);
}

/* Errors: EX_UNREADABLE (the run is of an earlier version; an executable is gone), EX_BADCONFIG,
 * those of plan_make. Whatever is returned: remade_release. */
static int make_again(struct app *a, const struct run_row *run, struct remade *out, struct err *e)
{
	struct plan_input in = {
		.incident = run->incident, .exec_path = a->o->path, .http = app_http(a)};
	struct setting *params;
	struct recovery r;
	int found = recovery_load(a->store, run->id, &a->pool, &r, e);

	*out = (struct remade){.rb = NULL};
	if (found <= 0)
		return found < 0 ? -1
				 : err_set(e, EX_UNREADABLE,
					   "run %s is of an earlier version, which kept too little",
					   run->id);
	if (load_source(a, run, &r, out, e) != 0 ||
	    recovery_params(a->store, run->id, &a->pool, &params, &in.n_given, e) != 0)
		return -1;
	in.given = params;
	if (plan_make(out->rb, &in, &out->plan, e) != 0)
		return err_prefix(e, "run %s", run->id);
	compare_file(out, &r);
	if (!out->changed[0] && !span_is(run->plan_digest, out->plan->digest))
		(void)snprintf(out->changed, sizeof out->changed,
			       "an executable, an input file or the site's limits are not those "
			       "that were approved");
	return 0;
}

static void remade_release(struct remade *m)
{
	plan_free(m->plan);
	runbook_free(m->rb);
	*m = (struct remade){.rb = NULL};
}

/* ---- going on ---- */

static int run_on(struct app *a, struct run_row *run, const struct remade *m, const char *undo_only,
		  struct err *e)
{
	static const volatile bool stopped = true;
	const volatile bool *stop = cli_catch_stop(a->c);
	struct engine_input in = {.journal = &a->journal,
				  .plan = m->plan,
				  .run = run,
				  .env = &a->exec_env,
				  .stop = undo_only ? &stopped : stop,
				  .stop_reason = undo_only,
				  .resume = true};
	int code = EX_BUG;

	if (engine_run(&in, &code, e) != 0)
		return err_prefix(e, "run %s stopped where its last record says", run->id);
	app_tell_end(a, run, m->plan);
	if (code != EX_DONE)
		msg(a->c, MSG_ERROR, NULL, "run %s is %s: %s", run->id, run_state_names[run->state],
		    run->reason.data);
	return code;
}

static int refuse(struct app *a, struct run_row *run, const struct refusal *why, bool record,
		  struct err *e)
{
	msg(a->c, MSG_ERROR, NULL, "%s", why->text);
	if (record && refusal_record(&a->journal, run, why, SPAN_NONE, e) != 0)
		return -1;
	return strcmp(why->reason, "livelock") == 0 ? RUN_EXIT_OPERATOR : refusal_exit(why->reason);
}

static void add_changed(const struct remade *m, struct buf *members)
{
	struct jsonw w = jsonw_to(members);

	w.comma = true; /* it follows others */
	if (m->changed[0])
		jsonw_member(&w, "changed", span_cstr(m->changed));
}

static int take_and_run(struct app *a, struct run_row *run, const struct remade *m,
			const char *undo_only, struct err *e)
{
	struct buf members = BUF_INIT(4096);
	struct refusal why = {.reason = NULL};
	struct run_lock lock;
	int rc;

	add_changed(m, &members);
	rc = takeup_run(&a->journal, cli_db_path(a->c), buf_span(&members), &a->pool, run, &lock,
			&why, e);
	buf_release(&members);
	if (rc < 0)
		return -1;
	if (rc == 1)
		return refuse(a, run, &why, false, e);
	rc = run_on(a, run, m, undo_only, e);
	run_lock_drop(&lock);
	return rc;
}

/* A rehearsal changed nothing, so there is nothing to go on with. */
static int end_rehearsal(struct app *a, struct run_row *run, struct err *e)
{
	struct refusal why;
	int rc = takeup_give_up(&a->journal, cli_db_path(a->c), "runner_gone", &a->pool, run, &why,
				e);

	if (rc == 1)
		return refuse(a, run, &why, false, e);
	return rc == 0 ? EX_DONE : -1;
}

static int go_on(struct app *a, struct run_row *run, struct remade *m, bool accept_changed,
		 const char *undo_only, struct err *e)
{
	struct refusal why;

	if (run->check)
		return end_rehearsal(a, run, e);
	if (make_again(a, run, m, e) != 0)
		return -1;
	if (m->changed[0] && !accept_changed && !undo_only) {
		(void)refusal_set(
			&why, "plan_changed",
			"run %s cannot be gone on with: %.250s; --accept-changed undoes it",
			run->id, m->changed);
		return refuse(a, run, &why, true, e);
	}
	return take_and_run(a, run, m, m->changed[0] && !undo_only ? "plan_changed" : undo_only, e);
}

int remake_and_run(struct app *a, struct run_row *run, bool accept_changed, const char *undo_only)
{
	struct remade m = {.rb = NULL};
	struct err e = ERR_INIT;
	int code;

	signals_catch_pipe(); /* it goes on to its end, whoever reads along */
	code = go_on(a, run, &m, accept_changed, undo_only, &e);
	remade_release(&m);
	return code < 0 ? app_fail(a, NULL, &e) : code;
}
