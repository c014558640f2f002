/*
 * What the index in a file is made of.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "aiops-triage/past/index_impl.h"
#include "base/file.h"

#define LOCK_WAIT_MS 10000
#define PATH_BYTES   (1u << 16)

int index_lock(const struct index *ix, struct err *e)
{
	struct buf path = BUF_INIT(PATH_BYTES);
	int fd;

	buf_addf(&path, "%s.lock", ix->path);
	fd = file_lock(buf_cstr(&path), LOCK_WAIT_MS, e);
	buf_release(&path);
	return fd;
}

static int add_root(struct index *ix, sqlite3_stmt *st, const char *path, struct err *e)
{
	char *whole = realpath(path, NULL);
	int rc;

	if (!whole)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot read '%s'", path);
	rc = index_bind(ix, st, 1, span_cstr(whole), e);
	if (rc == 0 && sqlite3_step(st) != SQLITE_DONE)
		rc = index_fail(ix, e);
	(void)sqlite3_reset(st); /* its error would be that of the step */
	free(whole);
	return rc;
}

int index_set_roots(struct index *ix, const char *const *paths, size_t n, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int fd = index_lock(ix, e), rc;

	if (fd < 0)
		return -1;
	rc = index_do(ix, "BEGIN IMMEDIATE; DELETE FROM roots;", e);
	if (rc == 0)
		rc = index_prepare(ix, "INSERT OR IGNORE INTO roots VALUES(?1)", &st, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_root(ix, st, paths[i], e);
	(void)sqlite3_finalize(st); /* its error would be that of the step */
	if (rc == 0)
		rc = index_do(ix, "COMMIT", e);
	if (rc != 0)
		(void)sqlite3_exec(ix->db, "ROLLBACK", NULL, NULL, NULL); /* what failed is told */
	(void)close(fd);                                                  /* gives the lock back */
	return rc;
}
