/*
 * A model file, with the digest that it should have put behind it so that its contents are read.
 *
 * Held: what is accepted is written as the same bytes once it has been written, and says labels
 * that it has, with a score from 0 to 1.
 */
#include "aiops-triage/classify/model.h"

#include "../fuzz.h"

static void check_said(struct model *m, enum model_task t)
{
	struct said s = model_say(m, t, SPAN("connection refused by orders-db after 30s"));
	bool found = false;

	if (!s.label.data) {
		FUZZ_CHECK(m->parts[t].linear.labels == 0);
		return;
	}
	for (size_t i = 0; i < m->parts[t].linear.labels; i++)
		found |= span_is(s.label, m->parts[t].labels[i]);
	FUZZ_CHECK(found && s.score >= 0 && s.score <= 1);
}

static void check(struct model *m)
{
	struct buf first = BUF_INIT(MODEL_MAX_BYTES), second = BUF_INIT(MODEL_MAX_BYTES);
	struct err e = ERR_INIT;
	struct model again;

	check_said(m, MODEL_CLASS);
	check_said(m, MODEL_SEVERITY);
	model_write(m, &first);
	model_init(&again);
	if (model_read(&again, buf_span(&first), &e) != 0)
		(void)fprintf(stderr, "%s\n", e.text);
	FUZZ_CHECK(e.code == 0);
	model_write(&again, &second);
	FUZZ_CHECK(span_eq(buf_span(&first), buf_span(&second)));
	model_release(&again);
	buf_release(&first);
	buf_release(&second);
}

static void read_one(struct span text)
{
	struct err e = ERR_INIT;
	struct model m;

	model_init(&m);
	if (model_read(&m, text, &e) == 0)
		check(&m);
	else
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	model_release(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	const char *last = size ? memrchr(text.data, '\n', size - 1) : NULL;
	struct buf mended = BUF_INIT(MODEL_MAX_BYTES);
	char hex[DIGEST_HEX + 1];
	struct span above = last ? span_of(text.data, (size_t)(last - text.data) + 1) : text;

	read_one(text);
	model_add_digest(above, hex);
	buf_add_span(&mended, above);
	buf_addf(&mended, "sha256 %s\n", hex);
	read_one(buf_span(&mended));
	buf_release(&mended);
	return 0;
}
