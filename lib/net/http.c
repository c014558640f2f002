/* The client: many calls in one loop, or one that is waited for. */
#include "net/http.h"

#include "net/http_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* ---- what curl wants to wait for ---- */

static int on_interest(CURL *easy, curl_socket_t fd, int what, void *ctx, void *mine)
{
	struct http_client *c = ctx;
	size_t i = 0;

	(void)easy;
	(void)mine;
	while (i < c->fds_n && c->fds[i].fd != fd)
		i++;
	if (what == CURL_POLL_REMOVE) {
		if (i < c->fds_n)
			c->fds[i] = c->fds[--c->fds_n];
		return 0;
	}
	mem_grow(c->fds, c->fds_cap, c->fds_n + 1);
	if (i == c->fds_n)
		c->fds_n++;
	c->fds[i] = (struct pollfd){.fd = fd};
	if (what & CURL_POLL_IN)
		c->fds[i].events |= POLLIN;
	if (what & CURL_POLL_OUT)
		c->fds[i].events |= POLLOUT;
	return 0;
}

static int on_timer(CURLM *multi, long ms, void *ctx)
{
	struct http_client *c = ctx;

	(void)multi;
	c->wake_ms = ms < 0 ? -1 : http_ticks(c) + ms;
	return 0;
}

/* ---- the client ---- */

static char *copy_of(const char *s)
{
	return s ? mem_dupz(s) : NULL;
}

int http_client_new(const struct http_options *o, struct http_client **out, struct err *e)
{
	struct http_client *c;

	if (o->ca_file && access(o->ca_file, R_OK) != 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", o->ca_file);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, EX_SYSTEM, "cannot set libcurl up");
	c = mem_zalloc(sizeof *c);
	c->opt = *o;
	c->wake_ms = -1;
	c->user_agent = copy_of(o->user_agent);
	c->ca_file = copy_of(o->ca_file);
	c->proxy = copy_of(o->proxy);
	c->multi = curl_multi_init();
	if (!c->multi || curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_interest) ||
	    curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c) ||
	    curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timer) ||
	    curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c)) {
		http_client_free(c);
		return err_set(e, EX_SYSTEM, "cannot set libcurl up: out of memory");
	}
	*out = c;
	return 0;
}

void http_client_free(struct http_client *c)
{
	if (!c)
		return;
	(void)curl_multi_cleanup(c->multi);
	free(c->user_agent);
	free(c->ca_file);
	free(c->proxy);
	free(c->fds);
	free(c);
}

size_t http_fds(struct http_client *c, struct pollfd *fds, size_t cap)
{
	size_t n = c->fds_n < cap ? c->fds_n : cap;

	if (n > 0)
		memcpy(fds, c->fds, n * sizeof *fds);
	return c->fds_n;
}

int64_t http_timeout_ms(struct http_client *c)
{
	int64_t left;

	if (c->calls == 0 || c->wake_ms < 0)
		return -1;
	left = c->wake_ms - http_ticks(c);
	return left > 0 ? left : 0;
}

static void take_ended(struct http_client *c)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(c->multi, &left))) {
		struct http_call *call = NULL;
		CURLcode rc = msg->data.result;

		if (msg->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &call);
		http_call_ended(call, rc);
	}
}

static void tell_ready(struct http_client *c, const struct pollfd *ready, size_t n)
{
	int running;

	for (size_t i = 0; i < n; i++) {
		int what = 0;

		if (ready[i].revents & POLLIN)
			what |= CURL_CSELECT_IN;
		if (ready[i].revents & POLLOUT)
			what |= CURL_CSELECT_OUT;
		if (ready[i].revents & (POLLERR | POLLHUP | POLLNVAL))
			what |= CURL_CSELECT_ERR;
		if (what)
			(void)curl_multi_socket_action(c->multi, ready[i].fd, what, &running);
	}
}

