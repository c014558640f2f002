/*
 * The tables of hypotheses and feedback.
 */
#include "aiops-triage/feedback/memory.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

const struct migration memory_migrations[] = {
	{50, "CREATE TABLE aiops_hypotheses ("
	     " incident TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, decision TEXT NOT NULL,"
	     " severity TEXT NOT NULL, component TEXT NOT NULL, fault TEXT NOT NULL,"
	     " text TEXT NOT NULL, confidence REAL NOT NULL, raw REAL NOT NULL,"
	     " calibration TEXT NOT NULL, candidates TEXT NOT NULL, words TEXT NOT NULL"
	     ") STRICT, WITHOUT ROWID;"
	     "CREATE INDEX aiops_hypotheses_at ON aiops_hypotheses (at_ms);"
	     "CREATE TABLE aiops_feedback ("
	     " seq INTEGER PRIMARY KEY AUTOINCREMENT, incident TEXT NOT NULL UNIQUE"
	     " REFERENCES aiops_hypotheses (incident), at_ms INTEGER NOT NULL,"
	     " actor TEXT NOT NULL, cause TEXT NOT NULL, component TEXT, fault TEXT,"
	     " agreed INTEGER NOT NULL, helped INTEGER NOT NULL"
	     ") STRICT"},
};
const size_t memory_migration_count = sizeof memory_migrations / sizeof *memory_migrations;

#define COLUMNS                                                                                    \
	"h.incident, h.at_ms, h.decision, h.severity, h.component, h.fault, h.text, h.confidence," \
	" h.raw, h.calibration, h.candidates, h.words"

/* An empty span is an empty text, not NULL. */
static struct span text_or_empty(struct span s)
{
	return s.data ? s : SPAN("");
}

static int step_once(struct store *s, sqlite3_stmt *st, struct err *e)
{
	return store_step(s, st, e) < 0 ? -1 : 0;
}

int memory_put(struct store *s, const struct thought *t, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"INSERT INTO aiops_hypotheses VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
		" ON CONFLICT (incident) DO UPDATE SET at_ms = excluded.at_ms,"
		" decision = excluded.decision, severity = excluded.severity,"
		" component = excluded.component, fault = excluded.fault, text = excluded.text,"
		" confidence = excluded.confidence, raw = excluded.raw,"
		" calibration = excluded.calibration, candidates = excluded.candidates,"
		" words = excluded.words WHERE NOT EXISTS (SELECT 1 FROM aiops_feedback f"
		" WHERE f.incident = excluded.incident)",
		e);
	const struct span texts[] = {t->decision, t->severity, t->component, t->fault, t->text};

	if (!st)
		return -1;
	store_bind_text(st, 1, t->incident);
	store_bind_i64(st, 2, t->at_ms);
	for (int i = 0; i < 5; i++)
		store_bind_text(st, 3 + i, text_or_empty(texts[i]));
	(void)sqlite3_bind_double(st, 8, t->confidence); /* numbers always bind */
	(void)sqlite3_bind_double(st, 9, t->raw);
	store_bind_text(st, 10, t->calibration);
	store_bind_text(st, 11, t->candidates);
	store_bind_text(st, 12, text_or_empty(t->words));
	return step_once(s, st, e);
}

int memory_judge(struct store *s, struct span incident, const struct verdict *v, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "INSERT OR REPLACE INTO aiops_feedback (incident, at_ms,"
				      " actor, cause, component, fault, agreed, helped)"
				      " VALUES (?,?,?,?,?,?,?,?)",
				      e);

	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	store_bind_i64(st, 2, v->at_ms);
	store_bind_text(st, 3, v->actor);
	store_bind_text(st, 4, v->cause);
	store_bind_text(st, 5, v->component);
	store_bind_text(st, 6, v->fault);
	store_bind_i64(st, 7, v->agreed);
	store_bind_i64(st, 8, v->helped);
	return step_once(s, st, e);
}

