#include "store/audit.h"

#include "fixture.h"

enum { ROWS = 200 };

/* The first finding of each verification, and how many there were. */
struct found {
	int n;
	int64_t seq;
	char what[32];
};

static void note(void *ctx, int64_t seq, const char *what, const char *expected, const char *found)
{
	struct found *n = ctx;

	assert_non_null(expected);
	assert_non_null(found);
	if (n->n++ == 0) {
		n->seq = seq;
		(void)snprintf(n->what, sizeof n->what, "%s", what);
	}
}

static struct found verify(struct fixture *f, const struct audit_checkpoint *c, size_t n,
			   struct audit_report *r)
{
	struct store *s = fixture_read(f);
	struct found found = {0};

	fixture_ok(f, audit_verify(s, c, n, note, &found, r, &f->err));
	assert_int_equal(r->problems, found.n);
	store_close(s);
	return found;
}

static struct audit_checkpoint checkpoint_now(struct fixture *f)
{
	struct audit_checkpoint c;
	struct audit_head head;
	struct store *s = fixture_read(f);

	fixture_ok(f, audit_head(s, &head, &f->err));
	store_close(s);
	memcpy(c.log, head.log, sizeof c.log);
	c.size = head.size;
	assert_int_equal(hex_decode(span_cstr(head.root), c.root.bytes, DIGEST_BYTES), 0);
	return c;
}

/* ---- good logs ---- */

static void audit_verify_of_an_empty_log_finds_nothing(void **state)
{
	struct fixture *f = *state;
	struct audit_report r;

	fixture_fill(f, 0);
	assert_int_equal(verify(f, NULL, 0, &r).n, 0);
	assert_int_equal(r.rows, 0);
	assert_int_equal(r.head.size, 0);
	assert_string_equal(r.head.root,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void audit_verify_of_a_good_log_agrees_with_its_head(void **state)
{
	struct fixture *f = *state;
	struct audit_report r;
	struct audit_head head;
	struct store *s;

	fixture_fill(f, ROWS);
	assert_int_equal(verify(f, NULL, 0, &r).n, 0);
	assert_int_equal(r.rows, ROWS);
	s = fixture_read(f);
	fixture_ok(f, audit_head(s, &head, &f->err));
	store_close(s);
	assert_string_equal(r.head.log, head.log);
	assert_string_equal(r.head.hash, head.hash);
	assert_string_equal(r.head.root, head.root);
	assert_int_equal(r.head.size, head.size);
}

static void audit_verify_after_more_was_appended_keeps_old_checkpoints(void **state)
{
	struct fixture *f = *state;
	struct audit_checkpoint c[3];
	struct audit_report r;
	struct audit_ref ref;
	struct store *s;

	fixture_fill(f, 0);
	c[2] = checkpoint_now(f); /* of an empty log; given unsorted */
	s = fixture_open(f);
	fixture_ok(f, store_begin(s, &f->err));
	fixture_ok(f, fixture_append(f, s, "a", "{\"id\":\"a\"}", &ref));
	fixture_ok(f, store_commit(s, &f->err));
	store_close(s);
	c[1] = checkpoint_now(f);
	s = fixture_open(f);
	fixture_ok(f, store_begin(s, &f->err));
	fixture_ok(f, fixture_append(f, s, "b", "{\"id\":\"b\"}", &ref));
	fixture_ok(f, fixture_append(f, s, "c", "{\"id\":\"c\"}", &ref));
	fixture_ok(f, store_commit(s, &f->err));
	store_close(s);
	c[0] = checkpoint_now(f);
	assert_int_equal(verify(f, c, 3, &r).n, 0);
	c[1].root.bytes[0] ^= 1;
	assert_int_equal(verify(f, c, 3, &r).n, 1);
}

/* ---- the catalogue of tamperings ---- */

/* A digit that is another one for every log: the log's id, and so its hashes, are random. */
#define FIRST_DIGIT_CHANGED(column) "iif(" column " LIKE '0%', '1', '0') || substr(" column ", 2)"

#define GUARDS_OFF                                                                                                          \
	"DROP TRIGGER aiops_audit_delete; DROP TRIGGER aiops_audit_update;"                                                 \
	"DROP TRIGGER aiops_audit_head_update; DROP TRIGGER aiops_audit_head_delete; DROP TRIGGER aiops_audit_head_insert;" \
	"DROP TRIGGER aiops_audit_signed_insert; DROP TRIGGER aiops_audit_signed_delete; DROP TRIGGER aiops_audit_signed_update;"

/* An attacker puts the guards back as they were; keep the texts first. */
static void tamper(struct fixture *f, const char *sql)
{
	struct buf all = BUF_INIT(1 << 20);
	sqlite3_stmt *st;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->db, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT sql FROM sqlite_schema WHERE type = 'trigger'",
					    -1, &st, NULL),
			 SQLITE_OK);
	buf_addf(&all, "BEGIN; %s %s;", GUARDS_OFF, sql);
	while (sqlite3_step(st) == SQLITE_ROW)
		buf_addf(&all, "%s;", (const char *)sqlite3_column_text(st, 0));
	buf_add_cstr(&all, "COMMIT;");
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	fixture_sql(f, buf_cstr(&all));
	buf_release(&all);
}

