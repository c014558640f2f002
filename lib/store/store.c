#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/mem.h"
#include "store/audit_head.h"
#include "store/store_impl.h"

/* A commit that leaves more pages than this in the WAL (64 MB) copies them to the database, still
 * under the lock. Pages that change again and again are copied once, so a longer WAL means less to
 * copy. */
#define CHECKPOINT_PAGES 8000
/* Pages held in memory, in KiB: enough for the inner pages of indexes over 10^6 rows. */
#define CACHE_KIB "32000"

/* SQLite takes "", ":memory:" and "file:..." to mean something else than a file's name. */
static char *plain_path(const char *path)
{
	struct buf b = BUF_INIT(1 << 16);

	buf_addf(&b, "%s%s", path[0] == '/' ? "" : "./", path);
	return buf_take(&b);
}

static struct store *new_store(const char *path, int64_t wait_ms)
{
	struct store *s = mem_zalloc(sizeof *s);
	struct buf lock = BUF_INIT(1 << 16);

	s->path = mem_dupz(path);
	s->file = plain_path(path);
	buf_addf(&lock, "%s.lock", path);
	s->lock_path = buf_take(&lock);
	s->lock_fd = -1;
	s->wait_ms = wait_ms;
	buf_init(&s->padded, SIZE_MAX);
	return s;
}

static void free_store(struct store *s)
{
	for (size_t i = 0; i < s->n_stmts; i++)
		(void)sqlite3_finalize(s->stmts[i]); /* tells again what the last step told */
	free(s->stmts);
	(void)sqlite3_close(s->db); /* nothing is open on it any more; NULL is accepted */
	if (s->lock_fd >= 0)
		(void)close(s->lock_fd); /* lets go of the lock */
	record_free(s->parser);
	buf_release(&s->padded);
	free(s->tail);
	free(s->path);
	free(s->file);
	free(s->lock_path);
	free(s);
}

static int take_lock(struct store *s, struct err *e)
{
	if (lock_take(s->lock_fd, s->lock_path, s->wait_ms, e) != 0)
		return -1;
	s->locked = true;
	return 0;
}

static void drop_lock(struct store *s)
{
	if (s->locked)
		lock_drop(s->lock_fd);
	s->locked = false;
}

/* Made by us and not by SQLite, for its mode and so that a link put there meanwhile is not
 * followed. */
static int create(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set_errno(e, EX_CANNOTCREATE, errno, "cannot create '%s'", path);
	(void)close(fd); /* nothing was written */
	return 0;
}

static int set_config(struct store *s, int option, int value, struct err *e)
{
	return sqlite3_db_config(s->db, option, value, NULL) == SQLITE_OK
		       ? 0
		       : store_err(s, e, "cannot set up");
}

/* Settings against a file from elsewhere, before its content is looked at. */
static int distrust(struct store *s, struct err *e)
{
	(void)sqlite3_extended_result_codes(s->db, 1); /* always SQLITE_OK */
	/* Before any PRAGMA: switching to WAL can meet SQLITE_BUSY itself. Our own lock keeps our
	 * programmes apart; this is for people with sqlite3. */
	(void)sqlite3_busy_timeout(
		s->db, s->wait_ms > INT32_MAX ? INT32_MAX : (int)s->wait_ms); /* always SQLITE_OK */
	if (set_config(s, SQLITE_DBCONFIG_DEFENSIVE, 1, e) != 0 ||
	    set_config(s, SQLITE_DBCONFIG_ENABLE_VIEW, 0, e) != 0)
		return -1;
	return store_exec(
		s, "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0", e);
}

static int set_wal(struct store *s, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "PRAGMA journal_mode=WAL", e);
	bool wal;

	if (!st || store_step(s, st, e) < 0)
		return -1;
	wal = span_is(store_text(st, 0), "wal");
	(void)sqlite3_reset(st); /* was read */
	return wal ? 0 : err_set(e, EX_IO, "'%s' cannot be switched to a write-ahead log", s->path);
}

static int set_up_writer(struct store *s, struct err *e)
{
	/* recursive_triggers: else INSERT OR REPLACE would delete a row past its trigger.
	 * secure_delete: else what was redacted would stay in free pages. */
	if (set_wal(s, e) != 0 ||
	    store_exec(s,
		       "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
		       "PRAGMA recursive_triggers=ON; PRAGMA cache_size=-" CACHE_KIB,
		       e) != 0)
		return -1;
	if (sqlite3_wal_autocheckpoint(s->db, CHECKPOINT_PAGES) != SQLITE_OK)
		return store_err(s, e, "cannot set up");
	return 0;
}

