/* One call: what curl is told, what it gives back, and redirects. */
#include "net/http_impl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

/* ---- what curl calls ---- */

static size_t on_body(char *data, size_t size, size_t n, void *ctx)
{
	struct http_call *call = ctx;

	buf_add(&call->body, data, size * n);
	call->too_long = buf_overflowed(&call->body);
	return call->too_long ? 0 : size * n;
}

/* The value of a header line if it has this name. */
static bool header_is(struct span line, const char *name, struct span *value)
{
	size_t n = strlen(name);

	if (line.len <= n || line.data[n] != ':' ||
	    !span_eq_nocase(span_of(line.data, n), span_cstr(name)))
		return false;
	*value = span_trim(span_of(line.data + n + 1, line.len - n - 1));
	return true;
}

static size_t on_header(char *data, size_t size, size_t n, void *ctx)
{
	struct http_call *call = ctx;
	struct span line = span_of(data, size * n), value;

	/* A new head: that of a 100 Continue came before. */
	if (span_starts(line, "HTTP/")) {
		buf_clear(&call->type);
		buf_clear(&call->etag);
	} else if (header_is(line, "content-type", &value)) {
		buf_clear(&call->type);
		buf_add_span(&call->type, value);
	} else if (header_is(line, "etag", &value)) {
		buf_clear(&call->etag);
		buf_add_span(&call->etag, value);
	}
	return size * n;
}

/* The only check that a spelling or a changing name server cannot get round: of the address that
 * is about to be connected to. */
static curl_socket_t on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct http_call *call = ctx;

	(void)purpose;
	if ((call->flags & HTTP_PUBLIC_ONLY) && !http_address_is_public(&a->addr)) {
		call->refused_address = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* ---- telling curl ---- */

static bool header_is_safe(const char *h)
{
	return strchr(h, ':') && !strpbrk(h, "\r\n");
}

static int add_headers(struct http_call *call, const char *const *headers, struct err *e)
{
	/* No "Expect: 100-continue": it costs a second where it is not understood. */
	call->headers = curl_slist_append(NULL, "Expect:");
	for (size_t i = 0; headers && headers[i]; i++) {
		struct curl_slist *more;

		if (!header_is_safe(headers[i]))
			return err_set(e, EX_BADUSAGE, "a header wants 'Name: value' on one line");
		more = curl_slist_append(call->headers, headers[i]);
		if (!more)
			return err_set(e, EX_SYSTEM, "out of memory");
		call->headers = more;
	}
	return 0;
}

static CURLcode tell_limits(struct http_call *call, int64_t connect_ms)
{
	CURL *c = call->easy;
	CURLcode rc = 0;

	rc |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	rc |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	rc |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	rc |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	rc |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	rc |= curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	rc |= curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	rc |= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
	rc |= curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
	rc |= curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)call->body.max);
	return rc;
}

static CURLcode tell_callbacks(struct http_call *call)
{
	CURL *c = call->easy;
	CURLcode rc = 0;

	rc |= curl_easy_setopt(c, CURLOPT_ERRORBUFFER, call->curl_text);
	rc |= curl_easy_setopt(c, CURLOPT_PRIVATE, call);
	rc |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	rc |= curl_easy_setopt(c, CURLOPT_WRITEDATA, call);
	rc |= curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	rc |= curl_easy_setopt(c, CURLOPT_HEADERDATA, call);
	rc |= curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	rc |= curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, call);
	/* A connection that another call opened was not looked at by this one. */
	if (call->flags & HTTP_PUBLIC_ONLY)
		rc |= curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
	return rc;
}

static CURLcode tell_request(struct http_call *call, const char *method)
{
	CURL *c = call->easy;
	CURLcode rc = 0;

	if (strcmp(method, "HEAD") == 0)
		rc |= curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	else if (strcmp(method, "GET") != 0 || call->sent.len > 0) {
		rc |= curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->sent.len);
		rc |= curl_easy_setopt(c, CURLOPT_POSTFIELDS, buf_cstr(&call->sent));
		rc |= curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
	}
	rc |= curl_easy_setopt(c, CURLOPT_HTTPHEADER, call->headers);
	return rc;
}

static CURLcode tell_client(struct http_call *call)
{
	const struct http_client *client = call->client;
	CURL *c = call->easy;
	CURLcode rc = 0;

	rc |= curl_easy_setopt(c, CURLOPT_USERAGENT, client->user_agent);
	rc |= curl_easy_setopt(c, CURLOPT_PROXY, client->proxy ? client->proxy : "");
	if (client->ca_file)
		rc |= curl_easy_setopt(c, CURLOPT_CAINFO, client->ca_file);
	return rc;
}

static int begin(struct http_call *call, struct err *e)
{
	int64_t left = call->end_ms - http_ticks(call->client);
	CURLcode rc = curl_easy_setopt(call->easy, CURLOPT_URL, call->url);

	rc |= curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
	buf_clear(&call->body);
	buf_clear(&call->type);
	buf_clear(&call->etag);
	call->curl_text[0] = '\0';
	if (rc != CURLE_OK || curl_multi_add_handle(call->client->multi, call->easy) != CURLM_OK)
		return err_set(e, EX_SYSTEM, "cannot start a request: out of memory");
	call->client->calls++;
	return 0;
}

