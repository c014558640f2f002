#include "aiops-audit/proof_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/chain.h"
#include "store/tree.h"

#define LOG  "0123456789abcdef0123456789abcdef"
#define SALT "1111111111111111111111111111111111111111111111111111111111111111"
#define BODY "{\"id\":\"a\"}"

static int start(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return crypto_init(&e);
}

/* A log of three rows that are the same but for their numbers, and the proof of the second. */
static void make_proof(struct buf *out)
{
	struct proof_text p = {.inclusion = true, .index = 1, .extra = BUF_INIT(4096)};
	struct proof_plan plan = proof_plan_inclusion(1, 3);
	struct buf note = BUF_INIT(1000);
	struct err e = ERR_INIT;
	struct audit_head head = {.log = LOG, .size = 3};
	struct digest hashes[3], body = chain_body_hash(SPAN(SALT), SPAN(BODY)), root;
	char body_hex[DIGEST_HEX + 1];
	struct tree all = {0};

	digest_hex(&body, body_hex);
	for (int64_t i = 0; i < 3; i++) {
		const struct chain_row row = {
			.log = SPAN(LOG),
			.seq = i + 1,
			.prev = SPAN(CHAIN_START),
			.ts = SPAN("2026-11-21T09:00:00.000Z"),
			.kind = SPAN("run"),
			.actor = SPAN("alice"),
			.body_hash = span_cstr(body_hex),
		};

		hashes[i] = chain_hash(&row);
		tree_push(&all, &hashes[i]);
		if (i == 1)
			chain_preimage(&row, &p.extra);
	}
	buf_add_cstr(&p.extra, SALT "\n" BODY);
	for (size_t i = 0; i < plan.n; i++) {
		struct tree part = {0};

		for (int64_t k = plan.ranges[i].begin; k < plan.ranges[i].end; k++)
			tree_push(&part, &hashes[k]);
		p.path[p.n++] = tree_root(&part);
	}
	root = tree_root(&all);
	digest_hex(&root, head.root);
	assert_int_equal(audit_checkpoint_write(&head, &note, &e), 0);
	p.note = buf_span(&note);
	proof_text_write(&p, out);
	buf_release(&note);
	proof_text_release(&p);
}

/* True if text is a proof that holds; its body must then be BODY. */
static bool holds(struct span text)
{
	struct err e = ERR_INIT;
	struct proof_text p;
	struct proof_row row;
	struct digest leaf;
	bool ok = false;

	if (proof_text_parse(text, &p, &e) != 0) {
		assert_int_equal(e.code, EX_BADDATA);
		return false;
	}
	if (p.inclusion && proof_row(&p, &row, &e) == 0) {
		leaf = tree_leaf(&row.hash);
		ok = proof_included(&leaf, p.index, p.at.size, p.path, p.n, &p.at.root);
		if (ok && row.body.data)
			assert_true(span_is(row.body, BODY));
	}
	proof_text_release(&p);
	return ok;
}

static void proof_text_of_a_row_comes_back(void **state)
{
	struct buf text = BUF_INIT(8192);
	struct err e = ERR_INIT;
	struct proof_text p;
	struct proof_row row;

	(void)state;
	make_proof(&text);
	assert_true(holds(buf_span(&text)));
	assert_int_equal(proof_text_parse(buf_span(&text), &p, &e), 0);
	assert_int_equal(p.index, 1);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.at.size, 3);
	assert_int_equal(proof_row(&p, &row, &e), 0);
	assert_true(span_is(row.actor, "alice"));
	assert_true(span_is(row.seq, "2"));
	assert_true(span_is(row.body, BODY));
	proof_text_release(&p);
	buf_release(&text);
}

/* No flipped bit makes another proof that holds: bits of base64 that mean nothing there are none.
 */
static void proof_text_with_a_flipped_bit_does_not_hold(void **state)
{
	struct buf text = BUF_INIT(8192);
	size_t n, held = 0;

	(void)state;
	make_proof(&text);
	n = text.len;
	for (size_t i = 0; i < n * 8; i++) {
		text.data[i / 8] = (char)(text.data[i / 8] ^ 1 << i % 8);
		held += holds(buf_span(&text));
		text.data[i / 8] = (char)(text.data[i / 8] ^ 1 << i % 8);
	}
	assert_int_equal(held, 0);
	buf_release(&text);
}

static void proof_text_that_is_cut_does_not_hold(void **state)
{
	struct buf text = BUF_INIT(8192);

	(void)state;
	make_proof(&text);
	for (size_t i = 0; i < text.len; i++) {
		char *cut = mem_dup(text.data, i); /* so that reading past it is seen */

		assert_false(holds(span_of(cut, i)));
		free(cut);
	}
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proof_text_of_a_row_comes_back),
		cmocka_unit_test(proof_text_with_a_flipped_bit_does_not_hold),
		cmocka_unit_test(proof_text_that_is_cut_does_not_hold),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
