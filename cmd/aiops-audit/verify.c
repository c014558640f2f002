/*
 * aiops-audit verify: the whole log, against what was kept elsewhere.
 */
#include "aiops-audit/commands.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-audit/proving.h"
#include "aiops-audit/signed.h"
#include "store/audit.h"

/* Findings that are shown; the rest are counted. */
enum { SHOWN = 20 };

struct verification {
	struct cli *c;
	const struct verify_options *o;
	struct notes notes; /* those that were given, then those that the log keeps */
	size_t given, kept;
	struct keys keys;
	size_t signed_given, signed_all; /* by one of the keys */
	int64_t findings;
};

static void on_problem(void *ctx, int64_t seq, const char *what, const char *expected,
		       const char *found)
{
	struct verification *v = ctx;
	struct buf where = BUF_INIT(64);

	if (v->findings++ < SHOWN) {
		if (seq)
			buf_addf(&where, "seq %lld", (long long)seq);
		msg(v->c, MSG_ERROR, seq ? buf_cstr(&where) : NULL, "%s: expected %s, found %s",
		    what, expected, found);
	}
	buf_release(&where);
}

/* ---- what was given ---- */

/* A checkpoint that cannot be read is none that was checked. */
static int not_checked(struct err *e)
{
	if (e->code == EX_BADDATA)
		e->code = EX_NOT_CHECKED;
	return -1;
}

static int read_given(struct verification *v, struct err *e)
{
	if (v->o->require_signed && v->o->pubkeys.n == 0)
		return err_set(e, EX_BADUSAGE, "--require-signed wants a --pubkey");
	if (keys_read(&v->keys, &v->o->pubkeys, e) != 0)
		return -1;
	for (size_t i = 0; i < v->o->checkpoints.n; i++) {
		if (notes_add_file(&v->notes, v->o->checkpoints.items[i], e) != 0)
			return not_checked(e);
	}
	v->given = v->notes.n;
	return 0;
}

/* A signed checkpoint in the log that is none is a finding like any other. */
static int read_kept(struct verification *v, struct store *s, struct err *e)
{
	if (notes_add_kept(&v->notes, s, e) != 0) {
		if (e->code != EX_BADDATA && e->code != EX_BUG)
			return -1;
		on_problem(v, 0, "signed checkpoints", "as they were kept", e->text);
		err_clear(e);
	}
	v->kept = v->notes.n - v->given;
	return 0;
}

static void check_signatures(struct verification *v)
{
	for (size_t i = 0; i < v->notes.n; i++) {
		switch (keys_check(&v->keys, span_cstr(v->notes.texts[i]))) {
		case NOTE_FORGED:
			on_problem(v, 0, "signature", "one of the key that it names",
				   v->notes.texts[i]);
			break;
		case NOTE_SIGNED:
			v->signed_given += i < v->given;
			v->signed_all++;
			break;
		case NOTE_OTHERS:
			break;
		}
	}
}

static void check_origin(struct verification *v, const struct audit_report *r)
{
	struct buf origin = BUF_INIT(256);

	buf_addf(&origin, "%s%s", AUDIT_ORIGIN, r->head.log);
	if (v->o->origin && strcmp(v->o->origin, buf_cstr(&origin)) != 0)
		on_problem(v, 0, "log", v->o->origin, buf_cstr(&origin));
	buf_release(&origin);
}

static void check_min_size(struct verification *v, const struct audit_report *r)
{
	struct buf least = BUF_INIT(32), rows = BUF_INIT(32);

	buf_add_i64(&least, v->o->min_size);
	buf_add_i64(&rows, r->rows);
	if (r->rows < v->o->min_size)
		on_problem(v, 0, "size (--min-size)", buf_cstr(&least), buf_cstr(&rows));
	buf_release(&least);
	buf_release(&rows);
}

/* ---- what is said ---- */

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void add_end_not_proved(const struct verification *v, const struct audit_report *r,
			       struct buf *out)
{
	int64_t reached = v->o->min_size;

	for (size_t i = 0; i < v->given; i++) {
		if (v->notes.points[i].size > reached)
			reached = v->notes.points[i].size;
	}
	if (v->given == 0 && v->o->min_size == 0)
		buf_add_cstr(
			out,
			"not proved: that nothing was cut off at the end: neither a checkpoint nor --min-size was given\n");
	else
		buf_addf(out, "not proved: that nothing was cut off behind row %lld\n",
			 (long long)r->rows);
	if (v->given && reached < r->rows)
		buf_addf(
			out,
			"not proved: that rows %lld to %lld are as they were written: no checkpoint that was given covers them\n",
			(long long)reached + 1, (long long)r->rows);
}

