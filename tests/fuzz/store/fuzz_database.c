/*
 * An audit database with bytes changed, opened and verified: never a crash, and where verify finds
 * nothing, every row is what it was.
 */
#include "store/audit.h"

#include "../folder.h"

enum { ROWS = 6, CHANGES = 64 };

#define IN_ORDER                                                                                   \
	"SELECT seq, ts, kind, actor, record_id, incident, run, body_hash, hash, salt, body "      \
	"FROM aiops_audit ORDER BY seq"

/* The log that is changed, made once. */
static struct log {
	char path[128];
	struct buf file;
	struct audit_checkpoint checkpoint;
	struct digest rows;
} good;

static void must(int rc, const struct err *e)
{
	if (rc != 0)
		fprintf(stderr, "%s\n", e->text);
	FUZZ_CHECK(rc == 0);
}

static void append(struct store *s, int i, struct err *e)
{
	uint8_t salt[AUDIT_SALT_BYTES] = {(uint8_t)i};
	struct instant ts = {.ns = INT64_C(1795252159095000000) + i * NS_PER_S, .fraction = 9};
	char id[16], body[200];
	struct audit_ref ref;

	(void)snprintf(id, sizeof id, "r%d", i);
	(void)snprintf(body, sizeof body,
		       "{\"kind\":\"run\",\"id\":\"%s\",\"incident\":\"INC-1\",\"run\":\"RUN-%d\","
		       "\"timestamp\":\"2026-11-21T09:09:19Z\",\"source\":\"fuzz\"}",
		       id, i % 2);
	must(audit_append(s, ts, SPAN("run"), SPAN("alice"), span_cstr(id), SPAN("INC-1"),
			  i % 2 ? SPAN("RUN-1") : SPAN("RUN-0"), span_cstr(body), salt, &ref, e),
	     e);
}

/* The digest of all rows as a reader sees them; -1 where it cannot. */
static int read_rows(struct store *s, struct digest *out, struct err *e)
{
	struct buf all = BUF_INIT(1 << 20);
	sqlite3_stmt *st = store_stmt(s, IN_ORDER, e);
	struct span text;
	int rc = st ? 1 : -1;

	while (rc == 1 && (rc = store_step(s, st, e)) == 1)
		for (int i = 0; i < sqlite3_column_count(st); i++) {
			buf_add_span(&all, store_text(st, i));
			buf_add_char(&all, '\0');
		}
	text = buf_span(&all);
	*out = digest_of(&text, 1);
	buf_release(&all);
	return rc;
}

static void remember(struct err *e)
{
	struct audit_head head;
	struct store *s;

	must(store_open_readonly(good.path, &s, e), e);
	must(audit_head(s, &head, e), e);
	memcpy(good.checkpoint.log, head.log, sizeof head.log);
	good.checkpoint.size = head.size;
	must(hex_decode(span_cstr(head.root), good.checkpoint.root.bytes, DIGEST_BYTES), e);
	must(read_rows(s, &good.rows, e), e);
	store_close(s);
	must(file_read(good.path, &good.file, e), e);
}

static void make_good(void)
{
	struct err e = ERR_INIT;
	struct store *s;

	good.file = BUF_INIT(1 << 20);
	folder_make();
	(void)snprintf(good.path, sizeof good.path, "%s/log.db", folder_path);
	must(crypto_init(&e), &e);
	must(store_open(good.path, audit_migrations, audit_migration_count, &s, &e), &e);
	must(store_begin(s, &e), &e);
	for (int i = 1; i <= ROWS; i++)
		append(s, i, &e);
	must(store_commit(s, &e), &e);
	store_close(s);
	remember(&e);
	folder_empty();
}

static void count_problem(void *ctx, int64_t seq, const char *what, const char *expected,
			  const char *found)
{
	(void)seq;
	FUZZ_CHECK(what && expected && found);
	++*(int *)ctx;
}

static void verify(void)
{
	struct audit_report report;
	struct err e = ERR_INIT;
	struct digest rows;
	struct store *s;
	int problems = 0;

	if (store_open_readonly(good.path, &s, &e) != 0) {
		FUZZ_CHECK(e.code != 0 && e.text[0]);
		return;
	}
	if (audit_verify(s, &good.checkpoint, 1, count_problem, &problems, &report, &e) == 0 &&
	    report.problems == 0) {
		FUZZ_CHECK(problems == 0 && report.rows == ROWS);
		FUZZ_CHECK(read_rows(s, &rows, &e) == 0);
		FUZZ_CHECK(memcmp(&rows, &good.rows, sizeof rows) == 0);
	}
	store_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct buf file = BUF_INIT(1 << 20);

	if (!good.file.data)
		make_good();
	buf_add_span(&file, buf_span(&good.file));
	folder_change(&file, &in, CHANGES);
	folder_put("log.db", buf_span(&file), good.path);
	verify();
	folder_empty();
	buf_release(&file);
	return 0;
}
