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

/* The text that `one` has for the object on which `all` stands; SPAN_NONE if there is none. */
static struct span counterpart(sqlite3_stmt *all, sqlite3_stmt *one)
{
	(void)sqlite3_reset(one); /* tells again what the last step told */
	store_bind_text(one, 1, store_text(all, 0));
	store_bind_text(one, 2, store_text(all, 1));
	return sqlite3_step(one) == SQLITE_ROW ? store_text(one, 0) : SPAN_NONE;
}

static const char *or_nothing(struct span s)
{
	return s.data ? s.data : "nothing";
}

/* Everything that is there must be as made; everything that is made must be there. */
static int compare(struct verify *v, struct schemas *c, struct err *e)
{
	int rc;

	while ((rc = store_step(v->store, c->found_all, e)) > 0) {
		struct span found = store_text(c->found_all, 2),
			    expected = counterpart(c->found_all, c->made_one);

		if (!expected.data || !span_eq(found, expected))
			verify_problem(v, 0, "schema", or_nothing(expected), or_nothing(found));
	}
	if (rc < 0)
		return -1;
	while (sqlite3_step(c->made_all) == SQLITE_ROW) {
		if (!counterpart(c->made_all, c->found_one).data)
			verify_problem(v, 0, "schema", or_nothing(store_text(c->made_all, 2)),
				       "nothing");
	}
	return 0;
}

int audit_schema_check(struct verify *v, struct err *e)
{
	struct schemas c = {0};
	int rc = -1;

	c.found_one = store_stmt(v->store, ONE, e);
	c.found_all = store_stmt(v->store, ALL, e);
	if (c.found_one && c.found_all && make(&c, v->migrations, e) == 0)
		rc = compare(v, &c, e);
	(void)sqlite3_finalize(c.made_one); /* NULL is accepted, as below */
	(void)sqlite3_finalize(c.made_all);
	(void)sqlite3_close(c.made);
	return rc;
}
