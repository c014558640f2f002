#include "store/audit_verify.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/audit_body.h"
#include "store/audit_removed.h"
#include "store/audit_schema.h"
#include "store/chain.h"
#include "store/store_impl.h"

void verify_problem(struct verify *v, int64_t seq, const char *what, const char *expected,
		    const char *found)
{
	v->report.problems++;
	v->problem(v->ctx, seq, what, expected, found);
}

static void problem_i64(struct verify *v, int64_t seq, const char *what, int64_t expected,
			int64_t found)
{
	char a[24], b[24];

	(void)snprintf(a, sizeof a, "%" PRId64, expected); /* fits */
	(void)snprintf(b, sizeof b, "%" PRId64, found);
	verify_problem(v, seq, what, a, b);
}

static void problem_digest(struct verify *v, int64_t seq, const char *what,
			   const struct digest *expected, struct span found)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(expected, hex);
	verify_problem(v, seq, what, hex, found.data ? found.data : "nothing");
}

int verify_damaged(struct verify *v, struct err *e)
{
	if (e->code != EX_BADDATA && !(e->code == EX_BUG && v->report.problems))
		return -1;
	verify_problem(v, 0, "database", "sound", e->text);
	err_clear(e);
	return 0;
}

/* ---- one row ---- */

static bool digest_is(const struct digest *d, struct span hex)
{
	char mine[DIGEST_HEX + 1];

	digest_hex(d, mine);
	return span_is(hex, mine);
}

static void check_column(struct verify *v, int64_t seq, const char *what, struct span in_body,
			 sqlite3_stmt *st, int column)
{
	struct span found = store_text(st, column);
	char *expected;

	if ((in_body.data != NULL) == (found.data != NULL) && span_eq(in_body, found))
		return;
	expected = in_body.data ? mem_dup(in_body.data, in_body.len) : mem_dupz("nothing");
	verify_problem(v, seq, what, expected, found.data ? found.data : "nothing");
	free(expected);
}

/* That the body is what was hashed, and that the columns repeat it. */
static int check_body(struct verify *v, sqlite3_stmt *st, int64_t seq, struct err *e)
{
	struct span salt = store_text(st, ROW_SALT), body = store_text(st, ROW_BODY);
	struct span body_hash = store_text(st, ROW_BODY_HASH);
	struct audit_keys keys;
	struct digest d;
	char hex[DIGEST_HEX + 1];

	if (!body.data || !salt.data) {
		v->report.redacted++;
		removed_row(v->removed, seq, store_text(st, ROW_KIND), store_text(st, ROW_TS));
		if (body.data || salt.data)
			verify_problem(v, seq, "salt", "to be there with the body",
				       "one of the two");
		return 0;
	}
	d = chain_body_hash(salt, body);
	digest_hex(&d, hex);
	if (!span_is(body_hash, hex)) {
		verify_problem(v, seq, "body", body_hash.data ? body_hash.data : "nothing", hex);
		return 0;
	}
	if (audit_body_keys(v->store, body, &keys, e) != 0) {
		if (e->code != EX_BADDATA)
			return -1;
		verify_problem(v, seq, "body", "a record", e->text);
		err_clear(e);
		return 0;
	}
	if (store_text(st, ROW_RECORD_ID)
		    .data) /* an append without a check for repeats leaves it out */
		check_column(v, seq, "record_id", keys.id, st, ROW_RECORD_ID);
	check_column(v, seq, "incident", keys.incident, st, ROW_INCIDENT);
	check_column(v, seq, "run", keys.run, st, ROW_RUN);
	if (span_is(store_text(st, ROW_KIND), "audit"))
		removed_record(v->removed, seq, v->store->parser);
	return 0;
}

static void check_seq(struct verify *v, int64_t seq)
{
	if (seq == v->last_seq + 1)
		return;
	problem_i64(v, seq, "seq", v->last_seq + 1, seq);
}

static void check_chain(struct verify *v, sqlite3_stmt *st, int64_t seq)
{
	struct span hash = store_text(st, ROW_HASH);
	const struct chain_row row = {
		.log = span_cstr(v->log),
		.seq = seq,
		.prev = span_cstr(v->prev),
		.ts = store_text(st, ROW_TS),
		.kind = store_text(st, ROW_KIND),
		.actor = store_text(st, ROW_ACTOR),
		.body_hash = store_text(st, ROW_BODY_HASH),
	};
	struct digest d = chain_hash(&row);

	if (!audit_word_ok(row.kind) || !audit_word_ok(row.actor))
		verify_problem(v, seq, "kind or actor", "1 to 128 of A-Z a-z 0-9 . _ : @ / -",
			       "something else");
	if (!digest_is(&d, hash))
		problem_digest(v, seq, "hash", &d, hash);
	tree_push(&v->tree, &d);
	digest_hex(&d, v->last_hash);
	/* What the next row was chained to is what stands here: so one edit is one finding, not one
	 * for every row behind it. */
	(void)snprintf(v->prev, sizeof v->prev, "%.*s",
		       (int)(hash.len > DIGEST_HEX ? DIGEST_HEX : hash.len),
		       hash.data ? hash.data : ""); /* cut to size */
}

