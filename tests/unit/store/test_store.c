#include "store/store.h"

#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/lock.h"
#include "store/store_impl.h"

static const struct migration two_modules[] = {
	{1, "CREATE TABLE first (n INTEGER) STRICT"},
	{2, "ALTER TABLE first ADD COLUMN word TEXT"},
	{20, "CREATE TABLE runs (id TEXT) STRICT"},
};

static int open_list(struct fixture *f, const struct migration *list, size_t n, struct store **out)
{
	err_clear(&f->err);
	return store_open_waiting(f->db, list, n, 20, out, &f->err);
}

static int64_t number(struct fixture *f, struct store *s, const char *sql)
{
	int64_t n = -1;

	fixture_ok(f, store_query_i64(s, sql, &n, &f->err));
	return n;
}

/* ---- opening ---- */

static void store_open_makes_file_and_folder_private(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	struct store *s;

	(void)snprintf(f->db, sizeof f->db, "%s/deep/er/log.db", f->dir);
	s = fixture_open(f);
	assert_int_equal(stat(f->db, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	(void)snprintf(f->db, sizeof f->db, "%s/deep/er/log.db-wal", f->dir);
	assert_int_equal(stat(f->db, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	(void)snprintf(f->db, sizeof f->db, "%s/deep/er", f->dir);
	assert_int_equal(stat(f->db, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	store_close(s);
}

static void store_open_sets_what_durability_and_distrust_need(void **state)
{
	static const struct {
		const char *pragma;
		int64_t value;
	} settings[] = {
		{"PRAGMA synchronous", 2},
		{"PRAGMA trusted_schema", 0},
		{"PRAGMA cell_size_check", 1},
		{"PRAGMA mmap_size", 0},
		{"PRAGMA secure_delete", 1},
		{"PRAGMA recursive_triggers", 1},
		{"PRAGMA application_id", STORE_APPLICATION_ID},
		{"SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1},
	};
	struct fixture *f = *state;
	struct store *s = fixture_open(f);

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		if (number(f, s, settings[i].pragma) != settings[i].value)
			fail_msg("%s", settings[i].pragma);
	}
	/* defensive: no writable_schema */
	assert_int_equal(store_exec(s, "PRAGMA writable_schema=ON", &f->err), 0);
	assert_int_equal(store_exec(s, "UPDATE sqlite_schema SET sql = 'x'", &f->err), -1);
	store_close(s);
}

static void store_open_refuses_what_is_not_safe(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	char other[80];

	fixture_fill(f, 1);
	assert_int_equal(chmod(f->db, 0620), 0);
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), -1);
	assert_int_equal(f->err.code, EX_POLICY);
	assert_int_equal(chmod(f->db, 0602), 0);
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), -1);
	assert_int_equal(f->err.code, EX_POLICY);
	assert_int_equal(chmod(f->db, 0640), 0); /* to be read by others is the owner's business */
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), 0);
	store_close(s);

	(void)snprintf(other, sizeof other, "%.60s/link.db", f->dir);
	assert_int_equal(symlink(f->db, other), 0);
	(void)snprintf(f->db, sizeof f->db, "%s", other);
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), -1);
	assert_int_equal(f->err.code, EX_POLICY);
	assert_non_null(strstr(f->err.text, "symbolic link"));

	(void)snprintf(f->db, sizeof f->db, "%s", f->dir);
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), -1);
	assert_int_equal(f->err.code, EX_POLICY);
}

static void store_open_refuses_a_file_of_others_and_leaves_it_alone(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	char before[4096], after[4096];
	FILE *file;

	fixture_sql(f, "CREATE TABLE theirs (a)");
	assert_int_equal(chmod(f->db, 0600), 0);
	file = fopen(f->db, "rb");
	assert_int_equal(fread(before, 1, sizeof before, file), sizeof before);
	(void)fclose(file);
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), -1);
	assert_int_equal(f->err.code, EX_POLICY);
	file = fopen(f->db, "rb");
	assert_int_equal(fread(after, 1, sizeof after, file), sizeof after);
	(void)fclose(file);
	assert_memory_equal(before, after, sizeof before);

	file = fopen(f->db, "wb");
	assert_true(
		fputs("this is no database, but long enough to be taken for one: at least a hundred bytes of text "
		      "are what SQLite reads before it says what it thinks of a file",
		      file) > 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), -1);
	assert_int_equal(f->err.code, EX_BADDATA);
}

