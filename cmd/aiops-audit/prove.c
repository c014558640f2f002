/*
 * aiops-audit prove: that a row is in the log, or that an old size is its beginning.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-audit/commands.h"
#include "aiops-audit/proof_text.h"
#include "aiops-audit/proving.h"
#include "aiops-audit/signed.h"
#include "base/mem.h"
#include "base/num.h"
#include "store/audit_prove.h"
#include "store/chain.h"

struct prove {
	struct cli *c;
	struct store *store;
	struct notes notes; /* that of --checkpoint, or those that the log keeps */
	struct buf note;    /* the one for which it is proved */
	struct audit_checkpoint at;
	struct proof_text text;
};

/* ---- for which checkpoint ---- */

static int from_head(struct prove *p, struct err *e)
{
	struct audit_head head;
	size_t signatures;

	if (audit_head(p->store, &head, e) != 0 || audit_checkpoint_write(&head, &p->note, e) != 0)
		return -1;
	return audit_checkpoint_parse(buf_span(&p->note), &p->at, &signatures, e);
}

/* The given one, else the last kept of at least `least` rows, else the head. */
static int choose(struct prove *p, int64_t least, struct err *e)
{
	const struct prove_options *o = cli_options(p->c);
	size_t last;

	if (o->checkpoint ? notes_add_file(&p->notes, o->checkpoint, e) != 0
			  : notes_add_kept(&p->notes, p->store, e) != 0)
		return -1;
	if (p->notes.n == 0)
		return from_head(p, e);
	last = p->notes.n - 1;
	if (!o->checkpoint && p->notes.points[last].size < least)
		return from_head(p, e);
	p->at = p->notes.points[last];
	buf_add_cstr(&p->note, p->notes.texts[last]);
	return 0;
}

/* The proof is made, and the tree is the checkpoint's. */
static int carry_out(struct prove *p, const struct proof_plan *plan, struct err *e)
{
	struct audit_proof proof;
	struct audit_head head;

	if (audit_head(p->store, &head, e) != 0)
		return -1;
	if (strcmp(head.log, p->at.log) != 0)
		return err_set(e, EX_TAMPERED, "the checkpoint is of another log, %s", p->at.log);
	if (audit_prove(p->store, plan, p->at.size, &proof, e) != 0)
		return -1;
	if (memcmp(proof.root.bytes, p->at.root.bytes, DIGEST_BYTES) != 0)
		return err_set(e, EX_TAMPERED,
			       "the log is not what the checkpoint of size %lld says: see "
			       "'aiops-audit verify'",
			       (long long)p->at.size);
	memcpy(p->text.path, proof.path, proof.n * sizeof *proof.path);
	p->text.n = proof.n;
	p->text.note = buf_span(&p->note);
	return 0;
}

/* ---- of a row ---- */

static int read_row(struct prove *p, int64_t seq, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		p->store,
		"SELECT a.ts, a.kind, a.actor, a.body_hash, a.salt, a.body, b.hash FROM aiops_audit a "
		"LEFT JOIN aiops_audit b ON b.seq = a.seq - 1 WHERE a.seq = ?",
		e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, seq);
	rc = store_step(p->store, st, e);
	if (rc <= 0)
		return rc ? -1 : err_set(e, EX_BADDATA, "there is no row %lld", (long long)seq);
	const struct chain_row row = {
		.log = span_cstr(p->at.log),
		.seq = seq,
		.prev = seq == 1 ? SPAN(CHAIN_START) : store_text(st, 6),
		.ts = store_text(st, 0),
		.kind = store_text(st, 1),
		.actor = store_text(st, 2),
		.body_hash = store_text(st, 3),
	};
	chain_preimage(&row, &p->text.extra);
	if (store_text(st, 5).data) {
		buf_add_span(&p->text.extra, store_text(st, 4));
		buf_add_char(&p->text.extra, '\n');
		buf_add_span(&p->text.extra, store_text(st, 5));
	}
	(void)sqlite3_reset(st); /* was read */
	return 0;
}

static int prove_row(struct prove *p, int64_t seq, struct err *e)
{
	struct proof_plan plan;

	if (choose(p, seq, e) != 0)
		return -1;
	if (seq > p->at.size)
		return err_set(e, EX_BADDATA, "there is no row %lld in a log of %lld rows",
			       (long long)seq, (long long)p->at.size);
	p->text.inclusion = true;
	p->text.index = seq - 1;
	plan = proof_plan_inclusion(seq - 1, p->at.size);
	return read_row(p, seq, e) == 0 ? carry_out(p, &plan, e) : -1;
}

/* ---- of an old size ---- */

static int prove_size(struct prove *p, int64_t old, struct err *e)
{
	const struct proof_plan none = {.n = 0};
	struct audit_proof before;
	struct proof_plan plan;

	if (choose(p, old + 1, e) != 0)
		return -1;
	if (old > p->at.size)
		return err_set(e, EX_BADDATA, "the log has %lld rows, fewer than %lld",
			       (long long)p->at.size, (long long)old);
	if (audit_prove(p->store, &none, old, &before, e) != 0)
		return -1;
	p->text.old = old;
	p->text.old_root = before.root;
	plan = old > 0 && old < p->at.size ? proof_plan_consistency(old, p->at.size) : none;
	return carry_out(p, &plan, e);
}

/* ---- the command ---- */

/* "SEQ", "inclusion SEQ" or "consistency SIZE". */
static int parse_operands(struct cli *c, bool *inclusion, int64_t *number, struct err *e)
{
	size_t n;
	char *const *words = cli_operands(c, &n);

	*inclusion = n == 1 || (n == 2 && strcmp(words[0], "inclusion") == 0);
	if (!*inclusion && !(n == 2 && strcmp(words[0], "consistency") == 0))
		return err_set(e, EX_BADUSAGE,
			       "what is to be proved? 'inclusion SEQ' or 'consistency SIZE'");
	if (num_parse_i64(span_cstr(words[n - 1]), *inclusion, INT64_MAX, number, e) != 0)
		return err_prefix(e, "'%s'", words[n - 1]);
	return 0;
}

static int run(struct prove *p, struct err *e)
{
	struct buf out = BUF_INIT(PROOF_TEXT_MAX);
	bool inclusion;
	int64_t number;
	int rc = -1;

	if (parse_operands(p->c, &inclusion, &number, e) == 0 &&
	    store_open_readonly(cli_db_path(p->c), &p->store, e) == 0 &&
	    audit_check_version(p->store, NULL, e) == 0)
		rc = inclusion ? prove_row(p, number, e) : prove_size(p, number, e);
	if (rc == 0) {
		proof_text_write(&p->text, &out);
		if (buf_overflowed(&out))
			rc = err_set(e, EX_BADDATA, "the proof would be too long");
	}
	if (rc == 0)
		out_write(p->c, buf_span(&out));
	buf_release(&out);
	return rc;
}

int prove_run(struct cli *c)
{
	struct prove p = {
		.c = c,
		.note = BUF_INIT(NOTE_MAX),
		.text = {.extra = BUF_INIT(PROOF_TEXT_MAX)},
	};
	struct err e = ERR_INIT;
	int rc = run(&p, &e) == 0 ? EX_DONE : msg_err(c, NULL, &e);

	store_close(p.store);
	notes_release(&p.notes);
	buf_release(&p.note);
	proof_text_release(&p.text);
	return rc;
}
