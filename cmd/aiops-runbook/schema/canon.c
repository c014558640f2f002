#include "aiops-runbook/schema/canon.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/jsonw.h"

/* A container that is being written; order is a map's pairs by key. */
struct frame {
	const struct yaml_node *node;
	const struct yaml_pair **order;
	size_t at;
};

static int by_key(const void *a, const void *b)
{
	const struct yaml_pair *const *x = a, *const *y = b;

	return span_cmp((*x)->key, (*y)->key);
}

static struct frame enter(const struct yaml_node *n, struct buf *out)
{
	struct frame f = {.node = n};

	buf_add_char(out, n->type == YAML_MAP ? '{' : '[');
	if (n->type == YAML_MAP && n->n) {
		f.order = mem_array(NULL, n->n, sizeof *f.order);
		for (size_t i = 0; i < n->n; i++)
			f.order[i] = &n->pairs[i];
		qsort(f.order, n->n, sizeof *f.order, by_key);
	}
	return f;
}

/* Writes what comes before the next child, and returns that child; NULL at the end. */
static const struct yaml_node *next_child(struct frame *f, struct buf *out)
{
	if (f->at == f->node->n) {
		buf_add_char(out, f->node->type == YAML_MAP ? '}' : ']');
		free(f->order);
		return NULL;
	}
	if (f->at)
		buf_add_char(out, ',');
	if (f->node->type == YAML_LIST)
		return f->node->items[f->at++];
	jsonw_quote(out, f->order[f->at]->key);
	buf_add_char(out, ':');
	return f->order[f->at++]->value;
}

static void canon_write(const struct yaml_node *root, struct buf *out)
{
	struct frame stack[YAML_MAX_DEPTH + 1];
	const struct yaml_node *n = root;
	size_t depth = 0;

	for (;;) {
		if (n && n->type == YAML_SCALAR)
			jsonw_quote(out, n->text);
		else if (n)
			stack[depth++] = enter(n, out);
		if (depth == 0)
			return;
		n = next_child(&stack[depth - 1], out);
		if (!n)
			depth--;
	}
}

struct digest canon_digest(const struct yaml_node *root)
{
	/* Escapes make a byte six at most. */
	struct buf text = BUF_INIT(8 * (size_t)YAML_MAX_BYTES);
	struct digest d;
	struct span all;

	canon_write(root, &text);
	all = buf_span(&text);
	d = digest_of(&all, 1);
	buf_release(&text);
	return d;
}
