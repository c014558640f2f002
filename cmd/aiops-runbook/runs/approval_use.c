/*
 * Using approvals: which of them count now, and using those up.
 */
#include <string.h>

#include "aiops-runbook/runs/approval_impl.h"
#include "aiops-runbook/runs/core.h"
#include "base/digest.h"
#include "base/instant.h"
#include "store/audit.h"

static bool signature_holds(const char *log, const struct run_row *run,
			    const struct approval_row *r, const struct site *site)
{
	const struct approver *a = approvers_find(&site->approvers, r->approver);
	struct buf statement = BUF_INIT(STATEMENT_MAX);
	uint8_t signature[SIGNATURE_BYTES];
	struct public_key key;
	struct err ignored = ERR_INIT;
	bool ok;

	/* By a user of this machine: the store is writable only to its owner. Who has a key must
	 * use it. */
	if (!r->public_key.data)
		return !a || a->user;
	approval_statement(log, run, r, &statement);
	ok = a && !a->user && key_public_parse(r->public_key, &key, &ignored) == 0 &&
	     memcmp(key.bytes, a->key.bytes, sizeof key.bytes) ==
		     0 && /* withdrawn or changed keys do not count */
	     hex_decode(r->signature, signature, sizeof signature) == 0 &&
	     key_verify(&a->key, buf_span(&statement), signature);
	buf_release(&statement);
	return ok;
}

/* The times that are compared are those that were signed. */
static bool times_agree(const struct approval_row *r)
{
	struct err ignored = ERR_INIT;
	struct instant issued, expires;

	return instant_parse(r->issued, &issued, &ignored) == 0 && issued.ns == r->issued_ns &&
	       instant_parse(r->expires, &expires, &ignored) == 0 && expires.ns == r->expires_ns;
}

/* Whoever left a group since does not speak for it any more. */
static int still_meant(const struct run_row *run, const struct approval_row *r,
		       const struct site *site, bool *out, struct err *e)
{
	struct value_iter it;
	struct core c;
	struct value v;
	int rc = core_open(&c, run->plan, e);

	*out = false;
	it = value_iter(rc == 0 ? record_get(c.r, "approval.approvers") : (struct value){0});
	while (rc == 0 && !*out && value_next(&it, NULL, &v))
		*out = approver_meant(&site->approvers, v.text, r->approver);
	core_release(&c);
	return rc;
}

/* Whether one approval counts now; if not, why. */
static int judge(const char *log, const struct run_row *run, const struct approval_row *r,
		 int64_t now, const struct site *site, struct refusal *why)
{
	if (r->used)
		return refusal_set(why, "approval_reused", "the approval %.*s was used already",
				   (int)r->id.len, r->id.data);
	if (!span_eq(r->plan_digest, run->plan_digest))
		return refusal_set(why, "digest_mismatch", "the approval is of another plan");
	if (now < r->issued_ns)
		return refusal_set(why, "clock_went_back",
				   "the approval was given in the future: the clock went back");
	if (now >= r->expires_ns ||
	    r->expires_ns - r->issued_ns > APPROVAL_EXPIRES_MAX_MS * NS_PER_MS)
		return refusal_set(why, "approval_expired", "the approval has expired at %.*s",
				   (int)r->expires.len, r->expires.data);
	if (span_eq(r->approver, run->requester) && !site->allow_self)
		return refusal_set(why, "self_approval", "'%.*s' asked for this run",
				   (int)r->approver.len, r->approver.data);
	if (!times_agree(r) || !signature_holds(log, run, r, site))
		return refusal_set(why, "approval_invalid", "the signature of '%.*s' does not hold",
				   (int)r->approver.len, r->approver.data);
	return 0;
}

static void read_row(sqlite3_stmt *st, struct approval_row *r)
{
	*r = (struct approval_row){.id = store_text(st, 0),
				   .plan_digest = store_text(st, 1),
				   .decision = store_text(st, 2),
				   .approver = store_text(st, 3),
				   .nonce = store_text(st, 4),
				   .issued = store_text(st, 5),
				   .issued_ns = sqlite3_column_int64(st, 6),
				   .expires = store_text(st, 7),
				   .expires_ns = sqlite3_column_int64(st, 8),
				   .public_key = store_text(st, 9),
				   .signature = store_text(st, 10),
				   .used = sqlite3_column_int(st, 11) != 0};
}

/* The nonces of approvals that count; approvers are distinct, since each decides once
 * (has_decided). */
struct counted {
	char nonce[MIN_APPROVALS_MAX][NONCE_HEX + 1];
	char id[MIN_APPROVALS_MAX][RUN_ID_LEN + 1];
	int64_t n;
	bool self;
};

