#include "store/audit_verify.h"

#include <sodium.h>
#include <string.h>

#include "store/audit_schema.h"
#include "store/store_impl.h"

static const struct index {
	enum row_column column;
	const char *name, *sql;
} indexes[] = {
	{ROW_RECORD_ID, "index of record_id",
	 "SELECT seq, record_id FROM aiops_audit INDEXED BY aiops_audit_record_id "
	 "WHERE record_id IS NOT NULL ORDER BY record_id, seq"},
	{ROW_INCIDENT, "index of incident",
	 "SELECT seq, incident FROM aiops_audit INDEXED BY aiops_audit_incident "
	 "WHERE incident IS NOT NULL ORDER BY incident, seq"},
	{ROW_RUN, "index of run",
	 "SELECT seq, run FROM aiops_audit INDEXED BY aiops_audit_run "
	 "WHERE run IS NOT NULL ORDER BY run, seq"},
};
enum { INDEXES = sizeof indexes / sizeof *indexes };

void audit_index_start(struct verify *v)
{
	_Static_assert(INDEXES == sizeof v->indexes / sizeof *v->indexes, "one sum for each");
	_Static_assert(crypto_shorthash_KEYBYTES == sizeof v->index_key, "the key's size");
	randombytes_buf(v->index_key, sizeof v->index_key); /* so that no sum can be prepared */
}

static void add(struct verify *v, struct index_sum *to, int64_t seq, struct span text)
{
	uint64_t h, place = (uint64_t)seq;

	crypto_shorthash((unsigned char *)&h, (const unsigned char *)text.data, text.len,
			 v->index_key);
	h ^= place;
	crypto_shorthash((unsigned char *)&h, (const unsigned char *)&h, sizeof h, v->index_key);
	to->sum += h;
	to->n++;
}

void audit_index_row(struct verify *v, sqlite3_stmt *st, int64_t seq)
{
	for (size_t i = 0; i < INDEXES; i++) {
		struct span text = store_text(st, (int)indexes[i].column);

		if (text.data)
			add(v, &v->indexes[i], seq, text);
	}
}

/* Entries in the order of the index, so that a search in it finds them. */
static int read_index(struct verify *v, const struct index *x, struct index_sum *found,
		      bool *ordered, struct err *e)
{
	sqlite3_stmt *st = store_stmt(v->store, x->sql, e);
	struct buf last = BUF_INIT(AUDIT_MAX_BODY);
	int64_t last_seq = 0;
	int rc;

	if (!st)
		return -1;
	*ordered = true;
	while ((rc = store_step(v->store, st, e)) > 0) {
		int64_t seq = sqlite3_column_int64(st, 0);
		struct span text = store_text(st, 1);
		int order = found->n ? span_cmp(buf_span(&last), text) : -1;

		if (order > 0 || (order == 0 && last_seq >= seq))
			*ordered = false;
		if (order != 0) {
			buf_clear(&last);
			buf_add_span(&last, text);
		}
		last_seq = seq;
		add(v, found, seq, text);
	}
	buf_release(&last);
	return rc;
}

int audit_index_check(struct verify *v, struct err *e)
{
	if (v->since > 1)
		return 0; /* audit_pages_check did: not all rows were read */
	for (size_t i = 0; i < INDEXES; i++) {
		struct index_sum found = {.n = 0};
		bool ordered;

		if (read_index(v, &indexes[i], &found, &ordered, e) != 0) {
			if (verify_damaged(v, e) != 0)
				return -1;
			continue;
		}
		if (found.n != v->indexes[i].n || found.sum != v->indexes[i].sum)
			verify_problem(v, 0, indexes[i].name, "what the rows say",
				       "something else");
		else if (!ordered)
			verify_problem(v, 0, indexes[i].name, "its entries in order",
				       "another order");
	}
	return 0;
}

int audit_pages_check(struct verify *v, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		v->store, v->since > 1 ? "PRAGMA integrity_check(10)" : "PRAGMA quick_check(10)",
		e);
	int rc;

	if (!st)
		return verify_damaged(v, e);
	while ((rc = store_step(v->store, st, e)) > 0) {
		struct span found = store_text(st, 0);

		if (!span_is(found, "ok"))
			verify_problem(v, 0, "database", "sound",
				       found.data ? found.data : "nothing");
	}
	return rc < 0 ? verify_damaged(v, e) : 0;
}
