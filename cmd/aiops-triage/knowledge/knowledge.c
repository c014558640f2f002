/*
 * Loading what triage knows.
 */
#include "aiops-triage/knowledge/knowledge.h"

#include <string.h>
#include <unistd.h>

#include "aiops-triage/past/vectors.h"
#include "base/instant.h"
#include "cli/datadir.h"

enum { WARNED = 20 };
#define INDEX_NAME "past-incidents.db"
#define PATH_BYTES (1u << 16)

void knowledge_init(struct knowledge *k)
{
	*k = (struct knowledge){.index = NULL};
	signatures_init(&k->signatures);
	history_init(&k->history);
	runbooks_init(&k->runbooks);
	history_init(&k->shelf.texts);
}

void knowledge_release(struct knowledge *k)
{
	index_free(k->index);
	embedder_free(k->embedder);
	shelf_release(&k->shelf);
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

static int load_history(struct knowledge *k, struct cli *c, const struct opt_texts *paths,
			struct err *e)
{
	struct warner w = {.cli = c, .what = "past incident"};

	for (size_t i = 0; i < paths->n; i++)
		if (history_load(&k->history, paths->items[i], warn, &w, e) != 0)
			return -1;
	warn_rest(&w);
	k->past_skipped = k->history.skipped;
	k->index = index_build(&k->history, e);
	k->index_ns = env_now_ns(cli_env(c));
	return k->index ? 0 : -1;
}

void knowledge_index_path(struct cli *c, const char *path, struct buf *out)
{
	const char *db = cli_db_path(c), *slash = strrchr(db, '/');

	if (path) {
		buf_add_cstr(out, path);
		return;
	}
	buf_add(out, db, slash ? (size_t)(slash + 1 - db) : 0);
	buf_add_cstr(out, INDEX_NAME);
}

int knowledge_sync(struct knowledge *k, struct cli *c, struct index_change *out, struct err *e)
{
	struct warner w = {.cli = c, .what = "past incident"};
	int rc = index_sync(k->index, env_now_ns(cli_env(c)), warn, &w, out, e);

	if (rc == 0)
		k->index_ns = out->written_ns;
	k->past_skipped = rc == 0 ? out->skipped : 0;
	warn_rest(&w);
	return rc;
}

/* Vectors for what came since the last call; all of a large index is a matter of `index`. */
enum { EMBEDDED_AT_ONCE = 64 };

static void use_vectors(struct knowledge *k, struct cli *c)
{
	struct err why = ERR_INIT;
	size_t n;

	index_use_embedder(k->index, k->embedder);
	if (k->embedder && index_embed(k->index, EMBEDDED_AT_ONCE, &n, &why) != 0)
		msg(c, MSG_WARNING, NULL, "embeddings: %s; words alone decide", why.text);
}

static int open_index(struct knowledge *k, struct cli *c, const struct past_source *source,
		      struct err *e)
{
	struct buf at = BUF_INIT(PATH_BYTES);
	struct index_change change;
	struct err why = ERR_INIT;

	knowledge_index_path(c, source->index, &at);
	if (source->index || access(buf_cstr(&at), F_OK) == 0)
		k->index = index_open(buf_cstr(&at), false, &k->history, e);
	if (k->index) {
		if (knowledge_sync(k, c, &change, &why) != 0)
			msg(c, MSG_WARNING, buf_cstr(&at), "the index is not up to date: %s",
			    why.text);
		use_vectors(k, c);
	}
	buf_release(&at);
	return e->code ? -1 : 0;
}

int knowledge_past(struct knowledge *k, struct cli *c, const struct opt_texts *paths,
		   const struct past_source *source, struct err *e)
{
	int rc = embedder_open(&source->embed, cli_env(c), &k->embedder, e);

	if (rc == 0)
		rc = paths->n ? load_history(k, c, paths, e) : open_index(k, c, source, e);
	k->has_history = k->index != NULL;
	return rc;
}

int64_t knowledge_index_age_s(const struct knowledge *k, struct cli *c)
{
	if (!k->index || !k->index_ns)
		return k->index ? 0 : -1;
	return (env_now_ns(cli_env(c)) - k->index_ns) / NS_PER_S;
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
	return shelf_fill(&k->shelf, &k->runbooks, e);
}
