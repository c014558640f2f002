/*
 * resume: goes on with runs whose runner is gone.
 */
#include <stdlib.h>

#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/commands/remake.h"
#include "aiops-runbook/runs/runlock.h"
#include "base/mem.h"

struct found {
	struct app *a;
	struct run_row *items;
	size_t n, cap;
};

/* A run is somebody's while its lock is held; a rehearsal while its process lives. */
static bool has_runner(struct app *a, const struct run_row *r)
{
	return r->check ? proc_is_alive(&r->runner) : run_lock_is_held(cli_db_path(a->c), r->id);
}

static int add_gone(void *ctx, const struct run_row *r, struct err *e)
{
	struct found *f = ctx;

	(void)e; /* nothing here can fail */
	if (has_runner(f->a, r))
		return 0;
	mem_grow(f->items, f->cap, f->n + 1);
	f->items[f->n++] = *r;
	return 0;
}

static int find_gone(struct found *f, struct err *e)
{
	static const enum run_state active[] = {RUN_RUNNING, RUN_VERIFYING, RUN_ROLLING_BACK};
	int rc = 0;

	for (size_t i = 0; i < sizeof active / sizeof *active && rc == 0; i++)
		rc = run_each(f->a->store, (int)active[i], &f->a->pool, add_gone, f, e);
	return rc;
}

static int find_named(struct found *f, const char *id, struct err *e)
{
	struct run_row run;
	int rc = run_by_id(f->a->store, span_cstr(id), &f->a->pool, &run, e);

	if (rc == 0)
		return err_set(e, EX_UNREADABLE, "no run '%.100s' is on file", id);
	if (rc < 0)
		return -1;
	if (!run_state_is_active(run.state))
		return err_set(e, EX_POLICY, "run %s is %s: there is nothing to go on with", run.id,
			       run_state_names[run.state]);
	if (has_runner(f->a, &run))
		return err_set(e, EX_TRYLATER, "run %s has a runner, which is at it", run.id);
	return add_gone(f, &run, e);
}

static int resume_all(struct app *a, const char *id, struct err *e)
{
	struct found f = {.a = a};
	int code = EX_DONE;

	if ((id ? find_named(&f, id, e) : find_gone(&f, e)) != 0)
		code = -1;
	for (size_t i = 0; i < f.n && code >= 0; i++) {
		int one = remake_and_run(a, &f.items[i], a->o->accept_changed, NULL);

		code = code == EX_DONE ? one : graver(code, one);
	}
	if (f.n == 0 && code == EX_DONE)
		msg(a->c, MSG_INFO, NULL, "no run needs to be taken up");
	free(f.items);
	return code;
}

int resume_run(struct cli *c)
{
	struct err e = ERR_INIT;
	struct app a;
	int code = -1;
	size_t n;
	char *const *operands = cli_operands(c, &n);

	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	if (n > 1)
		err_set(&e, EX_BADUSAGE, "resume takes one run at most");
	else if (app_check_authority(&a, &e) == 0 && app_open_store(&a, NULL, NULL, &e) == 0)
		code = resume_all(&a, n ? operands[0] : NULL, &e);
	if (code < 0)
		code = app_fail(&a, NULL, &e);
	app_release(&a);
	return code;
}
