/*
 * Runs the feed in memory, at a fixed time, and keeps what comes out.
 */
#ifndef AIOPS_TESTS_INGEST_HARNESS_H
#define AIOPS_TESTS_INGEST_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-ingest/feed.h"
#include "base/digest.h"
#include "base/mem.h"

struct harness {
	struct ingest_options opt;
	struct env env;
	struct buf out;      /* records, a line each */
	struct buf rejects;  /* "line code message", a line each */
	struct buf warnings; /* "line message", a line each */
	int n_out, n_rejects, n_warnings;
	bool stop_at_reject;
};

static int64_t harness_now(void *ctx)
{
	(void)ctx;
	return INT64_C(1794906600) * NS_PER_S; /* 2026-11-17T09:10:00Z */
}

static void harness_emit(void *ctx, struct span line)
{
	struct harness *h = ctx;

	assert_null(memchr(line.data, '\n', line.len));
	buf_add_span(&h->out, line);
	buf_add_char(&h->out, '\n');
	h->n_out++;
}

static void harness_control(void *ctx, struct span line, bool barrier)
{
	(void)barrier;
	harness_emit(ctx, line);
}

static int harness_reject(void *ctx, const char *input, int64_t line, const char *code,
			  const char *message, struct span raw, struct err *e)
{
	struct harness *h = ctx;

	(void)input;
	(void)raw;
	buf_addf(&h->rejects, "%lld %s %s\n", (long long)line, code, message);
	h->n_rejects++;
	return h->stop_at_reject ? err_set(e, EX_BADDATA, "stopped") : 0;
}

static void harness_warn(void *ctx, const char *input, int64_t line, const char *message)
{
	struct harness *h = ctx;

	(void)input;
	buf_addf(&h->warnings, "%lld %s\n", (long long)line, message);
	h->n_warnings++;
}

static struct harness harness_new(void)
{
	struct harness h = {.opt = {.max_record = RECORD_DEFAULT_MAX},
			    .env = {.now_ns = harness_now}};

	buf_init(&h.out, 64u << 20);
	buf_init(&h.rejects, 64u << 20);
	buf_init(&h.warnings, 64u << 20);
	return h;
}

static void harness_clear(struct harness *h)
{
	buf_clear(&h->out);
	buf_clear(&h->rejects);
	buf_clear(&h->warnings);
	h->n_out = h->n_rejects = h->n_warnings = 0;
}

static void harness_release(struct harness *h)
{
	buf_release(&h->out);
	buf_release(&h->rejects);
	buf_release(&h->warnings);
}

/* Feeds text in pieces of `step` bytes, each in a block of its own so that a sanitizer sees a read
 * past it. */
static void harness_feed(struct harness *h, const char *format, struct span text, size_t step)
{
	struct sink sink = {h, harness_emit, harness_control, harness_reject, harness_warn};
	const struct format *fixed = format ? format_find(span_cstr(format)) : NULL;
	struct feed *f;
	struct err e = ERR_INIT;
	int rc = 0;

	assert_true(!format || fixed);
	f = feed_new(fixed, &h->opt, &sink, &h->env);
	feed_begin(f, "in");
	for (size_t at = 0; rc == 0 && at < text.len; at += step) {
		size_t n = text.len - at < step ? text.len - at : step;
		char *piece = mem_dup(text.data + at, n);

		rc = feed_bytes(f, span_of(piece, n), &e);
		free(piece);
	}
	if (rc == 0)
		rc = feed_end(f, &e);
	assert_int_equal(rc, h->stop_at_reject && h->n_rejects ? -1 : 0);
	feed_free(f);
}

static inline void harness_run(struct harness *h, const char *format, const char *text)
{
	harness_clear(h);
	harness_feed(h, format, span_cstr(text), 1 << 20);
}

/* What came out holds this text. */
#define assert_out(h, text)      assert_has(&(h)->out, text)
#define assert_rejected(h, text) assert_has(&(h)->rejects, text)

static inline void assert_has(struct buf *b, const char *text)
{
	if (!strstr(buf_cstr(b), text))
		fail_msg("'%s' is not in: %s", text, buf_cstr(b));
}

static inline void assert_lacks(struct buf *b, const char *text)
{
	if (strstr(buf_cstr(b), text))
		fail_msg("'%s' is in: %s", text, buf_cstr(b));
}

/* Every record that came out keeps to the schema. */
static inline void assert_all_valid(struct harness *h)
{
	struct record *r = record_new(RECORD_DEFAULT_MAX);
	struct span rest = buf_span(&h->out);

	while (rest.len > 0) {
		const char *newline = memchr(rest.data, '\n', rest.len);
		size_t n = (size_t)(newline - rest.data);
		enum reject_code code;
		struct err e = ERR_INIT;
		char *line = mem_alloc(n + RECORD_PADDING);

		memcpy(line, rest.data, n);
		memset(line + n, 0, RECORD_PADDING);
		if (record_parse(r, line, n, &code, &e) != 0 ||
		    (!span_starts(rest, "{\"_") && event_validate(r, &e) != 0))
			fail_msg("%s: %.*s", e.text, (int)n, line);
		free(line);
		rest = span_of(newline + 1, rest.len - n - 1);
	}
	record_free(r);
}

static int harness_setup(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return crypto_init(&e);
}

#endif
