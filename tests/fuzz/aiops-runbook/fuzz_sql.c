/*
 * The judge of SQL.
 *
 * Held: text of which not all is known is judged no milder; whatever came before it, a DROP
 * TABLE on a line of its own makes the text destructive, and a statement more never makes it
 * milder.
 */
#include "aiops-runbook/effects/effects.h"

#include "../fuzz.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct buf more = BUF_INIT(SIZE_MAX / 2);
	char why[200] = "";
	enum effect effect = sql_effect(text, true, why);

	FUZZ_CHECK(effect <= EFFECT_DESTRUCTIVE && memchr(why, '\0', sizeof why));
	FUZZ_CHECK(sql_effect(text, true, NULL) == effect);
	FUZZ_CHECK(sql_effect(text, false, why) >= effect);
	buf_add_span(&more, text);
	buf_add_cstr(&more, "\n;\nselect 1;\n");
	FUZZ_CHECK(sql_effect(buf_span(&more), true, why) >= effect);
	buf_add_cstr(&more, "drop table t;\n");
	FUZZ_CHECK(sql_effect(buf_span(&more), true, why) == EFFECT_DESTRUCTIVE);
	buf_release(&more);
	return 0;
}
