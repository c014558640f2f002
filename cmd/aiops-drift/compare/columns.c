/* Columns of pairs: see columns.h. */
#include "aiops-drift/compare/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void columns_init(struct columns *c, const char *target, uint64_t max_values)
{
	*c = (struct columns){.target = target, .binary = true, .max_values = max_values};
}

void columns_release(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++) {
		for (int w = 0; w < WINDOWS; w++) {
			free(c->items[i].pairs[w].x);
			free(c->items[i].pairs[w].y);
		}
		free(c->items[i].path);
	}
	free(c->items);
	c->items = NULL;
	c->n = 0;
}

static int add_path(struct columns *c, struct span path, struct err *e)
{
	path = span_trim(path);
	if (path.len == 0)
		return err_set(e, EX_BADUSAGE, "--features: an empty path");
	if (c->n == COLUMNS_MAX)
		return err_set(e, EX_BADUSAGE, "--features: more than %d paths", COLUMNS_MAX);
	c->items = mem_array(c->items, c->n + 1, sizeof *c->items);
	c->items[c->n++] = (struct column){.path = mem_dup(path.data, path.len)};
	return 0;
}

int columns_add(struct columns *c, const char *const *lists, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = lists[i];

		for (;;) {
			size_t len = strcspn(at, ",");

			if (add_path(c, span_of(at, len), e) < 0)
				return -1;
			if (at[len] == '\0')
				break;
			at += len + 1;
		}
	}
	if (c->n == 0)
		return err_set(e, EX_BADUSAGE, "--target needs --features PATH,...");
	return 0;
}

static double number_of(struct value v)
{
	if (v.type == VALUE_BOOL)
		return v.boolean;
	return v.type == VALUE_NUMBER && isfinite(v.number) ? v.number + 0.0 : NAN;
}

/* x and y grow together. */
static void add_pair(struct pairs *p, double x, double y)
{
	size_t cap = p->cap;

	mem_grow(p->x, cap, p->n + 1);
	mem_grow(p->y, p->cap, p->n + 1);
	p->x[p->n] = x;
	p->y[p->n++] = y;
}

enum observed columns_observe(struct columns *c, const struct record *r, enum window_id window,
			      struct err *e)
{
	struct value target = record_get(r, c->target);
	double y = number_of(target);

	if (target.type == VALUE_NONE || target.type == VALUE_NULL)
		return OBSERVED_IGNORED;
	if (isnan(y)) {
		err_set(e, EX_BADDATA, "the target is neither a number nor a boolean");
		return OBSERVED_REFUSED;
	}
	if (c->values + 2 * c->n > c->max_values) {
		err_set(e, EX_SYSTEM, "more than %llu values (--max-values)",
			(unsigned long long)c->max_values);
		return OBSERVED_STOP;
	}
	/* 0 and 1 exactly: what lies between or beyond is no class */
	c->binary = c->binary && !(y < 0) && !(y > 1) && !(y > 0 && y < 1);
	for (size_t i = 0; i < c->n; i++) {
		struct pairs *p = &c->items[i].pairs[window];
		double x = number_of(record_get(r, c->items[i].path));

		if (isnan(x)) {
			p->incomplete++;
		} else {
			add_pair(p, x, y);
			c->values += 2;
		}
	}
	return OBSERVED_TAKEN;
}

struct relation column_relation(const struct columns *c, const struct column *k,
				enum window_id window)
{
	const struct pairs *p = &k->pairs[window];

	return c->binary ? relation_auc(p->x, p->y, p->n) : relation_spearman(p->x, p->y, p->n);
}