/* ---- checkpoints ---- */

static int by_size(const void *a, const void *b)
{
	const struct audit_checkpoint *x = a, *y = b;

	return (x->size > y->size) - (x->size < y->size);
}

/* Compares those that were taken when the log was as long as what has been read. */
static void check_checkpoints(struct verify *v)
{
	for (; v->next < v->n && v->checkpoints[v->next].size == v->tree.size; v->next++) {
		const struct audit_checkpoint *c = &v->checkpoints[v->next];
		struct digest root = tree_root(&v->tree);
		char hex[DIGEST_HEX + 1];

		digest_hex(&root, hex);
		if (memcmp(root.bytes, c->root.bytes, DIGEST_BYTES) != 0)
			problem_digest(v, c->size, "checkpoint", &c->root, span_cstr(hex));
	}
}

static void check_logs(struct verify *v)
{
	for (size_t i = 0; i < v->n; i++) {
		if (strcmp(v->checkpoints[i].log, v->log) != 0)
			verify_problem(v, 0, "log", v->checkpoints[i].log, v->log);
	}
}

static void check_truncation(struct verify *v)
{
	for (; v->next < v->n; v->next++)
		problem_i64(v, 0, "size", v->checkpoints[v->next].size, v->tree.size);
}

/* ---- the log ---- */

static void take_hash(struct verify *v, int64_t seq, struct span hash)
{
	struct digest d = {{0}};

	check_seq(v, seq);
	if (hex_decode(hash, d.bytes, DIGEST_BYTES) != 0)
		verify_problem(v, seq, "hash", "64 hexadecimal digits", "something else");
	tree_push(&v->tree, &d);
	digest_hex(&d, v->last_hash);
	memcpy(v->prev, v->last_hash, sizeof v->prev);
	v->last_seq = seq;
	v->report.rows++;
	check_checkpoints(v);
}

/* The rows before `since`. */
static int scan_hashes(struct verify *v, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		v->store, "SELECT seq, hash FROM aiops_audit WHERE seq < ? ORDER BY seq", e);
	int rc;

	if (!st)
		return verify_damaged(v, e);
	store_bind_i64(st, 1, v->since);
	while ((rc = store_step(v->store, st, e)) > 0)
		take_hash(v, sqlite3_column_int64(st, 0), store_text(st, 1));
	return rc < 0 ? verify_damaged(v, e) : 0;
}

static int scan_rows(struct verify *v, struct err *e)
{
	sqlite3_stmt *st;
	int rc;

	check_checkpoints(v);
	if (v->since > 1 && scan_hashes(v, e) != 0)
		return -1;
	st = store_stmt(v->store, ROW_SELECT, e);
	if (!st)
		return verify_damaged(v, e);
	store_bind_i64(st, 1, v->since);
	while ((rc = store_step(v->store, st, e)) > 0) {
		int64_t seq = sqlite3_column_int64(st, ROW_SEQ);

		check_seq(v, seq);
		if (check_body(v, st, seq, e) != 0) {
			(void)sqlite3_reset(st); /* the error stands in e */
			return -1;
		}
		check_chain(v, st, seq);
		audit_index_row(v, st, seq);
		v->last_seq = seq;
		v->report.rows++;
		v->report.recomputed++;
		check_checkpoints(v);
	}
	return rc < 0 ? verify_damaged(v, e) : 0;
}

/* The head row as it stands, which may be anything. */
struct raw_head {
	bool there;
	int64_t size;
	char *log, *hash, *peaks;
};

static char *dup_text(sqlite3_stmt *st, int column)
{
	struct span s = store_text(st, column);

	return mem_dup(s.data ? s.data : "", s.len);
}

