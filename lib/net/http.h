/*
 * HTTP requests through libcurl, for programmes that talk to services which they
 * were told to trust, but not too far: TLS is verified, answers are bounded,
 * every call has a deadline, no proxy, no netrc, no cookie is taken from the
 * surroundings, and a redirect stays on its host.
 *
 * Two ways. http_perform waits for the answer and tries again where that helps.
 * http_start begins a call that http_step moves on, for a loop that waits for
 * many things: poll the descriptors of http_fds for at most http_timeout_ms.
 */
#ifndef AIOPS_NET_HTTP_H
#define AIOPS_NET_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/span.h"
#include "breaker/backoff.h"

struct http_client; /* keeps connections open between calls; one thread */
struct http_call;

struct http_options {
	const char *user_agent; /* "aiops-ingest/0.1.0" */
	const char *ca_file;    /* certificates to trust instead of the system's; NULL */
	const char *proxy;      /* NULL: none */
	int64_t connect_ms;     /* 0: 10 s */
	/* Asked now and then by http_perform: true ends it with EX_TRYLATER. May be NULL. */
	bool (*stopped)(void *ctx);
	void *ctx;
	const struct env *env; /* borrowed */
};

/* Errors: EX_SYSTEM, EX_UNREADABLE (ca_file). */
NODISCARD int http_client_new(const struct http_options *o, struct http_client **out,
			      struct err *e);
/* Calls are cut off; free them before. NULL is accepted. */
void http_client_free(struct http_client *c);

enum http_flags {
	/* The request carries a credential: without TLS only this machine is spoken to ... */
	HTTP_SECRET = 1u << 0,
	/* ... unless the user said so. */
	HTTP_PLAIN_SECRET = 1u << 1,
	/* Only public addresses, however the host is spelled: for URLs that are not the user's. */
	HTTP_PUBLIC_ONLY = 1u << 2,
};

struct http_request {
	const char *method; /* "GET", "POST", ... */
	const char *url;    /* http or https, without user and password */
	/* "Name: value", ended by NULL; or NULL. */
	const char *const *headers;
	struct span body;
	size_t max_body_bytes; /* of the answer; a longer one is a failure */
	int64_t deadline_ms;   /* for the whole call, redirects included */
	unsigned flags;        /* enum http_flags */
};

struct http_answer {
	int status;
	struct span body;       /* these are borrowed from the call */
	struct span type;       /* Content-Type */
	struct span etag;       /* ETag, for If-None-Match */
	int64_t retry_after_ms; /* Retry-After, both forms; -1: none */
};

/* Begins a call; everything in the request is copied. Free the call with http_call_free, done or
 * not. Errors: EX_BADUSAGE (URL, header), EX_POLICY (credential without TLS), EX_SYSTEM. */
NODISCARD int http_start(struct http_client *c, const struct http_request *r,
			 struct http_call **out, struct err *e);
void http_call_free(struct http_call *call);

bool http_done(const struct http_call *call);
/*
 * What came of a call that is done. 0: an answer, of any status. -1 and why:
 * EX_TRYLATER (no connection, time-out, broken off), EX_REMOTE (certificate,
 * redirect to elsewhere, answer too long, not HTTP), EX_POLICY (address not public).
 */
NODISCARD int http_answer_of(const struct http_call *call, struct http_answer *out, struct err *e);
/* Of a call that is done: whether anything of the request went out. If not, and there is no answer,
 * the other side cannot have acted on it. */
bool http_was_sent(const struct http_call *call);

/* The descriptors to poll for, into fds: at most cap. Returns how many there are. */
size_t http_fds(struct http_client *c, struct pollfd *fds, size_t cap);
/* Longest wait until the next http_step; -1: only for descriptors. */
int64_t http_timeout_ms(struct http_client *c);
/* Does what can be done without waiting. */
void http_step(struct http_client *c);

/* ---- trying again ---- */

struct http_retry {
	int tries;              /* in all, from 1 on */
	struct backoff backoff; /* between them, unless Retry-After says longer */
	int64_t most_ms;        /* for all of them with their waits; 0: no bound */
};

/* 3 tries, 500 ms doubling to 30 s. */
extern const struct http_retry http_retry_default;

/*
 * Milliseconds to wait before the next try, or -1: it would not help or there
 * is no time. failures: tries made; status: 0 where no answer came (err_code says
 * why); waited_ms: since the first try began. What helps: 408, 425, 429, 500, 502, 503, 504,
 * and EX_TRYLATER.
 */
int64_t http_retry_ms(const struct http_retry *r, int failures, int status, int err_code,
		      int64_t retry_after_ms, int64_t waited_ms, uint64_t random);

/*
 * Makes the call, waits for it and tries again as r says (NULL: once). *call holds the last
 * answer: free it, also after a failure (it is NULL then or done). Returns as
 * http_answer_of; -1 with EX_TRYLATER when stopped.
 */
NODISCARD int http_perform(struct http_client *c, const struct http_request *q,
			   const struct http_retry *r, struct http_call **call,
			   struct http_answer *out, struct err *e);

/* ---- parts ---- */

/* Appends "Authorization: Basic ..." for user and password. */
void http_add_basic(struct buf *out, struct span user, struct span password);
/*
 * Appends the Authorization header that the secret in one of the two files makes: a
 * bearer token, or USER:PASSWORD. Nothing if both are NULL. Wipe out with secret_release.
 * Errors: EX_BADUSAGE (both), EX_BADDATA, those of secret_read.
 */
NODISCARD int http_read_authorization(const char *bearer_file, const char *basic_file,
				      struct buf *out, struct err *e);
/* Appends s percent-encoded for a query (RFC 3986: all but unreserved). */
void http_add_query(struct buf *out, struct span s);
/* Scheme, host and port of a URL, for messages and keys: never its path, query or credentials.
 * Errors: EX_BADUSAGE (no http or https URL, user or password in it). */
NODISCARD int http_origin(const char *url, struct buf *out, struct err *e);

#endif
