/*
 * Loading what triage knows before the first record comes.
 */
#ifndef AIOPS_TRIAGE_KNOWLEDGE_H
#define AIOPS_TRIAGE_KNOWLEDGE_H

#include "aiops-triage/explain/decide.h"
#include "aiops-triage/past/past_source.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"

void knowledge_init(struct knowledge *k);
void knowledge_release(struct knowledge *k);

/* dir NULL: the installed signatures. Errors: EX_UNREADABLE, EX_BADCONFIG. */
NODISCARD int knowledge_signatures(struct knowledge *k, const char *dir, struct err *e);
/*
 * Past incidents from the files named in paths; where none are named, from the index in a file:
 * source->index, or if that is NULL the one beside the database, where it is there. The index is
 * brought up to date; where that fails it is used as it is, with a warning. Errors:
 * EX_UNREADABLE (a file, the index that was named), EX_BADCONFIG (damaged), EX_BADUSAGE, EX_SYSTEM.
 */
NODISCARD int knowledge_past(struct knowledge *k, struct cli *c, const struct opt_texts *paths,
			     const struct past_source *source, struct err *e);
/* Brings k->index up to date; what is no past incident is warned of. */
NODISCARD int knowledge_sync(struct knowledge *k, struct cli *c, struct index_change *out,
			     struct err *e);
/* Appends path, or if that is NULL the path of the index beside the database. */
void knowledge_index_path(struct cli *c, const char *path, struct buf *out);
/* Seconds since the past incidents were last read; -1 without any. */
int64_t knowledge_index_age_s(const struct knowledge *k, struct cli *c);
/* dir may be NULL. Errors: EX_UNREADABLE. */
NODISCARD int knowledge_runbooks(struct knowledge *k, struct cli *c, const char *dir,
				 struct err *e);

#endif
