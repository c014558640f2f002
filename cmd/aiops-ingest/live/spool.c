#include "aiops-ingest/live/spool.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/store.h"

static const struct migration migrations[] = {
	{40, "CREATE TABLE aiops_spool (seq INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL,"
	     " events TEXT NOT NULL) STRICT;"
	     "CREATE TABLE aiops_seen (digest TEXT PRIMARY KEY, at_ms INTEGER NOT NULL)"
	     " STRICT, WITHOUT ROWID;"
	     "CREATE INDEX aiops_seen_at ON aiops_seen (at_ms);"},
};

struct spool {
	struct store *store;
	int lock; /* held as long as the process lives */
	size_t max_bytes;
	int64_t window_ms;
	int64_t bytes, deliveries; /* put and not yet written */
	int64_t last;              /* the highest number that was given */
	int64_t written, removed;  /* up to these numbers */
};

static char *path_in(const char *dir, const char *name)
{
	struct buf b = BUF_INIT(1 << 16);

	buf_addf(&b, "%s/%s", dir, name);
	return buf_take(&b);
}

/* ---- open and close ---- */

static int take_lock(struct spool *s, const char *dir, struct err *e)
{
	char *path = path_in(dir, "listener.lock");
	int rc = file_make_parents(path, e);

	if (rc == 0)
		s->lock = file_lock(path, 0, e);
	free(path);
	if (rc == 0 && s->lock < 0)
		rc = err_prefix(e, "the spool '%s'", dir);
	return rc;
}

static int query(struct spool *s, const char *sql, int64_t after, sqlite3_stmt **out, struct err *e)
{
	*out = store_stmt(s->store, sql, e);
	if (!*out)
		return -1;
	store_bind_i64(*out, 1, after);
	return store_step(s->store, *out, e);
}

static int count_rows(struct spool *s, struct err *e)
{
	sqlite3_stmt *st;

	if (query(s,
		  "SELECT count(*), ifnull(sum(length(CAST(events AS BLOB))), 0),"
		  " ifnull(max(seq), 0) FROM aiops_spool WHERE seq > ?",
		  s->written, &st, e) < 0)
		return -1;
	s->deliveries = sqlite3_column_int64(st, 0);
	s->bytes = sqlite3_column_int64(st, 1);
	s->last = sqlite3_column_int64(st, 2);
	(void)sqlite3_reset(st); /* was read */
	/* Numbers are given from 1 on: no spool comes so far. */
	if (s->last < 0 || s->last > INT64_MAX / 2)
		return err_set(e, EX_BADDATA, "the spool is damaged: it has a delivery %lld",
			       (long long)s->last);
	return 0;
}

static int open_store(struct spool *s, const char *dir, struct err *e)
{
	char *path = path_in(dir, "spool.db");
	int rc = store_open(path, migrations, sizeof migrations / sizeof *migrations, &s->store, e);

	free(path);
	if (rc != 0)
		return -1;
	/* Records leave again within moments; to overwrite each page once more would halve the
	 * rate. */
	if (sqlite3_exec(store_db(s->store), "PRAGMA secure_delete=OFF", NULL, NULL, NULL) !=
	    SQLITE_OK)
		return store_err(s->store, e, "cannot set up");
	return count_rows(s, e);
}

static void release(struct spool *s)
{
	store_close(s->store);
	if (s->lock >= 0)
		(void)close(s->lock); /* lets go of the lock */
	free(s);
}

int spool_open(const char *dir, size_t max_bytes, int64_t window_ms, struct spool **out,
	       struct err *e)
{
	struct spool *s = mem_zalloc(sizeof *s);

	s->lock = -1;
	s->max_bytes = max_bytes;
	s->window_ms = window_ms;
	if (take_lock(s, dir, e) != 0 || open_store(s, dir, e) != 0) {
		release(s);
		return -1;
	}
	*out = s;
	return 0;
}

int spool_close(struct spool *s, struct err *e)
{
	int rc = 0;

	if (!s)
		return 0;
	if (spool_is_untidy(s))
		rc = spool_tidy(s, e);
	release(s);
	return rc;
}

/* ---- writing ---- */

static int remove_written(struct spool *s, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s->store, "DELETE FROM aiops_spool WHERE seq <= ?", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, s->written);
	return store_step(s->store, st, e);
}

