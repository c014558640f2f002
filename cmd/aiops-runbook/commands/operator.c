#include "aiops-runbook/commands/operator.h"

#include "base/instant.h"
#include "record/jsonw.h"
#include "store/audit.h"
#include "text/redact.h"

enum { ACT_MAX = 64 << 10 };

/* "breaker runbook/x: forced_open", "all runbooks: paused" */
static void write_title(const struct operator_act *act, struct buf *out)
{
	if (act->scope.data)
		buf_addf(out, "%s %.*s/", act->about, (int)act->scope.len, act->scope.data);
	if (act->name.data)
		buf_add_span(out, act->name);
	else
		buf_add_cstr(out, "all runbooks");
	buf_addf(out, ": %s", act->state);
}

static void write_act(const struct operator_act *act, const char *id, struct span actor,
		      int64_t now_ns, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf title = BUF_INIT(1024);

	write_title(act, &title);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("notice"));
	jsonw_member(&w, "id", span_cstr(id));
	jsonw_member_time(&w, "timestamp", instant_from_ns(now_ns));
	jsonw_member(&w, "source", SPAN("aiops-runbook"));
	jsonw_member(&w, "title", buf_span(&title));
	jsonw_member(&w, "actor", actor);
	jsonw_key(&w, "notice");
	jsonw_object(&w);
	jsonw_member(&w, "event", span_cstr(act->about));
	jsonw_member_opt(&w, "scope", act->scope);
	jsonw_member_opt(&w, "name", act->name);
	jsonw_member_opt(&w, "from", span_cstr(act->from));
	jsonw_member(&w, "state", span_cstr(act->state));
	jsonw_member_opt(&w, "why", act->words);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	buf_release(&title);
}

static int audit(struct app *a, const struct operator_act *act, struct buf *line, struct err *e)
{
	const struct journal *j = &a->journal;
	struct buf raw = BUF_INIT(ACT_MAX);
	uint8_t salt[AUDIT_SALT_BYTES];
	char id[RUN_ID_LEN + 1];
	struct audit_ref ref;
	int rc;

	new_id(id, "OPR-", j->env);
	write_act(act, id, j->actor, journal_now(j), &raw);
	(void)text_redact(buf_span(&raw), line); /* how many secrets there were is of no use here */
	buf_release(&raw);
	if (buf_overflowed(line))
		return err_set(e, EX_BADUSAGE, "the reason is too long");
	env_random(j->env, salt, sizeof salt);
	rc = audit_append(j->store, instant_from_ns(journal_now(j)), SPAN("notice"), j->actor,
			  span_cstr(id), SPAN_NONE, SPAN_NONE, buf_span(line), salt, &ref, e);
	if (rc != 0)
		return -1;
	line->len--; /* its brace comes back behind the reference */
	buf_add_cstr(line, ",\"audit\":");
	audit_ref_json(&ref, line);
	buf_add_char(line, '}');
	return 0;
}

int operator_acts(struct app *a, struct operator_act *act, operator_fn *fn, void *ctx,
		  struct err *e)
{
	struct buf line = BUF_INIT(2 * ACT_MAX);
	int rc = -1;

	if (app_open_store(a, NULL, NULL, e) == 0 && store_begin(a->store, e) == 0) {
		if (fn(ctx, act, e) == 0 && audit(a, act, &line, e) == 0)
			rc = store_commit(a->store, e);
		else
			store_rollback(a->store);
	}
	if (rc == 0)
		app_show_record(a, buf_span(&line));
	buf_release(&line);
	return rc;
}

void operator_list(struct app *a, struct span line)
{
	if (a->o->format != OUTPUT_NDJSON) {
		app_print(a, line);
		return;
	}
	out_write(a->c, line);
	out_write(a->c, SPAN("\n"));
}