static void read_thought(sqlite3_stmt *st, struct thought *out)
{
	*out = (struct thought){
		.incident = store_text(st, 0),
		.at_ms = sqlite3_column_int64(st, 1),
		.decision = store_text(st, 2),
		.severity = store_text(st, 3),
		.component = store_text(st, 4),
		.fault = store_text(st, 5),
		.text = store_text(st, 6),
		.confidence = sqlite3_column_double(st, 7),
		.raw = sqlite3_column_double(st, 8),
		.calibration = store_text(st, 9),
		.candidates = store_text(st, 10),
		.words = store_text(st, 11),
	};
}

int memory_find(struct store *s, struct span incident, struct thought *out, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "SELECT " COLUMNS " FROM aiops_hypotheses h WHERE h.incident = ?", e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	rc = store_step(s, st, e);
	if (rc > 0)
		read_thought(st, out);
	return rc;
}

int memory_judged(struct store *s, int64_t since_ms,
		  int (*each)(void *ctx, const struct thought *t, const struct verdict *v,
			      struct err *e),
		  void *ctx, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s,
			   "SELECT " COLUMNS ", f.cause, f.component, f.fault, f.agreed, f.helped,"
			   " f.actor, f.at_ms FROM aiops_feedback f JOIN aiops_hypotheses h"
			   " USING (incident) WHERE f.at_ms >= ? ORDER BY f.at_ms, f.seq",
			   e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, since_ms);
	while ((rc = store_step(s, st, e)) > 0) {
		struct verdict v = {
			.cause = store_text(st, 12),
			.component = store_text(st, 13),
			.fault = store_text(st, 14),
			.agreed = sqlite3_column_int(st, 15) != 0,
			.helped = sqlite3_column_int(st, 16) != 0,
			.actor = store_text(st, 17),
			.at_ms = sqlite3_column_int64(st, 18),
		};
		struct thought t;

		read_thought(st, &t);
		if (each(ctx, &t, &v, e) != 0) {
			(void)sqlite3_reset(st); /* was read */
			return -1;
		}
	}
	return rc;
}

int memory_count(struct store *s, int64_t since_ms, int64_t *made, int64_t *answered, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "SELECT count(*), count(*) FILTER (WHERE decision = "
				      "'answer') FROM aiops_hypotheses WHERE at_ms >= ?",
				      e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, since_ms);
	if (store_step(s, st, e) < 0)
		return -1;
	*made = sqlite3_column_int64(st, 0);
	*answered = sqlite3_column_int64(st, 1);
	(void)sqlite3_reset(st); /* was read */
	return 0;
}

int memory_wrong_in_a_row(struct store *s, int64_t *n, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s,
			   "SELECT f.agreed FROM aiops_feedback f JOIN aiops_hypotheses h"
			   " USING (incident) WHERE h.decision = 'answer'"
			   " ORDER BY f.at_ms DESC, f.seq DESC",
			   e);
	int rc;

	if (!st)
		return -1;
	*n = 0;
	while ((rc = store_step(s, st, e)) > 0 && !sqlite3_column_int(st, 0))
		++*n;
	(void)sqlite3_reset(st); /* was read */
	return rc < 0 ? -1 : 0;
}

/* ---- calibration ---- */

struct gathering {
	struct outcome *items;
	size_t n, cap;
	int64_t now_ms;
};

static int gather(void *ctx, const struct thought *t, const struct verdict *v, struct err *e)
{
	struct gathering *g = ctx;
	double age = (double)(g->now_ms - v->at_ms) / (double)MEMORY_HALF_LIFE_MS;

	(void)e;
	if (!span_is(t->decision, "answer"))
		return 0;
	mem_grow(g->items, g->cap, g->n + 1);
	g->items[g->n++] = (struct outcome){
		.score = t->raw, .right = v->agreed, .weight = exp2(-fmax(age, 0))};
	return 0;
}

int memory_calibrate(struct store *s, int64_t now_ms, struct calibration *c, struct err *e)
{
	struct gathering g = {.now_ms = now_ms};
	int rc = memory_judged(s, INT64_MIN, gather, &g, e);

	if (rc == 0)
		calibration_fit(c, g.items, g.n);
	free(g.items);
	return rc;
}
