/*
 * What a command line does, judged from its words: read, write or destructive.
 *
 * The judge knows tools by tables (share/effects/, YAML, which users can
 * extend), and allows rather than forbids: a tool, subcommand, statement or
 * address that no table knows is destructive. It looks at the whole path of
 * subcommands and at the flags, through wrappers (sudo, timeout, env, sh -c of plain
 * words), and into SQL. What stands in {{...}} is not known and may be anything.
 */
#ifndef AIOPS_RUNBOOK_EFFECTS_H
#define AIOPS_RUNBOOK_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-runbook/schema/model.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct effects; /* the tables */

/* Empty: everything is destructive. */
struct effects *effects_new(void);
/* Reads every *.yaml of a folder: adds tools, and replaces those of a name. Errors:
 * EX_UNREADABLE, EX_BADCONFIG with file and position. */
NODISCARD int effects_add_folder(struct effects *t, const char *path, struct err *e);
/* The installed tables, and then those of the folder own (NULL: none). Errors: as above. */
NODISCARD int effects_load(const char *own, struct effects **out, struct err *e);
void effects_free(struct effects *t);

/* One word of a command line. A template's value is not known, but its fixed beginning is. */
struct word {
	struct span text; /* whole, or, if it is not known, what stands before the first {{ */
	bool known;
};

struct judgement {
	enum effect effect;
	bool known;      /* its tool, and the tools behind wrappers, are in a table */
	bool repeatable; /* doing it twice is as doing it once; meaningless for read */
	char why[200];   /* "kubectl delete", "find -exec rm: rm", "unknown tool 'foo'" */
};

/* input: what it reads on standard input, SPAN_NONE if nothing, or not known. Pure. */
void effects_judge(const struct effects *t, const struct word *words, size_t n, struct span input,
		   struct judgement *out);

/* The same for a command of a runbook. */
void effects_judge_command(const struct effects *t, const struct cmd *c, struct judgement *out);

/* The effect of SQL text: the worst of its statements. why: at most 200 bytes, or NULL. Pure. */
enum effect sql_effect(struct span sql, bool all_known, char *why);

/* A shell's words, if text has nothing but words: no quotes, expansion, redirection, lists. False
 * if it does. At most max; *n of them. */
bool plain_words(struct span text, struct word *out, size_t max, size_t *n);

#endif
