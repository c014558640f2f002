/*
 * Notes, keys and proofs that people keep beside the log.
 *
 * Held: only the one text that the key has ever signed counts as signed; a key that is read is
 * written as it was; a proof that is read is written so that it reads the same.
 */
#include "aiops-audit/note.h"
#include "aiops-audit/proof_text.h"
#include "aiops-audit/signed.h"

#include "../fuzz.h"

/* The example in the documentation of golang.org/x/mod/sumdb/note. */
#define VERIFIER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
static const char signed_text[] = "If you think cryptography is the answer to your problem,\n"
				  "then you don't know what your problem is.\n";

static void check_note(struct span note)
{
	struct span text, signatures;
	struct err e = ERR_INIT;
	struct note_key key;
	struct notes notes = {.n = 0};

	FUZZ_CHECK(note_key_parse(SPAN(VERIFIER), &key, &e) == 0);
	note_split(note, &text, &signatures);
	FUZZ_CHECK(text.len + signatures.len <= note.len);
	(void)note_signatures_ok(signatures);
	if (note_check(note, &key) == NOTE_SIGNED)
		FUZZ_CHECK(span_is(text, signed_text));
	if (notes_add(&notes, note, &e) == 0)
		FUZZ_CHECK(notes.n == 1 && notes.points[0].size >= 0);
	else
		FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
	notes_release(&notes);
}

static void check_keys(struct span text)
{
	struct buf out = BUF_INIT(1u << 16);
	struct err e = ERR_INIT, e2 = ERR_INIT;
	struct note_signer signer;
	struct note_key key;

	if (note_key_parse(text, &key, &e) == 0) {
		FUZZ_CHECK(note_name_ok(span_cstr(key.name)));
		note_key_add(&key, &out);
		FUZZ_CHECK(note_key_parse(buf_span(&out), &key, &e) == 0);
	} else {
		FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
	}
	buf_clear(&out);
	if (note_signer_parse(text, &signer, &e2) == 0) {
		note_sign(&signer, SPAN("a\n"), &out);
		FUZZ_CHECK(note_check(buf_span(&out), &signer.key) == NOTE_SIGNED);
		note_signer_wipe(&signer);
	}
	buf_release(&out);
}

static void check_proof(struct span text)
{
	struct buf first = BUF_INIT(1u << 22), second = BUF_INIT(1u << 22);
	struct err e = ERR_INIT;
	struct proof_text p, q;
	struct proof_row row;

	if (proof_text_parse(text, &p, &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
		proof_text_release(&p);
		return;
	}
	FUZZ_CHECK(p.n <= PROOF_MAX && p.index >= 0 && p.old >= 0);
	proof_text_write(&p, &first);
	FUZZ_CHECK(proof_text_parse(buf_span(&first), &q, &e) == 0);
	proof_text_write(&q, &second);
	FUZZ_CHECK(span_eq(buf_span(&first), buf_span(&second)));
	if (p.inclusion && proof_row(&p, &row, &e) == 0) {
		struct digest leaf = row.hash;

		(void)proof_included(&leaf, p.index, p.at.size, p.path, p.n, &p.at.root);
	}
	if (!p.inclusion)
		(void)proof_consistent(p.old, &p.old_root, p.at.size, &p.at.root, p.path, p.n);
	proof_text_release(&p);
	proof_text_release(&q);
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct err e = ERR_INIT;

	FUZZ_CHECK(crypto_init(&e) == 0);
	check_note(text);
	check_keys(text);
	check_proof(text);
	return 0;
}