static int remember(struct spool *s, const struct spool_item *it, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s->store, "DELETE FROM aiops_seen WHERE at_ms < ?", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, it->received_ms - s->window_ms);
	if (store_step(s->store, st, e) != 0)
		return -1;
	st = store_stmt(s->store, "INSERT OR IGNORE INTO aiops_seen (digest, at_ms) VALUES (?, ?)",
			e);
	if (!st)
		return -1;
	store_bind_text(st, 1, it->digest);
	store_bind_i64(st, 2, it->received_ms);
	return store_step(s->store, st, e);
}

static int put_one(struct spool *s, const struct spool_item *it, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s->store, "INSERT INTO aiops_spool (seq, received_ms, events) VALUES (?, ?, ?)", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, it->seq);
	store_bind_i64(st, 2, it->received_ms);
	/* Not copied: events outlive the step that comes now. */
	if (sqlite3_bind_text64(st, 3, it->events.data, it->events.len, SQLITE_STATIC,
				SQLITE_UTF8) != SQLITE_OK)
		return store_err(s->store, e, "cannot keep a delivery in");
	if (store_step(s->store, st, e) != 0)
		return -1;
	return it->digest.data ? remember(s, it, e) : 0;
}

static int put_all(struct spool *s, struct spool_item *items, size_t n, struct err *e)
{
	if (spool_is_untidy(s) && remove_written(s, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		items[i].seq = s->last + 1 + (int64_t)i;
		if (put_one(s, &items[i], e) != 0)
			return -1;
	}
	return 0;
}

int spool_put(struct spool *s, struct spool_item *items, size_t n, struct err *e)
{
	int64_t written = s->written;

	if (store_begin(s->store, e) != 0)
		return -1;
	if (put_all(s, items, n, e) != 0) {
		store_rollback(s->store);
		return -1;
	}
	if (store_commit(s->store, e) != 0)
		return -1;
	s->removed = written;
	s->last += (int64_t)n;
	s->deliveries += (int64_t)n;
	for (size_t i = 0; i < n; i++)
		s->bytes += (int64_t)items[i].events.len;
	return 0;
}

bool spool_is_full(const struct spool *s, size_t more)
{
	return (size_t)s->bytes > s->max_bytes || more > s->max_bytes - (size_t)s->bytes;
}

int spool_tidy(struct spool *s, struct err *e)
{
	return spool_put(s, NULL, 0, e);
}

/* ---- reading ---- */

int spool_next(struct spool *s, int64_t after, struct buf *out, int64_t *seq, struct err *e)
{
	sqlite3_stmt *st;
	int64_t next;
	int rc = query(s, "SELECT seq, events FROM aiops_spool WHERE seq > ? ORDER BY seq LIMIT 1",
		       after, &st, e);

	if (rc <= 0)
		return rc;
	next = sqlite3_column_int64(st, 0);
	if (next > after) {
		*seq = next;
		buf_add_span(out, store_text(st, 1));
	} else {
		rc = err_set(e, EX_BADDATA,
			     "the spool is damaged: its deliveries are out of order");
	}
	(void)sqlite3_reset(st); /* was read */
	return rc;
}

int64_t spool_last(const struct spool *s)
{
	return s->last;
}

void spool_written(struct spool *s, int64_t seq, size_t bytes)
{
	s->written = seq;
	s->deliveries--;
	s->bytes -= (int64_t)bytes;
}

bool spool_is_untidy(const struct spool *s)
{
	return s->written > s->removed;
}

int spool_seen(struct spool *s, int64_t from_ms,
	       void (*seen)(void *ctx, struct span digest, int64_t at_ms), void *ctx, struct err *e)
{
	sqlite3_stmt *st;
	int rc = query(s, "SELECT digest, at_ms FROM aiops_seen WHERE at_ms >= ? ORDER BY at_ms",
		       from_ms, &st, e);

	while (rc > 0) {
		seen(ctx, store_text(st, 0), sqlite3_column_int64(st, 1));
		rc = store_step(s->store, st, e);
	}
	return rc;
}

int spool_oldest(struct spool *s, int64_t *received_ms, struct err *e)
{
	sqlite3_stmt *st;
	int rc = query(s, "SELECT received_ms FROM aiops_spool WHERE seq > ? ORDER BY seq LIMIT 1",
		       s->written, &st, e);

	if (rc <= 0)
		return rc;
	*received_ms = sqlite3_column_int64(st, 0);
	(void)sqlite3_reset(st); /* was read */
	return 1;
}

int64_t spool_bytes(const struct spool *s)
{
	return s->bytes;
}

int64_t spool_deliveries(const struct spool *s)
{
	return s->deliveries;
}
