/*
 * Who sent a request: bearer tokens (RFC 6750) and signatures by a shared secret,
 * as GitHub, Slack and PagerDuty make them over the raw bytes of the body with
 * HMAC-SHA-256 (RFC 2104). Secrets come from files only and are compared in
 * constant time. Pure but for secrets_add.
 */
#ifndef AIOPS_NET_AUTH_H
#define AIOPS_NET_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define SECRETS_MAX 8

/* All of them count, so that one can be replaced while both are in use. */
struct secrets {
	struct buf items[SECRETS_MAX];
	size_t n;
};

/* Adds the secret in the file at path (base/secret.h). Errors: those of secret_read, and
 * EX_BADUSAGE for more than SECRETS_MAX. */
NODISCARD int secrets_add(struct secrets *s, const char *path, struct err *e);
void secrets_release(struct secrets *s);

enum auth_result {
	AUTH_OK,
	AUTH_MISSING, /* nothing to check was sent: 401 */
	AUTH_WRONG,   /* 401 for a token, 403 for a signature */
	AUTH_STALE,   /* signed too long ago, or for a time to come: 403 */
};

/* header: the value of Authorization. */
enum auth_result auth_bearer(const struct secrets *s, struct span header);
/* The same, and for browsers a secret as the password of any user (RFC 7617). */
enum auth_result auth_bearer_or_basic(const struct secrets *s, struct span header);

enum hmac_style {
	HMAC_GITHUB,    /* X-Hub-Signature-256: sha256=HEX over the body */
	HMAC_SLACK,     /* X-Slack-Signature: v0=HEX over "v0:" TIME ":" body */
	HMAC_PAGERDUTY, /* X-PagerDuty-Signature: v1=HEX[,v1=HEX...], any one of them */
};
/* The names of the headers; NULL where the style has none. */
const char *hmac_signature_header(enum hmac_style style);
const char *hmac_time_header(enum hmac_style style);

/* signature and time: the values of these headers. now_s and window_s: Slack's time may lie so far
 * from now, either way. */
enum auth_result auth_hmac(enum hmac_style style, const struct secrets *s, struct span signature,
			   struct span time, struct span body, int64_t now_s, int64_t window_s);

#endif
