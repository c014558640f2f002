/*
 * The index of past incidents: made, looked after, told about.
 */
#include "aiops-triage/past/index_cmd.h"

#include "aiops-triage/knowledge/knowledge.h"
#include "aiops-triage/past/vectors.h"
#include "base/instant.h"
#include "record/jsonw.h"

#define PATH_BYTES (1u << 16)
#define OUT_BYTES  (1u << 18)

struct report {
	const char *path;
	struct index_change change;
	size_t vectors;  /* got now */
	int64_t age_s;   /* since something last changed */
	const char *use; /* of vectors: "off", "used", "down" */
};

static void write_json(const struct report *r, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "index", span_cstr(r->path));
	jsonw_member_i64(&w, "past_incidents", (int64_t)r->change.documents);
	jsonw_member_i64(&w, "files", (int64_t)r->change.files);
	jsonw_member_i64(&w, "added", (int64_t)r->change.added);
	jsonw_member_i64(&w, "changed", (int64_t)r->change.changed);
	jsonw_member_i64(&w, "removed", (int64_t)r->change.removed);
	jsonw_member_i64(&w, "skipped", (int64_t)r->change.skipped);
	jsonw_member_i64(&w, "index_age_s", r->age_s);
	jsonw_member(&w, "embeddings", span_cstr(r->use));
	jsonw_member_i64(&w, "embedded", (int64_t)r->vectors);
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}

static void write_text(const struct report *r, struct buf *out)
{
	const struct index_change *c = &r->change;

	buf_addf(out, "%zu past incidents of %zu files: %zu added, %zu changed, %zu removed",
		 c->documents, c->files, c->added, c->changed, c->removed);
	buf_addf(out, "; %zu skipped\nlast written %lld s ago: ", c->skipped, (long long)r->age_s);
	term_line(out, span_cstr(r->path));
	buf_addf(out, "\nembeddings: %s", r->use);
	if (r->vectors)
		buf_addf(out, ", %zu got now", r->vectors);
	buf_add_char(out, '\n');
}

static int embed_all(struct cli *c, struct index *ix, struct embedder *m, struct report *r)
{
	struct err e = ERR_INIT;

	r->use = "off";
	if (!m)
		return EX_DONE;
	r->use = "used";
	index_use_embedder(ix, m);
	if (index_embed(ix, SIZE_MAX, &r->vectors, &e) == 0)
		return EX_DONE;
	r->use = "down";
	msg(c, MSG_WARNING, NULL, "embeddings: %s; what has none is found by its words", e.text);
	return EX_DONE;
}

static int run(struct cli *c, struct knowledge *k, struct embedder *m, struct err *e)
{
	const struct index_options *o = cli_options(c);
	struct buf path = BUF_INIT(PATH_BYTES), out = BUF_INIT(OUT_BYTES);
	struct report r = {0};
	size_t n;
	char *const *files = cli_operands(c, &n);
	int rc;

	knowledge_index_path(c, o->past.index, &path);
	r.path = buf_cstr(&path);
	k->index = index_open(r.path, n > 0, &k->history, e);
	rc = k->index ? 0 : -1;
	if (rc == 0 && n)
		rc = index_set_roots(k->index, (const char *const *)files, n, e);
	if (rc == 0)
		rc = knowledge_sync(k, c, &r.change, e);
	if (rc == 0) {
		r.age_s = r.change.written_ns
				  ? (env_now_ns(cli_env(c)) - r.change.written_ns) / NS_PER_S
				  : 0;
		rc = embed_all(c, k->index, m, &r);
		(o->format == INDEX_JSON ? write_json : write_text)(&r, &out);
		out_write(c, buf_span(&out));
	}
	buf_release(&path);
	buf_release(&out);
	return rc;
}

int index_run(struct cli *c)
{
	const struct index_options *o = cli_options(c);
	struct embedder *m = NULL;
	struct err e = ERR_INIT;
	struct knowledge k;
	int code = EX_DONE;

	knowledge_init(&k);
	if (embedder_open(&o->past.embed, cli_env(c), &m, &e) != 0 || run(c, &k, m, &e) != 0)
		code = msg_err(c, NULL, &e);
	knowledge_release(&k);
	embedder_free(m);
	return code;
}
