/*
 * Templates with what is told of them: when they were first and last seen, and a line as an
 * example; and the file that keeps them between runs.
 *
 * The file holds one JSON object a line: what holds for all, then one for each template from the
 * longest unseen to the latest, so that a miner made of them goes on as the first would.
 */
#ifndef AIOPS_TRIAGE_MINED_H
#define AIOPS_TRIAGE_MINED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "text/header.h"
#include "text/template.h"

/* Bytes of an example; the rest is left out. */
#define EXAMPLE_BYTES 200

struct mined {
	struct miner *miner;
	struct header header; /* of lines that are no records */
	bool header_decided;
	uint64_t lines, forgotten; /* taken; templates that made room for others */
	int lock;                  /* of the state file; -1: none */
};

/* max: templates kept. */
void mined_init(struct mined *m, size_t max);
void mined_release(struct mined *m);

/* The template of one message, NULL if it has no words. when: its timestamp, or "line N"; line: for
 * the example. */
const struct template *mined_add(struct mined *m, struct span message, struct span when,
				 struct span line);

/* What is known of a template. Borrowed. */
struct sighting {
	struct span first, last, example;
};
struct sighting mined_sighting(const struct template *t);
/* For one that was restored and has none. */
void mined_put_sighting(struct template *t, const struct sighting *s);
/* All of them, the most frequent first, then by id; the array is the caller's. */
const struct template **mined_sorted(const struct mined *m, size_t *n);

/* Locks path and reads it; a missing file is an empty state. Errors: EX_TRYLATER (another run
 * holds it), EX_CANNOTCREATE, EX_UNREADABLE, EX_BADCONFIG (damaged, newer). */
NODISCARD int mined_open(struct mined *m, const char *path, struct err *e);
/* Errors: EX_CANNOTCREATE, EX_IO. */
NODISCARD int mined_write(const struct mined *m, const char *path, struct err *e);

#endif
