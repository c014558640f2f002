/*
 * pause, unpause: an operator keeps a runbook, or all of them, from beginning anything.
 */
#include "aiops-runbook/breaker/pause.h"
#include "aiops-runbook/commands/operator.h"
#include "base/instant.h"
#include "record/jsonw.h"

/* ---- what is paused ---- */

static int show(void *ctx, const struct pause *p, struct err *e)
{
	struct app *a = ctx;
	struct buf line = BUF_INIT(64 << 10);
	struct jsonw w = jsonw_to(&line);

	(void)e; /* nothing here can fail */
	if (a->o->format == OUTPUT_NDJSON) {
		jsonw_object(&w);
		jsonw_member(&w, "runbook", p->runbook.data ? p->runbook : SPAN("*"));
		jsonw_member(&w, "paused_by", p->by);
		jsonw_member_opt(&w, "why", p->reason);
		jsonw_member_time(&w, "since", instant_from_ns(p->at_ns));
		jsonw_object_end(&w);
	} else {
		buf_add_span(&line, p->runbook.data ? p->runbook : SPAN("(all runbooks)"));
		buf_addf(&line, "  paused by %.*s at ", (int)p->by.len, p->by.data);
		instant_add(&line, instant_from_ns(p->at_ns / NS_PER_S * NS_PER_S));
		if (p->reason.data)
			buf_addf(&line, ": %.*s", (int)p->reason.len, p->reason.data);
	}
	operator_list(a, buf_span(&line));
	buf_release(&line);
	return 0;
}

/* ---- saying it ---- */

static int pause_it(void *ctx, struct operator_act *act, struct err *e)
{
	struct app *a = ctx;
	struct pause p = {act->name, a->journal.actor, act->words, journal_now(&a->journal)};
	bool changed;

	if (pause_set(a->store, &p, &changed, e) != 0)
		return -1;
	act->from = changed ? "active" : "paused";
	return 0;
}

static int unpause_it(void *ctx, struct operator_act *act, struct err *e)
{
	struct app *a = ctx;
	bool changed;

	if (pause_clear(a->store, act->name, &changed, e) != 0)
		return -1;
	if (!changed)
		return err_set(e, EX_UNREADABLE, "%s not paused",
			       act->name.data ? "the runbook is" : "all runbooks together are");
	act->from = "paused";
	return 0;
}

static int say(struct app *a, bool pause, struct err *e)
{
	struct operator_act act = {.about = "pause",
				   .state = pause ? "paused" : "active",
				   .words = span_cstr(a->o->reason)};
	size_t n;
	char *const *operands = cli_operands(a->c, &n);

	if (n > 1)
		return err_set(e, EX_BADUSAGE, "%s takes one runbook at most",
			       cli_command(a->c)->name);
	if (n == 1 && !runbook_id_is_valid(span_cstr(operands[0])))
		return err_set(e, EX_BADUSAGE, "'%.100s' is no id of a runbook", operands[0]);
	if (n == 1)
		act.name = span_cstr(operands[0]);
	return operator_acts(a, &act, pause ? pause_it : unpause_it, a, e);
}

static int list(struct app *a, struct err *e)
{
	if (store_open_readonly(cli_db_path(a->c), &a->store, e) != 0)
		return -1;
	return pause_each(a->store, show, a, e);
}

static int run(struct cli *c, bool pause)
{
	struct err e = ERR_INIT;
	struct app a;
	int code = EX_DONE;

	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	if ((pause && a.o->list ? list(&a, &e) : say(&a, pause, &e)) != 0)
		code = msg_err(c, NULL, &e);
	app_release(&a);
	return code;
}

int pause_run(struct cli *c)
{
	return run(c, true);
}

int unpause_run(struct cli *c)
{
	return run(c, false);
}
