#include "store/audit.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "store/audit_body.h"
#include "store/audit_head.h"
#include "store/chain.h"
#include "store/store_impl.h"

#define MAX_WORD 128

static bool is_word_char(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == ':' || c == '@' || c == '/' || c == '-';
}

bool audit_word_ok(struct span s)
{
	if (s.len == 0 || s.len > MAX_WORD)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_word_char((unsigned char)s.data[i]))
			return false;
	}
	return true;
}

void audit_ref_json(const struct audit_ref *ref, struct buf *out)
{
	buf_add_cstr(out, "{\"log\":\"");
	buf_add_cstr(out, ref->log);
	buf_add_cstr(out, "\",\"seq\":");
	buf_add_i64(out, ref->seq);
	buf_add_cstr(out, ",\"hash\":\"");
	buf_add_cstr(out, ref->hash);
	buf_add_cstr(out, "\"}");
}

int audit_has(struct store *s, int64_t seq, struct span hash, bool *out, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "SELECT hash FROM aiops_audit WHERE seq = ?", e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, seq);
	rc = store_step(s, st, e);
	if (rc < 0)
		return -1;
	*out = rc > 0 && span_eq(store_text(st, 0), hash);
	(void)sqlite3_reset(st); /* was read */
	return 0;
}

/* A row to be, and whether it was refused for what it holds. */
struct entry {
	struct span kind, actor, body;
	struct audit_keys keys;
	char ts[40], salt[AUDIT_SALT_BYTES * 2 + 1], body_hash[DIGEST_HEX + 1];
	bool refused;
};

static int check_words(struct entry *n, struct err *e)
{
	const struct span words[] = {n->kind, n->actor};

	for (size_t i = 0; i < 2; i++) {
		if (audit_word_ok(words[i]))
			continue;
		n->refused = true;
		if (!words[i].data)
			return err_set(e, EX_BADDATA, "no %s", i ? "actor" : "kind");
		return err_set(e, EX_BADDATA, "%s '%.*s' is not 1 to %d of A-Z a-z 0-9 . _ : @ / -",
			       i ? "actor" : "kind", words[i].len > 200 ? 200 : (int)words[i].len,
			       words[i].data, MAX_WORD);
	}
	return 0;
}

static bool same_key(struct span given, struct span in_body)
{
	return (given.data != NULL) == (in_body.data != NULL) && span_eq(given, in_body);
}

static int check_keys(struct store *s, struct entry *n, struct err *e)
{
	struct audit_keys body;

	if (audit_body_keys(s, n->body, &body, e) != 0) {
		n->refused = e->code == EX_BADDATA;
		return -1;
	}
	if ((n->keys.id.data && !same_key(n->keys.id, body.id)) ||
	    !same_key(n->keys.incident, body.incident) || !same_key(n->keys.run, body.run))
		return err_set(e, EX_BUG,
			       "an audit row's id, incident or run is not that of its body");
	return 0;
}

/* The row with the same id, in *out; -1: it has another body, or an error. */
static int find_same(struct store *s, struct entry *n, const char *log, struct audit_ref *out,
		     struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "SELECT seq, hash, body FROM aiops_audit WHERE record_id = ?", e);
	struct span hash, body;
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, n->keys.id);
	rc = store_step(s, st, e);
	if (rc <= 0)
		return rc < 0 ? -1
			      : err_set(e, EX_IO, "'%s': the index of record_id is damaged",
					s->path);
	rc = 0;
	hash = store_text(st, 1);
	body = store_text(st, 2);
	n->refused = !body.data || !audit_body_same(n->body, body);
	if (n->refused) {
		rc = err_set(e, EX_BADDATA, "id '%.*s' is logged as seq %lld %s",
			     n->keys.id.len > 100 ? 100 : (int)n->keys.id.len, n->keys.id.data,
			     (long long)sqlite3_column_int64(st, 0),
			     body.data ? "with another body"
				       : "and its body was redacted: the two cannot be compared");
	} else if (hash.len != DIGEST_HEX) {
		rc = err_set(e, EX_BADDATA, "the hash of seq %lld is damaged",
			     (long long)sqlite3_column_int64(st, 0));
	} else {
		*out = (struct audit_ref){.seq = sqlite3_column_int64(st, 0), .was_there = true};
		memcpy(out->log, log, sizeof out->log);
		memcpy(out->hash, hash.data, DIGEST_HEX);
	}
	(void)sqlite3_reset(st); /* was read */
	return rc;
}

/* Bound where it stands: SQLite makes no copy of a body. */
static void bind_in_place(sqlite3_stmt *st, int index, struct span s)
{
	int rc = s.data ? sqlite3_bind_text64(st, index, s.data, s.len, SQLITE_STATIC, SQLITE_UTF8)
			: sqlite3_bind_null(st, index);

	assert(rc == SQLITE_OK); /* nothing is copied, so memory cannot fail */
	(void)rc;
}

