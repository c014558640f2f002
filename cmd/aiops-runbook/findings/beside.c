#include "aiops-runbook/findings/beside.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

struct neighbour {
	struct span path, id;
	bool ai_executable;
	struct trigger *triggers;
	size_t n_triggers;
};

/* ---- RB406 ---- */

static bool share_value(const struct words *a, const struct words *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (words_has(b, a->items[i]))
			return true;
	return false;
}

/* One incident can fulfil both: they name a label in common, and no label that they do keeps them
 * apart. */
static bool overlap(const struct trigger *a, const struct trigger *b)
{
	size_t common = 0;

	for (size_t i = 0; i < a->n; i++) {
		for (size_t k = 0; k < b->n; k++) {
			if (!span_eq(a->labels[i].name, b->labels[k].name))
				continue;
			if (!share_value(&a->labels[i].values, &b->labels[k].values))
				return false;
			common++;
		}
	}
	return common > 0;
}

static bool any_overlap(const struct neighbour *a, const struct runbook *rb)
{
	for (size_t i = 0; i < a->n_triggers; i++)
		for (size_t k = 0; k < rb->n_triggers; k++)
			if (overlap(&a->triggers[i], &rb->triggers[k]))
				return true;
	return false;
}

/* ---- RB504 ---- */

/* tests/ID/ beside the runbook holds a fixture. */
static bool has_tests(const char *path, struct span id)
{
	const char *slash = strrchr(path, '/');
	struct buf dir = BUF_INIT(1 << 16);
	struct err ignored = ERR_INIT;
	char **names = NULL;
	size_t n = 0;

	if (slash)
		buf_add(&dir, path, (size_t)(slash - path) + 1);
	buf_addf(&dir, "tests/%.*s", (int)id.len, id.data);
	if (file_list(buf_cstr(&dir), ".yaml", &names, &n, &ignored) == 0)
		file_list_free(names, n);
	buf_release(&dir);
	return n > 0;
}

/* ---- all of them ---- */

static void remember(struct beside *b, const char *path, const struct runbook *rb)
{
	struct neighbour *x;

	mem_grow(b->seen, b->cap, b->n + 1);
	x = &b->seen[b->n++];
	*x = (struct neighbour){.path = pool_copy(&b->pool, span_cstr(path)),
				.id = pool_copy(&b->pool, rb->id),
				.ai_executable = rb->ai_executable,
				.n_triggers = rb->n_triggers};
	x->triggers = pool_array(&b->pool, rb->n_triggers, sizeof *x->triggers);
	for (size_t i = 0; i < rb->n_triggers; i++) {
		const struct trigger *from = &rb->triggers[i];
		struct trigger *to = &x->triggers[i];

		to->n = from->n;
		to->labels = pool_array(&b->pool, from->n, sizeof *to->labels);
		for (size_t k = 0; k < from->n; k++) {
			const struct words *values = &from->labels[k].values;
			struct span *items = pool_array(&b->pool, values->n, sizeof *items);

			for (size_t v = 0; v < values->n; v++)
				items[v] = pool_copy(&b->pool, values->items[v]);
			to->labels[k].name = pool_copy(&b->pool, from->labels[k].name);
			to->labels[k].values = (struct words){items, values->n};
		}
	}
}

void beside_check(struct beside *b, const char *path, const struct runbook *rb, struct findings *f)
{
	if (!rb->id.data)
		return;
	for (size_t i = 0; i < b->n; i++) {
		if (span_eq(b->seen[i].id, rb->id))
			finding_add(f, 501, rb->id_at, "'%s' is the id of %s, too", rb->id.data,
				    b->seen[i].path.data);
		else if (rb->ai_executable && b->seen[i].ai_executable &&
			 any_overlap(&b->seen[i], rb))
			finding_add(f, 406, rb->id_at,
				    "agents may start it for alerts that '%s' is for, too (%s)",
				    b->seen[i].id.data, b->seen[i].path.data);
	}
	if (!has_tests(path, rb->id))
		finding_add(f, 504, rb->id_at, "no fixture tests it: tests/%s/*.yaml beside it",
			    rb->id.data);
	remember(b, path, rb);
}

void beside_release(struct beside *b)
{
	pool_release(&b->pool);
	free(b->seen);
	*b = (struct beside){0};
}
