#include "aiops-runbook/hooks/deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "proc/proc.h"
#include "record/jsonw.h"

enum {
	MESSAGE_MAX = 64 << 10,
	DOCUMENT_MAX = 256 << 10,
	SECRET_MAX = 8192,
	OUTPUT_KEPT = 2048,
	GRACE_MS = 500, /* aiops-http tells of a deadline itself */
};

/* ---- the request of a webhook ---- */

static int write_body(const struct hook *h, const struct notice *n, struct buf *out, struct err *e)
{
	struct buf key = BUF_INIT(SECRET_MAX);
	int rc = 0;

	if (h->kind == HOOK_SLACK) {
		message_slack(n, out);
	} else if (h->kind == HOOK_PAGERDUTY) {
		rc = secret_read(h->routing_key_file.data, &key, e);
		if (rc == 0)
			message_pagerduty(n, buf_span(&key), out);
	} else {
		message_json(n, out);
	}
	secret_release(&key);
	return rc;
}

static int write_request(const struct hook *h, const struct notice *n, struct buf *out,
			 struct err *e)
{
	struct buf body = BUF_INIT(MESSAGE_MAX);
	struct jsonw w = jsonw_to(out);
	int rc = write_body(h, n, &body, e);

	jsonw_object(&w);
	jsonw_member(&w, "method", SPAN("POST"));
	jsonw_member_opt(&w, "url", h->url);
	jsonw_member_opt(&w, "url_file", h->url_file);
	jsonw_key(&w, "headers");
	jsonw_array(&w);
	jsonw_cstr(&w, "Content-Type: application/json");
	jsonw_array_end(&w);
	jsonw_member(&w, "body", body.data ? buf_span(&body) : SPAN(""));
	if (h->bearer_file.data) {
		jsonw_key(&w, "auth");
		jsonw_object(&w);
		jsonw_member(&w, "kind", SPAN("bearer"));
		jsonw_member(&w, "file", h->bearer_file);
		jsonw_object_end(&w);
	}
	jsonw_member_i64(&w, "deadline_ms", h->timeout_ms);
	jsonw_member_opt(&w, "ca_file", h->ca_file);
	if (h->plain_secret)
		jsonw_member_bool(&w, "plain_secret", true);
	jsonw_object_end(&w);
	secret_release(&body);
	return rc;
}

/* ---- the process ---- */

static char *assignment(const char *name, const char *value)
{
	struct buf b = BUF_INIT(64 << 10);

	buf_addf(&b, "%s=%s", name, value);
	return buf_take(&b);
}

static int run(const struct hook *h, const char *path, const char *const *argv, struct span input,
	       const struct exec_env *env, struct proc_result *result, struct err *e)
{
	char *path_is = assignment("PATH", env->path), *home_is = assignment("HOME", env->home);
	const char *const envp[] = {path_is, home_is, "LANG=C.UTF-8", "AIOPS_CONFIG=/dev/null",
				    NULL};
	struct proc_spec spec = {
		.path = path,
		.argv = argv,
		.envp = envp,
		.timeout_ms = h->timeout_ms + (h->kind == HOOK_COMMAND ? 0 : GRACE_MS),
		.kill_after_ms = GRACE_MS,
		.output_limit = OUTPUT_KEPT,
		.input = input,
	};
	int rc = proc_run(&spec, NULL, result, e);

	free(path_is);
	free(home_is);
	return rc;
}

static void explain(const struct proc_result *r, struct delivery *out)
{
	struct span words = span_trim(buf_span(&r->err.kept));
	int len = (int)(words.len < 200 ? words.len : 200);

	if (r->timed_out)
		(void)snprintf(out->why, sizeof out->why, "timed out after %lld ms",
			       (long long)r->elapsed_ms);
	else if (r->signal)
		(void)snprintf(out->why, sizeof out->why, "ended by signal %d", r->signal);
	else
		(void)snprintf(out->why, sizeof out->why, "exit status %d%s%.*s", r->exit_status,
			       len ? ": " : "", len, words.data ? words.data : "");
}

static int start(struct hook *h, const struct notice *n, const struct exec_env *env,
		 const char *http, struct delivery *out, struct err *e)
{
	static const char *const http_argv[] = {"aiops-http", NULL};
	const char *const *argv = h->kind == HOOK_COMMAND ? h->argv : http_argv;
	struct buf input = BUF_INIT(DOCUMENT_MAX);
	struct proc_result result;
	char *path = NULL;
	int rc = 0;

	if (h->kind == HOOK_COMMAND)
		message_json(n, &input);
	else if (!http)
		rc = err_set(e, EX_UNREADABLE, "aiops-http is not installed beside this");
	else
		rc = write_request(h, n, &input, e);
	if (rc == 0)
		rc = proc_resolve(h->kind == HOOK_COMMAND ? argv[0] : http, env->path, &path, e);
	if (rc == 0)
		rc = run(h, path, argv, buf_span(&input), env, &result, e);
	if (rc == 0) {
		out->delivered = !result.timed_out && !result.signal && result.exit_status == 0;
		out->elapsed_ms = result.elapsed_ms;
		if (!out->delivered)
			explain(&result, out);
		proc_result_release(&result);
	}
	free(path);
	secret_release(&input);
	return rc;
}

void hook_deliver(struct hook *h, const struct notice *n, const struct exec_env *env,
		  const char *http, int64_t now_ms, struct delivery *out)
{
	struct err e = ERR_INIT;

	*out = (struct delivery){.delivered = false};
	if (h->failures >= HOOK_FAILURES && now_ms < h->rest_until_ms) {
		(void)snprintf(out->why, sizeof out->why,
			       "not tried: it failed %d times in a row and rests", h->failures);
		return;
	}
	if (start(h, n, env, http, out, &e) != 0)
		(void)snprintf(out->why, sizeof out->why, "%.280s", e.text);
	h->failures = out->delivered ? 0 : h->failures + 1;
	h->rest_until_ms = now_ms + out->elapsed_ms + HOOK_REST_MS;
}
