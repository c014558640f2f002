#include "aiops-audit/signed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-audit/commands.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/audit_prove.h"

void notes_release(struct notes *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->texts[i]);
	free(n->texts);
	free(n->points);
	*n = (struct notes){0};
}

int notes_add(struct notes *n, struct span note, struct err *e)
{
	struct audit_checkpoint point;
	struct span text, signatures;
	size_t count;

	note_split(note, &text, &signatures);
	if (audit_checkpoint_parse(note, &point, &count, e) != 0)
		return -1;
	if (!note_signatures_ok(signatures))
		return err_set(e, EX_BADDATA,
			       "a signature line is not a dash, a name, and base64 of a signature");
	mem_grow(n->points, n->cap_points, n->n + 1);
	mem_grow(n->texts, n->cap_texts, n->n + 1);
	n->points[n->n] = point;
	n->texts[n->n++] = mem_dup(note.data, note.len);
	return 0;
}

int notes_add_file(struct notes *n, const char *path, struct err *e)
{
	struct buf note = BUF_INIT(NOTE_MAX);
	int rc = file_read(path, &note, e);

	if (rc == 0 && memchr(buf_cstr(&note), '\0', note.len))
		rc = err_set(e, EX_BADDATA, "it holds a NUL");
	if (rc == 0)
		rc = notes_add(n, buf_span(&note), e);
	if (rc != 0 && e->code == EX_BADDATA)
		err_prefix(e, "'%s'", path);
	buf_release(&note);
	return rc;
}

int notes_add_kept(struct notes *n, struct store *s, struct err *e)
{
	sqlite3_stmt *st;
	size_t migrations;
	int rc;

	if (audit_check_version(s, &migrations, e) != 0)
		return -1;
	if (migrations < 2)
		return 0; /* it is older than signatures */
	st = store_stmt(s, "SELECT note FROM aiops_audit_signed ORDER BY n", e);
	if (!st)
		return -1;
	while ((rc = store_step(s, st, e)) > 0) {
		struct span note = store_text(st, 0);

		if (note.len > NOTE_MAX || notes_add(n, note, e) != 0) {
			(void)sqlite3_reset(st); /* was read */
			err_set(e, EX_BADDATA, "it is too long");
			return err_prefix(e, "a signed checkpoint that the log keeps");
		}
	}
	return rc;
}

/* ---- keys ---- */

void keys_release(struct keys *k)
{
	free(k->items);
	*k = (struct keys){0};
}

static int read_key(const char *given, struct note_key *out, struct err *e)
{
	struct err as_text = ERR_INIT, as_file = ERR_INIT;
	struct buf text = BUF_INIT(NOTE_KEY_TEXT_MAX);
	int rc = 0;

	if (note_key_parse(span_cstr(given), out, &as_text) != 0 &&
	    (file_read(given, &text, &as_file) != 0 ||
	     note_key_parse(span_trim(buf_span(&text)), out, &as_file) != 0))
		rc = err_set(e, EX_BADUSAGE,
			     "--pubkey '%s' is no public key, and no file of one: %s", given,
			     as_file.text);
	buf_release(&text);
	return rc;
}

int keys_read(struct keys *k, const struct opt_texts *texts, struct err *e)
{
	k->items = mem_array(NULL, texts->n + 1, sizeof *k->items);
	for (; k->n < texts->n; k->n++) {
		if (read_key(texts->items[k->n], &k->items[k->n], e) != 0)
			return -1;
	}
	return 0;
}

enum note_verdict keys_check(const struct keys *k, struct span note)
{
	enum note_verdict verdict = NOTE_OTHERS;

	for (size_t i = 0; i < k->n; i++) {
		enum note_verdict one = note_check(note, &k->items[i]);

		if (one == NOTE_FORGED)
			return NOTE_FORGED;
		if (one == NOTE_SIGNED)
			verdict = NOTE_SIGNED;
	}
	return verdict;
}

/* ---- signing ---- */

static int check_past(struct store *s, struct notes *past, const struct audit_head *head,
		      struct err *e)
{
	const struct audit_checkpoint *wrong;
	char root[DIGEST_HEX + 1];

	for (size_t i = 0; i < past->n; i++) {
		if (strcmp(past->points[i].log, head->log) != 0)
			return err_set(e, EX_TAMPERED,
				       "not signed: a checkpoint is of another log, %s",
				       past->points[i].log);
	}
	if (audit_prefixes(s, past->points, past->n, &wrong, e) != 0)
		return -1;
	if (!wrong)
		return 0;
	digest_hex(&wrong->root, root);
	return err_set(e, EX_TAMPERED,
		       "not signed: the log is not what was signed at size %" PRId64
		       " with the root %s: see 'aiops-audit verify'",
		       wrong->size, root);
}

/* The head itself as a checkpoint: that it is the root of the rows is checked with the others. */
static int add_head(struct notes *past, const struct audit_head *head, struct buf *text,
		    struct err *e)
{
	return audit_checkpoint_write(head, text, e) != 0 ? -1 : notes_add(past, buf_span(text), e);
}

static bool has_note(const struct notes *past, struct span note)
{
	for (size_t i = 0; i < past->n; i++) {
		if (span_is(note, past->texts[i]))
			return true;
	}
	return false;
}

static int keep(struct store *s, const struct audit_head *head, struct span note, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "INSERT INTO aiops_audit_signed (size, root, note) VALUES (?, ?, ?)", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, head->size);
	store_bind_text(st, 2, span_cstr(head->root));
	store_bind_text(st, 3, note);
	return store_step(s, st, e);
}

int signed_add(struct store *s, const struct note_signer *key, struct notes *others,
	       struct buf *out, struct err *e)
{
	struct buf text = BUF_INIT(NOTE_MAX);
	struct notes kept = {0};
	struct audit_head head;
	int rc = -1;

	if (audit_head(s, &head, e) != 0 || notes_add_kept(&kept, s, e) != 0)
		goto out;
	if (check_past(s, others, &head, e) != 0 || add_head(&kept, &head, &text, e) != 0 ||
	    check_past(s, &kept, &head, e) != 0)
		goto out;
	note_sign(key, buf_span(&text), out);
	rc = has_note(&kept, buf_span(out)) ? 0 : keep(s, &head, buf_span(out), e);
out:
	notes_release(&kept);
	buf_release(&text);
	return rc;
}
