/*
 * aiops-audit verify --proof: what prove wrote, checked without the database.
 */
#include <inttypes.h>
#include <string.h>

#include "aiops-audit/commands.h"
#include "aiops-audit/proof_text.h"
#include "aiops-audit/proving.h"
#include "aiops-audit/signed.h"
#include "base/file.h"
#include "store/tree.h"

struct proved {
	struct cli *c;
	const struct verify_options *o;
	struct buf text;
	struct proof_text proof;
	struct proof_row row;
	struct notes notes; /* that were given */
	struct keys keys;
	size_t matched; /* of notes: they say what the proof says */
	bool is_signed; /* by one of the keys */
};

static int read_all(struct proved *p, struct err *e)
{
	if (keys_read(&p->keys, &p->o->pubkeys, e) != 0 || file_read(p->o->proof, &p->text, e) != 0)
		return -1;
	if (proof_text_parse(buf_span(&p->text), &p->proof, e) != 0) {
		e->code = EX_NOT_CHECKED;
		return err_prefix(e, "'%s'", p->o->proof);
	}
	for (size_t i = 0; i < p->o->checkpoints.n; i++) {
		if (notes_add_file(&p->notes, p->o->checkpoints.items[i], e) == 0)
			continue;
		if (e->code == EX_BADDATA)
			e->code = EX_NOT_CHECKED;
		return -1;
	}
	return 0;
}

/* ---- the proof in itself ---- */

static int check_path(struct proved *p, struct err *e)
{
	const struct proof_text *t = &p->proof;
	struct digest leaf;

	if (!t->inclusion)
		return proof_consistent(t->old, &t->old_root, t->at.size, &t->at.root, t->path,
					t->n)
			       ? 0
			       : err_set(e, EX_TAMPERED, "the proof does not lead to the root");
	if (proof_row(t, &p->row, e) != 0) {
		e->code = EX_TAMPERED;
		return -1;
	}
	leaf = tree_leaf(&p->row.hash);
	return proof_included(&leaf, t->index, t->at.size, t->path, t->n, &t->at.root)
		       ? 0
		       : err_set(e, EX_TAMPERED,
				 "the proof does not lead from the row to the root");
}

/* ---- what it is held against ---- */

static int check_point(struct proved *p, const struct audit_checkpoint *given, struct err *e)
{
	const struct proof_text *t = &p->proof;
	const struct digest *root = given->size == t->at.size                ? &t->at.root
				    : !t->inclusion && given->size == t->old ? &t->old_root
									     : NULL;

	if (strcmp(given->log, t->at.log) != 0)
		return err_set(e, EX_TAMPERED, "the proof is of the log %s, a checkpoint of %s",
			       t->at.log, given->log);
	if (!root)
		return 0;
	if (memcmp(root->bytes, given->root.bytes, DIGEST_BYTES) != 0)
		return err_set(e, EX_TAMPERED,
			       "the root of size %" PRId64 " is not that of the checkpoint",
			       given->size);
	p->matched++;
	return 0;
}

static int check_given(struct proved *p, struct err *e)
{
	struct buf origin = BUF_INIT(256);
	int rc = 0;

	buf_addf(&origin, "%s%s", AUDIT_ORIGIN, p->proof.at.log);
	if (p->o->origin && strcmp(p->o->origin, buf_cstr(&origin)) != 0)
		rc = err_set(e, EX_TAMPERED, "the proof is of %s", buf_cstr(&origin));
	for (size_t i = 0; rc == 0 && i < p->notes.n; i++)
		rc = check_point(p, &p->notes.points[i], e);
	buf_release(&origin);
	return rc;
}

/* The checkpoint in the proof, or one that was given and says the same. */
static int check_signed(struct proved *p, struct err *e)
{
	enum note_verdict verdict = keys_check(&p->keys, p->proof.note);

	for (size_t i = 0; i < p->notes.n && verdict != NOTE_FORGED; i++) {
		enum note_verdict one = keys_check(&p->keys, span_cstr(p->notes.texts[i]));

		if (one == NOTE_FORGED ||
		    (one == NOTE_SIGNED && p->notes.points[i].size == p->proof.at.size))
			verdict = one;
	}
	if (verdict == NOTE_FORGED)
		return err_set(e, EX_TAMPERED, "a signature is not of the key that it names");
	p->is_signed = verdict == NOTE_SIGNED;
	if (p->keys.n && !p->is_signed)
		return err_set(e, EX_NOT_CHECKED,
			       "the checkpoint of the proof is not signed by a --pubkey");
	if (p->notes.n && !p->matched)
		return err_set(e, EX_NOT_CHECKED,
			       "no checkpoint that was given is of size %" PRId64
			       ": ask for a proof of consistency",
			       p->proof.at.size);
	return 0;
}

/* ---- what is said ---- */

static void add_row(const struct proved *p, struct buf *out)
{
	const struct proof_row *r = &p->row;

	buf_addf(out, "row   %" PRId64 " %.*s %.*s by %.*s\n", p->proof.index + 1, (int)r->ts.len,
		 r->ts.data, (int)r->kind.len, r->kind.data, (int)r->actor.len, r->actor.data);
	if (r->body.data) {
		buf_add_cstr(out, "body  ");
		buf_add_span(out, r->body);
		buf_add_char(out, '\n');
	} else {
		buf_add_cstr(out, "body  (redacted)\n");
	}
}

static void print_proved(const struct proved *p)
{
	const struct proof_text *t = &p->proof;
	struct buf out = BUF_INIT(PROOF_TEXT_MAX), safe = BUF_INIT(4 * PROOF_TEXT_MAX);
	char root[DIGEST_HEX + 1];

	digest_hex(&t->at.root, root);
	buf_addf(&out, "log   %s\nsize  %" PRId64 "\nroot  %s\n", t->at.log, t->at.size, root);
	if (t->inclusion) {
		add_row(p, &out);
		buf_addf(&out, "verified: row %" PRId64 " is in the log of this size and root\n",
			 t->index + 1);
	} else {
		buf_addf(&out,
			 "verified: the log of this size and root begins with that of %" PRId64
			 " rows\n",
			 t->old);
	}
	if (p->is_signed)
		buf_add_cstr(&out, "verified: its checkpoint is signed by a --pubkey\n");
	else if (!p->matched)
		buf_add_cstr(&out, "not proved: that the log has this root: neither a --checkpoint "
				   "nor a --pubkey was given\n");
	if (cli_stdout_is_terminal(p->c))
		term_safe(&safe, buf_span(&out));
	out_write(p->c, cli_stdout_is_terminal(p->c) ? buf_span(&safe) : buf_span(&out));
	buf_release(&out);
	buf_release(&safe);
}

int verify_proof(struct cli *c)
{
	struct proved p = {.c = c, .o = cli_options(c), .text = BUF_INIT(PROOF_TEXT_MAX)};
	struct err e = ERR_INIT;
	int rc = EX_DONE;

	if (read_all(&p, &e) != 0 || check_path(&p, &e) != 0 || check_given(&p, &e) != 0 ||
	    check_signed(&p, &e) != 0)
		rc = verify_exit_of(msg_err(c, NULL, &e));
	else
		print_proved(&p);
	proof_text_release(&p.proof);
	buf_release(&p.text);
	notes_release(&p.notes);
	keys_release(&p.keys);
	return rc;
}
