#include "store/audit_removal.h"

#include <inttypes.h>
#include <string.h>

#include "record/jsonw.h"
#include "store/store_impl.h"

/* ---- records of our own ---- */

enum { OWN_MAX = 16 << 20 };

struct own {
	struct buf id, title, members; /* members: ,"name":value ... */
	struct span incident;
};

static struct own own_new(void)
{
	return (struct own){.id = BUF_INIT(AUDIT_MAX_BODY),
			    .title = BUF_INIT(OWN_MAX),
			    .members = BUF_INIT(OWN_MAX)};
}

static void own_release(struct own *o)
{
	buf_release(&o->id);
	buf_release(&o->title);
	buf_release(&o->members);
}

static int own_append(struct store *s, const struct own *o, const char *action,
		      const struct audit_act *act, struct audit_ref *out, struct err *e)
{
	struct buf body = BUF_INIT(AUDIT_MAX_BODY);
	struct jsonw w = jsonw_to(&body);
	int rc;

	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN(AUDIT_OWN_KIND));
	jsonw_member(&w, "id", buf_span(&o->id));
	jsonw_member_time(&w, "timestamp", act->ts);
	jsonw_member(&w, "source", SPAN(AUDIT_OWN_SOURCE));
	jsonw_member_opt(&w, "incident", o->incident);
	jsonw_member(&w, "action", span_cstr(action));
	jsonw_member(&w, "title", buf_span(&o->title));
	buf_add_span(&body, buf_span(&o->members));
	jsonw_object_end(&w);
	if (buf_overflowed(&body) || buf_overflowed(&o->members))
		rc = err_set(e, EX_BADDATA, "the record of it would be too long");
	else
		rc = audit_append(s, act->ts, SPAN(AUDIT_OWN_KIND), act->actor, buf_span(&o->id),
				  o->incident, SPAN_NONE, buf_span(&body), act->salt, out, e);
	buf_release(&body);
	return rc;
}

static int own_id(struct store *s, struct own *o, int64_t seq, const char *action, struct err *e)
{
	struct audit_head head;

	if (audit_head(s, &head, e) != 0)
		return -1;
	buf_addf(&o->id, "%s#%" PRId64 "#%s", head.log, seq ? seq : head.size + 1, action);
	return 0;
}

/* ---- redacting one ---- */

/* What the record of it says about the row; copies into o. */
static int describe_row(struct store *s, int64_t seq, struct own *o, struct buf *incident,
			struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT kind, incident, hash, body IS NULL FROM aiops_audit WHERE seq = ?", e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, seq);
	rc = store_step(s, st, e);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(e, EX_BADDATA, "there is no row %" PRId64, seq);
	if (span_is(store_text(st, 0), AUDIT_OWN_KIND)) {
		rc = err_set(e, EX_BADDATA,
			     "row %" PRId64 " is of kind audit: what the log says of itself stays",
			     seq);
	} else if (sqlite3_column_int(st, 3)) {
		rc = err_set(e, EX_BADDATA, "row %" PRId64 " was redacted before", seq);
	} else {
		rc = 0;
		if (store_text(st, 1).data) {
			buf_add_span(incident, store_text(st, 1));
			o->incident = buf_span(incident);
		}
		buf_addf(&o->members, ",\"redacted\":{\"seq\":%" PRId64 ",\"hash\":", seq);
		jsonw_quote(&o->members, store_text(st, 2));
		buf_add_char(&o->members, '}');
	}
	(void)sqlite3_reset(st); /* was read */
	return rc;
}

static int clear_row(struct store *s, int64_t seq, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "UPDATE aiops_audit SET body = NULL, salt = NULL WHERE seq = ?", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, seq);
	return store_step(s, st, e);
}

int audit_redact(struct store *s, int64_t seq, struct span reason, const struct audit_act *act,
		 struct audit_ref *out, struct err *e)
{
	struct own o = own_new();
	struct buf incident = BUF_INIT(AUDIT_MAX_BODY);
	int rc = -1;

	if (own_id(s, &o, seq, "redacted", e) != 0 || describe_row(s, seq, &o, &incident, e) != 0)
		goto out;
	buf_addf(&o.title, "redacted row %" PRId64 ": ", seq);
	buf_add_span(&o.title, reason);
	buf_add_cstr(&o.members, ",\"reason\":");
	jsonw_quote(&o.members, reason);
	if (own_append(s, &o, "redacted", act, out, e) == 0)
		rc = clear_row(s, seq, e);
out:
	own_release(&o);
	buf_release(&incident);
	return rc;
}

