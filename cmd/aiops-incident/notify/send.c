#include "aiops-incident/notify/send.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "net/mail.h"
#include "proc/proc.h"

enum { BODY_MAX = 1 << 20, ANSWER_MAX = 64 << 10, SECRET_MAX = 8192, GRACE_MS = 1000 };

/* ---- HTTP ---- */

static int make_client(struct sender *s, const struct channel *c, struct err *e)
{
	struct http_options o = {.user_agent = "aiops-incident/" AIOPS_VERSION,
				 .ca_file = c->ca_file.data,
				 .env = s->env};

	/* A client has one set of certificates; channels are few, and so are messages. */
	http_client_free(s->http);
	s->http = NULL;
	return http_client_new(&o, &s->http, e);
}

/* Slack says "ok"; PagerDuty 202; others any 2xx. */
static int judge(const struct http_answer *a, struct err *e)
{
	bool later = a->status == 408 || a->status == 425 || a->status == 429 || a->status >= 500;
	size_t n = a->body.len < 100 ? a->body.len : 100;

	if (a->status >= 200 && a->status < 300)
		return 0;
	return err_set(e, later ? EX_TRYLATER : EX_REMOTE, "answered %d: %.*s", a->status, (int)n,
		       a->body.data ? a->body.data : "");
}

static int post(struct sender *s, const struct channel *c, const char *url, struct span body,
		const char *authorization, bool secret, struct err *e)
{
	const char *headers[] = {"Content-Type: application/json", authorization, NULL};
	struct http_request q = {.method = "POST",
				 .url = url,
				 .headers = headers,
				 .body = body,
				 .max_body_bytes = ANSWER_MAX,
				 .deadline_ms = c->timeout_ms};
	struct http_call *call = NULL;
	struct http_answer answer;
	int rc;

	if (secret)
		q.flags = HTTP_SECRET | (c->plain_secret ? HTTP_PLAIN_SECRET : 0);
	if (make_client(s, c, e) != 0)
		return -1;
	rc = http_perform(s->http, &q, NULL, &call, &answer, e);
	if (rc == 0)
		rc = judge(&answer, e);
	else if (e->code == EX_REMOTE)
		e->code = EX_TRYLATER; /* certificates and proxies are mended, too */
	http_call_free(call);
	return rc;
}

/* The URL: as it stands, or a secret in a file. */
static int url_of(const struct channel *c, struct buf *out, struct err *e)
{
	if (c->url_file.data)
		return secret_read(c->url_file.data, out, e);
	buf_add_span(out, c->url);
	return 0;
}

static int send_slack(struct sender *s, const struct channel *c, const struct letter *l,
		      struct err *e)
{
	struct buf url = BUF_INIT(SECRET_MAX), body = BUF_INIT(BODY_MAX);
	int rc = url_of(c, &url, e);

	slack_body(l, c->buttons, &body);
	if (rc == 0)
		rc = post(s, c, buf_cstr(&url), buf_span(&body), NULL, c->url_file.data != NULL, e);
	secret_release(&url);
	buf_release(&body);
	return rc;
}

static int send_pagerduty(struct sender *s, const struct channel *c, const struct letter *l,
			  struct err *e)
{
	const char *url = c->url.data ? c->url.data : "https://events.pagerduty.com/v2/enqueue";
	struct buf key = BUF_INIT(SECRET_MAX), body = BUF_INIT(BODY_MAX);
	int rc = secret_read(c->routing_key_file.data, &key, e);

	pagerduty_body(l, buf_span(&key), &body);
	if (rc == 0)
		rc = post(s, c, url, buf_span(&body), NULL, true, e);
	secret_release(&key);
	secret_release(&body);
	return rc;
}

static int send_webhook(struct sender *s, const struct channel *c, const struct letter *l,
			struct err *e)
{
	struct buf url = BUF_INIT(SECRET_MAX), header = BUF_INIT(SECRET_MAX);
	int rc = url_of(c, &url, e);

	if (rc == 0 && c->bearer_file.data)
		rc = http_read_authorization(c->bearer_file.data, NULL, &header, e);
	if (rc == 0)
		rc = post(s, c, buf_cstr(&url), l->body, header.len ? buf_cstr(&header) : NULL,
			  header.len || c->url_file.data, e);
	secret_release(&url);
	secret_release(&header);
	return rc;
}