static int open_db(struct store *s, int flags, struct err *e)
{
	if (sqlite3_open_v2(s->file, &s->db, flags | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return store_err(s, e, "cannot open");
	return 0;
}

/* All of opening that must not run beside another writer. */
static int open_locked(struct store *s, const struct migration *list, size_t n, struct err *e)
{
	bool missing, empty;

	if (store_check_writable(s->path, &missing, e) != 0 ||
	    (missing && create(s->path, e) != 0) || open_db(s, SQLITE_OPEN_READWRITE, e) != 0)
		return -1;
	if (sqlite3_db_readonly(s->db, "main") != 0)
		return err_set(e, EX_POLICY, "'%s' is read-only", s->path);
	if (distrust(s, e) != 0 || store_check_ours(s, &empty, EX_POLICY, e) != 0 ||
	    set_up_writer(s, e) != 0)
		return -1;
	return store_migrate(s, empty, list, n, e);
}

int store_open_waiting(const char *path, const struct migration *list, size_t n, int64_t wait_ms,
		       struct store **out, struct err *e)
{
	struct store *s = new_store(path, wait_ms);
	bool missing;

	/* Checked before anything is made beside it, and again under the lock. */
	if (store_check_writable(s->path, &missing, e) != 0 || file_make_parents(s->path, e) != 0)
		goto fail;
	s->lock_fd = lock_open(s->lock_path, e);
	if (s->lock_fd < 0 || take_lock(s, e) != 0 || open_locked(s, list, n, e) != 0)
		goto fail;
	drop_lock(s);
	*out = s;
	return 0;
fail:
	free_store(s);
	return -1;
}

int store_open(const char *path, const struct migration *list, size_t n, struct store **out,
	       struct err *e)
{
	return store_open_waiting(path, list, n, STORE_LOCK_WAIT_MS, out, e);
}

int store_open_readonly(const char *path, struct store **out, struct err *e)
{
	struct store *s = new_store(path, STORE_LOCK_WAIT_MS);

	if (store_check_readable(s->path, e) != 0 || open_db(s, SQLITE_OPEN_READONLY, e) != 0 ||
	    distrust(s, e) != 0 || set_config(s, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, e) != 0 ||
	    set_config(s, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, e) != 0 ||
	    store_check_ours(s, NULL, EX_BADCONFIG, e) != 0) {
		if (e->code == EX_CANNOTCREATE)
			e->code =
				EX_UNREADABLE; /* SQLite's one word for all that fails on opening */
		free_store(s);
		return -1;
	}
	*out = s;
	return 0;
}

void store_close(struct store *s)
{
	struct err ignored = ERR_INIT;

	if (!s)
		return;
	store_rollback(s);
	/* The last one to close checkpoints, and that needs the lock; without it the WAL stays for
	 * the next. */
	if (s->lock_fd >= 0 && (s->broken || take_lock(s, &ignored) != 0))
		(void)set_config(s, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
				 &ignored); /* a plain switch */
	free_store(s);
}

int store_begin(struct store *s, struct err *e)
{
	sqlite3_stmt *st;

	assert(!s->in_transaction && s->lock_fd >= 0);
	if (s->broken)
		return err_set(e, EX_IO, "'%s': an earlier commit failed", s->path);
	if (take_lock(s, e) != 0)
		return -1;
	audit_head_forget(s);
	store_reset_all(s); /* a statement left on a row would hold an old snapshot */
	st = store_stmt(s, "BEGIN IMMEDIATE", e);
	if (!st || store_step(s, st, e) != 0) {
		drop_lock(s);
		return -1;
	}
	s->in_transaction = true;
	return 0;
}

int store_commit(struct store *s, struct err *e)
{
	sqlite3_stmt *st;

	assert(s->in_transaction);
	store_reset_all(s);
	st = audit_head_flush(s, e) == 0 ? store_stmt(s, "COMMIT", e) : NULL;
	if (st && store_step(s, st, e) == 0) {
		s->in_transaction = false;
		drop_lock(s);
		return 0;
	}
	e->code = EX_IO; /* whatever the reason: it was not stored */
	s->broken = true;
	store_rollback(s);
	return -1;
}

void store_rollback(struct store *s)
{
	if (!s || !s->in_transaction)
		return;
	audit_head_forget(s);
	store_reset_all(s);
	if (!sqlite3_get_autocommit(s->db)) /* else SQLite has rolled back on its own */
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL,
				   NULL); /* what it cannot undo is not committed either */
	s->in_transaction = false;
	drop_lock(s);
}

int store_checkpoint(struct store *s, struct err *e)
{
	int rc;

	assert(!s->in_transaction && s->lock_fd >= 0);
	if (take_lock(s, e) != 0)
		return -1;
	store_reset_all(s);
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	if (rc != SQLITE_OK)
		store_err(s, e, "cannot empty the write-ahead log of");
	drop_lock(s);
	return rc == SQLITE_OK ? 0 : -1;
}

const char *store_path(const struct store *s)
{
	return s->path;
}

sqlite3 *store_db(struct store *s)
{
	return s->db;
}