static void audit_verify_finds_what_the_chain_alone_shows(void **state)
{
	static const struct {
		const char *sql;
		const char *what;
		int64_t seq;
	} cases[] = {
		{"UPDATE aiops_audit SET body = replace(body, '\"n\":50', '\"n\":51') WHERE seq = 50",
		 "body", 50},
		/* its own hash made to fit the changed time is what an attacker would write; any
		   value will do here */
		{"UPDATE aiops_audit SET ts = '2026-11-21T10:00:00.000Z', hash = '" /* 64 digits: */
		 "1111111111111111111111111111111111111111111111111111111111111111' WHERE seq = 50",
		 "hash", 50},
		{"DELETE FROM aiops_audit WHERE seq = 50", "seq", 51},
		{"DELETE FROM aiops_audit WHERE seq = 50; UPDATE aiops_audit SET seq = seq - 1 WHERE seq > 50",
		 "hash", 50},
		{"UPDATE aiops_audit SET seq = 1000 WHERE seq = 50; UPDATE aiops_audit SET seq = 50 WHERE seq = 51;"
		 "UPDATE aiops_audit SET seq = 51 WHERE seq = 1000",
		 "hash", 50},
		{"INSERT INTO aiops_audit SELECT seq + 1, ts, kind, actor, 'forged', incident, run, body_hash, hash, salt, body "
		 "FROM aiops_audit WHERE seq = 200",
		 "record_id", 201},
		{"DELETE FROM aiops_audit WHERE seq <= 10", "seq", 11},
		{"UPDATE aiops_audit SET actor = 'mallory' WHERE seq = 50", "hash", 50},
		{"UPDATE aiops_audit SET kind = 'alert' WHERE seq = 50", "hash", 50},
		{"UPDATE aiops_audit SET incident = 'INC-OTHER' WHERE seq = 50", "incident", 50},
		{"UPDATE aiops_audit SET run = 'RUN-OTHER' WHERE seq = 50", "run", 50},
		{"UPDATE aiops_audit SET record_id = 'other' WHERE seq = 50", "record_id", 50},
		{"UPDATE aiops_audit SET salt = substr(salt, 2) || '0' WHERE seq = 50 AND salt LIKE '7%'",
		 "body", 50},
		{"UPDATE aiops_audit SET body = NULL, salt = NULL WHERE seq = 50", "body", 50},
		{"UPDATE aiops_audit_head SET size = 199", "head size", 0},
		{"UPDATE aiops_audit_head SET hash = " FIRST_DIGIT_CHANGED("hash"), "head hash", 0},
		{"UPDATE aiops_audit_head SET peaks = " FIRST_DIGIT_CHANGED("peaks"), "head peaks",
		 0},
		{"UPDATE aiops_audit_head SET log = '00000000000000000000000000000000'", "hash", 1},
		{"DELETE FROM aiops_audit_head", "head", 0},
	};
	struct fixture *f = *state;
	struct audit_report r;

	fixture_fill(f, ROWS);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture copy = *f;
		char command[256];
		struct found found;

		(void)snprintf(copy.db, sizeof copy.db, "%s/case-%zu.db", f->dir, i);
		(void)snprintf(command, sizeof command, "VACUUM INTO '%s'", copy.db);
		fixture_sql(f, command);
		tamper(&copy, cases[i].sql);
		found = verify(&copy, NULL, 0, &r);
		if (found.n == 0 || strcmp(found.what, cases[i].what) != 0 ||
		    found.seq != cases[i].seq)
			fail_msg("%s: %d findings, the first '%s' at seq %" PRId64, cases[i].sql,
				 found.n, found.what, found.seq);
	}
	print_message("# %zu tamperings that the chain shows, all found\n",
		      sizeof cases / sizeof *cases);
}

/* ---- the class that the chain alone cannot show: everything is consistent, but it is another
 * history ---- */

/* What an attacker with the programme can make: a log with the given id (NULL: its own), rows 1 to
 * n as fixture_fill writes them, those from `forged` on with another content. */
