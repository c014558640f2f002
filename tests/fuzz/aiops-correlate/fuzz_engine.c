/*
 * The correlator over lines of events, which may be followed, each behind a line "%%", by rules,
 * maintenance windows and a topology.
 *
 * Held: every firing report is in exactly one place; what is announced are records; any order of
 * arrival within the lateness, and a state saved and read back in between, give the same last
 * revision of every incident.
 */
#include "aiops-correlate/engine.h"

#include "../fuzz.h"
#include "aiops-correlate/annotation.h"
#include "aiops-correlate/enrich.h"
#include "aiops-correlate/fact_read.h"
#include "aiops-correlate/facts.h"
#include "aiops-correlate/read.h"
#include "aiops-correlate/snapshot.h"
#include "aiops-correlate/suppress.h"
#include "aiops-correlate/tell.h"
#include "aiops-correlate/topology.h"
#include "base/digest.h"
#include "base/instant.h"
#include "record/record.h"

enum { EVENTS = 48 };
#define LATENESS_NS (30 * NS_PER_S)
#define T0          (INT64_C(1795251600) * NS_PER_S)
#define SPAN_OF_NS  (2 * 3600 * NS_PER_S)

/* One line, read once into a parser of its own: reports borrow from it. */
struct event {
	struct record *r;
	char *line;
	struct report report; /* of an alert */
	struct fact *fact;
	bool is_fact;
	char id[24];
	struct enriched enriched;
	int64_t key; /* by which a run is ordered */
	size_t index;
};

struct given {
	struct event events[EVENTS];
	size_t n, alerts; /* alerts: those that fire */
	struct span rules, maintenance;
	struct topology *topo;
	bool policy;
};

/* ---- reading ---- */

/* Hours apart, so that something meets; in the order of the lines where they say the same. */
static int64_t near_t0(int64_t ns)
{
	int64_t off = (ns - T0 % SPAN_OF_NS) % SPAN_OF_NS;

	return T0 + (off < 0 ? off + SPAN_OF_NS : off);
}

static void read_event(struct given *g, struct span line)
{
	struct event *x = &g->events[g->n];
	struct fact_flaws flaws;
	struct err e = ERR_INIT;
	enum reject_code why;
	enum fact_kind kind;
	int64_t clock_ns;

	x->r = record_new(1u << 16);
	x->line = fuzz_copy(line, RECORD_PADDING);
	x->index = g->n;
	(void)snprintf(x->id, sizeof x->id, "e%zu", g->n);
	if (record_parse(x->r, x->line, line.len, &why, &e) == 0 && report_wanted(x->r) &&
	    report_read(x->r, &x->report, &clock_ns, &e) == 0) {
		FUZZ_CHECK(x->report.id.len > 0);
		x->report.id = span_cstr(x->id); /* records with one id are one record */
		x->report.at_ns = near_t0(x->report.at_ns);
		g->alerts += !x->report.resolved;
		g->n++;
		return;
	}
	if (e.code == 0 && fact_kind_of(x->r, &kind) &&
	    (x->fact = fact_read(x->r, kind, &flaws, &e))) {
		fact_free(x->fact);
		x->fact = NULL;
		x->is_fact = true;
		g->n++;
		return;
	}
	record_free(x->r);
	free(x->line);
	*x = (struct event){.r = NULL};
}

static struct span part(struct span *rest)
{
	static const char mark[] = "\n%%\n";
	const char *end = span_find(*rest, SPAN("\n%%\n"));
	struct span s = *rest;

	if (!end) {
		*rest = SPAN_NONE;
		return s;
	}
	s.len = (size_t)(end - s.data);
	*rest = span_of(end + sizeof mark - 1, rest->len - s.len - (sizeof mark - 1));
	return s;
}

static void read_all(struct given *g, const uint8_t *data, size_t size)
{
	struct span rest = {(const char *)data, size}, lines = part(&rest), topo;
	struct fuzz_input in = {lines.data, lines.len};
	struct err e = ERR_INIT;

	g->rules = part(&rest);
	g->maintenance = part(&rest);
	topo = part(&rest);
	g->policy = g->rules.len || g->maintenance.len;
	if (topo.len)
		g->topo = topology_parse(topo, &e);
	while (in.left && g->n < EVENTS)
		read_event(g, fuzz_until(&in, '\n'));
}

static void release_all(struct given *g)
{
	for (size_t i = 0; i < g->n; i++) {
		record_free(g->events[i].r);
		free(g->events[i].line);
	}
	topology_free(g->topo);
}