static void store_open_of_an_odd_name_takes_it_for_a_file(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	char here[256];

	assert_non_null(getcwd(here, sizeof here));
	assert_int_equal(chdir(f->dir), 0);
	(void)snprintf(f->db, sizeof f->db, ":memory:");
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), 0);
	store_close(s);
	assert_int_equal(access("./:memory:", F_OK), 0);
	assert_int_equal(chdir(here), 0);
}

static void store_open_where_nothing_can_be_made_says_so(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	(void)snprintf(f->db, sizeof f->db, "/proc/nowhere/log.db");
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), -1);
	assert_int_equal(f->err.code, EX_CANNOTCREATE);
}

static void store_is_network_fs_knows_them(void **state)
{
	(void)state;
	assert_true(store_is_network_fs(0x6969));              /* NFS */
	assert_true(store_is_network_fs((int64_t)0xFF534D42)); /* CIFS */
	assert_true(store_is_network_fs(
		(int64_t)(int)0xFF534D42));            /* as a machine with 32-bit long gives it */
	assert_false(store_is_network_fs(0xEF53));     /* ext4 */
	assert_false(store_is_network_fs(0x01021994)); /* tmpfs */
}

/* ---- reading ---- */

static void store_open_readonly_of_nothing_makes_nothing(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	assert_int_equal(store_open_readonly(f->db, &s, &f->err), -1);
	assert_int_equal(f->err.code, EX_UNREADABLE);
	assert_int_equal(access(f->db, F_OK), -1);
}

static void store_open_readonly_cannot_write(void **state)
{
	struct fixture *f = *state;
	struct store *s;

	fixture_fill(f, 1);
	s = fixture_read(f);
	assert_int_equal(store_exec(s, "DELETE FROM aiops_migrations", &f->err), -1);
	assert_int_equal(f->err.code, EX_POLICY);
	store_close(s);
}

static void store_open_readonly_of_a_file_of_others_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	fixture_sql(f, "CREATE TABLE theirs (a)");
	assert_int_equal(store_open_readonly(f->db, &s, &f->err), -1);
	assert_int_equal(f->err.code, EX_BADCONFIG);
}

/* ---- migrations ---- */

static void store_open_applies_each_migration_once(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(open_list(f, two_modules, 3, &s), 0);
		assert_int_equal(
			number(f, s,
			       "SELECT group_concat(number) = '1,2,20' FROM aiops_migrations"),
			1);
		assert_int_equal(number(f, s, "SELECT count(*) FROM pragma_table_info('first')"),
				 2);
		store_close(s);
	}
}

static void store_open_adds_what_a_newer_programme_brings(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	assert_int_equal(open_list(f, two_modules, 1, &s), 0);
	store_close(s);
	assert_int_equal(open_list(f, two_modules, 3, &s), 0);
	assert_int_equal(number(f, s, "SELECT count(*) FROM aiops_migrations"), 3);
	store_close(s);
}

static void store_open_by_an_older_programme_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	assert_int_equal(open_list(f, two_modules, 3, &s), 0);
	store_close(s);
	assert_int_equal(open_list(f, two_modules, 1, &s), -1);
	assert_int_equal(f->err.code, EX_BADCONFIG);
	assert_non_null(strstr(f->err.text, "migration 2 (audit)"));
	assert_non_null(strstr(f->err.text, "install a newer version"));
}

static void store_open_ignores_modules_that_it_does_not_list(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	assert_int_equal(open_list(f, two_modules, 3, &s), 0);
	store_close(s);
	fixture_sql(f, "INSERT INTO aiops_migrations VALUES (29), (40), (1000)");
	assert_int_equal(open_list(f, two_modules, 2, &s), 0);
	store_close(s);
}

