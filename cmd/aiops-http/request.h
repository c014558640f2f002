/*
 * What is to be asked of whom: the JSON document that aiops-http reads
 * (aiops-http(1)).
 */
#ifndef AIOPS_HTTP_REQUEST_H
#define AIOPS_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define REQUEST_MAX     (1u << 20)  /* bytes of the document */
#define REQUEST_HEADERS 64          /* at most */
#define ANSWER_MAX      (16u << 20) /* bytes of an answer that may be kept */

/* Accepted statuses: one, or a class of a hundred. */
struct status_range {
	int from, to;
};

enum credential_kind { CREDENTIAL_NONE, CREDENTIAL_BEARER, CREDENTIAL_BASIC, CREDENTIAL_HEADER };

struct credential {
	enum credential_kind kind;
	char *header; /* the name of CREDENTIAL_HEADER */
	char *file;   /* where it stands, or */
	char *env;    /* the variable that holds it */
};

struct request {
	char *method, *url, *ca_file; /* ca_file: NULL for the system's */
	char *url_file;               /* the URL is a secret in a file; NULL */
	char *headers[REQUEST_HEADERS + 1];
	size_t n_headers;
	char *body; /* NULL: none */
	size_t body_len;
	int64_t deadline_ms;
	size_t max_body_bytes;
	struct status_range *accepted;
	size_t n_accepted;
	struct credential credential;
	bool plain_secret; /* a credential may go out without TLS */
};

/*
 * Reads the document. Errors: EX_BADDATA (what is wrong with which member; nothing of a value is
 * shown, it may be secret). Release out in any case.
 */
NODISCARD int request_parse(struct span document, struct request *out, struct err *e);
void request_release(struct request *r);

bool request_accepts(const struct request *r, int status);

#endif
