/*
 * What the tests of aiops-correlate share: alerts written in one line, and an
 * engine whose announcements are kept.
 */
#ifndef AIOPS_TESTS_CORRELATE_TEST_H
#define AIOPS_TESTS_CORRELATE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-correlate/engine.h"
#include "aiops-correlate/group/incident.h"
#include "base/instant.h"
#include "base/mem.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof(*(a)))
/* 2026-11-21T09:00:00Z */
#define T0 (INT64_C(1795251600) * NS_PER_S)

/* An alert t_s seconds after T0 with up to four labels name=value. */
struct given {
	int t_s;
	const char *name, *component;
	const char *labels[4];
	bool resolved;
	int start_s; /* of a resolution: when the alert began to fire */
	int end_s;   /* when it says that it ends; 0: it does not say */
	enum severity severity;
	enum signal_kind signal;
};

static inline struct report report_of(const struct given *g, char id[static 64])
{
	struct report r = {.at_ns = T0 + g->t_s * NS_PER_S, .resolved = g->resolved};

	r.starts_ns = g->resolved ? T0 + g->start_s * NS_PER_S : r.at_ns;
	r.ends_ns = g->end_s ? T0 + g->end_s * NS_PER_S : INT64_MAX;
	r.name = span_cstr(g->name);
	r.component = span_cstr(g->component);
	r.source = SPAN("test");
	r.severity = g->severity ? g->severity : SEVERITY_HIGH;
	r.signal = g->signal;
	r.labels[r.n_labels++] = (struct label){SPAN("alertname"), r.name};
	for (size_t i = 0; i < ARRAY_LEN(g->labels) && g->labels[i]; i++) {
		const char *eq = strchr(g->labels[i], '=');

		r.labels[r.n_labels++] = (struct label){
			span_of(g->labels[i], (size_t)(eq - g->labels[i])), span_cstr(eq + 1)};
		if (span_is(r.labels[r.n_labels - 1].name, "service"))
			r.service = r.labels[r.n_labels - 1].value;
	}
	if (r.component.len)
		r.labels[r.n_labels++] = (struct label){SPAN("component"), r.component};
	labels_sort(r.labels, r.n_labels);
	r.fp = labels_fingerprint(r.labels, r.n_labels);
	(void)snprintf(id, 64, "%s/%s/%d%s", g->name, g->component ? g->component : "", g->t_s,
		       g->resolved ? "r" : "");
	r.id = span_cstr(id);
	return r;
}

/* One announced revision. */
struct said {
	char id[INCIDENT_ID_SIZE], merged_into[INCIDENT_ID_SIZE];
	uint32_t revision, unique, active, overflow;
	uint64_t alerts;
	enum change change;
	enum ending ending;
	enum severity severity;
	char *record;
};

struct bench {
	struct engine en;
	struct said *said;
	size_t n, cap;
	struct outcome outcome;
};

static inline void bench_hear(void *ctx, struct group *g)
{
	struct bench *b = ctx;
	struct buf text = BUF_INIT(1 << 20);
	struct said *s;

	mem_grow(b->said, b->cap, b->n + 1);
	s = &b->said[b->n++];
	*s = (struct said){.revision = g->revision,
			   .unique = g->unique,
			   .active = g->active,
			   .overflow = g->overflow,
			   .alerts = g->alerts,
			   .change = g->change,
			   .ending = g->ending,
			   .severity = g->severity};
	memcpy(s->id, g->id, sizeof s->id);
	memcpy(s->merged_into, g->merged_into, sizeof s->merged_into);
	incident_render(g, b->en.topo, NULL, &text);
	s->record = buf_take(&text);
}

static inline struct settings usual(void)
{
	return (struct settings){.window_ns = 120 * NS_PER_S,
				 .dedup_ns = 900 * NS_PER_S,
				 .lateness_ns = 30 * NS_PER_S,
				 .max_group = 1000,
				 .max_active = 10000};
}

static inline void bench_start(struct bench *b, struct settings set, const struct topology *topo)
{
	memset(b, 0, sizeof *b);
	engine_init(&b->en, &set, topo, (struct sink){b, bench_hear});
}

static inline void bench_take(struct bench *b, const struct given *g)
{
	char id[64];
	struct report r = report_of(g, id);

	engine_take(&b->en, &r, r.at_ns, &b->outcome);
}

static inline void bench_feed(struct bench *b, const struct given *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		bench_take(b, &list[i]);
}

static inline void bench_end(struct bench *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->said[i].record);
	free(b->said);
	outcome_release(&b->outcome);
	engine_release(&b->en);
}

/* The last revision of each incident, merged ones left out. */
static inline size_t bench_final(const struct bench *b, const struct said **out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		bool last = !b->said[i].merged_into[0];

		for (size_t j = i + 1; last && j < b->n; j++)
			last = strcmp(b->said[j].id, b->said[i].id) != 0;
		if (!last)
			continue;
		assert_true(n < max);
		out[n++] = &b->said[i];
	}
	return n;
}

/* Feeds, ends without a state, and gives the last revisions. */
static inline size_t bench_run(struct bench *b, const struct given *list, size_t n,
			       const struct said **out, size_t max)
{
	bench_feed(b, list, n);
	engine_finish(&b->en, true);
	return bench_final(b, out, max);
}

#endif
