#include "store/audit_verify.h"

#include <stdbool.h>

#include "store/store_impl.h"

/* The texts of the database at hand and, in memory, of one that the migrations have just made. */
struct schemas {
	sqlite3 *made;
	sqlite3_stmt *made_one, *made_all;
	sqlite3_stmt *found_one, *found_all;
};

#define ALL                                                                                        \
	"SELECT type, name, sql FROM sqlite_schema WHERE lower(tbl_name) GLOB 'aiops_audit*' AND sql IS NOT NULL"
#define ONE "SELECT sql FROM sqlite_schema WHERE type = ? AND name = ?"

static int no_memory_db(struct err *e)
{
	return err_set(e, EX_SYSTEM, "cannot make a database in memory");
}

static int make(struct schemas *c, size_t migrations, struct err *e)
{
	if (sqlite3_open_v2(":memory:", &c->made, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY,
			    NULL) != SQLITE_OK)
		return no_memory_db(e);
	for (size_t i = 0; i < migrations; i++) {
		if (sqlite3_exec(c->made, audit_migrations[i].sql, NULL, NULL, NULL) != SQLITE_OK)
			return no_memory_db(e);
	}
	if (sqlite3_prepare_v2(c->made, ONE, -1, &c->made_one, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(c->made, ALL, -1, &c->made_all, NULL) != SQLITE_OK)
		return no_memory_db(e);
	return 0;
}

/* Steps to the text that `one` has for the object on which `all` stands: SQLITE_DONE if there is
 * none. */
static int counterpart(sqlite3_stmt *all, sqlite3_stmt *one)
{
	(void)sqlite3_reset(one); /* tells again what the last step told */
	store_bind_text(one, 1, store_text(all, 0));
	store_bind_text(one, 2, store_text(all, 1));
	return sqlite3_step(one);
}

static const char *or_nothing(struct span s)
{
	return s.data ? s.data : "nothing";
}

/* Everything that is there must be as made. */
static int compare_found(struct verify *v, struct schemas *c, struct err *e)
{
	int rc;

	while ((rc = store_step(v->store, c->found_all, e)) > 0) {
		int made = counterpart(c->found_all, c->made_one);
		struct span found = store_text(c->found_all, 2),
			    expected = made == SQLITE_ROW ? store_text(c->made_one, 0) : SPAN_NONE;

		if (made != SQLITE_ROW && made != SQLITE_DONE)
			return no_memory_db(e);
		if (!expected.data || !span_eq(found, expected))
			verify_problem(v, 0, "schema", or_nothing(expected), or_nothing(found));
	}
	return rc;
}

/* Everything that is made must be there. What cannot be read is no proof that it is not. */
static int compare_made(struct verify *v, struct schemas *c, struct err *e)
{
	int rc;

	while ((rc = sqlite3_step(c->made_all)) == SQLITE_ROW) {
		int found = counterpart(c->made_all, c->found_one);

		if (found == SQLITE_DONE)
			verify_problem(v, 0, "schema", or_nothing(store_text(c->made_all, 2)),
				       "nothing");
		else if (found != SQLITE_ROW)
			return store_err(v->store, e, "cannot read");
	}
	return rc == SQLITE_DONE ? 0 : no_memory_db(e);
}

int audit_schema_check(struct verify *v, struct err *e)
{
	struct schemas c = {0};
	int rc = -1;

	c.found_one = store_stmt(v->store, ONE, e);
	c.found_all = store_stmt(v->store, ALL, e);
	if (c.found_one && c.found_all && make(&c, v->migrations, e) == 0)
		rc = compare_found(v, &c, e);
	if (rc == 0)
		rc = compare_made(v, &c, e);
	(void)sqlite3_finalize(c.made_one); /* NULL is accepted, as below */
	(void)sqlite3_finalize(c.made_all);
	(void)sqlite3_close(c.made);
	return rc;
}
