/*
 * A made-up stream of alerts with repeats, resolutions, bridges and two
 * services that overlap, and a correlator run over parts of it with a state.
 */
#ifndef AIOPS_TESTS_STREAM_TEST_H
#define AIOPS_TESTS_STREAM_TEST_H

#include "aiops-correlate/state/snapshot.h"
#include "aiops-correlate/tell.h"
#include "base/map.h"
#include "correlate_test.h"

enum { STREAM = 400 };

struct stream_event {
	struct given given;
	char component[16], service[24], app[16];
	int key; /* for shuffling */
};

static inline uint32_t stream_random(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

/* Times are distinct, so that a split never stands between two of one time. */
static inline void stream_make(struct stream_event *ev, uint32_t seed)
{
	static const char *const names[] = {"Down", "Slow", "Errors", "Full", "Lag"};
	int t = 0;

	for (int i = 0; i < STREAM; i++) {
		uint32_t what = stream_random(&seed) % 40, svc = stream_random(&seed) % 6;
		struct given *g = &ev[i].given;

		t += 1 + (int)(stream_random(&seed) % (i % 60 == 59 ? 400u : 8u));
		*g = (struct given){.t_s = t, .name = names[stream_random(&seed) % 5]};
		(void)snprintf(ev[i].service, sizeof ev[i].service, "service=s%u", svc);
		(void)snprintf(ev[i].component, sizeof ev[i].component, "s%u-%u", svc, what % 3);
		(void)snprintf(ev[i].app, sizeof ev[i].app, "app=s%u", (svc + 1) % 6);
		g->component = ev[i].component;
		g->labels[0] = ev[i].service;
		g->labels[1] = "env=prod";
		if (what == 7)
			g->labels[2] = ev[i].app;
		g->resolved = what % 4 == 3;
		g->start_s = t > 20 ? t - 20 : 0;
		g->severity = (enum severity)(SEVERITY_LOW + what % 4);
		g->signal = (enum signal_kind)(what % 3);
	}
}

static inline int stream_by_key(const void *a, const void *b)
{
	const struct stream_event *x = *(const struct stream_event *const *)a;
	const struct stream_event *y = *(const struct stream_event *const *)b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x > y) - (x < y);
}

/* An order of arrival in which no event comes more than lateness_s too late. */
static inline void stream_shuffle(struct stream_event *ev, const struct stream_event **order,
				  int lateness_s, uint32_t seed)
{
	for (int i = 0; i < STREAM; i++) {
		ev[i].key = ev[i].given.t_s * 16 +
			    (lateness_s ? (int)(stream_random(&seed) % (uint32_t)(lateness_s * 16))
					: 0);
		order[i] = &ev[i];
	}
	qsort(order, STREAM, sizeof *order, stream_by_key);
}

static inline int stream_write(void *ctx, struct span lines, struct err *e)
{
	(void)e;
	buf_add_span(ctx, lines);
	return 0;
}

/* The whole state of en and a. */
static inline void stream_save(const struct engine *en, struct buf *out, size_t *rows)
{
	struct err e = ERR_INIT;

	buf_clear(out);
	assert_int_equal(snapshot_save(en, &(struct snapshot_sink){out, stream_write}, rows, &e),
			 0);
}

static inline void stream_save_end(const struct ahead *a, struct buf *out, size_t rows)
{
	struct err e = ERR_INIT;

	assert_int_equal(snapshot_end(a, rows, &(struct snapshot_sink){out, stream_write}, &e), 0);
}

/* Reads a state from memory. */
static inline int stream_load(struct engine *en, struct ahead *a, struct span text, struct err *e)
{
	struct load *l = snapshot_load_begin(en, a);

	while (text.len) {
		const char *end = memchr(text.data, '\n', text.len);
		size_t n = end ? (size_t)(end - text.data) : text.len;
		char *line = mem_zalloc(n + RECORD_PADDING);
		int rc;

		memcpy(line, text.data, n);
		rc = snapshot_load_line(l, span_of(line, n), e);
		free(line);
		if (rc != 0) {
			snapshot_load_free(l);
			return -1;
		}
		n += end != NULL;
		text = span_of(text.data + n, text.len - n);
	}
	return snapshot_load_end(l, e);
}