/* Asks the system itself what is ready: callers need not carry results about. */
void http_step(struct http_client *c)
{
	size_t n = c->fds_n;
	struct pollfd *ready = n ? mem_array(NULL, n, sizeof *ready) : NULL;
	int running;

	if (n > 0) {
		memcpy(ready, c->fds, n * sizeof *ready);
		if (poll(ready, (nfds_t)n, 0) > 0)
			tell_ready(c, ready, n);
		free(ready);
	}
	if (c->wake_ms >= 0 && c->wake_ms <= http_ticks(c)) {
		c->wake_ms = -1;
		(void)curl_multi_socket_action(c->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	take_ended(c);
}

/* ---- waiting ---- */

static bool is_stopped(const struct http_client *c)
{
	return c->opt.stopped && c->opt.stopped(c->opt.ctx);
}

/* A signal ends poll at once; one that came just before it waits for this at most. */
enum { LOOK_AGAIN_MS = 200 };

static int wait_a_while(struct http_client *c, int64_t most_ms, struct err *e)
{
	struct pollfd fds[64];
	size_t n = http_fds(c, fds, 64);

	if (is_stopped(c))
		return err_set(e, EX_TRYLATER, "stopped");
	if (most_ms < 0 || most_ms > LOOK_AGAIN_MS)
		most_ms = LOOK_AGAIN_MS;
	(void)poll(fds, n < 64 ? (nfds_t)n : 64, (int)most_ms); /* whatever it says, look */
	return 0;
}

static int wait_for(struct http_client *c, const struct http_call *call, struct err *e)
{
	while (!http_done(call)) {
		http_step(c);
		if (!http_done(call) && wait_a_while(c, http_timeout_ms(c), e) != 0)
			return -1;
	}
	return 0;
}

static int pause_for(struct http_client *c, int64_t ms, struct err *e)
{
	int64_t end = http_ticks(c) + ms;

	for (int64_t left = ms; left > 0; left = end - http_ticks(c)) {
		if (wait_a_while(c, left, e) != 0)
			return -1;
	}
	return 0;
}

/* ---- trying again ---- */

const struct http_retry http_retry_default = {.tries = 3, .backoff = {500, 30 * 1000}};

static bool may_help(int status, int err_code)
{
	static const int passing[] = {408, 425, 429, 500, 502, 503, 504};

	if (status == 0)
		return err_code == EX_TRYLATER;
	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
		if (status == passing[i])
			return true;
	}
	return false;
}

int64_t http_retry_ms(const struct http_retry *r, int failures, int status, int err_code,
		      int64_t retry_after_ms, int64_t waited_ms, uint64_t random)
{
	int64_t wait;

	if (failures >= r->tries || !may_help(status, err_code))
		return -1;
	wait = backoff_ms(&r->backoff, failures, random);
	if (retry_after_ms > wait)
		wait = retry_after_ms;
	return r->most_ms > 0 && waited_ms + wait >= r->most_ms ? -1 : wait;
}

static int one_try(struct http_client *c, const struct http_request *q, struct http_call **call,
		   struct http_answer *out, struct err *e)
{
	if (http_start(c, q, call, e) != 0 || wait_for(c, *call, e) != 0)
		return -1;
	return http_answer_of(*call, out, e);
}

int http_perform(struct http_client *c, const struct http_request *q, const struct http_retry *r,
		 struct http_call **call, struct http_answer *out, struct err *e)
{
	int64_t began = http_ticks(c);

	*call = NULL;
	for (int tries = 1;; tries++) {
		struct http_answer answer = {.retry_after_ms = -1};
		struct err failure = ERR_INIT;
		int rc = one_try(c, q, call, &answer, &failure);
		uint64_t random;
		int64_t wait;

		env_random(c->opt.env, (uint8_t *)&random, sizeof random);
		wait = r && !is_stopped(c)
			       ? http_retry_ms(r, tries, answer.status, failure.code,
					       answer.retry_after_ms, http_ticks(c) - began, random)
			       : -1;
		if (wait < 0) {
			if (rc == 0)
				*out = answer;
			else
				*e = failure;
			return rc;
		}
		http_call_free(*call);
		*call = NULL;
		if (pause_for(c, wait, e) != 0)
			return -1;
	}
}

/* ---- parts ---- */

void http_add_query(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.data[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    c == '-' || c == '.' || c == '_' || c == '~')
			buf_add_char(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}
