/*
 * An engine and what tells of it, as aiops-correlate joins them, and its state as text.
 */
#ifndef AIOPS_TESTS_FUZZ_CORRELATOR_H
#define AIOPS_TESTS_FUZZ_CORRELATOR_H

#include "../fuzz.h"
#include "aiops-correlate/engine.h"
#include "aiops-correlate/state/snapshot.h"
#include "aiops-correlate/tell.h"
#include "base/instant.h"
#include "record/record.h"

#define CORRELATOR_LATENESS_NS (30 * NS_PER_S)

struct correlator {
	struct engine en;
	struct teller teller;
};

/* c must not move afterwards: its parts point to each other. topo is borrowed, or NULL. */
static inline void correlator_init(struct correlator *c, struct topology *topo)
{
	struct settings set = {.window_ns = 120 * NS_PER_S,
			       .dedup_ns = 900 * NS_PER_S,
			       .lateness_ns = CORRELATOR_LATENESS_NS,
			       .max_group = 1000,
			       .max_active = 10000,
			       .topology_age_ns = 3600 * NS_PER_S,
			       .changes_ns = 900 * NS_PER_S};

	teller_init(&c->teller, &c->en);
	engine_init(&c->en, &set, topo, (struct sink){&c->teller, teller_incident, teller_line});
}

static inline void correlator_release(struct correlator *c)
{
	engine_release(&c->en);
	teller_release(&c->teller);
}

static inline int correlator_append(void *out, struct span lines, struct err *e)
{
	(void)e;
	buf_add_span(out, lines);
	return 0;
}

static inline void correlator_save(const struct correlator *c, struct buf *out)
{
	struct snapshot_sink to = {out, correlator_append};
	struct err e = ERR_INIT;
	size_t rows = 0;

	FUZZ_CHECK(snapshot_save(&c->en, &to, &rows, &e) == 0);
	FUZZ_CHECK(snapshot_end(&c->teller.told, rows, &to, &e) == 0);
}

/* Into one that is new; after a failure it can only be released. */
static inline int correlator_load(struct correlator *c, struct span text, struct err *e)
{
	struct load *l = snapshot_load_begin(&c->en, &c->teller.told);
	struct fuzz_input in = {text.data, text.len};
	int rc = 0;

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

/* What two texts must be. */
static inline void correlator_same(struct span want, struct span got)
{
	if (!span_eq(want, got))
		(void)fprintf(stderr, "want %.*s\ngot  %.*s\n", (int)want.len, want.data,
			      (int)got.len, got.data);
	FUZZ_CHECK(span_eq(want, got));
}

#endif
