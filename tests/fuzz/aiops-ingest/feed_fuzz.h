/*
 * Bytes through a feed, as one of its formats or as auto finds it. What must hold, whatever they
 * are: records that come out are records (those made here keep to the schema), nothing is lost
 * without a word, and the same bytes in other pieces give the same records and rejects.
 */
#ifndef AIOPS_TESTS_FUZZ_FEED_FUZZ_H
#define AIOPS_TESTS_FUZZ_FEED_FUZZ_H

#include "aiops-ingest/feed.h"

#include "../fuzz.h"
#include "../fuzz_json.h"
#include "base/digest.h"
#include "record/event.h"

/* Small, so that inputs pass it. */
enum { FEED_FUZZ_MAX_RECORD = 2048 };

struct feed_fuzz {
	struct span input;
	struct record *check;
	struct buf out, rejects; /* lines */
	int64_t n_out, n_rejects, n_warnings;
};

static int64_t feed_fuzz_now(void *ctx)
{
	(void)ctx;
	return INT64_C(1794906600) * NS_PER_S; /* 2026-11-17T09:10:00Z */
}

/* A record that was passed on stands in the input as it is; only one that was made is ours. */
static void feed_fuzz_check(struct feed_fuzz *f, struct span line)
{
	char *copy = fuzz_copy(line, RECORD_PADDING);
	enum reject_code why;
	struct err e = ERR_INIT;
	bool ok;

	FUZZ_CHECK(!memchr(line.data, '\n', line.len));
	ok = record_parse(f->check, copy, line.len, &why, &e) == 0 &&
	     (event_validate(f->check, &e) == 0 || span_find(f->input, line));
	if (!ok)
		fprintf(stderr, "%s: %.*s\n", e.text, (int)line.len, line.data);
	FUZZ_CHECK(ok);
	FUZZ_CHECK(fuzz_json_ok(line));
	free(copy);
}

static void feed_fuzz_emit(void *ctx, struct span line)
{
	struct feed_fuzz *f = ctx;

	feed_fuzz_check(f, line);
	buf_add_span(&f->out, line);
	buf_add_char(&f->out, '\n');
	f->n_out++;
}

static void feed_fuzz_control(void *ctx, struct span line, bool barrier)
{
	struct feed_fuzz *f = ctx;

	(void)barrier;
	FUZZ_CHECK(span_find(f->input, line));
	buf_add_span(&f->out, line);
	buf_add_char(&f->out, '\n');
}

static int feed_fuzz_reject(void *ctx, const char *input, int64_t line, const char *code,
			    const char *message, struct span raw, struct err *e)
{
	struct feed_fuzz *f = ctx;

	(void)input;
	(void)e;
	FUZZ_CHECK(line >= 1 && code[0] && message[0]);
	FUZZ_CHECK(raw.len <= 16 * f->input.len + 1024); /* a table's row is shown as JSON */
	buf_addf(&f->rejects, "%lld %s %s\n", (long long)line, code, message);
	f->n_rejects++;
	return 0;
}

static void feed_fuzz_warn(void *ctx, const char *input, int64_t line, const char *message)
{
	struct feed_fuzz *f = ctx;

	(void)input;
	FUZZ_CHECK(line >= 0 && message[0]);
	f->n_warnings++;
}

static struct feed_fuzz feed_fuzz_new(struct span input)
{
	struct feed_fuzz f = {.input = input, .check = record_new(RECORD_DEFAULT_MAX)};

	buf_init(&f.out, 64u << 20);
	buf_init(&f.rejects, 64u << 20);
	return f;
}

static void feed_fuzz_release(struct feed_fuzz *f)
{
	record_free(f->check);
	buf_release(&f->out);
	buf_release(&f->rejects);
}

static void feed_fuzz_run(struct feed_fuzz *f, const struct format *format, size_t step)
{
	static const struct env env = {.now_ns = feed_fuzz_now};
	const struct ingest_options opt = {.max_record = FEED_FUZZ_MAX_RECORD};
	const struct sink sink = {f, feed_fuzz_emit, feed_fuzz_control, feed_fuzz_reject,
				  feed_fuzz_warn};
	struct feed *feed = feed_new(format, &opt, &sink, &env);
	struct err e = ERR_INIT;

	feed_begin(feed, "in");
	for (size_t at = 0; at < f->input.len; at += step) {
		size_t n = f->input.len - at < step ? f->input.len - at : step;
		char *piece = fuzz_copy(span_of(f->input.data + at, n), 0);

		FUZZ_CHECK(feed_bytes(feed, span_of(piece, n), &e) == 0);
		free(piece);
	}
	FUZZ_CHECK(feed_end(feed, &e) == 0);
	FUZZ_CHECK(feed_counts(feed)->records == f->n_out);
	FUZZ_CHECK(!buf_overflowed(&f->out) && !buf_overflowed(&f->rejects));
	feed_free(feed);
}

static void feed_fuzz_same(struct buf *whole, struct buf *pieces)
{
	bool same = span_eq(buf_span(whole), buf_span(pieces));

	if (!same)
		fprintf(stderr, "--- whole\n%s--- in pieces\n%s", buf_cstr(whole),
			buf_cstr(pieces));
	FUZZ_CHECK(same);
}

/* The first byte says how long the pieces are; the rest is the input. format NULL: auto. */
static int feed_fuzz(const char *format, const uint8_t *data, size_t size)
{
	const struct format *fixed = format ? format_find(span_cstr(format)) : NULL;
	struct fuzz_input in = fuzz_input(data, size);
	size_t step = fuzz_byte(&in) % 64 + 1;
	struct span input = fuzz_rest(&in);
	struct feed_fuzz whole = feed_fuzz_new(input), pieces = feed_fuzz_new(input);
	struct err e = ERR_INIT;

	FUZZ_CHECK(crypto_init(&e) == 0 && (fixed || !format));
	feed_fuzz_run(&whole, fixed, input.len + 1);
	feed_fuzz_run(&pieces, fixed, step);
	feed_fuzz_same(&whole.out, &pieces.out);
	feed_fuzz_same(&whole.rejects, &pieces.rejects);
	feed_fuzz_release(&whole);
	feed_fuzz_release(&pieces);
	return 0;
}

#endif
