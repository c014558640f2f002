/*
 * aiops-audit redact: the body of one row goes, its place and its proof stay.
 */
#include "text/redact.h"
#include "aiops-audit/commands.h"
#include "aiops-audit/proving.h"
#include "aiops-audit/removing.h"
#include "base/num.h"

/* What would go, or that it went before. */
static int show_row(struct cli *c, struct store *s, int64_t seq, bool *gone, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT ts, kind, actor, coalesce(record_id, '-'), body IS NULL FROM aiops_audit "
		"WHERE seq = ?",
		e);
	struct buf line = BUF_INIT(AUDIT_MAX_BODY), safe = BUF_INIT(4 * AUDIT_MAX_BODY);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, seq);
	rc = store_step(s, st, e);
	if (rc <= 0)
		return rc ? -1 : err_set(e, EX_BADDATA, "there is no row %lld", (long long)seq);
	*gone = sqlite3_column_int(st, 4) != 0;
	buf_addf(&line, "row %lld", (long long)seq);
	for (int i = 0; i < 4; i++) {
		buf_add_char(&line, ' ');
		buf_add_span(&line, store_text(st, i));
	}
	buf_add_cstr(&line, *gone ? ": redacted before\n" : "\n");
	(void)sqlite3_reset(st); /* was read */
	term_safe(&safe, buf_span(&line));
	out_write(c, buf_span(&safe));
	buf_release(&line);
	buf_release(&safe);
	return 0;
}

static int apply(struct cli *c, struct store *s, int64_t seq, struct span actor, struct err *e)
{
	const struct redact_options *o = cli_options(c);
	struct span given = span_cstr(o->reason);
	struct buf reason = BUF_INIT(16 * given.len + 64);
	uint8_t salt[AUDIT_SALT_BYTES];
	struct audit_act act = {
		.ts = instant_from_ns(env_now_ns(cli_env(c))), .actor = actor, .salt = salt};
	struct audit_ref ref;
	int rc = store_begin(s, e);

	env_random(cli_env(c), salt, sizeof salt);
	(void)text_redact_plain(given, &reason); /* how many there were is of no use here */
	if (rc == 0)
		rc = audit_redact(s, seq, buf_span(&reason), &act, &ref, e);
	if (rc == 0)
		rc = store_commit(s, e);
	buf_release(&reason);
	return rc;
}

static int run(struct cli *c, int64_t seq, struct span actor, struct err *e)
{
	const struct redact_options *o = cli_options(c);
	struct store *s = NULL;
	bool gone = false;
	int rc = o->apply ? removing_open(c, o->lock_wait_ms, &s, e)
			  : store_open_readonly(cli_db_path(c), &s, e);

	if (rc == 0)
		rc = audit_check_version(s, NULL, e);
	if (rc == 0)
		rc = show_row(c, s, seq, &gone, e);
	if (rc == 0 && o->apply && !gone)
		rc = apply(c, s, seq, actor, e);
	if (rc == 0 && o->apply)
		rc = removing_finish(c, s, e);
	if (rc == 0 && !gone)
		out_write(c, o->apply ? SPAN("redacted\n")
				      : SPAN("nothing was done: --apply redacts it\n"));
	store_close(s);
	return rc;
}

int redact_run(struct cli *c)
{
	const struct redact_options *o = cli_options(c);
	struct buf number = BUF_INIT(32);
	struct err e = ERR_INIT;
	struct span actor;
	int64_t seq;
	size_t n;
	char *const *words = cli_operands(c, &n);
	int rc = -1;

	if (n != 1)
		err_set(&e, EX_BADUSAGE, "which row? one seq is wanted");
	else if (!o->reason || !*o->reason)
		err_set(&e, EX_BADUSAGE, "why? --reason is wanted, and is logged");
	else if (num_parse_i64(span_cstr(words[0]), 1, INT64_MAX, &seq, &e) != 0)
		err_prefix(&e, "'%s'", words[0]);
	else if (actor_choose(c, o->actor, &number, &actor, &e) == 0)
		rc = run(c, seq, actor, &e);
	buf_release(&number);
	return rc == 0 ? EX_DONE : msg_err(c, NULL, &e);
}