/* A run over order[from..to) that starts from state and ends with the next one;
 * with a NULL state it begins from nothing and closes what is open. */
static inline void stream_run(const struct stream_event *const *order, size_t from, size_t to,
			      struct buf *state, struct buf *out)
{
	struct settings set = usual();
	struct engine en;
	struct teller teller;
	struct outcome outcome = {0};
	struct err e = ERR_INIT;
	size_t rows = 0;

	engine_init(&en, &set, NULL, (struct sink){&teller, teller_incident});
	teller_init(&teller, &en);
	if (state && state->len) {
		if (stream_load(&en, &teller.told, buf_span(state), &e) != 0)
			fail_msg("%s", e.text);
		teller_resume(&teller);
	}
	for (size_t i = from; i < to; i++) {
		char id[64];
		struct report r = report_of(&order[i]->given, id);

		engine_take(&en, &r, r.at_ns, &outcome);
		teller_reconcile(&teller, false);
	}
	if (state)
		stream_save(&en, state, &rows);
	teller.finishing = state != NULL;
	engine_finish(&en, !state);
	teller_reconcile(&teller, true);
	if (state)
		stream_save_end(&teller.early, state, rows);
	buf_add_span(out, buf_span(&teller.queue));
	outcome_release(&outcome);
	teller_release(&teller);
	engine_release(&en);
}

/* The text behind "key":" of a record. */
static inline struct span stream_field(struct span record, const char *key)
{
	char want[40];
	const char *at, *end;

	(void)snprintf(want, sizeof want, "\"%s\":\"", key);
	at = span_find(record, span_cstr(want));
	if (!at)
		return SPAN_NONE;
	at += strlen(want);
	end = memchr(at, '"', (size_t)(record.data + record.len - at));
	return span_of(at, (size_t)(end - at));
}

/* Incident to its last record (spans into text). */
static inline void stream_last(struct span text, struct map *last)
{
	map_init(last);
	while (text.len) {
		size_t n = (size_t)((const char *)memchr(text.data, '\n', text.len) - text.data);
		struct span *line = mem_alloc(sizeof *line);
		struct map_entry *en;
		bool added;

		*line = span_of(text.data, n);
		en = map_put(last, stream_field(*line, "incident"), &added);
		if (!added)
			free(en->value.ptr);
		en->value.ptr = line;
		text = span_of(text.data + n + 1, text.len - n - 1);
	}
}

static inline void stream_last_free(struct map *last)
{
	for (struct map_entry *en = map_next(last, NULL); en; en = map_next(last, en))
		free(en->value.ptr);
	map_release(last);
}

/* All incidents of `want` stand in `got` with the same last record; what `got`
 * has beyond them (only with extra) is closed as part of another incident. */
static inline void stream_compare(struct span want_text, struct span got_text, bool extra)
{
	struct map want, got;

	stream_last(want_text, &want);
	stream_last(got_text, &got);
	for (struct map_entry *en = map_next(&want, NULL); en; en = map_next(&want, en)) {
		struct span a = *(struct span *)en->value.ptr, b;
		const struct map_entry *other = map_get(&got, span_of(en->key, en->key_len));

		if (extra && stream_field(a, "merged_into").len)
			continue; /* which one was absorbed last depends on what was known */
		if (!other)
			fail_msg("missing: %.*s", (int)a.len, a.data);
		b = *(struct span *)other->value.ptr;
		if (!span_eq(a, b))
			fail_msg("want %.*s\ngot  %.*s", (int)a.len, a.data, (int)b.len, b.data);
	}
	for (struct map_entry *en = map_next(&got, NULL); en; en = map_next(&got, en)) {
		struct span b = *(struct span *)en->value.ptr;

		if (map_get(&want, span_of(en->key, en->key_len)))
			continue;
		if (!extra || !span_is(stream_field(b, "status"), "resolved"))
			fail_msg("one too many: %.*s", (int)b.len, b.data);
	}
	stream_last_free(&want);
	stream_last_free(&got);
}

#endif
