/*
 * A condition, and on the next line a record that is held against it.
 *
 * Held: what is there is not absent; a value is equal or it is not, and lies on one side of
 * another.
 */
#include "aiops-audit/where.h"

#include "../fuzz.h"

static bool fits(struct where w, enum where_op op, const struct record *r)
{
	w.op = op;
	return where_fits(&w, r);
}

static void check(const struct where *w, const struct record *r)
{
	bool there = fits(*w, WHERE_THERE, r);

	FUZZ_CHECK(there != fits(*w, WHERE_ABSENT, r));
	FUZZ_CHECK(fits(*w, WHERE_EQ, r) != fits(*w, WHERE_NE, r));
	FUZZ_CHECK(!fits(*w, WHERE_LT, r) || !fits(*w, WHERE_GE, r));
	FUZZ_CHECK(!fits(*w, WHERE_GT, r) || !fits(*w, WHERE_LE, r));
	FUZZ_CHECK(!fits(*w, WHERE_LT, r) || fits(*w, WHERE_LE, r));
	FUZZ_CHECK(!fits(*w, WHERE_GT, r) || fits(*w, WHERE_GE, r));
	FUZZ_CHECK(!fits(*w, WHERE_EQ, r) || fits(*w, WHERE_HAS, r));
	for (int op = WHERE_EQ; op <= WHERE_HAS; op++)
		FUZZ_CHECK(there || op == WHERE_NE || !fits(*w, (enum where_op)op, r));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct record *r;
	struct fuzz_input in = fuzz_input(data, size);
	struct span first = fuzz_until(&in, '\n'), line = fuzz_rest(&in);
	char *text = mem_dup(first.data, first.len), *copy = fuzz_copy(line, RECORD_PADDING);
	struct err e = ERR_INIT, no = ERR_INIT;
	enum reject_code why;
	struct where w;

	r = r ? r : record_new(1u << 20);
	if (where_parse(text, &w, &e) == 0) {
		FUZZ_CHECK(w.path && *w.path);
		if (record_parse(r, copy, line.len, &why, &no) == 0) {
			(void)where_fits(&w, r);
			if (w.value.data)
				check(&w, r);
		}
		where_release(&w);
	} else {
		FUZZ_CHECK(e.code == EX_BADUSAGE && *e.text);
	}
	free(copy);
	free(text);
	return 0;
}
