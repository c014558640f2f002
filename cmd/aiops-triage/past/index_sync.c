/*
 * Keeping the index in step with the files that it was made of.
 *
 * Files are compared by size, time of change and inode; what is the same is not read. So a call
 * that finds everything as it was costs one look at each file.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aiops-triage/past/index_impl.h"
#include "base/file.h"
#include "base/mem.h"

struct stamp {
	int64_t size, changed_ns, inode;
};

/* A file that is there. */
struct seen {
	struct stamp stamp;
	int64_t id; /* in the index; 0: new */
	bool same;  /* as the index has it */
	bool there; /* false: the index has it, the disk not */
	bool kept;  /* below a root that could not be read */
};

struct sync {
	struct index *ix;
	struct map files; /* path to struct seen, owned */
	struct index_change change;
	size_t differ;
	bool quiet;
	bool duplicate; /* in the file that is being read */
	void (*skipped)(void *ctx, const char *where, const char *why);
	void *ctx;
};

static void tell(struct sync *s, const char *where, const char *why)
{
	if (!s->quiet)
		s->skipped(s->ctx, where, why);
}

/* ---- what there is ---- */

static void release_files(struct sync *s)
{
	for (struct map_entry *en = NULL; (en = map_next(&s->files, en));)
		free(en->value.ptr);
	map_release(&s->files);
}

static struct seen *file_of(struct sync *s, const char *path)
{
	struct map_entry *en = map_put(&s->files, span_cstr(path), NULL);

	if (!en->value.ptr)
		en->value.ptr = mem_zalloc(sizeof(struct seen));
	return en->value.ptr;
}

static int read_known(struct sync *s, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc =
		index_prepare(s->ix, "SELECT path, id, size, changed_ns, inode FROM files", &st, e);

	while (rc == 0 && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct seen *f = file_of(s, (const char *)sqlite3_column_text(st, 0));

		f->id = sqlite3_column_int64(st, 1);
		f->stamp = (struct stamp){sqlite3_column_int64(st, 2), sqlite3_column_int64(st, 3),
					  sqlite3_column_int64(st, 4)};
		rc = 0;
	}
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	return rc == SQLITE_DONE || rc == 0 ? 0 : index_fail(s->ix, e);
}

static bool look_at(struct sync *s, const char *path)
{
	struct stat st;
	struct seen *f;
	struct stamp now;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	now = (struct stamp){st.st_size,
			     (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec,
			     (int64_t)st.st_ino};
	f = file_of(s, path);
	if (f->there)
		return true;
	f->there = true;
	f->same = f->id && f->stamp.size == now.size && f->stamp.changed_ns == now.changed_ns &&
		  f->stamp.inode == now.inode;
	f->stamp = now;
	return true;
}

/* Below a root that cannot be read now everything stays as it is. */
static void keep_below(struct sync *s, const char *root)
{
	size_t n = strlen(root);

	for (struct map_entry *en = NULL; (en = map_next(&s->files, en));) {
		struct seen *f = en->value.ptr;

		if (strncmp(en->key, root, n) == 0 && (en->key[n] == '\0' || en->key[n] == '/'))
			f->kept = true;
	}
}

static void look_into(struct sync *s, const char *root)
{
	static const char *const suffixes[] = {".md", ".ndjson", ".jsonl"};
	struct err why = ERR_INIT;

	if (!file_is_dir(root)) {
		if (access(root, F_OK) != 0 || !look_at(s, root)) {
			tell(s, root, "it is not there; what was read of it stays");
			keep_below(s, root);
		}
		return;
	}
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		char **names = NULL;
		size_t n = 0;

		if (file_list(root, suffixes[i], &names, &n, &why) != 0) {
			tell(s, root, why.text);
			keep_below(s, root);
			return;
		}
		for (size_t k = 0; k < n; k++)
			(void)look_at(s, names[k]); /* gone since it was listed */
		file_list_free(names, n);
	}
}

static int look_at_roots(struct sync *s, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = index_prepare(s->ix, "SELECT path FROM roots", &st, e);

	if (rc != 0)
		return -1;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		look_into(s, (const char *)sqlite3_column_text(st, 0));
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	return rc == SQLITE_DONE ? 0 : index_fail(s->ix, e);
}

