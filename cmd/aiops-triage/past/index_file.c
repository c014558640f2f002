/*
 * The index in a file: opening it, and one document of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aiops-triage/past/index_impl.h"
#include "base/file.h"
#include "base/mem.h"

/* "AiTx": so that no other database is taken for an index. */
#define APPLICATION_ID 0x41695478
#define VERSION        1
#define BUSY_MS        10000
#define PRAGMA_BYTES   128

static const char file_schema[] =
	"CREATE TABLE roots(path TEXT PRIMARY KEY) WITHOUT ROWID;"
	"CREATE TABLE files(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,"
	" changed_ns INTEGER NOT NULL, inode INTEGER NOT NULL, skipped INTEGER NOT NULL);"
	"CREATE TABLE docs(id INTEGER PRIMARY KEY, file INTEGER NOT NULL, name TEXT NOT NULL UNIQUE,"
	" at_ns INTEGER, fields BLOB NOT NULL);"
	"CREATE INDEX docs_file ON docs(file);"
	"CREATE TABLE written(at_ns INTEGER NOT NULL);"
	"CREATE TABLE vectors(doc INTEGER PRIMARY KEY, model TEXT NOT NULL, dimension INTEGER NOT NULL,"
	" vector BLOB NOT NULL);";
static const char sql_load[] = "SELECT at_ns, fields FROM docs WHERE id = ?1";

static int number_of(struct index *ix, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = index_prepare(ix, sql, &st, e);

	if (rc == 0 && sqlite3_step(st) != SQLITE_ROW)
		rc = index_fail(ix, e);
	if (rc == 0)
		*out = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	return rc;
}

static int make(struct index *ix, struct err *e)
{
	char pragmas[PRAGMA_BYTES];
	struct buf sql = BUF_INIT(PRAGMA_BYTES);

	buf_addf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
		 VERSION);
	memcpy(pragmas, buf_cstr(&sql), sql.len + 1);
	buf_release(&sql);
	/* It can be built again, so a crash of the machine may cost the last writes. */
	if (index_do(ix, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;", e) != 0 ||
	    index_do(ix, "BEGIN IMMEDIATE", e) != 0 || index_do(ix, pragmas, e) != 0 ||
	    index_do(ix, index_schema, e) != 0 || index_do(ix, file_schema, e) != 0)
		return -1;
	return index_do(ix, "COMMIT", e);
}

/* Whether the open database is an index of this version. */
static int check(struct index *ix, struct err *e)
{
	int64_t application, version;

	if (number_of(ix, "PRAGMA application_id", &application, e) != 0 ||
	    number_of(ix, "PRAGMA user_version", &version, e) != 0) {
		e->code = EX_BADCONFIG; /* a file that is no database */
		return -1;
	}
	if (application != APPLICATION_ID)
		return err_set(e, EX_BADCONFIG, "it is no index of past incidents");
	if (version != VERSION)
		return err_set(e, EX_BADCONFIG,
			       "it is of version %lld, this programme makes version %d",
			       (long long)version, VERSION);
	return 0;
}

static void unlink_all(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	struct buf name = BUF_INIT(1u << 16);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		buf_clear(&name);
		buf_addf(&name, "%s%s", path, ends[i]);
		(void)unlink(buf_cstr(&name)); /* opening it anew tells */
	}
	buf_release(&name);
}

