/*
 * A correlator's state, as any bytes.
 *
 * Held: what is accepted is written again as it is read back, and can be ended; what is not says
 * why.
 */
#include "aiops-correlate/snapshot.h"

#include "../fuzz.h"
#include "aiops-correlate/suppress.h"
#include "aiops-correlate/tell.h"
#include "base/instant.h"
#include "record/record.h"

static int append(void *ctx, struct span lines, struct err *e)
{
	(void)e;
	buf_add_span(ctx, lines);
	return 0;
}

struct state {
	struct engine en;
	struct teller teller;
};

static int load(struct state *s, struct span text, struct err *e)
{
	struct settings set = {.window_ns = 120 * NS_PER_S,
			       .dedup_ns = 900 * NS_PER_S,
			       .lateness_ns = 30 * NS_PER_S,
			       .max_group = 1000,
			       .max_active = 10000,
			       .topology_age_ns = 3600 * NS_PER_S,
			       .changes_ns = 900 * NS_PER_S};
	struct fuzz_input in = {text.data, text.len};
	struct load *l;
	int rc = 0;

	teller_init(&s->teller, &s->en);
	engine_init(&s->en, &set, NULL, (struct sink){&s->teller, teller_incident, teller_line});
	l = snapshot_load_begin(&s->en, &s->teller.told);
	while (rc == 0 && in.left) {
		struct span line = fuzz_until(&in, '\n');
		char *copy = fuzz_copy(line, RECORD_PADDING);

		rc = snapshot_load_line(l, span_of(copy, line.len), e);
		free(copy);
	}
	if (rc == 0)
		return snapshot_load_end(l, e);
	snapshot_load_free(l);
	return rc;
}

static void release(struct state *s)
{
	engine_release(&s->en);
	teller_release(&s->teller);
}

static void save(const struct state *s, struct buf *out)
{
	struct snapshot_sink to = {out, append};
	struct err e = ERR_INIT;
	size_t rows = 0;

	FUZZ_CHECK(snapshot_save(&s->en, &to, &rows, &e) == 0);
	FUZZ_CHECK(snapshot_end(&s->teller.told, rows, &to, &e) == 0);
}

static void check_again(const struct state *s)
{
	struct buf first = BUF_INIT(1u << 26), second = BUF_INIT(1u << 26);
	struct state *again = mem_zalloc(sizeof *again);
	struct err e = ERR_INIT;

	save(s, &first);
	if (load(again, buf_span(&first), &e) != 0)
		(void)fprintf(stderr, "%s\n%.*s\n", e.text, (int)first.len, first.data);
	FUZZ_CHECK(e.code == 0);
	save(again, &second);
	if (!span_eq(buf_span(&first), buf_span(&second)))
		(void)fprintf(stderr, "want %.*s\ngot  %.*s\n", (int)first.len, first.data,
			      (int)second.len, second.data);
	FUZZ_CHECK(span_eq(buf_span(&first), buf_span(&second)));
	release(again);
	free(again);
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state *s = mem_zalloc(sizeof *s);
	struct err e = ERR_INIT;

	if (load(s, span_of((const char *)data, size), &e) == 0) {
		check_again(s);
		suppress_restored(&s->en);
		teller_resume(&s->teller);
		engine_finish(&s->en, true);
		teller_reconcile(&s->teller, true);
	} else {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	}
	release(s);
	free(s);
	return 0;
}
