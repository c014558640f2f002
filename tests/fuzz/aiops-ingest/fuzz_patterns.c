/*
 * Patterns from a user's file on lines from a log: what is refused says where; the alerts that are
 * made keep to the schema; what is saved can be put back, and goes on the same.
 */
#include "aiops-ingest/patterns/patterns.h"

#include "../fuzz.h"
#include "../memory_file.h"
#include "base/digest.h"
#include "record/event.h"

struct seen {
	struct record *check;
	int64_t n;
};

static int64_t now(void *ctx)
{
	(void)ctx;
	return INT64_C(1794906600) * NS_PER_S;
}

static void emit(void *ctx, struct span line)
{
	struct seen *seen = ctx;
	char *copy = fuzz_copy(line, RECORD_PADDING);
	enum reject_code why;
	struct err e = ERR_INIT;

	FUZZ_CHECK(record_parse(seen->check, copy, line.len, &why, &e) == 0);
	FUZZ_CHECK(event_validate(seen->check, &e) == 0);
	FUZZ_CHECK(record_kind(seen->check) == KIND_ALERT);
	free(copy);
	seen->n++;
}

static void control(void *ctx, struct span line, bool barrier)
{
	(void)ctx;
	(void)line;
	(void)barrier;
	FUZZ_CHECK(barrier && !barrier); /* a pattern makes none */
}

static int reject(void *ctx, const char *input, int64_t line, const char *code, const char *message,
		  struct span raw, struct err *e)
{
	(void)ctx;
	(void)input;
	(void)line;
	(void)raw;
	(void)e;
	FUZZ_CHECK(code[0] && message[0]);
	return 0;
}

static void warn(void *ctx, const char *input, int64_t line, const char *message)
{
	(void)ctx;
	(void)input;
	(void)line;
	FUZZ_CHECK(message[0]);
}

/* Each line a second behind the last, or as many as its first byte says. */
static void see_lines(struct patterns *p, struct ingest *in, struct fuzz_input lines)
{
	struct err e = ERR_INIT;
	int64_t at = now(NULL);

	while (lines.left > 0) {
		struct span body = fuzz_until(&lines, '\n');
		struct patterns_line line = {
			.body = body, .service = SPAN("cart"), .host = SPAN("node-1")};

		at += (1 + (body.len ? body.data[0] & 31 : 0)) * NS_PER_S;
		line.at = instant_from_ns(at);
		FUZZ_CHECK(patterns_see(p, in, &line, &e) == 0);
	}
}

static void check_saved(struct patterns *p, const char *path)
{
	struct buf saved = BUF_INIT(1 << 24), again = BUF_INIT(1 << 24), text = BUF_INIT(1 << 24);
	struct record *r = record_new(1 << 24);
	struct patterns *other;
	enum reject_code why;
	struct err e = ERR_INIT;
	char *copy;

	patterns_save(p, &saved);
	buf_add_cstr(&text, "{\"p\":");
	buf_add_span(&text, buf_span(&saved));
	buf_add_char(&text, '}');
	copy = fuzz_copy(buf_span(&text), RECORD_PADDING);
	FUZZ_CHECK(record_parse(r, copy, text.len, &why, &e) == 0);
	other = patterns_load(path, &e);
	FUZZ_CHECK(other);
	if (patterns_restore(other, record_get(r, "p"), &e) != 0) {
		fprintf(stderr, "%s: %.*s\n", e.text, (int)text.len, text.data);
		FUZZ_CHECK(e.code == 0);
	}
	patterns_save(other, &again);
	FUZZ_CHECK(span_eq(buf_span(&saved), buf_span(&again)));
	patterns_free(other);
	record_free(r);
	free(copy);
	buf_release(&saved);
	buf_release(&again);
	buf_release(&text);
}

/* The file up to a line of ---, then the log. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memory_file file = {.fd = -1};
	static const struct env env = {.now_ns = now};
	const struct ingest_options options = {.max_record = RECORD_DEFAULT_MAX};
	struct span all = span_of((const char *)data, size);
	const char *cut = size ? span_find(all, SPAN("\n---\n")) : NULL;
	size_t n = cut ? (size_t)(cut - all.data) + 1 : size;
	struct fuzz_input lines = {all.data + n, size - n};
	struct seen seen = {.n = 0};
	const struct sink sink = {&seen, emit, control, reject, warn};
	const char *path = memory_file_put(&file, span_of(all.data, n));
	struct err e = ERR_INIT;
	struct patterns *p;
	struct ingest in;

	FUZZ_CHECK(crypto_init(&e) == 0);
	p = patterns_load(path, &e);
	if (!p) {
		FUZZ_CHECK(e.code == EX_BADCONFIG && e.text[0]);
		return 0;
	}
	seen.check = record_new(RECORD_DEFAULT_MAX);
	ingest_init(&in, &options, &sink, &env);
	ingest_observe(&in);
	see_lines(p, &in, lines);
	FUZZ_CHECK(patterns_counts(p).alerts == seen.n);
	check_saved(p, path);
	ingest_release(&in);
	record_free(seen.check);
	patterns_free(p);
	return 0;
}
