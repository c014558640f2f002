#include "store/audit_head.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_impl.h"

static int read_row(struct store *s, sqlite3_stmt *st, struct audit_head_row *out, struct err *e)
{
	struct audit_head_row head;
	struct span log = store_text(st, 0), hash = store_text(st, 2);

	if (log.len != AUDIT_LOGID_HEX || hash.len != DIGEST_HEX ||
	    tree_from_hex(sqlite3_column_int64(st, 1), store_text(st, 3), &head.tree) != 0)
		return err_set(e, EX_BADDATA, "'%s': the head of the audit log is damaged",
			       s->path);
	memcpy(head.log, log.data, log.len);
	head.log[log.len] = '\0';
	memcpy(head.hash, hash.data, hash.len);
	head.hash[hash.len] = '\0';
	*out = head;
	return 0;
}

static int read_stored(struct store *s, struct audit_head_row *out, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "SELECT log, size, hash, peaks FROM aiops_audit_head", e);
	int rc = st ? store_step(s, st, e) : -1;

	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(e, EX_BADDATA, "'%s': the audit log has no head", s->path);
	rc = read_row(s, st, out, e);
	(void)sqlite3_reset(st); /* was read */
	return rc;
}

/* With what the open transaction has appended. */
static int read_current(struct store *s, struct audit_head_row *out, struct err *e)
{
	if (!s->tail_known)
		return read_stored(s, out, e);
	*out = *s->tail;
	return 0;
}

struct audit_head_row *audit_head_tail(struct store *s, struct err *e)
{
	assert(s->in_transaction);
	if (!s->tail)
		s->tail = mem_alloc(sizeof *s->tail);
	if (!s->tail_known && read_stored(s, s->tail, e) != 0)
		return NULL;
	s->tail_known = true;
	return s->tail;
}

void audit_head_changed(struct store *s)
{
	s->tail_changed = true;
}

void audit_head_forget(struct store *s)
{
	s->tail_known = s->tail_changed = false;
}

static int write_row(struct store *s, const struct audit_head_row *head, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "UPDATE OR ROLLBACK aiops_audit_head SET size = ?, hash = ?, peaks = ?", e);
	struct buf peaks = BUF_INIT(TREE_MAX_PEAKS * DIGEST_HEX);
	int rc;

	if (!st)
		return -1;
	tree_add_hex(&peaks, &head->tree);
	store_bind_i64(st, 1, head->tree.size);
	store_bind_text(st, 2, span_cstr(head->hash));
	store_bind_text(st, 3, buf_span(&peaks));
	rc = store_step(s, st, e);
	buf_release(&peaks);
	return rc;
}

int audit_head_flush(struct store *s, struct err *e)
{
	int rc = s->tail_changed ? write_row(s, s->tail, e) : 0;

	audit_head_forget(s);
	return rc;
}

int audit_head(struct store *s, struct audit_head *out, struct err *e)
{
	struct audit_head_row row;
	struct digest root;

	if (read_current(s, &row, e) != 0)
		return -1;
	root = tree_root(&row.tree);
	out->size = row.tree.size;
	memcpy(out->log, row.log, sizeof out->log);
	memcpy(out->hash, row.hash, sizeof out->hash);
	digest_hex(&root, out->root);
	return 0;
}
