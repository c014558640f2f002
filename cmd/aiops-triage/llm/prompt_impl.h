/*
 * The closed sets of a prompt, which its data and its schema both list.
 */
#ifndef AIOPS_TRIAGE_PROMPT_IMPL_H
#define AIOPS_TRIAGE_PROMPT_IMPL_H

#include "aiops-triage/llm/prompt.h"
#include "record/jsonw.h"

/* A member: an array of items, and of last if it is not NULL. */
void prompt_write_list(struct jsonw *w, const char *key, const struct span *items, size_t n,
		       const char *last);
void prompt_write_components(struct jsonw *w, const struct prompt *p, const char *key);
void prompt_write_faults(struct jsonw *w, const struct prompt *p, const char *key);

#endif