static void forge(struct fixture *f, const char *log, int n, int forged)
{
	struct buf sql = BUF_INIT(200);
	struct audit_ref ref;
	struct store *s;

	fixture_fill(f, 0);
	if (log) {
		buf_addf(&sql, "UPDATE aiops_audit_head SET log = '%s'", log);
		tamper(f, buf_cstr(&sql));
	}
	buf_release(&sql);
	s = fixture_open(f);
	fixture_ok(f, store_begin(s, &f->err));
	for (int i = 1; i <= n; i++) {
		char id[16], body[80];

		(void)snprintf(id, sizeof id, "r%d", i);
		(void)snprintf(body, sizeof body, "{\"kind\":\"run\",\"id\":\"%s\",\"n\":%d}", id,
			       i >= forged ? -i : i);
		fixture_ok(f, fixture_append(f, s, id, body, &ref));
	}
	fixture_ok(f, store_commit(s, &f->err));
	store_close(s);
}

static void audit_verify_finds_another_history_with_a_checkpoint_only(void **state)
{
	static const struct {
		const char *name, *what;
		bool own_log;
		int rows, forged;
	} cases[] = {
		{"truncate the last ten", "size", false, ROWS - 10, ROWS + 1},
		{"truncate and append forged rows", "checkpoint", false, ROWS, ROWS - 9},
		{"edit one row and chain all anew", "checkpoint", false, ROWS, 50},
		{"delete everything", "size", false, 0, 1},
		{"replace by another log", "log", true, ROWS, ROWS + 1},
	};
	struct fixture *f = *state;
	struct audit_checkpoint c;
	struct audit_report r;

	fixture_fill(f, ROWS);
	c = checkpoint_now(f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture other = *f;
		struct found found;

		(void)snprintf(other.db, sizeof other.db, "%s/other-%zu.db", f->dir, i);
		forge(&other, cases[i].own_log ? NULL : c.log, cases[i].rows, cases[i].forged);
		found = verify(&other, NULL, 0, &r);
		if (found.n !=
		    0) /* undetectable without a checkpoint: stated in the manual, and so here */
			fail_msg("%s: found '%s' without a checkpoint", cases[i].name, found.what);
		found = verify(&other, &c, 1, &r);
		if (found.n == 0 || strcmp(found.what, cases[i].what) != 0)
			fail_msg("%s: %d findings, the first '%s'", cases[i].name, found.n,
				 found.what);
		print_message("# found with a checkpoint only: %s\n", cases[i].name);
	}
}

/* ---- the schema ---- */

static void audit_verify_finds_a_changed_schema(void **state)
{
	static const char *const cases[] = {
		"DROP TRIGGER aiops_audit_delete",
		"DROP TRIGGER aiops_audit_update; CREATE TRIGGER aiops_audit_update BEFORE UPDATE ON aiops_audit BEGIN SELECT 1; END",
		"CREATE TRIGGER quiet AFTER INSERT ON aiops_audit BEGIN SELECT 1; END",
		"DROP INDEX aiops_audit_incident",
		"ALTER TABLE aiops_audit ADD COLUMN note TEXT",
		"ALTER TABLE aiops_audit RENAME COLUMN actor TO who",
		"DROP TABLE aiops_audit_head",
		"DROP TABLE aiops_audit",
		"ALTER TABLE aiops_audit RENAME TO hidden; CREATE VIEW aiops_audit AS SELECT * FROM hidden LIMIT 3",
	};
	struct fixture *f = *state;
	struct audit_report r;

	fixture_fill(f, 5);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture copy = *f;
		char command[256];

		(void)snprintf(copy.db, sizeof copy.db, "%s/case-%zu.db", f->dir, i);
		(void)snprintf(command, sizeof command, "VACUUM INTO '%s'", copy.db);
		fixture_sql(f, command);
		fixture_sql(&copy, cases[i]);
		if (verify(&copy, NULL, 0, &r).n == 0)
			fail_msg("not found: %s", cases[i]);
	}
	print_message("# %zu changed schemas, all found\n", sizeof cases / sizeof *cases);
}

static void audit_verify_ignores_tables_of_others(void **state)
{
	struct fixture *f = *state;
	struct audit_report r;

	fixture_fill(f, 5);
	fixture_sql(
		f,
		"CREATE TABLE runs (id TEXT) STRICT; INSERT INTO aiops_migrations (number) VALUES (20)");
	assert_int_equal(verify(f, NULL, 0, &r).n, 0);
}

/* ---- what cannot be checked ---- */