static int check_secret(const char *url, unsigned flags, struct err *e)
{
	struct http_place p = {0};
	int rc = http_place_of(url, &p, e);

	if (rc == 0 && (flags & HTTP_SECRET) && !(flags & HTTP_PLAIN_SECRET) &&
	    strcmp(p.scheme, "http") == 0 && !http_place_is_loopback(&p))
		rc = err_set(e, EX_POLICY,
			     "refusing to send a credential to '%s' without TLS: use https",
			     p.host);
	http_place_release(&p);
	return rc;
}

int http_start(struct http_client *c, const struct http_request *r, struct http_call **out,
	       struct err *e)
{
	struct http_call *call;
	int64_t connect_ms = c->opt.connect_ms > 0 ? c->opt.connect_ms : 10 * 1000;

	if (check_secret(r->url, r->flags, e) != 0)
		return -1;
	call = mem_zalloc(sizeof *call);
	call->client = c;
	call->flags = r->flags;
	call->retry_after_ms = -1;
	call->end_ms = http_ticks(c) + r->deadline_ms;
	call->may_redirect = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
	call->url = mem_dupz(r->url);
	buf_init(&call->body, r->max_body_bytes);
	buf_init(&call->type, 1024);
	buf_init(&call->etag, 1024);
	buf_init(&call->sent, r->body.len + 1);
	buf_add_span(&call->sent, r->body);
	call->easy = curl_easy_init();
	if (!call->easy)
		err_set(e, EX_SYSTEM, "cannot start a request: out of memory");
	else if (add_headers(call, r->headers, e) == 0 &&
		 (tell_limits(call, connect_ms) | tell_callbacks(call) |
		  tell_request(call, r->method) | tell_client(call)) != CURLE_OK)
		err_set(e, EX_SYSTEM, "cannot prepare a request: out of memory");
	if (e->code != 0 || begin(call, e) != 0) {
		http_call_free(call);
		return -1;
	}
	*out = call;
	return 0;
}

void http_call_free(struct http_call *call)
{
	if (!call)
		return;
	if (call->easy && !call->done) {
		(void)curl_multi_remove_handle(call->client->multi, call->easy);
		call->client->calls--;
	}
	curl_easy_cleanup(call->easy);
	curl_slist_free_all(call->headers);
	buf_release(&call->body);
	buf_release(&call->sent);
	buf_release(&call->type);
	buf_release(&call->etag);
	free(call->url);
	free(call);
}

/* ---- what came of it ---- */

bool http_done(const struct http_call *call)
{
	return call->done;
}

int http_answer_of(const struct http_call *call, struct http_answer *out, struct err *e)
{
	if (call->err.code != 0) {
		*e = call->err;
		return -1;
	}
	*out = (struct http_answer){
		.status = call->status,
		.body = buf_span(&call->body),
		.type = buf_span(&call->type),
		.etag = buf_span(&call->etag),
		.retry_after_ms = call->retry_after_ms,
	};
	return 0;
}

bool http_was_sent(const struct http_call *call)
{
	return call->was_sent;
}

static void failed(struct http_call *call, CURLcode rc)
{
	const char *why = call->curl_text[0] ? call->curl_text : curl_easy_strerror(rc);

	if (call->refused_address) {
		err_set(&call->err, EX_POLICY, "the host has no public address");
		return;
	}
	if (call->too_long || rc == CURLE_FILESIZE_EXCEEDED) {
		err_set(&call->err, EX_REMOTE, "the answer is longer than %zu bytes",
			call->body.max);
		return;
	}
	switch (rc) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		err_set(&call->err, EX_REMOTE, "%s", why);
		break;
	default:
		err_set(&call->err, EX_TRYLATER, "%s", why);
	}
}

/* The URL that an answer leads to, if it may be followed. NULL and the reason in call->err. */
static const char *next_url(struct http_call *call)
{
	struct http_place here = {0}, there = {0};
	char *url = NULL;

	(void)curl_easy_getinfo(call->easy, CURLINFO_REDIRECT_URL, &url);
	if (!url)
		return NULL;
	if (http_place_of(call->url, &here, &call->err) == 0 &&
	    http_place_of(url, &there, &call->err) == 0) {
		if (!http_place_same(&here, &there))
			err_set(&call->err, EX_REMOTE, "refusing a redirect to %s://%s:%s",
				there.scheme, there.host, there.port);
		else if (call->redirects++ == HTTP_REDIRECTS_MAX)
			err_set(&call->err, EX_REMOTE, "more than %d redirects",
				HTTP_REDIRECTS_MAX);
	}
	/* A URL of the server's that is none is not the user's mistake. */
	if (call->err.code == EX_BADUSAGE)
		call->err.code = EX_REMOTE;
	http_place_release(&here);
	http_place_release(&there);
	return call->err.code == 0 ? url : NULL;
}

void http_call_ended(struct http_call *call, CURLcode rc)
{
	curl_off_t wait_s = 0;
	long status = 0, sent_bytes = 0;
	const char *url;

	(void)curl_multi_remove_handle(call->client->multi, call->easy);
	call->client->calls--;
	call->done = true;
	(void)curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
	call->was_sent = call->was_sent || rc == CURLE_OK || sent_bytes > 0;
	if (rc != CURLE_OK) {
		failed(call, rc);
		return;
	}
	(void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &wait_s);
	call->status = (int)status;
	if (wait_s > 0)
		call->retry_after_ms =
			wait_s > INT32_MAX ? INT64_C(1000) * INT32_MAX : wait_s * 1000;
	url = call->may_redirect && status >= 300 && status < 400 ? next_url(call) : NULL;
	if (!url)
		return;
	free(call->url);
	call->url = mem_dupz(url);
	call->done = begin(call, &call->err) != 0;
}
