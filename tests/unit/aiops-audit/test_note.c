#include "aiops-audit/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"

/* The example in the documentation of golang.org/x/mod/sumdb/note. */
#define SIGNER   "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define VERIFIER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define TEXT                                                                                       \
	"If you think cryptography is the answer to your problem,\n"                               \
	"then you don't know what your problem is.\n"
#define SIGNATURE                                                                                  \
	"\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

static int start(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return crypto_init(&e);
}

static struct note_key verifier(void)
{
	struct err e = ERR_INIT;
	struct note_key k;

	assert_int_equal(note_key_parse(SPAN(VERIFIER), &k, &e), 0);
	return k;
}

static void note_sign_makes_the_published_signature(void **state)
{
	struct buf out = BUF_INIT(4096);
	struct err e = ERR_INIT;
	struct note_signer s;

	(void)state;
	assert_int_equal(note_signer_parse(SPAN(SIGNER), &s, &e), 0);
	note_sign(&s, SPAN(TEXT), &out);
	assert_string_equal(buf_cstr(&out), TEXT "\n" SIGNATURE);
	buf_clear(&out);
	note_signer_add(&s, &out);
	assert_string_equal(buf_cstr(&out), SIGNER);
	buf_clear(&out);
	note_key_add(&s.key, &out);
	assert_string_equal(buf_cstr(&out), VERIFIER);
	buf_release(&out);
}

static void note_check_takes_the_published_note(void **state)
{
	struct note_key k = verifier(), other = k;

	(void)state;
	assert_int_equal(note_check(SPAN(TEXT "\n" SIGNATURE), &k), NOTE_SIGNED);
	assert_int_equal(note_check(SPAN(TEXT "\n" SIGNATURE SIGNATURE), &k), NOTE_SIGNED);
	assert_int_equal(note_check(SPAN("x" TEXT "\n" SIGNATURE), &k), NOTE_FORGED);
	assert_int_equal(note_check(SPAN(TEXT "\n"), &k), NOTE_OTHERS);
	assert_int_equal(note_check(SPAN_NONE, &k), NOTE_OTHERS);
	other.id[0] ^= 1; /* a key of the same name: not ours to judge */
	assert_int_equal(note_check(SPAN(TEXT "\n" SIGNATURE), &other), NOTE_OTHERS);
	other = k;
	other.name[0] = 'p';
	assert_int_equal(note_check(SPAN(TEXT "\n" SIGNATURE), &other), NOTE_OTHERS);
}

/* Every bit of a note counts, but those of the signature's line that make it another key's. */
static void note_check_notices_every_flipped_bit(void **state)
{
	struct note_key k = verifier();
	char note[] = TEXT "\n" SIGNATURE;

	(void)state;
	for (size_t i = 0; i < (sizeof note - 1) * 8; i++) {
		note[i / 8] = (char)(note[i / 8] ^ 1 << i % 8);
		assert_int_not_equal(note_check(span_of(note, sizeof note - 1), &k), NOTE_SIGNED);
		note[i / 8] = (char)(note[i / 8] ^ 1 << i % 8);
	}
}

static void note_key_parse_refuses_anything_else(void **state)
{
	static const char *const bad[] = {
		"",
		"PeterNeumann",
		"PeterNeumann+c74f20a3",
		"PeterNeumann+c74f20a3+",
		"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW=",
		"PeterNeumann+c74f20az+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		SIGNER,
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = ERR_INIT;
		struct note_key k;
		struct note_signer s;

		if (note_key_parse(span_cstr(bad[i]), &k, &e) == 0)
			fail_msg("taken for a public key: %s", bad[i]);
		assert_int_equal(e.code, EX_BADDATA);
		err_clear(&e);
		if (strcmp(bad[i], SIGNER) != 0 &&
		    note_signer_parse(span_cstr(bad[i]), &s, &e) == 0)
			fail_msg("taken for a private key: %s", bad[i]);
	}
}

static void note_signatures_ok_knows_their_form(void **state)
{
	(void)state;
	assert_true(note_signatures_ok(SPAN("")));
	assert_true(note_signatures_ok(SPAN(SIGNATURE)));
	assert_true(note_signatures_ok(SPAN(SIGNATURE "\xe2\x80\x94 a AAAAAAA=\n")));
	assert_false(note_signatures_ok(SPAN("\xe2\x80\x94 a AAAAAA==\n"))); /* a key id alone */
	assert_false(note_signatures_ok(SPAN("\xe2\x80\x94 a AAAAAAA=")));
	assert_false(note_signatures_ok(SPAN("\xe2\x80\x94 AAAAAAA=\n")));
	assert_false(note_signatures_ok(SPAN("\xe2\x80\x94  AAAAAAA=\n")));
	assert_false(note_signatures_ok(SPAN("- a AAAAAAA=\n")));
	assert_false(note_signatures_ok(SPAN("\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(note_sign_makes_the_published_signature),
		cmocka_unit_test(note_check_takes_the_published_note),
		cmocka_unit_test(note_check_notices_every_flipped_bit),
		cmocka_unit_test(note_key_parse_refuses_anything_else),
		cmocka_unit_test(note_signatures_ok_knows_their_form),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
