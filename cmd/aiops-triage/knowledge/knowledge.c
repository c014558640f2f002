/*
 * Loading what triage knows.
 */
#include "aiops-triage/knowledge/knowledge.h"

#include "cli/datadir.h"

enum { WARNED = 20 };

void knowledge_init(struct knowledge *k)
{
	*k = (struct knowledge){.index = NULL};
	signatures_init(&k->signatures);
	history_init(&k->history);
	runbooks_init(&k->runbooks);
}

void knowledge_release(struct knowledge *k)
{
	index_free(k->index);
	runbooks_release(&k->runbooks);
	history_release(&k->history);
	signatures_release(&k->signatures);
}

int knowledge_signatures(struct knowledge *k, const char *dir, struct err *e)
{
	struct buf path = BUF_INIT(16u << 10);
	int rc = dir ? 0 : datadir_find("signatures", &path, e);

	if (rc != 0)
		(void)err_prefix(
			e, "signatures (name their folder with --signatures)"); /* rc says it */
	else
		rc = signatures_load(&k->signatures, dir ? dir : buf_cstr(&path), e);
	buf_release(&path);
	return rc;
}

struct warner {
	struct cli *cli;
	const char *what;
	size_t n;
};

static void warn(void *ctx, const char *where, const char *why)
{
	struct warner *w = ctx;

	if (w->n++ < WARNED)
		msg(w->cli, MSG_WARNING, where, "no %s, skipped: %s", w->what, why);
}

static void warn_rest(const struct warner *w)
{
	if (w->n > WARNED)
		msg(w->cli, MSG_WARNING, NULL, "%zu more were no %s", w->n - WARNED, w->what);
}

int knowledge_history(struct knowledge *k, struct cli *c, const struct opt_texts *paths,
		      struct err *e)
{
	struct warner w = {.cli = c, .what = "past incident"};

	for (size_t i = 0; i < paths->n; i++)
		if (history_load(&k->history, paths->items[i], warn, &w, e) != 0)
			return -1;
	warn_rest(&w);
	k->has_history = paths->n > 0;
	if (!k->has_history)
		return 0;
	k->index = index_build(&k->history, e);
	return k->index ? 0 : -1;
}

int knowledge_runbooks(struct knowledge *k, struct cli *c, const char *dir, struct err *e)
{
	struct warner w = {.cli = c, .what = "runbook"};

	if (!dir)
		return 0;
	k->has_runbooks = true;
	if (runbooks_load(&k->runbooks, dir, warn, &w, e) != 0)
		return -1;
	warn_rest(&w);
	return 0;
}
