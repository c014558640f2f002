#include "aiops-runbook/commands/one.h"

#include <string.h>

#include "aiops-runbook/engine/engine.h"
#include "aiops-runbook/runs/start.h"
#include "cli/signals.h"
#include "store/audit.h"

int one_runbook_open(struct app *a, struct one_runbook *out, struct err *e)
{
	struct plan_input in = {.given = a->params,
				.n_given = a->n_params,
				.incident = span_cstr(a->o->incident),
				.exec_path = a->o->path,
				.http = app_http(a)};
	size_t n;
	char *const *operands = cli_operands(a->c, &n);

	if (n != 1)
		return err_set(e, EX_BADUSAGE, "%s takes one runbook", cli_command(a->c)->name);
	if (in.incident.data && !journal_incident_ok(in.incident))
		return err_set(e, EX_BADUSAGE, "'%.100s' is no incident's id", a->o->incident);
	out->rb = app_load_runbook(a, operands[0], e);
	if (!out->rb)
		return -1;
	if (plan_make(out->rb, &in, &out->plan, e) != 0)
		return err_prefix(e, "%s", out->rb->path);
	return 0;
}

void one_runbook_close(struct one_runbook *one)
{
	plan_free(one->plan);
	runbook_free(one->rb);
	*one = (struct one_runbook){0};
}

/* ---- run ---- */

static int file_only(struct app *a, const struct plan *p, struct err *e)
{
	struct run_row run;
	bool approved;

	if (file_plan(&a->journal, p, &a->site, &a->pool, &run, &approved, e) != 0)
		return -1;
	app_tell_pending(a, &run, p);
	return EX_DONE;
}

/* --plan names this plan, by its digest or its short name. */
static bool names_plan(const struct plan *p, const char *given)
{
	return strcmp(given, p->digest) == 0 || strcmp(given, p->id) == 0;
}

static int refuse(struct app *a, const struct plan *p, const char *reason, struct err *e)
{
	return refuse_run(&a->journal, p, reason, &a->pool, e) == 0 ? EX_POLICY : -1;
}

/* The run that waits for this plan, or why there is none. An exit status, or EX_DONE, or -1. */
static int find_waiting(struct app *a, const struct plan *p, struct run_row *run, struct err *e)
{
	struct span digest = span_cstr(p->digest);
	int found = run_waiting(a->store, digest, p->bind.incident, &a->pool, run, e);

	if (found != 0)
		return found < 0 ? -1 : EX_DONE;
	found = run_newest(a->store, digest, p->bind.incident, &a->pool, run, e);
	if (found < 0)
		return -1;
	if (found == 1 && run->started_ns != RUN_NEVER) {
		msg(a->c, MSG_ERROR, NULL,
		    "the approval of this plan was used by %s: plan it again to ask for another",
		    run->id);
		return refuse(a, p, "approval_reused", e);
	}
	if (found == 1 && run->state == RUN_CANCELLED) {
		msg(a->c, MSG_ERROR, NULL, "%s was denied", run->id);
		return refuse(a, p, "denied", e);
	}
	if (found == 1 && run->state == RUN_EXPIRED) {
		msg(a->c, MSG_ERROR, NULL,
		    "%s has expired: plan it again to ask for another approval", run->id);
		return refuse(a, p, "approval_expired", e);
	}
	if (!p->needs_approval) {
		bool approved;

		return file_plan(&a->journal, p, &a->site, &a->pool, run, &approved, e) == 0
			       ? EX_DONE
			       : -1;
	}
	msg(a->c, MSG_ERROR, NULL,
	    "this plan was never filed, so nobody can have approved it: plan it first");
	return refuse(a, p, "unknown_plan", e);
}

static int carry_out(struct app *a, const struct plan *p, struct run_row *run, struct err *e)
{
	struct refusal why;
	int code = EX_BUG;
	int rc = app_carry_out(a, p, run, &a->pool, cli_catch_stop(a->c), &code, &why, e);

	if (rc < 0)
		return -1;
	if (rc == 1) {
		msg(a->c, MSG_ERROR, NULL, "not run: %s", why.text);
		return refusal_exit(why.reason);
	}
	if (code != EX_DONE)
		msg(a->c, MSG_ERROR, NULL, "run %s is %s: %s", run->id, run_state_names[run->state],
		    run->reason.data);
	return code;
}

/* 0, or -1 with *code an exit status that was told, or with e. */
static int check_authority(struct app *a, const struct plan *p, int *code, struct err *e)
{
	if (app_check_authority(a, e) == 0)
		return 0;
	*code = -1;
	if (e->code == EX_POLICY) {
		msg(a->c, MSG_ERROR, NULL, "%s", e->text);
		err_clear(e);
		*code = refuse(a, p, "authority_advise", e);
	}
	return -1;
}

static int rehearse(struct app *a, const struct plan *p, struct err *e)
{
	struct run_row run;
	struct engine_input in = {.journal = &a->journal,
				  .plan = p,
				  .run = &run,
				  .env = &a->exec_env,
				  .check = true,
				  .stop = cli_catch_stop(a->c)};
	int code = EX_BUG;

	if (check_authority(a, p, &code, e) != 0)
		return code;
	if (start_check(&a->journal, p, &a->pool, &run, e) != 0 || engine_run(&in, &code, e) != 0)
		return -1;
	if (code != EX_DONE)
		msg(a->c, MSG_ERROR, NULL, "check %s is %s: %s", run.id, run_state_names[run.state],
		    run.reason.data);
	return code;
}

static int apply(struct app *a, const struct plan *p, struct err *e)
{
	struct run_row run;
	int code;

	if (!names_plan(p, a->o->plan)) {
		msg(a->c, MSG_ERROR, NULL, "this is another plan than %.64s: now it is %s (%s)",
		    a->o->plan, p->id, p->digest);
		return refuse(a, p, "digest_mismatch", e);
	}
	if (check_authority(a, p, &code, e) != 0)
		return code;
	code = find_waiting(a, p, &run, e);
	return code == EX_DONE ? carry_out(a, p, &run, e) : code;
}

/* A run goes on to its end, and what it does stands in the audit log, whoever reads along. */
static void outlive_the_reader(const struct app *a)
{
	if (a->o->apply || a->o->check)
		signals_catch_pipe();
}

int one_runbook_run(struct app *a)
{
	struct one_runbook one = {.rb = NULL};
	struct err e = ERR_INIT;
	int code = -1;

	outlive_the_reader(a);
	if (a->o->apply != (a->o->plan != NULL))
		err_set(&e, EX_BADUSAGE,
			a->o->apply ? "--apply needs --plan DIGEST" : "--plan is for --apply");
	else if (a->o->apply && a->o->check)
		err_set(&e, EX_BADUSAGE, "--check and --apply exclude each other");
	else if (one_runbook_open(a, &one, &e) == 0 && app_open_store(a, NULL, NULL, &e) == 0)
		code = (a->o->apply ? apply : a->o->check ? rehearse : file_only)(a, one.plan, &e);
	if (code < 0)
		code = app_fail(a, NULL, &e);
	one_runbook_close(&one);
	return code;
}
