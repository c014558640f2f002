/*
 * review: writes the document of one incident.
 */
#include "aiops-incident/commands.h"
#include "aiops-incident/review/review.h"
#include "cli/datadir.h"

enum { OUT_MAX = 64 << 20 };

static int load_questions(const struct review_options *o, struct questions *q, struct err *e)
{
	struct buf path = BUF_INIT(8192);
	int rc = -1;

	if (o->questions) {
		buf_add_cstr(&path, o->questions);
		rc = 0;
	} else if (datadir_find("reviews", &path, e) == 0) {
		buf_add_cstr(&path, "/questions.yaml");
		rc = 0;
	}
	if (rc == 0 && questions_load(q, buf_cstr(&path), e) != 0)
		rc = err_prefix(e, "%s", buf_cstr(&path));
	buf_release(&path);
	return rc;
}

/* The last record about the incident, parsed; NULL if there is none. */
static struct record *last_record(struct store *s, const struct incident *inc, struct pool *pool,
				  struct err *e)
{
	static const char zeros[RECORD_PADDING];
	enum reject_code why;
	struct record *r;
	struct span line;
	struct buf padded = BUF_INIT((size_t)128 << 20);

	if (incident_record(s, inc, pool, &line, e) != 0 || !line.data)
		return NULL;
	buf_add_span(&padded, line);
	buf_add(&padded, zeros, sizeof zeros);
	line = span_of(pool_take(pool, &padded).data, line.len);
	r = record_new(line.len + RECORD_PADDING);
	if (record_parse(r, line.data, line.len, &why, e) == 0)
		return r;
	record_free(r);
	return NULL;
}

static int write_review(struct cli *c, const char *id, struct buf *out, struct err *e)
{
	struct review r = {.now_ns = env_now_ns(cli_env(c))};
	struct record *last = NULL;
	struct pool pool = {0};
	struct questions q = {0};
	struct incident inc;
	int rc = 0;

	if (load_questions(cli_options(c), &q, e) != 0 ||
	    register_open_readonly(cli_db_path(c), &r.store, e) != 0)
		rc = -1;
	if (rc == 0 && r.store)
		rc = incident_find(r.store, span_cstr(id), &pool, &inc, e);
	if (rc == 0) {
		rc = err_set(
			e, EX_UNREADABLE,
			"no incident '%.100s' is on file ('aiops-incident list' shows what is)",
			id);
	} else if (rc == 1) {
		last = last_record(r.store, &inc, &pool, e);
		r.questions = &q;
		r.inc = &inc;
		r.last = last;
		rc = e->code ? -1 : review_write(&r, out, e);
	}
	record_free(last);
	store_close(r.store);
	pool_release(&pool);
	questions_release(&q);
	return rc;
}

int review_run(struct cli *c)
{
	struct buf out = BUF_INIT(OUT_MAX);
	struct err e = ERR_INIT;
	int rc = EX_DONE;
	size_t n;
	char *const *ids = cli_operands(c, &n);

	if (n != 1)
		err_set(&e, EX_BADUSAGE, "name one incident");
	if (e.code || write_review(c, ids[0], &out, &e) != 0)
		rc = msg_err(c, NULL, &e);
	else
		out_write(c, buf_span(&out));
	buf_release(&out);
	return rc;
}