static void audit_verify_of_a_newer_log_says_so(void **state)
{
	struct fixture *f = *state;
	struct audit_report r;
	struct found found = {0};
	struct store *s;

	fixture_fill(f, 1);
	fixture_sql(f, "INSERT INTO aiops_migrations (number) VALUES (9)");
	s = fixture_read(f);
	assert_int_equal(audit_verify(s, NULL, 0, note, &found, &r, &f->err), -1);
	assert_int_equal(f->err.code, EX_BADCONFIG);
	assert_non_null(strstr(f->err.text, "install a newer version"));
	store_close(s);
}

/* ---- bits ---- */

static long read_all(const char *path, unsigned char *to, size_t size)
{
	FILE *in = fopen(path, "rb");
	size_t n;

	assert_non_null(in);
	n = fread(to, 1, size, in);
	(void)fclose(in);
	return (long)n;
}

static void write_all(const char *path, const unsigned char *from, size_t size)
{
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(from, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

/* All that a reader is shown of the log, in one digest. */
static int shown(struct fixture *f, struct digest *out)
{
	struct err e = ERR_INIT;
	struct buf all = BUF_INIT(1 << 20);
	struct store *s;
	sqlite3_stmt *st;
	int rc = -1;

	if (store_open_readonly(f->db, &s, &e) != 0)
		return -1;
	st = store_stmt(
		s,
		"SELECT seq, ts, kind, actor, record_id, incident, run, body_hash, hash, body FROM aiops_audit ORDER BY seq",
		&e);
	while (st && (rc = store_step(s, st, &e)) > 0) {
		for (int i = 0; i < 10; i++) {
			buf_add_span(&all, store_text(st, i));
			buf_add_char(&all, '\n');
		}
	}
	store_close(s);
	if (rc == 0) {
		struct span part = buf_span(&all);

		*out = digest_of(&part, 1);
	}
	buf_release(&all);
	return rc;
}

static void ignore(void *ctx, int64_t seq, const char *what, const char *expected,
		   const char *found)
{
	(void)ctx;
	(void)seq;
	(void)what;
	(void)expected;
	(void)found;
}

/* 0 if the flip of a bit was found, or changed nothing that a reader sees. */
static int silent(struct fixture *f, const struct digest *before)
{
	struct err e = ERR_INIT;
	struct audit_report r = {.problems = 0};
	struct digest after;
	struct store *s;
	int rc;

	if (store_open_readonly(f->db, &s, &e) != 0)
		return 0;
	rc = audit_verify(s, NULL, 0, ignore, NULL, &r, &e);
	store_close(s);
	if (rc != 0 || r.problems)
		return 0;
	return shown(f, &after) != 0 || memcmp(after.bytes, before->bytes, DIGEST_BYTES) != 0;
}

static void audit_verify_lets_no_flipped_bit_pass_in_silence(void **state)
{
	const int flips = getenv("AIOPS_TORTURE") ? 2000 : 300;
	struct fixture *f = *state, copy = *f;
	unsigned char *bytes = mem_alloc(1 << 20);
	struct digest before;
	uint64_t random = 42;
	char command[256];
	long size;

	fixture_fill(f, 40);
	(void)snprintf(copy.db, sizeof copy.db, "%s/copy.db", f->dir); /* one file, no WAL */
	(void)snprintf(command, sizeof command, "VACUUM INTO '%s'", copy.db);
	fixture_sql(f, command);
	assert_int_equal(shown(&copy, &before), 0);
	size = read_all(copy.db, bytes, 1 << 20);
	for (int i = 0; i < flips; i++) {
		size_t at;
		unsigned char bit;

		random = random * UINT64_C(6364136223846793005) + 1;
		at = (size_t)((random >> 33) % (uint64_t)size);
		bit = (unsigned char)(1u << (random >> 60 & 7));
		bytes[at] ^= bit;
		write_all(copy.db, bytes, (size_t)size);
		if (silent(&copy, &before))
			fail_msg("bit %d of byte %zu: the log reads differently and verifies", bit,
				 at);
		bytes[at] ^= bit;
	}
	print_message("# %d flipped bits, none silent\n", flips);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_fixture(audit_verify_of_an_empty_log_finds_nothing),
		with_fixture(audit_verify_of_a_good_log_agrees_with_its_head),
		with_fixture(audit_verify_after_more_was_appended_keeps_old_checkpoints),
		with_fixture(audit_verify_finds_what_the_chain_alone_shows),
		with_fixture(audit_verify_finds_another_history_with_a_checkpoint_only),
		with_fixture(audit_verify_finds_a_changed_schema),
		with_fixture(audit_verify_ignores_tables_of_others),
		with_fixture(audit_verify_of_a_newer_log_says_so),
		with_fixture(audit_verify_lets_no_flipped_bit_pass_in_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
