/* Asking: see fetch.h. */
#include "aiops-triage/gather/fetch.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "net/http.h"
#include "proc/proc.h"

#define URL_BYTES     (128u << 10)
#define SECRET_BYTES  (16u << 10)
#define KILL_AFTER_MS 500
#define FDS_MAX       64
#define WAIT_MOST_MS  200 /* so that a stop is seen */
#define ERROR_WORDS   200 /* of what a command said */

/* ---- endpoints ---- */

/* The value of NAME=VALUE with that name. */
static const char *value_of(const struct opt_texts *texts, struct span name)
{
	for (size_t i = 0; i < texts->n; i++)
		if (strlen(texts->items[i]) > name.len && texts->items[i][name.len] == '=' &&
		    memcmp(texts->items[i], name.data, name.len) == 0)
			return texts->items[i] + name.len + 1;
	return NULL;
}

/* The URL of a name; NULL: the site names none. */
static const char *endpoint_url(const struct endpoints *es, struct span name)
{
	return value_of(&es->urls, name);
}

static int check_texts(const struct opt_texts *texts, const char *what, struct err *e)
{
	for (size_t i = 0; i < texts->n; i++) {
		const char *equals = strchr(texts->items[i], '=');

		if (!equals || equals == texts->items[i] || !equals[1])
			return err_set(e, EX_BADUSAGE, "%s wants NAME=VALUE", what);
	}
	return 0;
}

int endpoints_check(const struct endpoints *es, struct err *e)
{
	struct buf origin = BUF_INIT(URL_BYTES);
	int rc = 0;

	if (check_texts(&es->urls, "--endpoint", e) != 0 ||
	    check_texts(&es->token_files, "--endpoint-token-file", e) != 0 ||
	    check_texts(&es->basic_files, "--endpoint-basic-file", e) != 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < es->urls.n; i++) {
		rc = http_origin(strchr(es->urls.items[i], '=') + 1, &origin, e);
		if (rc != 0)
			(void)err_prefix(e, "--endpoint"); /* rc says it */
		buf_clear(&origin);
	}
	buf_release(&origin);
	return rc;
}

void fetch_release(struct fetch *f)
{
	request_release(&f->request);
	buf_release(&f->body);
}

/* ---- GETs ---- */

static int64_t left_ms(const struct fetch_setting *set, int64_t begun_ms)
{
	int64_t left = set->deadline_ms - (env_ticks_ms(set->env) - begun_ms);

	return left > 0 ? left : 0;
}

static void fail(struct fetch *f, const struct err *why)
{
	f->state = FETCH_FAILED;
	f->err = *why;
}

/* Keeps the body of an answer that is good. */
static void take_answer(struct fetch *f, const struct http_call *call)
{
	struct http_answer a;
	struct err why = ERR_INIT;

	if (http_answer_of(call, &a, &why) != 0) {
		fail(f, &why);
		return;
	}
	if (a.status < 200 || a.status > 299) {
		err_set(&why, EX_REMOTE, "it answered %d", a.status);
		fail(f, &why);
		return;
	}
	buf_add_span(&f->body, a.body);
	f->state = FETCH_DONE;
}

static int start(struct http_client *client, struct fetch *f, const struct fetch_setting *set,
		 int64_t deadline_ms, struct http_call **call, struct err *e)
{
	struct span name = f->request.query->endpoint;
	const char *base = endpoint_url(set->endpoints, name), *headers[] = {NULL, NULL};
	struct buf url = BUF_INIT(URL_BYTES), secret = BUF_INIT(SECRET_BYTES);
	struct http_request q = {.method = "GET",
				 .headers = headers,
				 .max_body_bytes = f->request.query->max_bytes,
				 .deadline_ms = deadline_ms};
	size_t n = strlen(base);
	int rc;

	while (n && base[n - 1] == '/')
		n--;
	buf_add(&url, base, n);
	buf_add_cstr(&url, f->request.target);
	q.url = buf_cstr(&url);
	rc = http_read_authorization(value_of(&set->endpoints->token_files, name),
				     value_of(&set->endpoints->basic_files, name), &secret, e);
	if (rc == 0 && secret.len) {
		headers[0] = buf_cstr(&secret);
		q.flags = HTTP_SECRET | (set->endpoints->plain_secret ? HTTP_PLAIN_SECRET : 0);
	}
	if (rc == 0)
		rc = http_start(client, &q, call, e);
	buf_release(&url);
	secret_release(&secret);
	return rc;
}

struct flight {
	struct fetch *fetch;
	struct http_call *call;
	int64_t begun_ms;
};

/* Starts what fits beside what is under way. Returns how many there are then. */
static size_t start_more(struct http_client *client, struct fetch *fs, size_t n, size_t *next,
			 struct flight *flights, size_t under_way, const struct fetch_setting *set,
			 int64_t begun_ms)
{
	for (; *next < n && under_way < FETCH_AT_ONCE; ++*next) {
		struct fetch *f = &fs[*next];
		int64_t left = left_ms(set, begun_ms), own = f->request.query->deadline_ms;
		struct flight *new = &flights[under_way];
		struct err why = ERR_INIT;

		if (f->state != FETCH_WAITS || !f->request.target)
			continue;
		if (left == 0)
			err_set(&why, EX_TRYLATER, "no time was left for it");
		else if (start(client, f, set, own < left ? own : left, &new->call, &why) == 0) {
			new->fetch = f;
			new->begun_ms = env_ticks_ms(set->env);
			under_way++;
			continue;
		}
		fail(f, &why);
	}
	return under_way;
}

