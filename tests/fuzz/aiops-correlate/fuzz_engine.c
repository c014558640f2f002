/*
 * The correlator over lines of events, which may be followed, each behind a line "%%", by rules,
 * maintenance windows and a topology.
 *
 * Held: every firing report is in exactly one place; what is announced are records; any order of
 * arrival within the lateness, and a state saved and read back in between, give the same last
 * revision of every incident.
 */
#include "aiops-correlate/engine.h"

#include "aiops-correlate/annotation.h"
#include "aiops-correlate/enrich.h"
#include "aiops-correlate/read.h"
#include "aiops-correlate/suppress/suppress.h"
#include "aiops-correlate/topology/fact_read.h"
#include "aiops-correlate/topology/facts.h"
#include "aiops-correlate/topology/topology.h"
#include "correlator.h"

enum { EVENTS = 48 };
#define T0         (INT64_C(1795251600) * NS_PER_S) /* 2026-11-21T09:00:00Z */
#define SPAN_OF_NS (2 * 3600 * NS_PER_S)

/* One line, read once into a parser of its own: reports borrow from it. */
struct event {
	struct record *r;
	char *line;
	bool is_fact;
	struct report report; /* of an alert */
	int64_t at_ns;
	char id[24];
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
	struct fact *f;
	int64_t clock_ns;

	x->r = record_new(1u << 16);
	x->line = fuzz_copy(line, RECORD_PADDING);
	x->index = g->n;
	(void)snprintf(x->id, sizeof x->id, "e%zu", g->n);
	if (record_parse(x->r, x->line, line.len, &why, &e) == 0 && report_wanted(x->r) &&
	    report_read(x->r, &x->report, &clock_ns, &e) == 0) {
		FUZZ_CHECK(x->report.id.len > 0);
		x->report.id = span_cstr(x->id); /* records with one id are one record */
		x->report.at_ns = x->at_ns = near_t0(x->report.at_ns);
		g->alerts += !x->report.resolved;
		g->n++;
		return;
	}
	if (e.code == 0 && fact_kind_of(x->r, &kind) && (f = fact_read(x->r, kind, &flaws, &e))) {
		x->at_ns = near_t0(f->at_ns);
		fact_free(f);
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
	struct correlator c;
	struct policy policy;
	const struct given *given;
};

static void run_begin(struct run *u, const struct given *g)
{
	struct maintenance *m = NULL;
	struct site_rules rules;
	struct err e = ERR_INIT, ignored = ERR_INIT;

	*u = (struct run){.given = g};
	correlator_init(&u->c, g->topo);
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
	u->c.en.policy = &u->policy;
	u->c.en.pairs.rules = &u->policy.rules.labels;
}

static void run_end(struct run *u)
{
	if (u->given->policy)
		policy_release(&u->policy, &u->c.en.words);
	correlator_release(&u->c);
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

		f->at_ns = x->at_ns;
		engine_take_fact(&u->c.en, f);
	} else {
		if (u->given->policy) {
			enrich(&u->policy.rules, report.title, report.description, &report, &en);
			engine_take(&u->c.en, &report, report.at_ns, &o);
			annotation_write(&o, &en, &u->policy.rules, report.at_ns, &note);
		} else {
			engine_take(&u->c.en, &report, report.at_ns, &o);
		}
	}
	teller_reconcile(&u->c.teller, false);
	outcome_release(&o);
	buf_release(&note);
}

static void restore(struct run *u, struct span text)
{
	struct err e = ERR_INIT;

	FUZZ_CHECK(correlator_load(&u->c, text, &e) == 0);
	suppress_restored(&u->c.en);
	teller_resume(&u->c.teller);
}

/* ---- what is held ---- */

static int by_key(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a;
	const struct event *y = *(const struct event *const *)b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Later by less than the lateness, else in order: step 0 is the order of time. */
static void order(struct given *g, const struct event **out, int64_t step)
{
	for (size_t i = 0; i < g->n; i++) {
		struct event *x = &g->events[i];

		x->key = x->at_ns + (int64_t)(i * 7 + 3) * step * NS_PER_S %
					    (CORRELATOR_LATENESS_NS - NS_PER_S);
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
	size_t n = last_records(buf_span(&want->c.teller.queue), a, EVENTS + 1);
	size_t m = last_records(buf_span(&got->c.teller.queue), b, EVENTS + 1);

	FUZZ_CHECK(n == m);
	for (size_t i = 0; i < n; i++)
		correlator_same(a[i].line, b[i].line);
}

/* Every report that fires is decided, and was counted once. */
static void check_counts(const struct run *u, const struct given *g)
{
	const struct counts *c = &u->c.en.counts;

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
			struct buf said = u->c.teller.queue;

			correlator_save(&u->c, &state);
			u->c.teller.queue = BUF_INIT(said.max);
			run_end(u);
			run_begin(&next, g);
			restore(&next, buf_span(&state));
			correlator_save(&next.c, &again);
			correlator_same(buf_span(&state), buf_span(&again));
			run_end(&next);
			run_begin(u, g);
			restore(u, buf_span(&state));
			buf_release(&u->c.teller.queue);
			u->c.teller.queue = said;
		}
		run_take(u, list[i]);
	}
	engine_finish(&u->c.en, true);
	teller_reconcile(&u->c.teller, true);
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