static void store_open_of_a_newer_layout_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	fixture_fill(f, 0);
	fixture_sql(f, "PRAGMA user_version=2");
	assert_int_equal(open_list(f, audit_migrations, audit_migration_count, &s), -1);
	assert_int_equal(f->err.code, EX_BADCONFIG);
	assert_non_null(strstr(f->err.text, "install a newer version"));
}

static void store_open_undoes_a_migration_that_fails(void **state)
{
	static const struct migration bad[] = {{1, "CREATE TABLE half (a); CREATE TABLE half (a)"}};
	struct fixture *f = *state;
	struct store *s = NULL;

	assert_int_equal(open_list(f, bad, 1, &s), -1);
	assert_non_null(strstr(f->err.text, "migration 1"));
	assert_int_equal(open_list(f, two_modules, 1, &s), 0);
	assert_int_equal(number(f, s, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
	store_close(s);
}

static void store_count_applied_tells_a_reader_what_is_there(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	size_t applied;

	assert_int_equal(open_list(f, two_modules + 2, 1, &s), 0);
	store_close(s);
	s = fixture_read(f);
	assert_int_equal(store_count_applied(s, two_modules + 2, 1, &applied, &f->err), 0);
	assert_int_equal(applied, 1);
	assert_int_equal(store_count_applied(s, two_modules, 1, &applied, &f->err), 0);
	assert_int_equal(applied, 0);
	store_close(s);
}

/* ---- transactions ---- */

static void store_commit_shows_a_reader_what_rollback_hides(void **state)
{
	struct fixture *f = *state;
	struct store *w = NULL, *r;

	assert_int_equal(open_list(f, two_modules, 1, &w), 0);
	r = fixture_read(f);
	fixture_ok(f, store_begin(w, &f->err));
	fixture_ok(f, store_exec(w, "INSERT INTO first VALUES (1)", &f->err));
	assert_int_equal(number(f, r, "SELECT count(*) FROM first"), 0);
	store_rollback(w);
	store_rollback(w); /* harmless */
	fixture_ok(f, store_begin(w, &f->err));
	fixture_ok(f, store_exec(w, "INSERT INTO first VALUES (2)", &f->err));
	fixture_ok(f, store_commit(w, &f->err));
	assert_int_equal(number(f, r, "SELECT sum(n) FROM first"), 2);
	store_close(r);
	store_close(w);
}

static void store_begin_behind_another_writer_waits_and_gives_up(void **state)
{
	struct fixture *f = *state;
	struct store *a = NULL, *b = NULL;

	assert_int_equal(open_list(f, two_modules, 1, &a), 0);
	assert_int_equal(open_list(f, two_modules, 1, &b), 0); /* waits 20 ms, as open_list says */
	fixture_ok(f, store_begin(a, &f->err));
	assert_int_equal(store_begin(b, &f->err), -1);
	assert_int_equal(f->err.code, EX_TRYLATER);
	fixture_ok(f, store_commit(a, &f->err));
	err_clear(&f->err);
	fixture_ok(f, store_begin(b, &f->err));
	store_rollback(b);
	store_close(a);
	store_close(b);
}

static void store_begin_heeds_the_lock_of_any_programme(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	char lock[128];
	int fd;

	assert_int_equal(open_list(f, two_modules, 1, &s), 0);
	(void)snprintf(lock, sizeof lock, "%s.lock", f->db);
	fd = lock_open(lock, &f->err);
	assert_true(fd >= 0);
	fixture_ok(f, lock_take(fd, lock, 20, &f->err));
	assert_int_equal(store_begin(s, &f->err), -1);
	assert_int_equal(f->err.code, EX_TRYLATER);
	lock_drop(fd);
	err_clear(&f->err);
	fixture_ok(f, store_begin(s, &f->err));
	store_rollback(s);
	(void)close(fd);
	store_close(s);
}

static void store_begin_takes_no_old_snapshot_along(void **state)
{
	struct fixture *f = *state;
	struct store *a = NULL, *b = NULL;
	sqlite3_stmt *st;

	assert_int_equal(open_list(f, two_modules, 1, &a), 0);
	assert_int_equal(open_list(f, two_modules, 1, &b), 0);
	st = store_stmt(a, "SELECT * FROM aiops_migrations", &f->err);
	assert_int_equal(store_step(a, st, &f->err), 1); /* left on its row: it holds a snapshot */
	fixture_ok(f, store_begin(b, &f->err));
	fixture_ok(f, store_exec(b, "INSERT INTO first VALUES (1)", &f->err));
	fixture_ok(f, store_commit(b, &f->err));
	fixture_ok(f, store_begin(a, &f->err)); /* SQLITE_BUSY_SNAPSHOT, were it still held */
	fixture_ok(f, store_exec(a, "INSERT INTO first VALUES (2)", &f->err));
	fixture_ok(f, store_commit(a, &f->err));
	store_close(a);
	store_close(b);
}

static void store_commit_that_fails_ends_the_store(void **state)
{
	struct fixture *f = *state;
	struct rlimit all, small;
	struct store *s = NULL;
	struct stat st;
	char wal[128];

	assert_int_equal(open_list(f, two_modules, 1, &s), 0);
	(void)snprintf(wal, sizeof wal, "%s-wal", f->db);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	small = (struct rlimit){.rlim_cur = (rlim_t)st.st_size + 100, .rlim_max = all.rlim_max};
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	assert_int_equal(sigaction(SIGXFSZ, &ignored, NULL), 0);
	fixture_ok(f, store_begin(s, &f->err));
	fixture_ok(f, store_exec(s, "INSERT INTO first VALUES (1)", &f->err));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0); /* a full disk, as it were */
	assert_int_equal(store_commit(s, &f->err), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	assert_int_equal(f->err.code, EX_IO);
	err_clear(&f->err);
	assert_int_equal(store_begin(s, &f->err), -1);
	assert_int_equal(f->err.code, EX_IO);
	store_close(s);
	err_clear(&f->err);
	assert_int_equal(open_list(f, two_modules, 1, &s), 0);
	assert_int_equal(number(f, s, "SELECT count(*) FROM first"), 0);
	store_close(s);
}

static void store_stmt_is_cached_and_comes_back_clean(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f);
	sqlite3_stmt *a = store_stmt(s, "SELECT ?1", &f->err), *b;

	store_bind_text(a, 1, SPAN("x"));
	assert_int_equal(store_step(s, a, &f->err), 1);
	assert_true(span_is(store_text(a, 0), "x"));
	b = store_stmt(s, "SELECT ?1", &f->err);
	assert_ptr_equal(a, b);
	assert_int_equal(store_step(s, b, &f->err), 1);
	assert_null(store_text(b, 0).data);
	assert_null(store_stmt(s, "SELEKT", &f->err));
	assert_int_equal(f->err.code, EX_BUG);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_fixture(store_open_makes_file_and_folder_private),
		with_fixture(store_open_sets_what_durability_and_distrust_need),
		with_fixture(store_open_refuses_what_is_not_safe),
		with_fixture(store_open_refuses_a_file_of_others_and_leaves_it_alone),
		with_fixture(store_open_of_an_odd_name_takes_it_for_a_file),
		with_fixture(store_open_where_nothing_can_be_made_says_so),
		cmocka_unit_test(store_is_network_fs_knows_them),
		with_fixture(store_open_readonly_of_nothing_makes_nothing),
		with_fixture(store_open_readonly_cannot_write),
		with_fixture(store_open_readonly_of_a_file_of_others_is_refused),
		with_fixture(store_open_applies_each_migration_once),
		with_fixture(store_open_adds_what_a_newer_programme_brings),
		with_fixture(store_open_by_an_older_programme_is_refused),
		with_fixture(store_open_ignores_modules_that_it_does_not_list),
		with_fixture(store_open_of_a_newer_layout_is_refused),
		with_fixture(store_open_undoes_a_migration_that_fails),
		with_fixture(store_count_applied_tells_a_reader_what_is_there),
		with_fixture(store_commit_shows_a_reader_what_rollback_hides),
		with_fixture(store_begin_behind_another_writer_waits_and_gives_up),
		with_fixture(store_begin_heeds_the_lock_of_any_programme),
		with_fixture(store_begin_takes_no_old_snapshot_along),
		with_fixture(store_commit_that_fails_ends_the_store),
		with_fixture(store_stmt_is_cached_and_comes_back_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