/* 1: inserted, 0: there is a row with this id, -1: error. */
static int insert_row(struct store *s, const struct entry *n, int64_t seq, const char *hash,
		      struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"INSERT OR ROLLBACK INTO aiops_audit (ts, kind, actor, record_id, incident, run, "
		"body_hash, hash, salt, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT (record_id) WHERE record_id IS NOT NULL DO NOTHING",
		e);
	const struct span texts[] = {
		span_cstr(n->ts),
		n->kind,
		n->actor,
		n->keys.id,
		n->keys.incident,
		n->keys.run,
		span_of(n->body_hash, DIGEST_HEX),
		span_of(hash, DIGEST_HEX),
		span_of(n->salt, 2 * AUDIT_SALT_BYTES),
		n->body,
	};
	int rc = 1;

	if (!st)
		return -1;
	for (int i = 0; i < 10; i++)
		bind_in_place(st, i + 1, texts[i]);
	if (sqlite3_step(st) != SQLITE_DONE)
		rc = store_err(s, e, "cannot write");
	else if (sqlite3_changes(s->db) == 0)
		rc = 0;
	else if (sqlite3_last_insert_rowid(s->db) != seq)
		rc = err_set(e, EX_IO,
			     "'%s': the head of the audit log and its rows disagree at seq %lld: "
			     "see 'aiops-audit verify'",
			     s->path, (long long)seq);
	(void)sqlite3_reset(st);          /* its error is the step's */
	(void)sqlite3_clear_bindings(st); /* they point at what the caller may free */
	return rc;
}

static struct digest hash_row(const struct audit_head_row *head, struct entry *n)
{
	struct digest d = chain_body_hash(span_of(n->salt, 2 * AUDIT_SALT_BYTES), n->body);

	digest_hex(&d, n->body_hash);
	return chain_hash(&(struct chain_row){
		.log = span_of(head->log, AUDIT_LOGID_HEX),
		.seq = head->tree.size + 1,
		.prev = span_of(head->hash, DIGEST_HEX),
		.ts = span_cstr(n->ts),
		.kind = n->kind,
		.actor = n->actor,
		.body_hash = span_of(n->body_hash, DIGEST_HEX),
	});
}

static int append_row(struct store *s, struct entry *n, struct audit_ref *out, struct err *e)
{
	struct audit_head_row *head = audit_head_tail(s, e);
	char hash[DIGEST_HEX + 1];
	struct digest d;
	int rc;

	if (!head)
		return -1;
	d = hash_row(head, n);
	digest_hex(&d, hash);
	rc = insert_row(s, n, head->tree.size + 1, hash, e);
	if (rc == 0)
		return find_same(s, n, head->log, out, e);
	if (rc < 0)
		return -1;
	memcpy(head->hash, hash, sizeof hash);
	tree_push(&head->tree, &d);
	audit_head_changed(s);
	*out = (struct audit_ref){.seq = head->tree.size};
	memcpy(out->log, head->log, sizeof out->log);
	memcpy(out->hash, hash, sizeof out->hash);
	return 0;
}

static void write_ts(char out[static 40], struct instant ts)
{
	struct buf b = {.data = out, .cap = 39, .max = 39}; /* never grows */

	ts.fraction = 3;
	instant_add(&b, ts);
	out[b.len] = '\0';
}

/* A damaged log is no fault of the record. */
static int blame(const struct entry *n, struct err *e)
{
	if (!n->refused && e->code == EX_BADDATA)
		e->code = EX_IO;
	return -1;
}

int audit_append(struct store *s, struct instant ts, struct span kind, struct span actor,
		 struct span id, struct span incident, struct span run, struct span body,
		 const uint8_t salt[static AUDIT_SALT_BYTES], struct audit_ref *out, struct err *e)
{
	struct entry n = {.kind = kind, .actor = actor, .body = body, .keys = {id, incident, run}};

	assert(s->in_transaction);
	write_ts(n.ts, ts);
	hex_encode(salt, AUDIT_SALT_BYTES, n.salt);
	if (check_words(&n, e) == 0 && check_keys(s, &n, e) == 0 && append_row(s, &n, out, e) == 0)
		return 0;
	return blame(&n, e);
}

int audit_append_record(struct store *s, struct instant ts, struct span actor,
			const struct record *r, const uint8_t salt[static AUDIT_SALT_BYTES],
			struct audit_ref *out, struct err *e)
{
	struct entry n = {.kind = record_text(r, "kind"),
			  .actor = actor,
			  .body = record_line(r),
			  .keys = audit_keys(r)};

	assert(s->in_transaction && n.body.len <= AUDIT_MAX_BODY);
	if (n.body.len && n.body.data[n.body.len - 1] == '\r')
		n.body.len--;
	write_ts(n.ts, ts);
	hex_encode(salt, AUDIT_SALT_BYTES, n.salt);
	if (check_words(&n, e) == 0 && append_row(s, &n, out, e) == 0)
		return 0;
	return blame(&n, e);
}
