/*
 * Numbered migrations. The numbers are shared out among modules, so that two
 * programmes that use different parts of one database do not get in each
 * other's way: a programme judges only the modules that it lists.
 */
#include "store/store_impl.h"

static const struct module {
	int first, last;
	const char *name;
} modules[] = {
	{1, 9, "audit"},     {10, 19, "breaker"},   {20, 29, "runs"},
	{40, 49, "spool"},   {50, 52, "feedback"},  {53, 55, "language model"},
	{56, 59, "vectors"}, {60, 69, "incidents"},
};

static const struct module *module_of(int64_t number)
{
	for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
		if (number >= modules[i].first && number <= modules[i].last)
			return &modules[i];
	}
	return NULL;
}

static bool listed(const struct migration *list, size_t n, int64_t number)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].number == number)
			return true;
	}
	return false;
}

static bool module_listed(const struct migration *list, size_t n, const struct module *m)
{
	for (size_t i = 0; i < n; i++) {
		if (module_of(list[i].number) == m)
			return true;
	}
	return false;
}

int store_check_ours(struct store *s, bool *empty, int code, struct err *e)
{
	int64_t id, layout, objects;

	if (store_query_i64(s, "PRAGMA application_id", &id, e) != 0 ||
	    store_query_i64(s, "PRAGMA user_version", &layout, e) != 0 ||
	    store_query_i64(s, "SELECT count(*) FROM sqlite_schema", &objects, e) != 0)
		return -1;
	if (empty) {
		*empty = id == 0 && layout == 0 && objects == 0;
		if (*empty)
			return 0;
	}
	if (id != STORE_APPLICATION_ID)
		return err_set(e, code, "'%s' is not a database of aiops-toolkit", s->path);
	if (layout > STORE_LAYOUT)
		return err_set(e, EX_BADCONFIG,
			       "'%s' has layout %lld, known here is %d: install a newer version",
			       s->path, (long long)layout, STORE_LAYOUT);
	return 0;
}

/* Refuses what a newer version of a listed module has applied. */
static int check_newer(struct store *s, const struct migration *list, size_t n, struct err *e)
{
	sqlite3_stmt *st;
	int64_t tables;
	int rc;

	if (store_query_i64(
		    s,
		    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'aiops_migrations'",
		    &tables, e) != 0)
		return -1;
	if (tables == 0)
		return err_set(e, EX_BADCONFIG, "'%s' does not say which migrations it has",
			       s->path);
	st = store_stmt(s, "SELECT number FROM aiops_migrations ORDER BY number", e);
	if (!st)
		return -1;
	while ((rc = store_step(s, st, e)) > 0) {
		int64_t number = sqlite3_column_int64(st, 0);
		const struct module *m = module_of(number);

		if (!m || listed(list, n, number) || !module_listed(list, n, m))
			continue;
		(void)sqlite3_reset(st); /* was read */
		return err_set(e, EX_BADCONFIG,
			       "'%s' has migration %lld (%s), which is not known here: "
			       "install a newer version",
			       s->path, (long long)number, m->name);
	}
	return rc;
}

static int is_applied(struct store *s, int number, bool *yes, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "SELECT 1 FROM aiops_migrations WHERE number = ?", e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, number);
	rc = store_step(s, st, e);
	if (rc < 0)
		return -1;
	*yes = rc > 0;
	(void)sqlite3_reset(st); /* was read */
	return 0;
}

static int record_applied(struct store *s, int number, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "INSERT INTO aiops_migrations (number) VALUES (?)", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, number);
	return store_step(s, st, e);
}

static int make_ours(struct store *s, struct err *e)
{
	struct buf sql = BUF_INIT(1024);
	int rc;

	buf_addf(&sql,
		 "BEGIN IMMEDIATE; PRAGMA application_id=%d; PRAGMA user_version=%d;"
		 "CREATE TABLE aiops_migrations (number INTEGER PRIMARY KEY) STRICT; COMMIT",
		 STORE_APPLICATION_ID, STORE_LAYOUT);
	rc = store_exec(s, buf_cstr(&sql), e);
	buf_release(&sql);
	return rc;
}

static int apply(struct store *s, const struct migration *m, struct err *e)
{
	if (store_exec(s, "BEGIN IMMEDIATE", e) != 0)
		return -1;
	if (store_exec(s, m->sql, e) != 0 || record_applied(s, m->number, e) != 0 ||
	    store_exec(s, "COMMIT", e) != 0) {
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL,
				   NULL); /* the first error is the one to report */
		return err_prefix(e, "migration %d", m->number);
	}
	return 0;
}

int store_migrate(struct store *s, bool empty, const struct migration *list, size_t n,
		  struct err *e)
{
	if ((empty && make_ours(s, e) != 0) || check_newer(s, list, n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool applied;

		if (is_applied(s, list[i].number, &applied, e) != 0 ||
		    (!applied && apply(s, &list[i], e) != 0))
			return -1;
	}
	return 0;
}

int store_count_applied(struct store *s, const struct migration *list, size_t n, size_t *out,
			struct err *e)
{
	bool applied = true;
	size_t count = 0;

	if (check_newer(s, list, n, e) != 0)
		return -1;
	while (count < n && applied) {
		if (is_applied(s, list[count].number, &applied, e) != 0)
			return -1;
		count += applied;
	}
	*out = count;
	return 0;
}