static void add_not_proved(const struct verification *v, const struct audit_report *r,
			   struct buf *out)
{
	if (v->given == 0 && v->signed_all == 0)
		buf_add_cstr(
			out,
			"not proved: that this is the history as it was written: no checkpoint was given, and a log that "
			"was rewritten from some row on, or replaced, looks like this too\n");
	add_end_not_proved(v, r, out);
	if (v->signed_given < v->given)
		buf_addf(out, "not proved: who made %s: %s\n",
			 v->given - v->signed_given == 1 ? "a checkpoint" : "some checkpoints",
			 v->keys.n
				 ? "no --pubkey signed it"
				 : "without --pubkey it is as good as the place where it was kept");
	if (r->redacted)
		buf_addf(out, "not proved: what %lld redacted record%s said\n",
			 (long long)r->redacted, r->redacted > 1 ? "s" : "");
	if (r->recomputed < r->rows)
		buf_addf(out, "not proved: what rows 1 to %lld say: only their hashes were read\n",
			 (long long)(r->rows - r->recomputed));
}

static void add_proved(const struct verification *v, const struct audit_report *r, struct buf *out)
{
	buf_addf(out, "verified: chain and tree over %lld rows, head row, schema%s\n",
		 (long long)r->rows, v->given ? ", every checkpoint a prefix" : "");
	if (v->kept)
		buf_addf(out,
			 "verified: %zu signed checkpoint%s that the log keeps %s of its past\n",
			 v->kept, plural(v->kept), v->kept == 1 ? "is" : "are");
	if (v->signed_all)
		buf_addf(out, "verified: %zu checkpoint%s signed by a --pubkey\n", v->signed_all,
			 plural(v->signed_all));
	add_not_proved(v, r, out);
}

static void print_report(const struct verification *v, const struct audit_report *r)
{
	struct buf out = BUF_INIT(1 << 16);

	buf_addf(&out, "log   %s\nsize  %lld\nhead  %s\nroot  %s\n", r->head.log,
		 (long long)r->head.size, r->head.hash, r->head.root);
	if (v->findings)
		buf_addf(
			&out,
			"TAMPERED OR DAMAGED: %lld finding%s (an accident and an attack look alike)\n",
			(long long)v->findings, v->findings > 1 ? "s" : "");
	else
		add_proved(v, r, &out);
	out_write(v->c, buf_span(&out));
	buf_release(&out);
}

/* ---- the command ---- */

static int verify_log(struct verification *v, struct audit_report *r, struct err *e)
{
	struct store *s = NULL;
	int rc = store_open_readonly(cli_db_path(v->c), &s, e);

	if (rc == 0)
		rc = read_kept(v, s, e);
	if (rc == 0)
		rc = audit_verify_since(s, v->o->since, v->notes.points, v->notes.n, on_problem, v,
					r, e);
	store_close(s);
	if (rc != 0)
		return -1;
	check_min_size(v, r);
	check_origin(v, r);
	check_signatures(v);
	return 0;
}

int verify_exit_of(int code)
{
	switch (code) {
	case EX_BADDATA: /* no database, or one too damaged to open */
		return EX_TAMPERED;
	case EX_BADCONFIG:
		return EX_NOT_CHECKED;
	case EX_IO:
		return EX_UNREADABLE;
	default:
		return code;
	}
}

/* A promise of signatures that is not kept: nothing is known to be wrong, and it is no proof. */
static int promise(const struct verification *v)
{
	if (v->o->require_signed && v->signed_given < v->given) {
		msg(v->c, MSG_ERROR, NULL, "a --checkpoint is not signed by a --pubkey");
		return EX_NOT_CHECKED;
	}
	if (v->keys.n && v->signed_all == 0) {
		msg(v->c, MSG_ERROR, NULL,
		    "no checkpoint is signed by a --pubkey, neither given nor kept by the log");
		return EX_NOT_CHECKED;
	}
	return EX_DONE;
}

static int verify_database(struct verification *v)
{
	struct audit_report r = {.rows = 0};
	struct err e = ERR_INIT;

	if (read_given(v, &e) != 0 || verify_log(v, &r, &e) != 0) {
		(void)msg_err(v->c, NULL, &e); /* the code is mapped */
		return verify_exit_of(e.code);
	}
	if (v->findings > SHOWN)
		msg(v->c, MSG_ERROR, NULL, "%lld more findings are not shown",
		    (long long)(v->findings - SHOWN));
	print_report(v, &r);
	return v->findings ? EX_TAMPERED : promise(v);
}

int verify_run(struct cli *c)
{
	struct verification v = {.c = c, .o = cli_options(c)};
	int rc;

	if (v.o->proof)
		return verify_proof(c);
	rc = verify_database(&v);
	notes_release(&v.notes);
	keys_release(&v.keys);
	return rc;
}
