/*
 * POST /slack/actions.
 */
#include "aiops-incident/serve/slack.h"

#include "aiops-incident/register/register.h"
#include "aiops-incident/serve/serve.h"
#include "base/pool.h"
#include "cli/datadir.h"
#include "proc/proc.h"
#include "record/jsonw.h"

#include <pwd.h>
#include <unistd.h>

/* Slack asks for it: older requests are replays. */
enum { WINDOW_S = 300, APPROVE_MS = 10000, GRACE_MS = 1000, OUTPUT_MAX = 8192 };

/* Shown to the one who pressed: up to three pieces of text. */
static void answer_text(struct exchange *x, struct span a, const char *between, struct span b)
{
	struct buf text = BUF_INIT(65536), body = BUF_INIT(1 << 20);
	struct jsonw w = jsonw_to(&body);

	buf_add_span(&text, a);
	buf_add_cstr(&text, between);
	buf_add_span(&text, b);
	jsonw_object(&w);
	jsonw_member(&w, "response_type", SPAN("ephemeral"));
	jsonw_member_bool(&w, "replace_original", false);
	jsonw_member(&w, "text", buf_span(&text));
	jsonw_object_end(&w);
	answer_json(x, 200, buf_span(&body));
	buf_release(&text);
	buf_release(&body);
}

/* Each action counts once: 1 it is new, 0 it was here before, -1. */
static int note_trigger(struct service *s, struct span trigger, int64_t now_s, struct err *e)
{
	struct store *store;
	sqlite3_stmt *st;
	int rc = -1;

	if (register_open(cli_db_path(s->c), &store, e) != 0)
		return -1;
	if (store_begin(store, e) == 0) {
		st = store_stmt(store, "DELETE FROM aiops_slack_action WHERE at_s < ?", e);
		if (st) {
			store_bind_i64(st, 1, now_s - 2 * WINDOW_S);
			rc = store_step(store, st, e);
		}
		st = rc == 0 ? store_stmt(store,
					  "INSERT OR IGNORE INTO aiops_slack_action(trigger,at_s)"
					  " VALUES(?,?)",
					  e)
			     : NULL;
		rc = -1;
		if (st) {
			store_bind_text(st, 1, trigger);
			store_bind_i64(st, 2, now_s);
			if (store_step(store, st, e) == 0)
				rc = sqlite3_changes(store_db(store)) > 0;
		}
		if (rc >= 0 && store_commit(store, e) != 0)
			rc = -1;
		else if (rc < 0)
			store_rollback(store);
	}
	store_close(store);
	return rc;
}

/* ---- the approval ---- */

static void add_variable(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "%s=%s", name, value);
	buf_add_char(out, '\0');
}

enum { APPROVE_WORDS = 16 };

/* aiops-runbook's words for the decision; all are borrowed. */
static void approve_argv(const struct service *s, const struct slack_action *a, struct span name,
			 struct span key_file, const char *program, const char *reason,
			 const char *argv[static APPROVE_WORDS])
{
	const char *config = cli_config_path(s->c);
	size_t n = 0;

	argv[n++] = program;
	argv[n++] = a->approve ? "approve" : "deny";
	argv[n++] = "--db";
	argv[n++] = cli_db_path(s->c);
	argv[n++] = "--as";
	argv[n++] = name.data;
	argv[n++] = "--key";
	argv[n++] = key_file.data;
	argv[n++] = "--reason";
	argv[n++] = reason;
	if (config) {
		argv[n++] = "--config";
		argv[n++] = config;
	}
	argv[n++] = "--";
	argv[n++] = a->run.data;
	argv[n] = NULL;
}

static int approve(struct service *s, const struct slack_action *a, struct span name,
		   struct span key_file, struct buf *why, struct err *e)
{
	struct buf program = BUF_INIT(8192), reason = BUF_INIT(256), home = BUF_INIT(4096);
	const struct passwd *me = getpwuid(getuid());
	const char *argv[APPROVE_WORDS],
		*envp[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", NULL, NULL};
	struct proc_spec spec = {.argv = argv,
				 .envp = envp,
				 .timeout_ms = APPROVE_MS,
				 .kill_after_ms = GRACE_MS,
				 .output_limit = OUTPUT_MAX};
	struct proc_result r;
	int rc = -1;

	if (datadir_programme("aiops-runbook", &program, e) != 0)
		goto out;
	if (me)
		add_variable(&home, "HOME", me->pw_dir);
	envp[2] = me ? buf_cstr(&home) : NULL;
	buf_addf(&reason, "a button in Slack, pressed by %.*s", (int)a->user.len, a->user.data);
	spec.path = buf_cstr(&program);
	approve_argv(s, a, name, key_file, spec.path, buf_cstr(&reason), argv);
	rc = proc_run(&spec, NULL, &r, e);
	if (rc == 0) {
		buf_add_span(why, span_trim(buf_span(&r.err.kept)));
		rc = r.signal == 0 && r.exit_status == 0 ? 1 : 0;
		proc_result_release(&r);
	}
out:
	buf_release(&program);
	buf_release(&reason);
	buf_release(&home);
	return rc;
}

static void act(struct service *s, struct exchange *x, const struct slack_action *a)
{
	struct buf why = BUF_INIT(OUTPUT_MAX * 2);
	struct span name, key_file;
	struct err e = ERR_INIT;
	int rc;

	if (!slack_person(&s->people, a->user, &name, &key_file)) {
		msg(s->c, MSG_WARNING, NULL,
		    "Slack user %.*s may not approve: not in --slack-people", (int)a->user.len,
		    a->user.data);
		answer_text(x, a->user, " may not approve here", SPAN_NONE);
		return;
	}
	rc = approve(s, a, name, key_file, &why, &e);
	if (rc == 1)
		answer_text(x, name, a->approve ? " approved " : " denied ", a->run);
	else if (rc == 0)
		answer_text(x, name, " was refused: ", buf_span(&why));
	else
		answer_text(x, a->run, " could not be decided: ", span_cstr(e.text));
	buf_release(&why);
}

void slack_request(struct service *s, struct exchange *x)
{
	struct span signature = exchange_header(x, hmac_signature_header(HMAC_SLACK)),
		    time = exchange_header(x, hmac_time_header(HMAC_SLACK));
	int64_t now_s = env_now_ns(cli_env(s->c)) / NS_PER_S;
	struct slack_action action;
	struct err e = ERR_INIT;
	struct pool pool = {0};
	int fresh;

	if (s->slack_secrets.n == 0) {
		answer_problem(x, 404, "not_found",
			       "actions are not taken here: --slack-secret-file");
		return;
	}
	if (auth_hmac(HMAC_SLACK, &s->slack_secrets, signature, time, exchange_body(x), now_s,
		      WINDOW_S) != AUTH_OK) {
		answer_problem(x, 403, "signature", "the signature is missing, wrong, or too old");
		return;
	}
	if (slack_action_parse(exchange_body(x), &pool, &action, &e) != 0) {
		answer_problem(x, 400, "bad_request", "%s", e.text);
	} else {
		fresh = note_trigger(s, action.trigger, now_s, &e);
		if (fresh < 0)
			answer_problem(x, 500, "store", "%s", e.text);
		else if (!fresh)
			answer_problem(x, 409, "replay", "this action was taken before");
		else
			act(s, x, &action);
	}
	pool_release(&pool);
}
