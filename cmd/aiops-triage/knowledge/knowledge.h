/*
 * Loading what triage knows before the first record comes.
 */
#ifndef AIOPS_TRIAGE_KNOWLEDGE_H
#define AIOPS_TRIAGE_KNOWLEDGE_H

#include "aiops-triage/explain/decide.h"
#include "base/err.h"
#include "cli/cli.h"

void knowledge_init(struct knowledge *k);
void knowledge_release(struct knowledge *k);

/* dir NULL: the installed signatures. Errors: EX_UNREADABLE, EX_BADCONFIG. */
NODISCARD int knowledge_signatures(struct knowledge *k, const char *dir, struct err *e);
/* Past incidents and their index. Files in a wrong format are warned of, at most WARNED of them
 * by name. Errors: EX_UNREADABLE, EX_SYSTEM. */
NODISCARD int knowledge_history(struct knowledge *k, struct cli *c, const struct opt_texts *paths,
				struct err *e);
/* dir may be NULL. Errors: EX_UNREADABLE. */
NODISCARD int knowledge_runbooks(struct knowledge *k, struct cli *c, const char *dir,
				 struct err *e);

#endif