static void count(struct sync *s)
{
	for (struct map_entry *en = NULL; (en = map_next(&s->files, en));) {
		const struct seen *f = en->value.ptr;

		s->change.files += f->there || f->kept;
		s->change.added += f->there && !f->id;
		s->change.changed += f->there && f->id && !f->same;
		s->change.removed += !f->there && !f->kept;
	}
	s->differ = s->change.added + s->change.changed + s->change.removed;
}

/* ---- writing ---- */

static int do_with(struct index *ix, const char *sql, int64_t number, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = index_prepare(ix, sql, &st, e);

	if (rc == 0 &&
	    (sqlite3_bind_int64(st, 1, number) != SQLITE_OK || sqlite3_step(st) != SQLITE_DONE))
		rc = index_fail(ix, e);
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	return rc;
}

static int forget(struct index *ix, int64_t file, struct err *e)
{
	static const char *const sql[] = {
		"DELETE FROM inc WHERE rowid IN (SELECT id FROM docs WHERE file = ?1)",
		"DELETE FROM vectors WHERE doc IN (SELECT id FROM docs WHERE file = ?1)",
		"DELETE FROM docs WHERE file = ?1",
		"DELETE FROM files WHERE id = ?1",
	};

	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
		if (do_with(ix, sql[i], file, e) != 0)
			return -1;
	return 0;
}

static int add_file(struct index *ix, const char *path, const struct seen *f, int64_t *id,
		    struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = index_prepare(ix,
			       "INSERT INTO files(path, size, changed_ns, inode, skipped)"
			       " VALUES(?1, ?2, ?3, ?4, 0)",
			       &st, e);

	if (rc == 0 && (index_bind(ix, st, 1, span_cstr(path), e) != 0 ||
			sqlite3_bind_int64(st, 2, f->stamp.size) != SQLITE_OK ||
			sqlite3_bind_int64(st, 3, f->stamp.changed_ns) != SQLITE_OK ||
			sqlite3_bind_int64(st, 4, f->stamp.inode) != SQLITE_OK ||
			sqlite3_step(st) != SQLITE_DONE))
		rc = index_fail(ix, e);
	*id = sqlite3_last_insert_rowid(ix->db);
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	return rc;
}

/* The document itself; 1 if another has its id. */
static int add_document(struct index *ix, sqlite3_stmt *st, int64_t file, const struct past *p,
			struct err *e)
{
	struct buf fields = BUF_INIT(PAST_FIELDS * (PAST_TEXT_BYTES + 1));
	int rc;

	for (size_t f = 0; f < PAST_FIELDS; f++)
		buf_add(&fields, p->fields[f], strlen(p->fields[f]) + 1);
	rc = sqlite3_bind_int64(st, 1, file) == SQLITE_OK &&
			     (p->dated ? sqlite3_bind_int64(st, 3, p->at_ns)
				       : sqlite3_bind_null(st, 3)) == SQLITE_OK &&
			     sqlite3_bind_blob64(st, 4, fields.data, fields.len,
						 SQLITE_TRANSIENT) == SQLITE_OK
		     ? index_bind(ix, st, 2, past_text(p, PAST_ID), e)
		     : index_fail(ix, e);
	if (rc == 0 && sqlite3_step(st) != SQLITE_DONE)
		rc = index_fail(ix, e);
	if (rc == 0 && sqlite3_changes(ix->db) == 0)
		rc = 1;
	(void)sqlite3_reset(st); /* its error would be that of the step */
	buf_release(&fields);
	return rc;
}

static int add_documents(struct sync *s, const char *path, int64_t file, const struct history *h,
			 struct err *e)
{
	sqlite3_stmt *doc = NULL, *words = NULL;
	int rc = index_prepare(s->ix,
			       "INSERT OR IGNORE INTO docs(file, name, at_ns, fields)"
			       " VALUES(?1, ?2, ?3, ?4)",
			       &doc, e);

	if (rc == 0)
		rc = index_prepare(s->ix, index_sql_insert, &words, e);
	for (size_t i = 0; rc == 0 && i < h->n; i++) {
		rc = add_document(s->ix, doc, file, &h->items[i], e);
		if (rc == 0) {
			rc = index_insert(s->ix, words, sqlite3_last_insert_rowid(s->ix->db),
					  &h->items[i], e);
		} else if (rc == 1) {
			s->skipped(s->ctx, path, "a past incident of another file has its id");
			s->duplicate = true;
			rc = 0;
		}
	}
	(void)sqlite3_finalize(doc); /* errors would be those of the steps */
	(void)sqlite3_finalize(words);
	return rc;
}

