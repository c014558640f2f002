/*
 * Typed pseudonyms for what a stranger must not read: secrets and personal data become
 * <EMAIL#1f2e3d4c>, the same value the same name within one run, by a keyed hash
 * with a key of the run's own, so two runs cannot be joined. What an answer says of a
 * pseudonym is put back; secrets never are. The map lives in memory only.
 */
#ifndef AIOPS_TRIAGE_PSEUDONYM_H
#define AIOPS_TRIAGE_PSEUDONYM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/span.h"
#include "record/jsonw.h"

struct pseudonyms;

struct pseudonyms *pseudonyms_new(const struct env *env);
void pseudonyms_free(struct pseudonyms *p);

/* Appends text with pseudonyms in it. The text is at most 1 MiB. O(len). */
void pseudonyms_hide(struct pseudonyms *p, struct span text, struct buf *out);
/* Appends text with what they stand for; the names of secrets stay. */
void pseudonyms_show(const struct pseudonyms *p, struct span text, struct buf *out);

/*
 * The last look at what is about to be sent: that none of the values that were ever hidden
 * stands in it, and nothing that looks like a secret. Errors: EX_POLICY; nothing
 * must be sent then.
 */
NODISCARD int pseudonyms_check(const struct pseudonyms *p, struct span sent, struct err *e);

/* A member "hidden": how many different values of each type. */
void pseudonyms_write(const struct pseudonyms *p, struct jsonw *w);

#endif
