/*
 * Mail by SMTP (RFC 5321) through libcurl: one message, one try.
 */
#ifndef AIOPS_NET_MAIL_H
#define AIOPS_NET_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"

struct mail_request {
	const char *url;            /* smtp://HOST[:PORT] or smtps://, without user and password */
	const char *from;           /* addresses without <> */
	const char *const *to;      /* NULL-terminated */
	struct span message;        /* RFC 5322, lines ended by CR LF (mail_compose) */
	struct span user, password; /* SPAN_NONE: none */
	const char *ca_file;        /* certificates to trust instead of the system's; NULL */
	int64_t deadline_ms;
	bool plain_secret; /* the password may go out without TLS; to this machine it may anyway */
};

/*
 * Sends it. STARTTLS is used where the server has it, and needed for a password. 0: the server took
 * the message for all. Errors: EX_TRYLATER (no connection, time-out, a 4xx answer; broken off
 * after the message was sent, it may have been taken), EX_REMOTE (a 5xx answer, refused
 * recipient or login, certificate), EX_BADUSAGE (URL), EX_POLICY (password without TLS), EX_SYSTEM.
 */
NODISCARD int mail_send(const struct mail_request *m, struct err *e);

struct mail_text {
	struct span subject, text; /* any bytes */
	/* Addresses, and words of our own: that they hold neither white space nor control
	 * characters is the caller's to see to. */
	struct span from;
	const struct span *to;
	size_t n_to;
	struct span id, thread; /* of Message-ID and of In-Reply-To, without <>; SPAN_NONE */
	struct instant date;
};

/* Appends the message: headers (RFC 5322, words that are not ASCII as in RFC 2047) and the text as
 * base64, so that no line of it can be a header, end the message, or be too long. */
void mail_compose(const struct mail_text *m, struct buf *out);

#endif