/* ---- a run ---- */

struct run {
	struct engine en;
	struct policy policy;
	struct teller teller;
	const struct given *given;
};

static void run_begin(struct run *u, const struct given *g)
{
	struct settings set = {.window_ns = 120 * NS_PER_S,
			       .dedup_ns = 900 * NS_PER_S,
			       .lateness_ns = LATENESS_NS,
			       .max_group = 1000,
			       .max_active = 10000,
			       .topology_age_ns = 3600 * NS_PER_S,
			       .changes_ns = 900 * NS_PER_S};
	struct maintenance *m = NULL;
	struct site_rules rules;
	struct err e = ERR_INIT, ignored = ERR_INIT;

	*u = (struct run){.given = g};
	teller_init(&u->teller, &u->en);
	engine_init(&u->en, &set, g->topo, (struct sink){&u->teller, teller_incident, teller_line});
	if (!g->policy)
		return;
	site_rules_init(&rules);
	if (g->rules.len && site_rules_parse(&rules, g->rules, &e) != 0) {
		site_rules_release(&rules);
		site_rules_init(&rules);
	}
	if (g->maintenance.len)
		m = maintenance_parse(g->maintenance, &ignored);
	policy_init(&u->policy, &rules, m, 300 * NS_PER_S, 100, 10000);
	u->en.policy = &u->policy;
	u->en.pairs.rules = &u->policy.rules.labels;
}

static void run_end(struct run *u)
{
	if (u->given->policy)
		policy_release(&u->policy, &u->en.words);
	engine_release(&u->en);
	teller_release(&u->teller);
}

static void run_take(struct run *u, const struct event *x)
{
	struct report report = x->report;
	struct outcome o = {.incident = ""};
	struct buf note = BUF_INIT(1u << 20);
	struct fact_flaws flaws;
	struct enriched en;
	struct err e = ERR_INIT;
	enum fact_kind kind;

	if (x->is_fact && fact_kind_of(x->r, &kind)) {
		struct fact *f = fact_read(x->r, kind, &flaws, &e);

		f->at_ns = near_t0(f->at_ns);
		engine_take_fact(&u->en, f);
	} else {
		if (u->given->policy) {
			enrich(&u->policy.rules, report.title, report.description, &report, &en);
			engine_take(&u->en, &report, report.at_ns, &o);
			annotation_write(&o, &en, &u->policy.rules, report.at_ns, &note);
		} else {
			engine_take(&u->en, &report, report.at_ns, &o);
		}
	}
	teller_reconcile(&u->teller, false);
	outcome_release(&o);
	buf_release(&note);
}

static int append(void *ctx, struct span lines, struct err *e)
{
	(void)e;
	buf_add_span(ctx, lines);
	return 0;
}

static void save(const struct run *u, struct buf *out)
{
	struct err e = ERR_INIT;
	struct snapshot_sink to = {out, append};
	size_t rows = 0;

	FUZZ_CHECK(snapshot_save(&u->en, &to, &rows, &e) == 0);
	FUZZ_CHECK(snapshot_end(&u->teller.told, rows, &to, &e) == 0);
}

static void restore(struct run *u, struct span text)
{
	struct load *l = snapshot_load_begin(&u->en, &u->teller.told);
	struct fuzz_input in = {text.data, text.len};
	struct err e = ERR_INIT;

	while (in.left) {
		struct span line = fuzz_until(&in, '\n');
		char *copy = fuzz_copy(line, RECORD_PADDING);

		FUZZ_CHECK(snapshot_load_line(l, span_of(copy, line.len), &e) == 0);
		free(copy);
	}
	FUZZ_CHECK(snapshot_load_end(l, &e) == 0);
	suppress_restored(&u->en);
	teller_resume(&u->teller);
}

/* ---- what is held ---- */

static void check_equal(struct span want, struct span got)
{
	if (!span_eq(want, got))
		(void)fprintf(stderr, "want %.*s\ngot  %.*s\n", (int)want.len, want.data,
			      (int)got.len, got.data);
	FUZZ_CHECK(span_eq(want, got));
}