static int read_raw_head(struct verify *v, struct raw_head *out, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(v->store, "SELECT log, size, hash, peaks FROM aiops_audit_head", e);
	int rc = st ? store_step(v->store, st, e) : -1;

	if (rc < 0)
		return verify_damaged(v, e);
	if (rc == 0) {
		verify_problem(v, 0, "head", "one row", "nothing");
		return 0;
	}
	*out = (struct raw_head){
		.there = true,
		.log = dup_text(st, 0),
		.size = sqlite3_column_int64(st, 1),
		.hash = dup_text(st, 2),
		.peaks = dup_text(st, 3),
	};
	(void)sqlite3_reset(st); /* was read */
	return 0;
}

static void check_head(struct verify *v, const struct raw_head *head)
{
	struct buf peaks = BUF_INIT(TREE_MAX_PEAKS * DIGEST_HEX + 1);

	if (head->size != v->tree.size)
		problem_i64(v, 0, "head size", v->tree.size, head->size);
	if (strcmp(head->hash, v->last_hash) != 0)
		verify_problem(v, 0, "head hash", v->last_hash, head->hash);
	tree_add_hex(&peaks, &v->tree);
	if (strcmp(head->peaks, buf_cstr(&peaks)) != 0)
		verify_problem(v, 0, "head peaks", buf_cstr(&peaks), head->peaks);
	buf_release(&peaks);
}

/* The log's id: of the head, else of a checkpoint, so that the rows can be judged without a head.
 */
static void take_log_id(struct verify *v, const struct raw_head *head)
{
	const char *log = head->there ? head->log : v->n ? v->checkpoints[0].log : "";

	if (head->there && strlen(log) != AUDIT_LOGID_HEX)
		verify_problem(v, 0, "head log", "32 hexadecimal digits", log);
	(void)snprintf(v->log, sizeof v->log, "%s", log); /* cut to size */
}

static int verify_rows(struct verify *v, const struct raw_head *head, struct err *e)
{
	take_log_id(v, head);
	check_logs(v);
	if (scan_rows(v, e) != 0)
		return -1;
	check_truncation(v);
	if (v->tree.size < v->since - 1)
		problem_i64(v, 0, "size (since)", v->since - 1, v->tree.size);
	if (v->migrations > 1) /* before, there was no command that could have said who took it */
		removed_check(v->removed, v);
	if (audit_index_check(v, e) != 0)
		return -1;
	if (head->there)
		check_head(v, head);
	return 0;
}

static int verify_snapshot(struct verify *v, struct err *e)
{
	struct raw_head head = {.there = false};
	int rc = -1;

	if (audit_check_version(v->store, &v->migrations, e) != 0)
		return verify_damaged(v, e);
	if (audit_schema_check(v, e) != 0 && verify_damaged(v, e) != 0)
		return -1;
	if (audit_pages_check(v, e) == 0 && read_raw_head(v, &head, e) == 0)
		rc = verify_rows(v, &head, e);
	free(head.log);
	free(head.hash);
	free(head.peaks);
	return rc;
}

static void fill_report(struct verify *v, struct audit_report *out)
{
	struct digest root = tree_root(&v->tree);

	*out = v->report;
	out->head.size = v->tree.size;
	memcpy(out->head.log, v->log, sizeof out->head.log);
	memcpy(out->head.hash, v->last_hash, sizeof out->head.hash);
	digest_hex(&root, out->head.root);
}

int audit_verify_since(struct store *s, int64_t since, const struct audit_checkpoint *checkpoints,
		       size_t n, audit_problem_fn *problem, void *ctx, struct audit_report *out,
		       struct err *e)
{
	struct verify v = {.store = s,
			   .problem = problem,
			   .ctx = ctx,
			   .prev = CHAIN_START,
			   .last_hash = CHAIN_START,
			   .n = n,
			   .since = since > 1 ? since : 1,
			   .removed = removed_new()};
	int rc;

	assert(!s->in_transaction);
	if (store_exec(s, "BEGIN", e) != 0)
		return -1;
	audit_index_start(&v);
	v.checkpoints = mem_array(NULL, n + 1, sizeof *v.checkpoints);
	if (n) {
		memcpy(v.checkpoints, checkpoints, n * sizeof *v.checkpoints);
		qsort(v.checkpoints, n, sizeof *v.checkpoints, by_size);
	}
	rc = verify_snapshot(&v, e);
	if (rc == 0)
		fill_report(&v, out);
	free(v.checkpoints);
	removed_free(v.removed);
	store_reset_all(s);
	(void)sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL); /* it only read */
	return rc;
}

int audit_verify(struct store *s, const struct audit_checkpoint *checkpoints, size_t n,
		 audit_problem_fn *problem, void *ctx, struct audit_report *out, struct err *e)
{
	return audit_verify_since(s, 1, checkpoints, n, problem, ctx, out, e);
}
