/*
 * A request as aiops-http reads it, and what its end means.
 */
#ifndef AIOPS_RUNBOOK_EXEC_HTTP_H
#define AIOPS_RUNBOOK_EXEC_HTTP_H

#include "aiops-runbook/schema/http.h"
#include "aiops-runbook/schema/model.h"
#include "proc/proc.h"

/* The variable in which aiops-http gets a credential that is named env:NAME. */
#define HTTP_SECRET_VARIABLE "AIOPS_HTTP_SECRET"
/* So much longer than the request may take lives its process: it tells of a deadline itself. */
#define HTTP_GRACE_MS 2000

/*
 * Appends the document. key: the value of Idempotency-Key. Errors: EX_BADDATA (a value is not
 * known, or makes no request), EX_POLICY (a host that is not allowed).
 */
NODISCARD int exec_http_write(const struct cmd *c, const struct runbook *rb,
			      const struct bindings *b, struct span key, int64_t timeout_ms,
			      struct buf *out, struct err *e);

/* How a command or request ended, as far as it matters for what it can have done. */
enum ending {
	ENDING_ANSWERED, /* a command: it ended by itself; a request: there was an answer */
	ENDING_NOT_SENT, /* a request that never left */
	ENDING_UNKNOWN,  /* cut off: what it did cannot be told from this */
};
enum ending ending_of(const struct cmd *c, const struct proc_result *r);
/* The status of the answer to a request; 0 if there was none. */
int http_status_of(const struct proc_result *r);

#endif