/* ---- removing by age ---- */

int audit_rule_count(struct store *s, struct audit_rule *rule, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT count(*) FROM aiops_audit WHERE kind = ? AND ts < ? AND body IS NOT NULL",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, rule->kind);
	store_bind_text(st, 2, span_cstr(rule->before));
	if (store_step(s, st, e) < 0)
		return -1;
	rule->rows = sqlite3_column_int64(st, 0);
	(void)sqlite3_reset(st); /* was read */
	return 0;
}

int audit_prune_begin(struct store *s, const struct audit_rule *rules, size_t n,
		      const struct audit_act *act, struct audit_ref *out, struct err *e)
{
	struct own o = own_new();
	struct jsonw w = jsonw_to(&o.members);
	int64_t rows = 0;
	int rc;

	buf_add_cstr(&o.members, ",\"pruned\":");
	jsonw_array(&w);
	for (size_t i = 0; i < n; i++) {
		rows += rules[i].rows;
		jsonw_object(&w);
		jsonw_member(&w, "kind", rules[i].kind);
		jsonw_member(&w, "before", span_cstr(rules[i].before));
		jsonw_member_i64(&w, "rows", rules[i].rows);
		jsonw_object_end(&w);
	}
	jsonw_array_end(&w);
	buf_addf(&o.title, "removed the bodies of %" PRId64 " records by age", rows);
	rc = own_id(s, &o, 0, "pruned", e);
	if (rc == 0)
		rc = own_append(s, &o, "pruned", act, out, e);
	own_release(&o);
	return rc;
}

int audit_prune_some(struct store *s, const struct audit_rule *rule, int64_t until, int64_t most,
		     int64_t *from, int64_t *removed, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT seq FROM aiops_audit WHERE seq >= ? AND seq < ? AND +kind = ? AND +ts < ? "
		"AND body IS NOT NULL ORDER BY seq LIMIT 1",
		e);

	if (!st)
		return -1;
	for (int64_t i = 0; i < most; i++) {
		int64_t seq;
		int rc;

		store_bind_i64(st, 1, *from);
		store_bind_i64(st, 2, until);
		store_bind_text(st, 3, rule->kind);
		store_bind_text(st, 4, span_cstr(rule->before));
		rc = store_step(s, st, e);
		if (rc <= 0)
			return rc;
		seq = sqlite3_column_int64(st, 0);
		(void)sqlite3_reset(st); /* was read */
		if (clear_row(s, seq, e) != 0)
			return -1;
		*from = seq + 1;
		++*removed;
	}
	return 1;
}

/* ---- refusing ---- */

int audit_find_id(struct store *s, struct span id, int64_t *seq, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "SELECT seq FROM aiops_audit WHERE record_id = ?", e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, id);
	rc = store_step(s, st, e);
	if (rc < 0)
		return -1;
	*seq = rc ? sqlite3_column_int64(st, 0) : 0;
	(void)sqlite3_reset(st); /* was read */
	return 0;
}

int audit_log_refusal(struct store *s, int64_t seq, struct span id, struct span body,
		      const struct audit_act *act, struct err *e)
{
	struct own o = own_new();
	struct digest d = digest_of(&body, 1);
	char hex[DIGEST_HEX + 1];
	struct audit_ref ref;
	int64_t there;
	int rc = -1;

	digest_hex(&d, hex);
	if (own_id(s, &o, seq, "refused", e) != 0)
		goto out;
	buf_addf(&o.id, "#%.32s", hex);
	if (audit_find_id(s, buf_span(&o.id), &there, e) != 0 || there) {
		rc = there ? 0 : -1;
		goto out;
	}
	buf_addf(&o.title, "refused another body for the id of row %" PRId64, seq);
	buf_addf(&o.members, ",\"refused\":{\"seq\":%" PRId64 ",\"id\":", seq);
	jsonw_quote(&o.members, id);
	buf_add_char(&o.members, '}');
	rc = own_append(s, &o, "refused", act, &ref, e);
out:
	own_release(&o);
	return rc;
}
