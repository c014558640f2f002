/*
 * Vectors of texts, from an OpenAI-compatible endpoint (POST URL/embeddings).
 *
 * An endpoint that fails is left alone for a while, so that it costs one deadline and not one for
 * each text.
 */
#ifndef AIOPS_TRIAGE_EMBED_H
#define AIOPS_TRIAGE_EMBED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/env.h"
#include "base/err.h"
#include "base/span.h"

#define EMBED_BATCH         32
#define EMBED_TEXT_BYTES    8000 /* of a text; the rest is left out */
#define EMBED_MAX_DIMENSION 8192

struct embed_options {
	const char *url; /* the base, as http://127.0.0.1:11434/v1; NULL: no vectors */
	const char *model, *key_file, *ca_file;
	int64_t deadline_ms; /* of one request */
};

struct embedder;

/* *out is NULL where o names no endpoint. o and env are borrowed. Errors: EX_BADUSAGE (no model,
 * the URL), EX_POLICY (a key without TLS to another machine), those of secret_read. */
NODISCARD int embedder_open(const struct embed_options *o, const struct env *env,
			    struct embedder **out, struct err *e);
void embedder_free(struct embedder *m);
const char *embedder_model(const struct embedder *m);

/* Vectors of n texts (1 to EMBED_BATCH) of length 1 each, in one block, dimension after dimension:
 * *vectors is the caller's. Errors: EX_TRYLATER, EX_REMOTE, EX_BADDATA (an answer of another
 * shape). */
NODISCARD int embed_texts(struct embedder *m, const struct span *texts, size_t n, float **vectors,
			  size_t *dimension, struct err *e);

#endif