static size_t land(struct flight *flights, size_t under_way, const struct fetch_setting *set)
{
	for (size_t i = 0; i < under_way;) {
		struct flight *f = &flights[i];

		if (!http_done(f->call)) {
			i++;
			continue;
		}
		f->fetch->took_ms = env_ticks_ms(set->env) - f->begun_ms;
		take_answer(f->fetch, f->call);
		http_call_free(f->call);
		*f = flights[--under_way];
	}
	return under_way;
}

static void wait_for(struct http_client *client)
{
	struct pollfd fds[FDS_MAX];
	size_t n = http_fds(client, fds, FDS_MAX);
	int64_t wait = http_timeout_ms(client);

	if (wait < 0 || wait > WAIT_MOST_MS)
		wait = WAIT_MOST_MS;
	(void)poll(fds, n, (int)wait); /* whatever it says, the next step finds out */
	http_step(client);
}

static bool stopped(const struct fetch_setting *set)
{
	return set->stop && *set->stop;
}

static void get_all(struct fetch *fs, size_t n, const struct fetch_setting *set, int64_t begun_ms)
{
	struct http_options o = {
		.user_agent = "aiops-triage", .ca_file = set->endpoints->ca_file, .env = set->env};
	struct flight flights[FETCH_AT_ONCE];
	struct http_client *client = NULL;
	struct err why = ERR_INIT;
	size_t next = 0, under_way = 0;

	if (http_client_new(&o, &client, &why) != 0) {
		for (size_t i = 0; i < n; i++)
			if (fs[i].state == FETCH_WAITS && fs[i].request.target)
				fail(&fs[i], &why);
		return;
	}
	do {
		under_way = start_more(client, fs, n, &next, flights, under_way, set, begun_ms);
		if (under_way)
			wait_for(client);
		under_way = land(flights, under_way, set);
	} while ((under_way || next < n) && !stopped(set));
	for (size_t i = 0; i < under_way; i++)
		http_call_free(flights[i].call);
	http_client_free(client); /* its threads end here: children come next */
}

/* ---- commands ---- */

static void take_output(struct fetch *f, const struct proc_result *r)
{
	struct err why = ERR_INIT;
	struct span said = span_trim(buf_span(&r->err.kept));

	if (r->timed_out)
		err_set(&why, EX_TRYLATER, "it took longer than its deadline");
	else if (r->interrupted)
		err_set(&why, EX_TRYLATER, "it was interrupted");
	else if (r->signal)
		err_set(&why, EX_REMOTE, "it ended by signal %d", r->signal);
	else if (r->exit_status)
		err_set(&why, EX_REMOTE, "it ended with %d: %.*s", r->exit_status,
			(int)(said.len < ERROR_WORDS ? said.len : ERROR_WORDS),
			said.len ? said.data : "");
	else if (r->out.truncated)
		err_set(&why, EX_REMOTE, "it printed more than %zu bytes",
			f->request.query->max_bytes);
	if (why.code) {
		fail(f, &why);
		return;
	}
	buf_add_span(&f->body, buf_span(&r->out.kept));
	f->state = FETCH_DONE;
}

static void run_command(struct fetch *f, const struct fetch_setting *set, int64_t left)
{
	int64_t own = f->request.query->deadline_ms;
	struct proc_spec spec = {.argv = (const char *const *)f->request.argv,
				 .envp = set->child_env,
				 .timeout_ms = own < left ? own : left,
				 .kill_after_ms = KILL_AFTER_MS,
				 .output_limit = f->request.query->max_bytes};
	struct proc_result r;
	struct err why = ERR_INIT;
	char *path = NULL;

	if (proc_resolve(f->request.argv[0], set->path, &path, &why) != 0) {
		f->err = why;
		f->state = why.code == EX_UNREADABLE ? FETCH_ABSENT : FETCH_FAILED;
		return;
	}
	spec.path = path;
	if (left == 0)
		err_set(&why, EX_TRYLATER, "no time was left for it");
	if (why.code || proc_run(&spec, set->stop, &r, &why) != 0) {
		fail(f, &why);
	} else {
		f->took_ms = r.elapsed_ms;
		take_output(f, &r);
		proc_result_release(&r);
	}
	free(path);
}

void fetch_all(struct fetch *fs, size_t n, const struct fetch_setting *set)
{
	int64_t begun_ms = env_ticks_ms(set->env);
	bool gets = false;

	for (size_t i = 0; i < n; i++) {
		fs[i].body = BUF_INIT(fs[i].request.query->max_bytes);
		if (fs[i].request.target &&
		    !endpoint_url(set->endpoints, fs[i].request.query->endpoint))
			fs[i].state = FETCH_ABSENT;
		gets |= fs[i].request.target && fs[i].state == FETCH_WAITS;
	}
	if (gets)
		get_all(fs, n, set, begun_ms);
	for (size_t i = 0; i < n && !stopped(set); i++)
		if (fs[i].state == FETCH_WAITS && fs[i].request.argv[0])
			run_command(&fs[i], set, left_ms(set, begun_ms));
	for (size_t i = 0; i < n; i++)
		if (fs[i].state == FETCH_WAITS)
			fail(&fs[i], &(struct err){EX_TRYLATER, 0, 0, "it was interrupted"});
}