static int by_key(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a;
	const struct event *y = *(const struct event *const *)b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static int64_t event_at(const struct event *x)
{
	struct fact_flaws flaws;
	struct err e = ERR_INIT;
	enum fact_kind kind;
	struct fact *f;
	int64_t at;

	if (!x->is_fact || !fact_kind_of(x->r, &kind))
		return x->report.at_ns;
	f = fact_read(x->r, kind, &flaws, &e);
	at = near_t0(f->at_ns);
	fact_free(f);
	return at;
}

/* Later by less than the lateness, else in order: step 0 is the order of time. */
static void order(struct given *g, const struct event **out, int64_t step)
{
	for (size_t i = 0; i < g->n; i++) {
		struct event *x = &g->events[i];

		x->key = event_at(x) +
			 (int64_t)(i * 7 + 3) * step * NS_PER_S % (LATENESS_NS - NS_PER_S);
		out[i] = x;
	}
	qsort(out, g->n, sizeof *out, by_key);
}

/* The last record of each incident, as "id digest" lines by id. */
struct last {
	char id[INCIDENT_ID_SIZE];
	struct span line;
};

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct last *)a)->id, ((const struct last *)b)->id);
}

static size_t last_records(struct span queue, struct last *out, size_t max)
{
	struct record *r = record_new(1u << 22);
	struct fuzz_input in = {queue.data, queue.len};
	struct err e = ERR_INIT;
	enum reject_code why;
	size_t n = 0, i;

	while (in.left) {
		struct span line = fuzz_until(&in, '\n'), id;
		char *copy = fuzz_copy(line, RECORD_PADDING);

		FUZZ_CHECK(record_parse(r, copy, line.len, &why, &e) == 0);
		FUZZ_CHECK(event_validate(r, &e) == 0);
		id = record_text(r, "incident");
		if (record_kind(r) == KIND_INCIDENT) {
			FUZZ_CHECK(id.len + 1 == INCIDENT_ID_SIZE);
			for (i = 0; i < n && !span_is(id, out[i].id); i++)
				;
			FUZZ_CHECK(i < max);
			memcpy(out[i].id, id.data, id.len);
			out[i].id[id.len] = '\0';
			out[i].line = line;
			n += i == n;
		}
		free(copy);
	}
	record_free(r);
	qsort(out, n, sizeof *out, by_id);
	return n;
}

static void check_same(const struct run *want, const struct run *got)
{
	struct last a[EVENTS + 1], b[EVENTS + 1];
	size_t n = last_records(buf_span(&want->teller.queue), a, EVENTS + 1);
	size_t m = last_records(buf_span(&got->teller.queue), b, EVENTS + 1);

	FUZZ_CHECK(n == m);
	for (size_t i = 0; i < n; i++)
		check_equal(a[i].line, b[i].line);
}

/* Every report that fires is decided, and was counted once. */
static void check_counts(const struct run *u, const struct given *g)
{
	const struct counts *c = &u->en.counts;

	FUZZ_CHECK(c->alerts == g->alerts);
	FUZZ_CHECK(c->duplicates <= c->alerts && c->merges <= c->incidents);
	FUZZ_CHECK(c->late == 0 && c->dropped == 0 && c->hurried == 0 && c->overflow == 0);
}

static void run_whole(struct run *u, struct given *g, int64_t step, size_t cut)
{
	const struct event *list[EVENTS];
	struct buf state = BUF_INIT(1u << 26), again = BUF_INIT(1u << 26);

	order(g, list, step);
	run_begin(u, g);
	for (size_t i = 0; i < g->n; i++) {
		if (i == cut) {
			struct run next;
			struct buf said = u->teller.queue;

			save(u, &state);
			u->teller.queue = BUF_INIT(said.max);
			run_end(u);
			run_begin(&next, g);
			restore(&next, buf_span(&state));
			save(&next, &again);
			check_equal(buf_span(&state), buf_span(&again));
			run_end(&next);
			run_begin(u, g);
			restore(u, buf_span(&state));
			buf_release(&u->teller.queue);
			u->teller.queue = said;
		}
		run_take(u, list[i]);
	}
	engine_finish(&u->en, true);
	teller_reconcile(&u->teller, true);
	buf_release(&state);
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct given *g = mem_zalloc(sizeof *g);
	struct run *a = mem_zalloc(sizeof *a), *b = mem_zalloc(sizeof *b);

	read_all(g, data, size);
	if (g->n) {
		run_whole(a, g, 0, SIZE_MAX);
		check_counts(a, g);
		run_whole(b, g, 1, SIZE_MAX);
		check_counts(b, g);
		check_same(a, b);
		run_end(b);
		run_whole(b, g, 0, g->n / 2);
		check_same(a, b);
		run_end(b);
		run_end(a);
	}
	release_all(g);
	free(g);
	free(a);
	free(b);
	return 0;
}
