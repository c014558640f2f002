#include "aiops-runbook/runs/approval.h"

#include <string.h>

#include "aiops-runbook/runs/approval_impl.h"
#include "base/digest.h"
#include "base/instant.h"
#include "record/jsonw.h"
#include "store/audit.h"

enum { NONCE_BYTES = NONCE_HEX / 2 };

void approval_statement(const char *log, const struct run_row *run, const struct approval_row *r,
			struct buf *out)
{
	const struct {
		const char *name;
		struct span value;
	} lines[] = {
		{"log", span_cstr(log)},
		{"run", span_cstr(run->id)},
		{"incident", run->incident.data ? run->incident : SPAN("-")},
		{"plan", run->plan_digest},
		{"approver", r->approver},
		{"decision", r->decision},
		{"issued", r->issued},
		{"expires", r->expires},
		{"nonce", r->nonce},
	};

	buf_add_cstr(out, "aiops-approval/v1\n");
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		buf_addf(out, "%s ", lines[i].name);
		buf_add_span(out, lines[i].value);
		buf_add_char(out, '\n');
	}
	for (size_t i = 0; i < r->without.n; i++)
		buf_addf(out, "without %.*s\n", (int)r->without.items[i].len,
			 r->without.items[i].data);
}

/* ---- deciding ---- */

static bool accepts(const struct decision *d)
{
	const struct words *policy = d->policy;

	for (size_t i = 0; i < policy->n; i++)
		if (approver_meant(&d->site->approvers, policy->items[i], d->approver))
			return true;
	return policy->n == 0;
}

static int check_key(const struct decision *d, struct refusal *why)
{
	const struct approver *a = approvers_find(&d->site->approvers, d->approver);

	if (!a || a->user)
		return refusal_set(why, "unknown_approver",
				   "'%s' has no key among the approvers of the configuration",
				   d->approver.data);
	if (memcmp(a->key.bytes, d->key->public.bytes, sizeof a->key.bytes) != 0)
		return refusal_set(why, "wrong_key",
				   "the key is not the one that the configuration gives '%s'",
				   d->approver.data);
	return 0;
}

static int check_approver(const struct run_row *run, const struct decision *d, struct refusal *why)
{
	if (d->approve && span_eq(d->approver, run->requester) && !d->site->allow_self)
		return refusal_set(why, "self_approval",
				   "'%s' asked for this run and may not approve it",
				   d->approver.data);
	if (d->key && check_key(d, why) != 0)
		return 1;
	if (!accepts(d))
		return refusal_set(why, "not_an_approver",
				   "the runbook does not accept '%s' as an approver",
				   d->approver.data);
	return 0;
}

static int has_decided(struct store *s, const struct run_row *run, struct span approver, bool *out,
		       struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "SELECT 1 FROM aiops_approval WHERE run = ?1 AND approver = ?2", e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_text(st, 2, approver);
	rc = store_step(s, st, e);
	*out = rc == 1;
	return rc < 0 ? -1 : 0;
}

static int check_decision(struct journal *j, const struct run_row *run, const struct decision *d,
			  struct refusal *why, struct err *e)
{
	bool again = false;

	if (run->state != RUN_AWAITING)
		return refusal_set(why, "not_waiting",
				   "run %s does not wait for an approval: it is %s", run->id,
				   run_state_names[run->state]);
	if (journal_now(j) >= run->request_expires_ns)
		return refusal_set(why, "approval_expired",
				   "the time to approve run %s is over: plan it again", run->id);
	if (check_approver(run, d, why) != 0)
		return 1;
	if (has_decided(j->store, run, d->approver, &again, e) != 0)
		return -1;
	if (again)
		return refusal_set(why, "already_decided", "'%s' has decided on run %s already",
				   d->approver.data, run->id);
	return 0;
}

static int insert_without(struct store *s, const struct approval_row *r, struct err *e)
{
	for (size_t i = 0; i < r->without.n; i++) {
		sqlite3_stmt *st =
			store_stmt(s, "INSERT INTO aiops_approval_drop VALUES (?1, ?2)", e);

		if (!st)
			return -1;
		store_bind_text(st, 1, r->id);
		store_bind_text(st, 2, r->without.items[i]);
		if (store_step(s, st, e) < 0)
			return -1;
	}
	return 0;
}

static int insert(struct store *s, const struct run_row *run, const struct decision *d,
		  const struct approval_row *r, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"INSERT INTO aiops_approval (id, run, plan_digest, decision, approver, reason, nonce, issued,"
		" issued_ns, expires, expires_ns, public_key, signature)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, r->id);
	store_bind_text(st, 2, span_cstr(run->id));
	store_bind_text(st, 3, run->plan_digest);
	store_bind_text(st, 4, r->decision);
	store_bind_text(st, 5, r->approver);
	store_bind_text(st, 6, d->reason);
	store_bind_text(st, 7, r->nonce);
	store_bind_text(st, 8, r->issued);
	store_bind_i64(st, 9, r->issued_ns);
	store_bind_text(st, 10, r->expires);
	store_bind_i64(st, 11, r->expires_ns);
	store_bind_text(st, 12, r->public_key);
	store_bind_text(st, 13, r->signature);
	return store_step(s, st, e) < 0 ? -1 : insert_without(s, r, e);
}

