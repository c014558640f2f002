/*
 * aiops-incident apply: a filter that keeps the register up to date with what passes.
 *
 * Records share a transaction (cli/held.h): what a reader of our output has seen is in the
 * register.
 */
#include "aiops-incident/apply/apply.h"
#include "aiops-incident/commands.h"
#include "cli/filter.h"
#include "cli/held.h"
#include "text/redact.h"

/* A record at most, with what stands in for its secrets. */
#define BODY_MAX ((size_t)64 << 20)

struct pass {
	struct cli *c;
	struct desk desk;
	struct applying applying;
	struct held held;
	struct buf body;         /* a record without its secrets, padded */
	struct record *redacted; /* parser of those */
	bool open;               /* a transaction */
	int64_t commits;
};

static int end_group(void *ctx, struct filter *f, struct err *e)
{
	struct pass *p = ctx;

	if (p->open && desk_commit(&p->desk, e) != 0)
		return -1;
	p->commits += p->open;
	p->open = false;
	held_emit(&p->held, f);
	return 0;
}

static int keep(struct pass *p, struct filter *f, const struct record *r, struct err *e)
{
	if (!p->open) {
		filter_pass(f);
		return 0;
	}
	held_pass(&p->held, r);
	/* The records of the changes are for the audit log; here they are of no use. */
	buf_clear(&p->desk.records);
	return held_is_full(&p->held) || cli_common(p->c)->unbuffered ? end_group(p, f, e) : 0;
}

static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	return keep(ctx, f, r, e);
}

static bool concerns_us(const struct record *r)
{
	enum kind kind = record_kind(r);

	return kind == KIND_INCIDENT || (kind == KIND_RUN && record_text(r, "incident").len) ||
	       (record_text(r, "feedback.cause").len && record_text(r, "incident").len);
}

/* The record itself, or, if there are secrets in it, a copy without them; NULL: it cannot be made.
 */
static const struct record *without_secrets(struct pass *p, const struct record *r, struct err *e)
{
	static const char zeros[RECORD_PADDING];
	enum reject_code why;
	size_t len;

	buf_clear(&p->body);
	if (text_redact(record_line(r), &p->body) == 0)
		return r;
	len = p->body.len;
	buf_add(&p->body, zeros, sizeof zeros);
	if (!p->redacted)
		p->redacted = record_new(BODY_MAX);
	if (buf_overflowed(&p->body) ||
	    record_parse(p->redacted, p->body.data, len, &why, e) != 0) {
		err_clear(e);
		err_set(e, EX_BADDATA, "without its secrets the record cannot be read");
		return NULL;
	}
	return p->redacted;
}

static int apply(struct pass *p, const struct record *r, struct err *e)
{
	r = without_secrets(p, r, e);
	if (!r)
		return -1;
	switch (record_kind(r)) {
	case KIND_INCIDENT:
		return apply_incident(&p->applying, r, e);
	case KIND_RUN:
		return apply_run(&p->applying, r, e);
	default:
		return apply_feedback(&p->applying, r, e);
	}
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct pass *p = ctx;

	if (!concerns_us(r))
		return keep(p, f, r, e);
	if (!p->open && desk_begin(&p->desk, e) != 0)
		return -1;
	p->open = true;
	p->held.rows++;
	if (apply(p, r, e) != 0) {
		struct err why = *e;

		if (e->code != EX_BADDATA)
			return -1;
		err_clear(e); /* before: it is the filter's, and with --strict the reject sets it */
		filter_reject(f, REJECT_SCHEMA, "%s", why.text);
		return 0;
	}
	return keep(p, f, r, e);
}

static void add_stats(void *ctx, struct buf *json)
{
	const struct pass *p = ctx;
	const struct applied *n = &p->applying.count;

	buf_addf(json,
		 ",\"opened\":%lld,\"updated\":%lld,\"resolved\":%lld,\"reopened\":%lld,"
		 "\"joined\":%lld,\"merged\":%lld,\"runs\":%lld,\"known\":%lld,"
		 "\"unmatched\":%lld,\"commits\":%lld",
		 (long long)n->opened, (long long)n->updated, (long long)n->resolved,
		 (long long)n->reopened, (long long)n->joined, (long long)n->merged,
		 (long long)n->runs, (long long)n->known, (long long)n->unmatched,
		 (long long)p->commits);
}

int apply_run_command(struct cli *c)
{
	static const struct filter_ops ops = {
		.record = on_record,
		.control = on_control,
		.idle = end_group,
		.stats = add_stats,
	};
	const struct apply_options *o = cli_options(c);
	struct pass p = {.c = c, .body = BUF_INIT(BODY_MAX)};
	struct store *store = NULL;
	struct err e = ERR_INIT;
	int rc;

	held_init(&p.held);
	if (register_open(cli_db_path(c), &store, &e) != 0) {
		rc = msg_err(c, NULL, &e);
	} else {
		desk_init(&p.desk, store, cli_env(c), span_cstr(cli_user(c)));
		p.applying.desk = &p.desk;
		p.applying.reopen_window_ns = o->reopen_window_ms * NS_PER_MS;
		rc = filter_run(c, &ops, &p);
		desk_release(&p.desk);
	}
	store_close(store);
	held_release(&p.held);
	buf_release(&p.body);
	record_free(p.redacted);
	return rc;
}
