/*
 * What the commands share: the open store, who may approve, where records go,
 * and finding runbooks.
 */
#ifndef AIOPS_RUNBOOK_APP_H
#define AIOPS_RUNBOOK_APP_H

#include "aiops-runbook/commands/commands.h"
#include "aiops-runbook/engine/exec.h"
#include "aiops-runbook/hooks/hook.h"
#include "aiops-runbook/hooks/tell.h"
#include "aiops-runbook/lint/lint.h"
#include "aiops-runbook/plan/plan.h"
#include "aiops-runbook/runs/journal.h"
#include "aiops-runbook/runs/refusal.h"
#include "aiops-runbook/runs/site.h"
#include "aiops-runbook/schema/model.h"
#include "base/pool.h"
#include "record/record.h"

struct app {
	struct cli *c;
	const struct options *o;
	struct store *store;
	struct journal journal;
	struct site site;
	struct hooks hooks;
	struct pool pool;
	struct exec_env exec_env;
	struct record *record;  /* for showing records as text */
	struct setting *params; /* --param */
	size_t n_params;
	bool text;               /* records are shown as text */
	struct effects *effects; /* read when a runbook is judged first */
};

/* Reads the site's policy (commands/site_config.h), its hooks, and the --param values. Errors:
 * EX_BADCONFIG, EX_BADUSAGE. */
NODISCARD int app_init(struct app *a, struct cli *c, struct err *e);
/* Opens the store for writing; records go to sink, or to standard output if it is NULL. */
NODISCARD int app_open_store(struct app *a, journal_sink *sink, void *ctx, struct err *e);
void app_release(struct app *a);

/* Writes foreign text, with a newline, to standard output: safe for a terminal. */
void app_print(struct app *a, struct span text);
/* By which rules a runbook is judged before it is used: those of the site's profile, at least safe.
 */
NODISCARD int app_lint_terms(struct app *a, struct lint_terms *out, struct err *e);
/* A record as app_open_store's default sink shows it. */
void app_show_record(void *app, struct span line);

/*
 * A runbook by the name of a file (it holds a slash or ends in .yaml, .yml or .json) or by its id
 * in --runbooks. Findings of severity error are printed. NULL on failure; e->code is EX_UNREADABLE,
 * or EX_BADCONFIG when the messages were printed already (e->text is empty then).
 */
struct runbook *app_load_runbook(struct app *a, const char *name, struct err *e);
/* True if an operand names a runbook rather than a file of records. */
bool app_names_runbook(const char *operand);
/* The path of aiops-http, which lies beside this programme; NULL if it does not. Borrowed. */
const char *app_http(struct app *a);
/* Prints e, unless its messages were printed; returns its code. */
int app_fail(struct app *a, const char *where, const struct err *e);

/*
 * Takes a waiting run from its start to its end. 0: it ran, *code is its exit status; 1: it was not
 * begun: *why; -1: the store failed. run's texts and what is read go to pool.
 */
NODISCARD int app_carry_out(struct app *a, const struct plan *p, struct run_row *run,
			    struct pool *pool, const volatile bool *stop, int *code,
			    struct refusal *why, struct err *e);

/* Tells the site's hooks that a run waits for an approval, and how one ended (hooks/tell.h). What
 * goes wrong is said, and changes nothing about the run. */
void app_tell_pending(struct app *a, struct run_row *run, const struct plan *p);
void app_tell_end(struct app *a, struct run_row *run, const struct plan *p);

/* 0 if the site lets runs be applied; else EX_POLICY in e. */
NODISCARD int app_check_authority(const struct app *a, struct err *e);

/* The graver of two exit statuses. */
int graver(int x, int y);

/* The folder of --runbooks, else the one that is installed with the programme (cli/datadir.h).
 * Borrowed. NULL on failure (EX_UNREADABLE). */
const char *app_runbooks(struct app *a, struct err *e);

/* The file of the runbook `id` in dir; NULL and EX_UNREADABLE if there is none. The caller frees
 * it. */
char *runbook_file(const char *dir, struct span id, struct err *e);

#endif
