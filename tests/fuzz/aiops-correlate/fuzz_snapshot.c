/*
 * A correlator's state, as any bytes.
 *
 * Held: what is accepted is written again as it is read back, and can be ended; what is not says
 * why.
 */
#include "aiops-correlate/state/snapshot.h"

#include "aiops-correlate/suppress/suppress.h"
#include "correlator.h"

static int load(struct correlator *c, struct span text, struct err *e)
{
	correlator_init(c, NULL);
	return correlator_load(c, text, e);
}

static void check_again(const struct correlator *c)
{
	struct buf first = BUF_INIT(1u << 26), second = BUF_INIT(1u << 26);
	struct correlator *again = mem_zalloc(sizeof *again);
	struct err e = ERR_INIT;

	correlator_save(c, &first);
	if (load(again, buf_span(&first), &e) != 0)
		(void)fprintf(stderr, "%s\n%.*s\n", e.text, (int)first.len, first.data);
	FUZZ_CHECK(e.code == 0);
	correlator_save(again, &second);
	correlator_same(buf_span(&first), buf_span(&second));
	correlator_release(again);
	free(again);
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct correlator *c = mem_zalloc(sizeof *c);
	struct err e = ERR_INIT;

	if (load(c, span_of((const char *)data, size), &e) == 0) {
		check_again(c);
		suppress_restored(&c->en);
		teller_resume(&c->teller);
		engine_finish(&c->en, true);
		teller_reconcile(&c->teller, true);
	} else {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	}
	correlator_release(c);
	free(c);
	return 0;
}
