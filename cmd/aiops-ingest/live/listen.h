/*
 * The listener: a live source that takes deliveries by HTTP, keeps them in the spool
 * or writes them, and answers then.
 */
#ifndef AIOPS_INGEST_LISTEN_H
#define AIOPS_INGEST_LISTEN_H

#include "aiops-ingest/live/source.h"
#include "aiops-ingest/outlet.h"
#include "aiops-ingest/prepare.h"
#include "aiops-ingest/run.h"

struct listener;

/* Binds, opens the spool, reads the secrets. o, prepared and outlet are borrowed. Errors: those of
 * server_open, spool_open, secrets_add, and EX_CANNOTCREATE for the port file. */
NODISCARD int listener_new(struct cli *c, const struct listen_options *o,
			   const struct prepared *prepared, struct outlet *outlet,
			   struct listener **out, struct err *e);
void listener_free(struct listener *l);

struct source listener_source(struct listener *l);

struct ingest_counts listener_counts(const struct listener *l);
uint64_t listener_bytes(const struct listener *l);

#endif
