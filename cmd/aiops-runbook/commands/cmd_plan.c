/*
 * plan: everything resolved, nothing run.
 */
#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/commands/one.h"
#include "aiops-runbook/risk/policy.h"
#include "aiops-runbook/runs/start.h"
#include "base/instant.h"
#include "record/jsonw.h"

/* The record of a plan that is not filed: it has no run, so nothing can approve it. */
static void show_unfiled(struct app *a, const struct plan *p, const struct terms *terms)
{
	struct buf line = BUF_INIT(16 << 20);
	struct jsonw w = jsonw_to(&line);
	char hex[DIGEST_HEX + 1];

	digest_hex(&p->rb->digest, hex);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("plan"));
	jsonw_member(&w, "id", span_cstr(p->id));
	jsonw_member_time(&w, "timestamp", instant_from_ns(env_now_ns(cli_env(a->c))));
	jsonw_member(&w, "source", SPAN("aiops-runbook"));
	jsonw_member_opt(&w, "incident", p->bind.incident);
	jsonw_member(&w, "runbook", p->rb->id);
	jsonw_member(&w, "runbook_digest", span_cstr(hex));
	jsonw_member(&w, "plan", span_cstr(p->id));
	jsonw_member(&w, "plan_digest", span_cstr(p->digest));
	jsonw_member(&w, "mode", SPAN("plan"));
	jsonw_member(&w, "state", SPAN("planned"));
	jsonw_member(&w, "reason", SPAN("dry_run"));
	policy_write(terms, &w);
	jsonw_member_bool(&w, "executable", true);
	jsonw_key(&w, "resolved");
	jsonw_raw(&w, p->core);
	jsonw_object_end(&w);
	app_show_record(a, buf_span(&line));
	buf_release(&line);
}

static int show_plan(struct app *a, const struct plan *p, struct err *e)
{
	struct run_row run;
	struct terms terms;
	bool approved;

	if (a->o->no_store) {
		if (policy_terms(NULL, p, &a->site, env_now_ns(cli_env(a->c)), &terms, e) != 0)
			return -1;
		show_unfiled(a, p, &terms);
		return 0;
	}
	if (app_open_store(a, NULL, NULL, e) != 0)
		return -1;
	if (file_plan(&a->journal, p, &a->site, &a->pool, &run, &approved, e) != 0)
		return -1;
	app_tell_pending(a, &run, p);
	return 0;
}

int plan_run(struct cli *c)
{
	struct one_runbook one = {.rb = NULL};
	struct err e = ERR_INIT;
	struct app a;
	int code = EX_DONE;

	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	if (one_runbook_open(&a, &one, &e) != 0 || show_plan(&a, one.plan, &e) != 0)
		code = app_fail(&a, NULL, &e);
	one_runbook_close(&one);
	app_release(&a);
	return code;
}
