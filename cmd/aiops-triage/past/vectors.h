/*
 * Vectors of past incidents, kept beside their words in the index file, and what they say about a
 * question.
 *
 * A vector stands with the model and the dimension it is of, and is compared only with vectors of
 * the same. How alike two texts are is their cosine above that of the question with all
 * documents: models differ in what they give to texts that have nothing in common.
 */
#ifndef AIOPS_TRIAGE_VECTORS_H
#define AIOPS_TRIAGE_VECTORS_H

#include "aiops-triage/past/embed.h"
#include "aiops-triage/past/index.h"

/* m is borrowed until the index is freed; from now on index_search asks it, too. For an index in a
 * file. */
void index_use_embedder(struct index *ix, struct embedder *m);

/* Gets vectors for documents that have none of this model, at most max; *n says how many
 * it got. Errors: those of embed_texts, of index_sync. */
NODISCARD int index_embed(struct index *ix, size_t max, size_t *n, struct err *e);

enum vector_use { VECTORS_OFF, VECTORS_USED, VECTORS_DOWN, VECTORS_NONE };
/* Of the last search; "off", "used", "down" (the endpoint did not answer) or "none" (no document
 * has a vector of the model). */
const char *index_vector_use(const struct index *ix);
/* Why the endpoint did not answer; "" if it did. */
const char *index_vector_error(const struct index *ix);

#endif