static void write_without(const struct words *without, struct jsonw *w)
{
	if (without->n == 0)
		return;
	jsonw_key(w, "without");
	jsonw_array(w);
	for (size_t i = 0; i < without->n; i++)
		jsonw_string(w, without->items[i]);
	jsonw_array_end(w);
}

static void write_members(const struct run_row *run, const struct approval_row *r,
			  const struct decision *d, struct span statement, struct buf *out)
{
	struct digest digest = digest_of(&statement, 1);
	char hex[DIGEST_HEX + 1];
	struct jsonw w = jsonw_to(out);

	digest_hex(&digest, hex);
	buf_add_cstr(out, ",\"approval\":");
	jsonw_object(&w);
	jsonw_member(&w, "id", r->id);
	jsonw_member(&w, "decision", r->decision);
	jsonw_member(&w, "approver", r->approver);
	jsonw_member(&w, "proved_by", d->key ? SPAN("key") : SPAN("user"));
	if (d->approve && span_eq(r->approver, run->requester))
		jsonw_member_bool(&w, "self", true); /* the site's allow_self lets it */
	jsonw_member(&w, "expires_at", r->expires);
	write_without(&r->without, &w);
	jsonw_member_opt(&w, "words", d->reason);
	jsonw_member(&w, "statement_sha256", span_cstr(hex));
	jsonw_object_end(&w);
}

/* The texts of a new row; kept together while it is written. */
struct fresh {
	char id[RUN_ID_LEN + 1], nonce[NONCE_HEX + 1], key[PUBLIC_KEY_TEXT + 1],
		signature[2 * SIGNATURE_BYTES + 1];
	struct buf issued, expires, statement;
};

static void make_row(struct journal *j, const char *log, const struct run_row *run,
		     const struct decision *d, struct fresh *f, struct approval_row *r)
{
	uint8_t nonce[NONCE_BYTES], signature[SIGNATURE_BYTES];

	*f = (struct fresh){.issued = BUF_INIT(64),
			    .expires = BUF_INIT(64),
			    .statement = BUF_INIT(STATEMENT_MAX)};
	new_id(f->id, "APR-", j->env);
	env_random(j->env, nonce, sizeof nonce);
	hex_encode(nonce, sizeof nonce, f->nonce);
	*r = (struct approval_row){.id = span_cstr(f->id),
				   .plan_digest = run->plan_digest,
				   .approver = d->approver,
				   .decision = d->approve ? SPAN("approved") : SPAN("denied"),
				   .nonce = span_cstr(f->nonce),
				   .without = d->approve ? d->without : (struct words){0}};
	r->issued_ns = journal_now(j);
	r->expires_ns = r->issued_ns + run->expires_in_ms * NS_PER_MS;
	instant_add(&f->issued, instant_from_ns(r->issued_ns));
	instant_add(&f->expires, instant_from_ns(r->expires_ns));
	r->issued = buf_span(&f->issued);
	r->expires = buf_span(&f->expires);
	approval_statement(log, run, r, &f->statement);
	if (d->key) {
		key_public_text(&d->key->public, f->key);
		key_sign(d->key, buf_span(&f->statement), signature);
		hex_encode(signature, sizeof signature, f->signature);
		r->public_key = span_cstr(f->key);
		r->signature = span_cstr(f->signature);
	}
}

static void release_fresh(struct fresh *f)
{
	buf_release(&f->issued);
	buf_release(&f->expires);
	buf_release(&f->statement);
}

static int record_decision(struct journal *j, struct run_row *run, const struct decision *d,
			   struct err *e)
{
	struct change c = {.from = run_state_names[RUN_AWAITING], .actor = d->approver};
	struct buf members = BUF_INIT(STATEMENT_MAX * 4);
	struct audit_head head;
	struct fresh f;
	struct approval_row r;
	int rc = -1;

	if (audit_head(j->store, &head, e) != 0)
		return -1;
	make_row(j, head.log, run, d, &f, &r);
	write_members(run, &r, d, buf_span(&f.statement), &members);
	if (!d->approve) {
		run->state = RUN_CANCELLED;
		run->ended_ns = journal_now(j);
	}
	run->reason = d->approve ? SPAN("approved") : SPAN("denied");
	c.state = run_state_names[run->state];
	c.reason = run->reason.data;
	c.members = buf_span(&members);
	if (insert(j->store, run, d, &r, e) == 0 && journal_note(j, run, &c, e) == 0)
		rc = 0;
	release_fresh(&f);
	buf_release(&members);
	return rc;
}

int approval_decide(struct journal *j, struct run_row *run, const struct decision *d,
		    struct refusal *why, struct err *e)
{
	struct pool pool = {NULL};
	struct run_row now;
	int rc;

	if (journal_begin(j, e) != 0)
		return -1;
	/* Others may have decided, or started it, since it was read. */
	rc = run_by_id(j->store, span_cstr(run->id), &pool, &now, e) == 1
		     ? check_decision(j, &now, d, why, e)
		     : err_set(e, EX_BUG, "run %s is not on file", run->id);
	if (rc == 0)
		rc = record_decision(j, &now, d, e);
	if (rc == 0)
		rc = journal_commit(j, e);
	if (rc == 0)
		run->state = now.state;
	else
		journal_abort(j);
	pool_release(&pool);
	if (rc == 1 && refusal_record(j, run, why, d->approver, e) != 0)
		return -1;
	return rc;
}