static int read_file(struct sync *s, const char *path, const struct seen *f, struct err *e)
{
	struct history h;
	struct err why = ERR_INIT;
	int64_t file = 0;
	int rc;

	history_init(&h);
	s->duplicate = false;
	if (history_load(&h, path, s->skipped, s->ctx, &why) != 0) {
		s->skipped(s->ctx, path, why.text);
		h.skipped++;
	}
	rc = add_file(s->ix, path, f, &file, e);
	if (rc == 0)
		rc = add_documents(s, path, file, &h, e);
	if (rc == 0 && h.skipped) {
		struct buf sql = BUF_INIT(128);

		buf_addf(&sql, "UPDATE files SET skipped = %zu WHERE id = ?1", h.skipped);
		rc = do_with(s->ix, buf_cstr(&sql), file, e);
		buf_release(&sql);
	}
	/* It is read again each time, since the other file may be gone by then. */
	if (rc == 0 && s->duplicate)
		rc = do_with(s->ix, "UPDATE files SET size = -1 WHERE id = ?1", file, e);
	history_release(&h);
	return rc;
}

static int write_changes(struct sync *s, int64_t now_ns, struct err *e)
{
	for (struct map_entry *en = NULL; (en = map_next(&s->files, en));) {
		const struct seen *f = en->value.ptr;

		if (f->id && !f->kept && !f->same && forget(s->ix, f->id, e) != 0)
			return -1;
	}
	for (struct map_entry *en = NULL; (en = map_next(&s->files, en));) {
		const struct seen *f = en->value.ptr;

		if (f->there && !f->same && !f->kept && read_file(s, en->key, f, e) != 0)
			return -1;
	}
	if (index_do(s->ix, "DELETE FROM written", e) != 0)
		return -1;
	return do_with(s->ix, "INSERT INTO written VALUES(?1)", now_ns, e);
}

/* Looks at everything; what others did meanwhile counts. */
static int compare(struct sync *s, struct err *e)
{
	release_files(s);
	map_init(&s->files);
	s->change = (struct index_change){0};
	if (read_known(s, e) != 0 || look_at_roots(s, e) != 0)
		return -1;
	count(s);
	return 0;
}

static int write_all(struct sync *s, int64_t now_ns, struct err *e)
{
	int fd = index_lock(s->ix, e), rc;

	if (fd < 0)
		return -1;
	s->quiet = true; /* it was told */
	rc = index_do(s->ix, "BEGIN IMMEDIATE", e);
	if (rc == 0)
		rc = compare(s, e);
	s->quiet = false;
	if (rc == 0)
		rc = write_changes(s, now_ns, e);
	if (rc == 0)
		rc = index_do(s->ix, "COMMIT", e);
	if (rc != 0 && sqlite3_errcode(s->ix->db) == SQLITE_READONLY)
		e->code = EX_CANNOTCREATE;
	if (rc != 0)
		(void)sqlite3_exec(s->ix->db, "ROLLBACK", NULL, NULL,
				   NULL); /* what failed is told */
	(void)close(fd);                  /* gives the lock back */
	return rc;
}

static int totals(struct sync *s, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = index_prepare(s->ix,
			       "SELECT (SELECT count(*) FROM docs), (SELECT sum(skipped) FROM"
			       " files), (SELECT at_ns FROM written)",
			       &st, e);

	if (rc == 0 && sqlite3_step(st) != SQLITE_ROW)
		rc = index_fail(s->ix, e);
	if (rc == 0) {
		s->change.documents = s->ix->documents = (size_t)sqlite3_column_int64(st, 0);
		s->change.skipped = (size_t)sqlite3_column_int64(st, 1);
		s->change.written_ns = sqlite3_column_int64(st, 2);
	}
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	return rc;
}

int index_sync(struct index *ix, int64_t now_ns,
	       void (*skipped)(void *ctx, const char *where, const char *why), void *ctx,
	       struct index_change *out, struct err *e)
{
	struct sync s = {.ix = ix, .skipped = skipped, .ctx = ctx};
	int rc;

	map_init(&s.files);
	rc = compare(&s, e);
	if (rc == 0 && s.differ)
		rc = write_all(&s, now_ns, e);
	if (rc == 0)
		rc = totals(&s, e);
	if (rc == 0)
		*out = s.change;
	release_files(&s);
	return rc;
}