static int open_database(struct index *ix, int flags, struct err *e)
{
	if (sqlite3_open_v2(ix->path, &ix->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return err_set(e, flags & SQLITE_OPEN_CREATE ? EX_CANNOTCREATE : EX_UNREADABLE,
			       "%s", ix->db ? sqlite3_errmsg(ix->db) : "out of memory");
	(void)sqlite3_busy_timeout(ix->db, BUSY_MS); /* cannot fail */
	return 0;
}

static void close_database(struct index *ix)
{
	(void)sqlite3_close(ix->db);
	ix->db = NULL;
}

/* SQLite would make it for everyone to read, as far as the umask lets it. */
static int make_private(const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set_errno(e, EX_CANNOTCREATE, errno, "it cannot be made");
	(void)close(fd); /* nothing was written */
	return 0;
}

static int open_made(struct index *ix, struct err *e)
{
	struct err why = ERR_INIT;

	if (file_make_parents(ix->path, e) != 0)
		return -1;
	if (access(ix->path, F_OK) == 0) {
		if (open_database(ix, SQLITE_OPEN_READWRITE, &why) == 0 && check(ix, &why) == 0)
			return 0;
		close_database(ix);
		if (why.code != EX_BADCONFIG) {
			*e = why;
			return -1;
		}
		unlink_all(ix->path);
	}
	if (make_private(ix->path, e) != 0)
		return -1;
	return open_database(ix, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, e) == 0 ? make(ix, e)
										     : -1;
}

static int open_there(struct index *ix, struct err *e)
{
	if (access(ix->path, F_OK) != 0)
		return err_set(e, EX_UNREADABLE, "%s",
			       errno == ENOENT ? "no such file" : "it cannot be read");
	if (open_database(ix, SQLITE_OPEN_READWRITE, e) != 0) {
		close_database(ix);
		if (open_database(ix, SQLITE_OPEN_READONLY, e) != 0)
			return -1;
	}
	err_clear(e);
	return check(ix, e);
}

static int count_documents(struct index *ix, struct err *e)
{
	int64_t n;

	if (number_of(ix, "SELECT count(*) FROM docs", &n, e) != 0)
		return -1;
	ix->documents = (size_t)n;
	return 0;
}

struct index *index_open(const char *path, bool make_it, struct history *h, struct err *e)
{
	struct index *ix = mem_zalloc(sizeof *ix);

	ix->path = mem_dupz(path);
	ix->history = h;
	map_init(&ix->loaded);
	if ((make_it ? open_made(ix, e) : open_there(ix, e)) == 0 && count_documents(ix, e) == 0 &&
	    index_ready(ix, e) == 0 && index_prepare(ix, sql_load, &ix->load, e) == 0)
		return ix;
	(void)err_prefix(e, "index '%s'", path); /* the NULL says it */
	index_free(ix);
	return NULL;
}

/* ---- one document ---- */

/* The fields, each with a NUL behind it. */
static int read_past(struct index *ix, struct past *p, struct err *e)
{
	const char *at = sqlite3_column_blob(ix->load, 1);
	const char *end = at ? at + sqlite3_column_bytes(ix->load, 1) : NULL;

	*p = (struct past){.dated = sqlite3_column_type(ix->load, 0) != SQLITE_NULL,
			   .at_ns = sqlite3_column_int64(ix->load, 0)};
	for (size_t f = 0; f < PAST_FIELDS; f++) {
		const char *nul = at && at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;

		if (!nul) {
			past_release(p);
			return err_set(e, EX_BADCONFIG, "index '%s' is damaged", ix->path);
		}
		p->fields[f] = mem_dupz(at);
		at = nul + 1;
	}
	return 0;
}

int index_load(struct index *ix, int64_t rowid, size_t *past, struct err *e)
{
	struct span key = span_of((const char *)&rowid, sizeof rowid);
	struct map_entry *known = map_get(&ix->loaded, key);
	struct past p;
	int rc;

	if (known) {
		*past = (size_t)known->value.num;
		return 0;
	}
	if (sqlite3_bind_int64(ix->load, 1, rowid) != SQLITE_OK ||
	    sqlite3_step(ix->load) != SQLITE_ROW)
		rc = index_fail(ix, e);
	else
		rc = read_past(ix, &p, e);
	(void)sqlite3_reset(ix->load); /* its error would be that of the step */
	if (rc == 0 && (rc = history_add_take(ix->history, &p, e)) != 0)
		past_release(&p);
	if (rc != 0)
		return -1;
	*past = ix->history->n - 1;
	map_put(&ix->loaded, key, NULL)->value.num = (int64_t)*past;
	return 0;
}