static void count_row(struct counted *c, const struct run_row *run, const struct approval_row *r)
{
	if (c->n == MIN_APPROVALS_MAX || r->nonce.len != NONCE_HEX || r->id.len != RUN_ID_LEN)
		return;
	memcpy(c->nonce[c->n], r->nonce.data, NONCE_HEX + 1);
	memcpy(c->id[c->n], r->id.data, RUN_ID_LEN + 1);
	c->n++;
	c->self |= span_eq(r->approver, run->requester);
}

static int collect(struct journal *j, const struct run_row *run, const struct site *site,
		   struct counted *out, struct refusal *why, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		j->store,
		"SELECT a.id, plan_digest, decision, approver, a.nonce, issued, issued_ns, expires, expires_ns,"
		" public_key, signature, u.nonce IS NOT NULL FROM aiops_approval a"
		" LEFT JOIN aiops_used_nonce u ON u.nonce = a.nonce"
		" WHERE a.run = ?1 AND decision = 'approved' ORDER BY issued_ns",
		e);
	struct pool pool = {NULL};
	struct audit_head head;
	int rc;

	if (audit_head(j->store, &head, e) != 0 || !st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	while ((rc = store_step(j->store, st, e)) == 1) {
		struct approval_row r;
		bool meant;

		read_row(st, &r);
		rc = approval_without(j->store, r.id, &pool, &r.without, e);
		if (rc != 0)
			break;
		if (judge(head.log, run, &r, journal_now(j), site, why) != 0)
			continue;
		rc = still_meant(run, &r, site, &meant, e);
		if (rc != 0)
			break;
		if (meant)
			count_row(out, run, &r);
		else
			(void)refusal_set(why, "not_an_approver",
					  "'%.*s' is none of its approvers any more",
					  (int)r.approver.len, r.approver.data);
	}
	if (rc != 0)
		(void)sqlite3_reset(st); /* the error is told already */
	pool_release(&pool);
	return rc;
}

static int look(struct journal *j, const struct run_row *run, const struct site *site,
		struct counted *out, struct refusal *why, struct err *e)
{
	*why = (struct refusal){.reason = NULL};
	if (collect(j, run, site, out, why, e) != 0)
		return -1;
	if (out->n >= run->min_approvals)
		return 0;
	if (why->reason)
		return 1;
	if (out->n > 0)
		return refusal_set(why, "pending_approval", "%lld of %lld approvals were given",
				   (long long)out->n, (long long)run->min_approvals);
	return refusal_set(why, "pending_approval", "nobody has approved run %s", run->id);
}

int approval_look(struct journal *j, const struct run_row *run, const struct site *site,
		  struct refusal *why, struct err *e)
{
	struct counted c = {.n = 0};

	return look(j, run, site, &c, why, e);
}

static int use_up(struct store *s, const struct run_row *run, const char *nonce,
		  const char *approval, int64_t now, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "INSERT INTO aiops_used_nonce VALUES (?1, ?2, ?3, ?4)", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(nonce));
	store_bind_text(st, 2, span_cstr(approval));
	store_bind_text(st, 3, span_cstr(run->id));
	store_bind_i64(st, 4, now);
	return store_step(s, st, e) < 0 ? -1 : 0;
}

int approval_consume(struct journal *j, const struct run_row *run, const struct site *site,
		     bool *self, struct refusal *why, struct err *e)
{
	struct counted c = {.n = 0};
	int rc = look(j, run, site, &c, why, e);

	for (int64_t i = 0; rc == 0 && i < c.n; i++)
		rc = use_up(j->store, run, c.nonce[i], c.id[i], journal_now(j), e);
	*self = c.self;
	return rc;
}

/* ---- what is left out ---- */

int approval_without(struct store *s, struct span approval, struct pool *pool, struct words *out,
		     struct err *e)
{
	enum { MOST = 1000 }; /* steps of a plan are far fewer */
	sqlite3_stmt *st = store_stmt(
		s, "SELECT step FROM aiops_approval_drop WHERE approval = ?1 ORDER BY step", e);
	struct span *items = NULL;
	size_t n = 0;
	int rc;

	*out = (struct words){0};
	if (!st)
		return -1;
	store_bind_text(st, 1, approval);
	while ((rc = store_step(s, st, e)) == 1 && n < MOST) {
		if (!items)
			items = pool_array(pool, MOST, sizeof *items);
		items[n++] = pool_copy(pool, store_text(st, 0));
	}
	(void)sqlite3_reset(st); /* its error is told already */
	*out = (struct words){items, n};
	return rc < 0 ? -1 : 0;
}

int approval_dropped(struct store *s, const struct run_row *run, const struct runbook *rb,
		     bool *dropped, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "SELECT d.step FROM aiops_used_nonce u"
				      " JOIN aiops_approval_drop d ON d.approval = u.approval"
				      " WHERE u.run = ?1",
				      e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	while ((rc = store_step(s, st, e)) == 1)
		for (size_t i = 0; i < rb->n_steps; i++)
			if (span_eq(rb->steps[i].id.text, store_text(st, 0)))
				dropped[i] = true;
	return rc;
}
