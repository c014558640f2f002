/*
 * aiops-audit append: a filter that stores what passes.
 *
 * A group of records shares one transaction and one sync: what is already there
 * to be read, up to a bound. Their lines wait in a buffer of our own until the
 * commit, and only then go out; so what a reader of our output has seen is on
 * disk. The lock is not held while we wait for input.
 */
#include "aiops-audit/commands.h"

#include "aiops-audit/removing.h"
#include "base/num.h"
#include "cli/filter.h"
#include "cli/held.h"
#include "store/audit.h"
#include "text/redact.h"

/* Salts are drawn so many at a time: each call of the system costs more than hashing a row. */
enum { SALTS = 64 };

struct append {
	struct cli *c;
	struct store *store;
	char log[AUDIT_LOGID_HEX + 1];
	struct span actor;
	struct held held; /* lines, and how many rows the open transaction has */
	struct buf body;  /* the record without its secrets, padded */
	struct buf ref;
	struct record *redacted; /* parser of bodies from which something was taken out */
	uint8_t salts[SALTS][AUDIT_SALT_BYTES];
	size_t salts_left;
	bool open; /* there is one */
	int64_t stored, repeated, passed, refused, secrets, groups;
};

/* ---- the group ---- */

/* Makes the group durable, then lets its lines go. */
static int end_group(void *ctx, struct filter *f, struct err *e)
{
	struct append *a = ctx;

	if (a->open && store_commit(a->store, e) != 0)
		return -1;
	a->groups += a->open;
	a->open = false;
	held_emit(&a->held, f);
	return 0;
}

static int begin_group(struct append *a, struct err *e)
{
	if (!a->open && store_begin(a->store, e) != 0)
		return -1;
	a->open = true;
	return 0;
}

static int end_group_if_full(struct append *a, struct filter *f, struct err *e)
{
	bool full = held_is_full(&a->held);

	return full || cli_common(a->c)->unbuffered ? end_group(a, f, e) : 0;
}

/* ---- lines that go out as they came ---- */

static int pass(struct append *a, struct filter *f, const struct record *r)
{
	if (a->open)
		held_pass(&a->held, r);
	else
		filter_pass(f);
	return 0;
}

static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	(void)e;
	return pass(ctx, f, r);
}

/* A record that says it is in this log already: 1 and it is, 0: it says no such thing, -1: it is
 * not (EX_BADDATA), or another error. */
static int is_logged(struct append *a, const struct record *r, struct err *e)
{
	int64_t seq;
	bool there;

	if (!span_is(record_text(r, "audit.log"), a->log))
		return 0;
	if (num_parse_i64(record_token(r, "audit.seq"), 1, INT64_MAX, &seq, e) != 0) {
		err_clear(e);
		return err_set(e, EX_BADDATA, "audit.seq is no row of this log");
	}
	if (audit_has(a->store, seq, record_text(r, "audit.hash"), &there, e) != 0)
		return -1;
	return there ? 1
		     : err_set(e, EX_BADDATA,
			       "audit names row %lld of this log, which is not that record's",
			       (long long)seq);
}

/* ---- records ---- */

/* What is stored: the record itself, or, if there are secrets in it, a copy without them. NULL: it
 * cannot be. */
static const struct record *without_secrets(struct append *a, const struct record *r, struct err *e)
{
	static const char zeros[RECORD_PADDING];
	enum reject_code why;
	size_t found, len;

	buf_clear(&a->body);
	found = text_redact(record_line(r), &a->body);
	a->secrets += (int64_t)found;
	if (found == 0)
		return r;
	len = a->body.len;
	buf_add(&a->body, zeros, sizeof zeros);
	if (buf_overflowed(&a->body)) {
		err_set(e, EX_BADDATA, "the record is too long once its secrets are taken out");
		return NULL;
	}
	if (!a->redacted)
		a->redacted = record_new(AUDIT_MAX_BODY);
	if (record_parse(a->redacted, a->body.data, len, &why, e) != 0) {
		err_prefix(e, "without its secrets");
		return NULL;
	}
	return a->redacted;
}

static const uint8_t *next_salt(struct append *a)
{
	if (a->salts_left == 0) {
		env_random(cli_env(a->c), a->salts[0], sizeof a->salts);
		a->salts_left = SALTS;
	}
	return a->salts[--a->salts_left];
}

