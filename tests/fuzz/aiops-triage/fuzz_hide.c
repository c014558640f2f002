/*
 * Text on its way to a language model.
 *
 * Held: what was hidden passes the last look; hiding it again changes nothing; what is put back is
 * the text but for its secrets, of which only names stand there; abstracted text is of known words
 * and holds nothing that a terminal or a shell acts on.
 */
#include "aiops-triage/llm/lexicon.h"
#include "aiops-triage/llm/pseudonym.h"

#include "../fuzz.h"

static void fixed(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	memset(out, 7, n);
}

static void check_abstract(struct span text)
{
	struct buf out = BUF_INIT(4u << 20);
	struct signatures none;
	struct vocabulary v;

	signatures_init(&none);
	vocabulary_init(&v, &none);
	vocabulary_line(&v, text);
	vocabulary_abstract(&v, text, &out);
	for (size_t i = 0; i < out.len; i++) {
		unsigned char c = (unsigned char)out.data[i];

		FUZZ_CHECK(c >= ' ' && c < 0x7f && c != '`' && c != '$');
	}
	vocabulary_release(&v);
	signatures_release(&none);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct env env = {.random = fixed};
	struct span text = {(const char *)data, size};
	struct buf hidden = BUF_INIT(8u << 20), shown = BUF_INIT(8u << 20);
	struct pseudonyms *p = pseudonyms_new(&env);
	struct err e = ERR_INIT;

	pseudonyms_hide(p, text, &hidden);
	FUZZ_CHECK(!buf_overflowed(&hidden));
	if (pseudonyms_check(p, buf_span(&hidden), &e) != 0)
		FUZZ_CHECK(e.code == EX_POLICY && *e.text);
	pseudonyms_show(p, buf_span(&hidden), &shown);
	if (span_eq(buf_span(&hidden), text))
		FUZZ_CHECK(span_eq(buf_span(&shown), text));
	pseudonyms_free(p);
	check_abstract(text);
	buf_release(&hidden);
	buf_release(&shown);
	return 0;
}
