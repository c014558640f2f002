/*
 * What the files of the HTTP client share: http.c (the loop, trying again), http_call.c
 * (one call), http_place.c (where a URL leads), http_auth.c. Private to them.
 */
#ifndef AIOPS_NET_HTTP_IMPL_H
#define AIOPS_NET_HTTP_IMPL_H

#include <curl/curl.h>

#include "base/buf.h"
#include "net/http.h"

enum { HTTP_REDIRECTS_MAX = 5 };

struct http_client {
	CURLM *multi;
	struct http_options opt;
	char *user_agent, *ca_file, *proxy;
	struct pollfd *fds; /* what curl wants to wait for */
	size_t fds_n, fds_cap;
	int64_t wake_ms; /* on the ticks' clock: when curl wants to be called; -1 never */
	size_t calls;
};

struct http_call {
	struct http_client *client;
	CURL *easy;
	struct curl_slist *headers;
	struct buf body, sent;
	struct buf type, etag;
	char *url;
	char curl_text[CURL_ERROR_SIZE]; /* its words for what went wrong */
	unsigned flags;
	int64_t end_ms; /* on the ticks' clock */
	int redirects;
	bool may_redirect; /* GET and HEAD */
	bool done, refused_address, too_long;
	bool was_sent; /* something of the request went out */
	int status;
	int64_t retry_after_ms;
	struct err err; /* code 0: there is an answer */
};

static inline int64_t http_ticks(const struct http_client *c)
{
	return env_ticks_ms(c->opt.env);
}

/* The scheme, host and port of url: lower case, port always there. Errors: EX_BADUSAGE. */
struct http_place {
	char *scheme, *host, *port;
};
NODISCARD int http_place_of(const char *url, struct http_place *out, struct err *e);
void http_place_release(struct http_place *p);
bool http_place_same(const struct http_place *a, const struct http_place *b);
/* "localhost", 127.0.0.0/8, ::1 by their spelling. */
bool http_place_is_loopback(const struct http_place *p);

/* True if nothing private answers at this address: for CURLOPT_OPENSOCKETFUNCTION. */
struct sockaddr;
bool http_address_is_public(const struct sockaddr *a);

/* The call has ended inside curl: decides what came of it, or follows a redirect. */
void http_call_ended(struct http_call *call, CURLcode rc);

#endif
