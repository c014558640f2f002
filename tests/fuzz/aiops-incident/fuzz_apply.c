/*
 * Records put into the register, in a transaction that is taken back each time.
 *
 * Held: what came once changes nothing when it comes again; revisions of an incident that say all
 * of it come to the same in any order.
 */
#include "aiops-incident/apply/apply.h"

#include <unistd.h>

#include "../fuzz.h"
#include "aiops-incident/register/register.h"
#include "base/digest.h"
#include "base/instant.h"
#include "record/event.h"

enum { REVISIONS = 6 };
#define T0 (INT64_C(1795251600) * NS_PER_S)

static char folder[] = "/tmp/fuzz-XXXXXX", db[sizeof folder + 8];
static struct store *store;

static int64_t now_ns(void *ctx)
{
	(void)ctx;
	return T0 + 3600 * NS_PER_S;
}

static int64_t ticks_ms(void *ctx)
{
	(void)ctx;
	return 0;
}

static void fixed(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	memset(out, 7, n);
}

static const struct env env = {NULL, now_ns, ticks_ms, fixed, NULL};

static void clean(void)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
	char path[sizeof db + 8];

	store_close(store);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		(void)snprintf(path, sizeof path, "%s%s", db, ends[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

static void start(void)
{
	struct err e = ERR_INIT;

	if (store)
		return;
	FUZZ_CHECK(crypto_init(&e) == 0 && mkdtemp(folder));
	(void)snprintf(db, sizeof db, "%s/db", folder);
	FUZZ_CHECK(register_open(db, &store, &e) == 0);
	(void)atexit(clean);
}

static void apply_line(struct applying *a, struct span line)
{
	static struct record *r;
	char *copy = fuzz_copy(line, RECORD_PADDING);
	struct err e = ERR_INIT;
	enum reject_code why;
	int rc = 0;

	r = r ? r : record_new(1u << 16);
	if (record_parse(r, copy, line.len, &why, &e) == 0) {
		if (record_kind(r) == KIND_INCIDENT)
			rc = apply_incident(a, r, &e);
		else if (record_kind(r) == KIND_RUN)
			rc = apply_run(a, r, &e);
		if (rc != 0)
			FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
		e = ERR_INIT;
		if (record_get(r, "feedback").type == VALUE_OBJECT && apply_feedback(a, r, &e) != 0)
			FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
	}
	free(copy);
}

static int add_versions(void *ctx, const struct incident *inc, struct err *e)
{
	(void)e;
	FUZZ_CHECK(inc->status < STATUSES && inc->version > 0);
	*(int64_t *)ctx += inc->version;
	return 0;
}

static int64_t versions(void)
{
	struct selection all = SELECTION_ALL;
	struct err e = ERR_INIT;
	int64_t sum = 0;

	all.all = true;
	FUZZ_CHECK(incident_each(store, &all, add_versions, &sum, &e) == 0);
	return sum;
}

/* Records that triage has answered may come again with another answer: those are left out. */
static void check_again(struct span text)
{
	struct desk desk;
	struct applying a = {.desk = &desk, .reopen_window_ns = 3600 * NS_PER_S};
	struct err e = ERR_INIT;
	int64_t once = 0;

	if (span_find(text, SPAN("triage")))
		return;
	desk_init(&desk, store, &env, SPAN("fuzz"));
	FUZZ_CHECK(desk_begin(&desk, &e) == 0);
	/* The second time what came before its incident finds it; from then on all is known. */
	for (int pass = 0; pass < 3; pass++) {
		struct fuzz_input in = {text.data, text.len};

		while (in.left)
			apply_line(&a, fuzz_until(&in, '\n'));
		if (pass == 1)
			once = versions();
	}
	FUZZ_CHECK(versions() == once);
	desk_abort(&desk);
	desk_release(&desk);
}

/* ---- any order ---- */

static void write_revision(struct buf *out, int n, uint8_t said)
{
	buf_addf(
		out,
		"{\"v\":1,\"kind\":\"incident\",\"id\":\"INC-AAAAAAAAAAAAAAAA#%d\",\"incident\":"
		"\"INC-AAAAAAAAAAAAAAAA\",\"revision\":%d,\"timestamp\":\"2026-11-21T09:%02d:00Z\","
		"\"source\":\"aiops-correlate\",\"starts_at\":\"2026-11-21T09:00:00Z\","
		"\"last_seen\":\"2026-11-21T09:%02d:00Z\",\"status\":\"%s\",%s\"severity\":\"%s\","
		"\"title\":\"t%d\",\"services\":[\"s%d\"],\"alerts\":%d}",
		n, n, n, n, said & 1 ? "resolved" : "detected",
		said & 1 ? "\"resolved_by\":\"alerts\"," : "",
		severity_name((enum severity)(said / 2 % (SEVERITY_CRITICAL + 1))), said / 16,
		said / 32, n);
}

/* What is to be the same of the one incident. */
static int describe(void *ctx, const struct incident *inc, struct err *e)
{
	(void)e;
	buf_addf(ctx, "%d %d %.*s %.*s %lld\n", status_is_open(inc->status), inc->severity,
		 (int)inc->title.len, inc->title.data, (int)inc->services.len, inc->services.data,
		 (long long)inc->last_seen_ns);
	return 0;
}

static void apply_order(const struct buf *lines, const uint8_t *order, size_t n, struct buf *out)
{
	struct selection all = SELECTION_ALL;
	struct desk desk;
	struct applying a = {.desk = &desk, .reopen_window_ns = 3600 * NS_PER_S};
	struct err e = ERR_INIT;

	desk_init(&desk, store, &env, SPAN("fuzz"));
	FUZZ_CHECK(desk_begin(&desk, &e) == 0);
	for (size_t i = 0; i < n; i++)
		apply_line(&a, buf_span(&lines[order[i]]));
	FUZZ_CHECK(incident_each(store, &all, describe, out, &e) == 0);
	desk_abort(&desk);
	desk_release(&desk);
}

static void check_order(struct fuzz_input *in)
{
	struct buf lines[REVISIONS], want = BUF_INIT(4096), got = BUF_INIT(4096);
	uint8_t order[REVISIONS], drawn[REVISIONS];

	for (int i = 0; i < REVISIONS; i++) {
		lines[i] = BUF_INIT(4096);
		write_revision(&lines[i], i + 1, fuzz_byte(in));
		order[i] = drawn[i] = (uint8_t)i;
	}
	for (size_t i = REVISIONS; i-- > 1;) {
		size_t k = fuzz_byte(in) % (i + 1);
		uint8_t t = drawn[i];

		drawn[i] = drawn[k];
		drawn[k] = t;
	}
	apply_order(lines, order, REVISIONS, &want);
	apply_order(lines, drawn, REVISIONS, &got);
	if (!span_eq(buf_span(&want), buf_span(&got)))
		(void)fprintf(stderr, "want %s got %s", buf_cstr(&want), buf_cstr(&got));
	FUZZ_CHECK(span_eq(buf_span(&want), buf_span(&got)));
	for (int i = 0; i < REVISIONS; i++)
		buf_release(&lines[i]);
	buf_release(&want);
	buf_release(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);

	start();
	if (size && *data == '{')
		check_again(span_of((const char *)data, size));
	else
		check_order(&in);
	return 0;
}
