/*
 * aiops-audit verify and checkpoint.
 */
#include "aiops-audit/commands.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/audit.h"

/* Findings that are shown; the rest are counted. */
enum { SHOWN = 20, NOTE_MAX = 64 << 10 };

struct verification {
	struct cli *c;
	const struct verify_options *o;
	struct audit_checkpoint *checkpoints;
	size_t n;          /* checkpoints */
	size_t signatures; /* lines in them that were not checked */
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

static int read_checkpoint(struct verification *v, const char *path, struct err *e)
{
	struct buf note = BUF_INIT(NOTE_MAX);
	size_t signatures;
	int rc = file_read(path, &note, e);

	if (rc == 0) {
		rc = audit_checkpoint_parse(buf_span(&note), &v->checkpoints[v->n], &signatures, e);
		if (rc != 0)
			err_prefix(e, "'%s'", path);
	}
	if (rc == 0) {
		v->n++;
		v->signatures += signatures;
	} else if (e->code == EX_BADDATA) {
		e->code = EX_NOT_CHECKED;
	}
	buf_release(&note);
	return rc;
}

static int read_checkpoints(struct verification *v, struct err *e)
{
	v->checkpoints = mem_array(NULL, v->o->checkpoints.n + 1, sizeof *v->checkpoints);
	for (size_t i = 0; i < v->o->checkpoints.n; i++) {
		if (read_checkpoint(v, v->o->checkpoints.items[i], e) != 0)
			return -1;
	}
	return 0;
}

/* ---- what is said ---- */

static void add_not_proved(const struct verification *v, const struct audit_report *r,
			   struct buf *out)
{
	if (v->n == 0)
		buf_add_cstr(
			out,
			"not proved: that this is the history as it was written: no checkpoint was given, and a log that "
			"was rewritten from some row on, or replaced, looks like this too\n");
	if (v->n == 0 && v->o->min_size == 0)
		buf_add_cstr(
			out,
			"not proved: that nothing was cut off at the end: neither a checkpoint nor --min-size was given\n");
	else
		buf_addf(out, "not proved: that nothing was cut off behind row %lld\n",
			 (long long)r->rows);
	if (v->n)
		buf_addf(out, "not proved: who made the checkpoint%s: %s\n", v->n > 1 ? "s" : "",
			 v->signatures ? "signatures are not checked"
				       : "it is as good as the place where it was kept");
	if (r->redacted)
		buf_addf(out, "not proved: what %lld redacted record%s said\n",
			 (long long)r->redacted, r->redacted > 1 ? "s" : "");
}

static void print_report(const struct verification *v, const struct audit_report *r)
{
	struct buf out = BUF_INIT(1 << 16);

	buf_addf(&out, "log   %s\nsize  %lld\nhead  %s\nroot  %s\n", r->head.log,
		 (long long)r->head.size, r->head.hash, r->head.root);
	if (v->findings) {
		buf_addf(
			&out,
			"TAMPERED OR DAMAGED: %lld finding%s (an accident and an attack look alike)\n",
			(long long)v->findings, v->findings > 1 ? "s" : "");
	} else {
		buf_addf(&out, "verified: chain and tree over %lld rows, head row, schema%s\n",
			 (long long)r->rows, v->n ? ", every checkpoint a prefix" : "");
		add_not_proved(v, r, &out);
	}
	out_write(v->c, buf_span(&out));
	buf_release(&out);
}

/* ---- the commands ---- */

static int verify_log(struct verification *v, struct audit_report *r, struct err *e)
{
	struct store *s = NULL;
	int rc;

	if (store_open_readonly(cli_db_path(v->c), &s, e) != 0)
		return -1;
	rc = audit_verify(s, v->checkpoints, v->n, on_problem, v, r, e);
	store_close(s);
	if (rc == 0 && r->rows < v->o->min_size) {
		struct buf least = BUF_INIT(32), rows = BUF_INIT(32);

		buf_add_i64(&least, v->o->min_size);
		buf_add_i64(&rows, r->rows);
		on_problem(v, 0, "size (--min-size)", buf_cstr(&least), buf_cstr(&rows));
		buf_release(&least);
		buf_release(&rows);
	}
	return rc;
}

/* Why the log could not be judged, as an exit code of verify. */
static int exit_of(int code)
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

int verify_run(struct cli *c)
{
	struct verification v = {.c = c, .o = cli_options(c)};
	struct audit_report r = {.rows = 0};
	struct err e = ERR_INIT;
	int rc;

	if (read_checkpoints(&v, &e) != 0 || verify_log(&v, &r, &e) != 0) {
		(void)msg_err(c, NULL, &e); /* the code is mapped */
		rc = exit_of(e.code);
	} else {
		if (v.findings > SHOWN)
			msg(c, MSG_ERROR, NULL, "%lld more findings are not shown",
			    (long long)(v.findings - SHOWN));
		print_report(&v, &r);
		rc = v.findings ? EX_TAMPERED : EX_DONE;
	}
	free(v.checkpoints);
	return rc;
}

int checkpoint_run(struct cli *c)
{
	struct buf note = BUF_INIT(1024);
	struct audit_head head;
	struct store *s = NULL;
	struct err e = ERR_INIT;
	int rc = EX_DONE;

	if (store_open_readonly(cli_db_path(c), &s, &e) != 0 ||
	    audit_check_version(s, NULL, &e) != 0 || audit_head(s, &head, &e) != 0 ||
	    audit_checkpoint_write(&head, &note, &e) != 0)
		rc = msg_err(c, NULL, &e);
	else
		out_write(c, buf_span(&note));
	store_close(s);
	buf_release(&note);
	return rc;
}
