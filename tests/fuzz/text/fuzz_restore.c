/*
 * Templates from a state file, which may be anybody's: what is taken can be saved and put back, and
 * lines go on to be sorted.
 */
#include "text/template.h"

#include "../fuzz.h"

enum { TEMPLATES = 8 };

static void restore_one(struct miner *m, struct fuzz_input *in)
{
	struct template_saved saved = {.count = fuzz_byte(in), .serial = fuzz_byte(in)};
	uint8_t absent = fuzz_byte(in);
	const struct template *t;

	saved.text = fuzz_until(in, '\n');
	saved.id = fuzz_until(in, '\n');
	for (size_t i = 0; i < 2; i++)
		saved.way[i] = absent >> i & 1 ? SPAN_NONE : fuzz_until(in, '\n');
	t = miner_restore(m, &saved);
	FUZZ_CHECK(miner_count(m) <= TEMPLATES);
	if (t)
		FUZZ_CHECK(strlen(t->id) == TEMPLATE_ID_LEN && t->text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct miner *m = miner_new(TEMPLATES, NULL, NULL);

	for (int n = fuzz_byte(&in) % 16; n > 0; n--)
		restore_one(m, &in);
	while (in.left > 0)
		(void)miner_add(m, fuzz_until(&in, '\n'), NULL);
	miner_free(m);
	return 0;
}
