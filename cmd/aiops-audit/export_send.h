/*
 * Batches to the push interface of another store.
 */
#ifndef AIOPS_AUDIT_EXPORT_SEND_H
#define AIOPS_AUDIT_EXPORT_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-audit/commands.h"
#include "aiops-audit/export_batch.h"
#include "base/err.h"

struct sender;

/* Reads the credentials that the options name. Errors: EX_BADUSAGE, those of secret_read and
 * http_client_new. */
NODISCARD int sender_new(struct cli *c, const struct export_options *o, const volatile bool *stop,
			 struct sender **out, struct err *e);
void sender_free(struct sender *s);

/*
 * Sends a batch; 0: every row was taken, or refused for good by itself (told, and counted in
 * *refused). A batch that is refused is halved until the row is found. Errors: EX_TRYLATER (no
 * answer, overload, stopped), EX_REMOTE (refused for another reason than a row).
 */
NODISCARD int sender_send(struct sender *s, const struct batch *batch, int64_t *refused,
			  struct err *e);

#endif