/* What was refused because another record has its id is logged, once: somebody may ask for it. */
static int log_refusal(struct append *a, const struct record *body, struct instant now,
		       struct err *e)
{
	const struct audit_act act = {.ts = now, .actor = a->actor, .salt = next_salt(a)};
	struct span id = audit_keys(body).id;
	int64_t there = 0;

	if (id.data && audit_find_id(a->store, id, &there, e) != 0)
		return -1;
	if (!there)
		return 0; /* it was refused for something else */
	if (audit_log_refusal(a->store, there, id, record_line(body), &act, e) != 0)
		return -1;
	a->refused++;
	a->held.rows++;
	return 0;
}

static int store_record(struct append *a, const struct record *r, struct audit_ref *ref,
			struct err *e)
{
	struct instant now = instant_from_ns(env_now_ns(cli_env(a->c)));
	const struct record *body = without_secrets(a, r, e);
	struct err other = ERR_INIT;

	if (!body || begin_group(a, e) != 0)
		return -1;
	if (audit_append_record(a->store, now, a->actor, body, next_salt(a), ref, e) == 0)
		return 0;
	if (e->code == EX_BADDATA && log_refusal(a, body, now, &other) != 0)
		*e = other;
	return -1;
}

/* An error of the record is its own: it is rejected, and the next one is read. */
static int refuse(struct filter *f, struct err *e)
{
	struct err why = *e;

	if (e->code != EX_BADDATA)
		return -1;
	err_clear(e); /* before: it is the filter's, and with --strict the reject sets it */
	filter_reject(f, REJECT_SCHEMA, "%s", why.text);
	return 0;
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct append *a = ctx;
	struct audit_ref ref;
	int logged = is_logged(a, r, e);

	if (logged < 0)
		return refuse(f, e);
	if (logged > 0) {
		a->passed++;
		return pass(a, f, r);
	}
	if (store_record(a, r, &ref, e) != 0)
		return refuse(f, e) == 0 ? end_group_if_full(a, f, e) : -1;
	a->held.rows++;
	*(ref.was_there ? &a->repeated : &a->stored) += 1;
	buf_clear(&a->ref);
	audit_ref_json(&ref, &a->ref);
	record_splice(r, "audit", buf_span(&a->ref), &a->held.lines);
	return end_group_if_full(a, f, e);
}

static void add_stats(void *ctx, struct buf *json)
{
	const struct append *a = ctx;

	buf_addf(
		json,
		",\"stored\":%lld,\"repeated\":%lld,\"already_logged\":%lld,\"refused\":%lld,\"secrets\":%lld,\"commits\":%lld",
		(long long)a->stored, (long long)a->repeated, (long long)a->passed,
		(long long)a->refused, (long long)a->secrets, (long long)a->groups);
}

/* ---- the command ---- */

static int open_log(struct append *a, struct err *e)
{
	const struct append_options *o = cli_options(a->c);
	struct audit_head head;

	if (store_open_waiting(cli_db_path(a->c), audit_migrations, audit_migration_count,
			       o->lock_wait_ms, &a->store, e) != 0 ||
	    audit_head(a->store, &head, e) != 0)
		return -1;
	memcpy(a->log, head.log, sizeof a->log);
	return 0;
}

int append_run(struct cli *c)
{
	static const struct filter_ops ops = {
		.record = on_record,
		.control = on_control,
		.idle = end_group,
		.stats = add_stats,
	};
	struct append a = {.c = c, .body = BUF_INIT(AUDIT_MAX_BODY), .ref = BUF_INIT(1024)};
	const struct append_options *o = cli_options(c);
	struct buf number = BUF_INIT(32);
	struct err e = ERR_INIT;
	int rc;

	held_init(&a.held);
	if (actor_choose(c, o->actor, &number, &a.actor, &e) != 0 || open_log(&a, &e) != 0) {
		if (e.code == EX_BADDATA)
			e.code = EX_IO; /* a damaged log is no bad record */
		rc = msg_err(c, NULL, &e);
	} else {
		rc = filter_run(c, &ops, &a);
	}
	store_close(a.store);
	record_free(a.redacted);
	held_release(&a.held);
	buf_release(&a.body);
	buf_release(&a.ref);
	buf_release(&number);
	return rc;
}