/* ---- mail ---- */

static int send_smtp(const struct channel *c, const struct letter *l, struct err *e)
{
	struct buf message = BUF_INIT(BODY_MAX), password = BUF_INIT(SECRET_MAX);
	const char **to = mem_array(NULL, c->n_to + 1, sizeof *to);
	struct mail_request m = {.url = c->url.data,
				 .from = c->from.data,
				 .to = to,
				 .user = c->user,
				 .ca_file = c->ca_file.data,
				 .deadline_ms = c->timeout_ms,
				 .plain_secret = c->plain_secret};
	int rc = 0;

	for (size_t i = 0; i < c->n_to; i++)
		to[i] = c->to[i].data;
	to[c->n_to] = NULL;
	mail_body(c, l, &message);
	if (c->user.data)
		rc = secret_read(c->password_file.data, &password, e);
	m.message = buf_span(&message);
	m.password = buf_span(&password);
	if (rc == 0)
		rc = mail_send(&m, e);
	free(to);
	buf_release(&message);
	secret_release(&password);
	return rc;
}

/* ---- commands ---- */

static int run(struct sender *s, const struct channel *c, struct span input, struct err *e)
{
	static const char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C",
						  NULL};
	struct proc_spec spec = {.path = c->argv[0],
				 .argv = c->argv,
				 .envp = environment,
				 .timeout_ms = c->timeout_ms,
				 .kill_after_ms = GRACE_MS,
				 .output_limit = 4096,
				 .input = input};
	struct proc_result r;
	int rc = proc_run(&spec, s->stop, &r, e);

	if (rc != 0)
		return -1;
	if (r.timed_out || r.interrupted)
		rc = err_set(e, EX_TRYLATER, "it did not end in time");
	else if (r.signal)
		rc = err_set(e, EX_TRYLATER, "ended by signal %d", r.signal);
	else if (r.exit_status == EX_TRYLATER)
		rc = err_set(e, EX_TRYLATER, "it asks to try again later");
	else if (r.exit_status != 0)
		rc = err_set(e, EX_REMOTE, "ended with %d: %.100s", r.exit_status,
			     buf_cstr(&r.err.kept));
	proc_result_release(&r);
	return rc;
}

static int send_sendmail(struct sender *s, const struct channel *c, const struct letter *l,
			 struct err *e)
{
	struct buf message = BUF_INIT(BODY_MAX), unix_lines = BUF_INIT(BODY_MAX);
	int rc;

	mail_body(c, l, &message);
	for (size_t i = 0; i < message.len; i++) {
		if (message.data[i] != '\r')
			buf_add_char(&unix_lines, message.data[i]);
	}
	rc = run(s, c, buf_span(&unix_lines), e);
	buf_release(&message);
	buf_release(&unix_lines);
	return rc;
}

static int send_command(struct sender *s, const struct channel *c, const struct letter *l,
			struct err *e)
{
	struct buf line = BUF_INIT(BODY_MAX);
	int rc;

	buf_add_span(&line, l->body);
	buf_add_char(&line, '\n');
	rc = run(s, c, buf_span(&line), e);
	buf_release(&line);
	return rc;
}

int send_letter(struct sender *s, const struct channel *c, const struct letter *l, struct err *e)
{
	switch (c->kind) {
	case CHANNEL_SLACK:
		return send_slack(s, c, l, e);
	case CHANNEL_PAGERDUTY:
		return send_pagerduty(s, c, l, e);
	case CHANNEL_SMTP:
		return send_smtp(c, l, e);
	case CHANNEL_SENDMAIL:
		return send_sendmail(s, c, l, e);
	case CHANNEL_WEBHOOK:
		return send_webhook(s, c, l, e);
	case CHANNEL_COMMAND:
		return send_command(s, c, l, e);
	case CHANNELS:
		break;
	}
	return err_set(e, EX_BUG, "a channel of no kind");
}

void sender_release(struct sender *s)
{
	http_client_free(s->http);
	s->http = NULL;
}
