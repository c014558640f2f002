#include "store/audit_prove.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_impl.h"
#include "store/tree.h"

typedef void each_hash_fn(void *ctx, int64_t index, const struct digest *hash);

/* Calls each with the hashes of the first `size` rows, -1: of all, in order. */
static int each_hash(struct store *s, int64_t size, each_hash_fn *each, void *ctx, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "SELECT seq, hash FROM aiops_audit ORDER BY seq LIMIT ?", e);
	int64_t index = 0;
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, size);
	while ((rc = store_step(s, st, e)) > 0) {
		struct digest d;

		if (sqlite3_column_int64(st, 0) != index + 1 ||
		    hex_decode(store_text(st, 1), d.bytes, DIGEST_BYTES) != 0) {
			(void)sqlite3_reset(st); /* was read */
			return err_set(e, EX_BADDATA,
				       "'%s': row %lld is missing or damaged: see 'aiops-audit "
				       "verify'",
				       s->path, (long long)index + 1);
		}
		each(ctx, index++, &d);
	}
	if (rc == 0 && size >= 0 && index < size)
		return err_set(e, EX_BADDATA, "'%s' has %lld rows, not %lld", s->path,
			       (long long)index, (long long)size);
	return rc;
}

struct proving {
	const struct proof_plan *plan;
	struct tree whole, parts[PROOF_MAX];
};

static void take_leaf(void *ctx, int64_t index, const struct digest *hash)
{
	struct proving *p = ctx;

	tree_push(&p->whole, hash);
	for (size_t i = 0; i < p->plan->n; i++) {
		if (index >= p->plan->ranges[i].begin && index < p->plan->ranges[i].end)
			tree_push(&p->parts[i], hash);
	}
}

int audit_prove(struct store *s, const struct proof_plan *plan, int64_t size,
		struct audit_proof *out, struct err *e)
{
	struct proving *p = mem_zalloc(sizeof *p);
	int rc;

	p->plan = plan;
	rc = each_hash(s, size, take_leaf, p, e);
	if (rc == 0) {
		out->root = tree_root(&p->whole);
		out->n = plan->n;
		for (size_t i = 0; i < plan->n; i++)
			out->path[i] = tree_root(&p->parts[i]);
	}
	free(p);
	return rc;
}

struct prefixes {
	const struct audit_checkpoint **by_size;
	const struct audit_checkpoint *wrong; /* NULL: none */
	size_t n, next;
	struct tree tree;
};

static int by_size(const void *a, const void *b)
{
	const struct audit_checkpoint *const *x = a, *const *y = b;

	return ((*x)->size > (*y)->size) - ((*x)->size < (*y)->size);
}

static void judge(struct prefixes *p)
{
	for (; p->next < p->n && p->by_size[p->next]->size == p->tree.size; p->next++) {
		struct digest root = tree_root(&p->tree);

		if (!p->wrong &&
		    memcmp(root.bytes, p->by_size[p->next]->root.bytes, DIGEST_BYTES) != 0)
			p->wrong = p->by_size[p->next];
	}
}

static void take_prefix(void *ctx, int64_t index, const struct digest *hash)
{
	struct prefixes *p = ctx;

	(void)index;
	tree_push(&p->tree, hash);
	judge(p);
}

int audit_prefixes(struct store *s, const struct audit_checkpoint *checkpoints, size_t n,
		   const struct audit_checkpoint **wrong, struct err *e)
{
	struct prefixes p = {.n = n};
	int rc;

	p.by_size = mem_array(NULL, n + 1, sizeof *p.by_size);
	for (size_t i = 0; i < n; i++)
		p.by_size[i] = &checkpoints[i];
	qsort(p.by_size, n, sizeof *p.by_size, by_size);
	judge(&p); /* of an empty log */
	rc = each_hash(s, -1, take_prefix, &p, e);
	if (rc == 0)
		*wrong = p.wrong ? p.wrong : p.next < n ? p.by_size[p.next] : NULL;
	free(p.by_size);
	return rc;
}
