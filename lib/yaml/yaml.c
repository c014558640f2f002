/*
 * Builds a plain tree from libfyaml's event stream. Events, not its documents:
 * anchors, aliases and tags are refused as they come, before anything can
 * expand, and the duplicate-key check is ours (libfyaml's is quadratic).
 */
#include "yaml/yaml.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Nodes live in chunks that are freed together. */
struct chunk {
	struct chunk *next;
	size_t used;
	_Alignas(max_align_t) char bytes[];
};

struct yaml {
	struct chunk *chunks;
	struct yaml_node *root;
};

/* A container that is still open while events come. */
struct open_node {
	struct yaml_node *node;
	size_t cap;
	struct yaml_pair pending; /* a map's key that waits for its value */
	bool has_key;
};

struct builder {
	struct yaml *y;
	struct open_node stack[YAML_MAX_DEPTH];
	size_t depth;
	size_t documents;
	struct err *e;
};

enum { CHUNK_BYTES = 16384 };

static void *arena(struct yaml *y, size_t size)
{
	size_t align = _Alignof(max_align_t);
	struct chunk *c = y->chunks;

	size = (size + align - 1) / align * align;
	if (!c || c->used + size > CHUNK_BYTES) { /* a large one has used more than that */
		size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;

		c = mem_zalloc(sizeof *c + room);
		c->next = y->chunks;
		y->chunks = c;
	}
	c->used += size;
	return memset(c->bytes + c->used - size, 0, size);
}

static struct span arena_text(struct yaml *y, const char *data, size_t len)
{
	char *copy = arena(y, len + 1);

	if (len)
		memcpy(copy, data, len);
	return span_of(copy, len);
}

/* libfyaml marks the first character behind an indicator (a quote, &, *); a
 * person looks for the indicator itself. */
static struct fy_mark on_indicator(const struct fy_mark *m)
{
	struct fy_mark at = m ? *m : (struct fy_mark){0};

	if (at.column > 0)
		at.column--;
	return at;
}

static int fail_at(struct err *e, const struct fy_mark *m, const char *what)
{
	return err_set_at(e, EX_BADCONFIG, m ? (size_t)m->line + 1 : 0,
			  m ? (size_t)m->column + 1 : 0, "%s", what);
}

static int duplicate_key(const struct yaml_pair *p, struct err *e)
{
	return err_set_at(e, EX_BADCONFIG, p->line, p->col, "duplicate key '%.60s'", p->key.data);
}

/* The check at the end of a map: pairwise while it is small, else by a keyed set. */
static int check_duplicates(const struct yaml_node *map, struct err *e)
{
	struct map seen;
	int rc = 0;

	if (map->n <= 16) {
		for (size_t i = 1; i < map->n; i++)
			for (size_t j = 0; j < i; j++)
				if (span_eq(map->pairs[i].key, map->pairs[j].key))
					return duplicate_key(&map->pairs[i], e);
		return 0;
	}
	map_init(&seen);
	for (size_t i = 0; i < map->n && rc == 0; i++) {
		bool added;

		(void)map_put(&seen, map->pairs[i].key, &added);
		if (!added)
			rc = duplicate_key(&map->pairs[i], e);
	}
	map_release(&seen);
	return rc;
}

/* Puts a finished or just opened node where it belongs: root, list item, map value. */
static int attach(struct builder *b, struct yaml_node *node)
{
	struct open_node *top;

	if (b->depth == 0) {
		b->y->root = node;
		return 0;
	}
	top = &b->stack[b->depth - 1];
	if (top->node->type == YAML_LIST) {
		mem_grow(top->node->items, top->cap, top->node->n + 1);
		top->node->items[top->node->n++] = node;
		return 0;
	}
	if (top->has_key) {
		mem_grow(top->node->pairs, top->cap, top->node->n + 1);
		top->pending.value = node;
		top->node->pairs[top->node->n++] = top->pending;
		top->has_key = false;
		return 0;
	}
	if (node->type != YAML_SCALAR)
		return err_set_at(b->e, EX_BADCONFIG, node->line, node->col,
				  "a key must be a plain word");
	if (!node->quoted && span_is(node->text, "<<"))
		return err_set_at(b->e, EX_BADCONFIG, node->line, node->col,
				  "merge keys (<<) are not accepted; write the members out");
	top->pending = (struct yaml_pair){.key = node->text, .line = node->line, .col = node->col};
	top->has_key = true;
	return 0;
}

static struct yaml_node *new_node(struct builder *b, enum yaml_type type, const struct fy_mark *m)
{
	struct yaml_node *n = arena(b->y, sizeof *n);

	n->type = type;
	n->line = m ? (size_t)m->line + 1 : 1;
	n->col = m ? (size_t)m->column + 1 : 1;
	return n;
}

static int open_container(struct builder *b, enum yaml_type type, const struct fy_mark *m)
{
	struct yaml_node *n = new_node(b, type, m);

	if (attach(b, n) != 0)
		return -1;
	if (b->depth == YAML_MAX_DEPTH)
		return fail_at(b->e, m, "nested too deep (at most 64 levels)");
	b->stack[b->depth++] = (struct open_node){.node = n};
	return 0;
}

/* Moves the members into the arena, so that everything is freed together. */
static int close_container(struct builder *b)
{
	struct open_node *top = &b->stack[--b->depth];
	struct yaml_node *n = top->node;

	if (n->type == YAML_MAP) {
		struct yaml_pair *heap = n->pairs;
		int rc = check_duplicates(n, b->e);

		n->pairs = arena(b->y, (n->n ? n->n : 1) * sizeof *heap);
		if (n->n)
			memcpy(n->pairs, heap, n->n * sizeof *heap);
		free(heap);
		return rc;
	} else {
		struct yaml_node **heap = n->items;

		n->items = arena(b->y, (n->n ? n->n : 1) * sizeof *heap);
		if (n->n)
			memcpy(n->items, heap, n->n * sizeof *heap);
		free(heap);
		return 0;
	}
}

static int add_scalar(struct builder *b, struct fy_event *ev)
{
	struct fy_token *t = ev->scalar.value;
	enum fy_scalar_style style = t ? fy_scalar_token_get_style(t) : FYSS_PLAIN;
	const struct fy_mark *start = fy_event_start_mark(ev); /* NULL for an empty document */
	struct fy_mark m = start ? *start : (struct fy_mark){0};
	struct yaml_node *n;
	size_t len = 0;
	const char *text = t ? fy_token_get_text(t, &len) : "";

	if (!text)
		mem_exhausted();
	if (memchr(text, '\0', len))
		return fail_at(b->e, &m, "a NUL character is not accepted");
	if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
		m = on_indicator(&m);
	n = new_node(b, YAML_SCALAR, &m);
	n->text = arena_text(b->y, text, len);
	n->quoted = style != FYSS_PLAIN;
	return attach(b, n);
}

static int refuse_properties(struct builder *b, struct fy_token *anchor, struct fy_token *tag)
{
	if (anchor) {
		struct fy_mark at = on_indicator(fy_token_start_mark(anchor));

		return fail_at(b->e, &at, "anchors (&) are not accepted");
	}
	if (tag)
		return fail_at(b->e, fy_token_start_mark(tag),
			       "tags (!) are not accepted; quote the value instead");
	return 0;
}

static int take_event(struct builder *b, struct fy_event *ev)
{
	switch (ev->type) {
	case FYET_DOCUMENT_START:
		if (b->documents++ > 0)
			return fail_at(b->e, fy_event_start_mark(ev),
				       "a second document (---) is not accepted");
		return 0;
	case FYET_MAPPING_START:
		if (refuse_properties(b, ev->mapping_start.anchor, ev->mapping_start.tag) != 0)
			return -1;
		return open_container(b, YAML_MAP, fy_event_start_mark(ev));
	case FYET_SEQUENCE_START:
		if (refuse_properties(b, ev->sequence_start.anchor, ev->sequence_start.tag) != 0)
			return -1;
		return open_container(b, YAML_LIST, fy_event_start_mark(ev));
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		return close_container(b);
	case FYET_SCALAR:
		if (refuse_properties(b, ev->scalar.anchor, ev->scalar.tag) != 0)
			return -1;
		return add_scalar(b, ev);
	case FYET_ALIAS: {
		struct fy_mark at = on_indicator(fy_event_start_mark(ev));

		return fail_at(b->e, &at, "aliases (*) are not accepted");
	}
	default:
		return 0; /* stream start and end, document end */
	}
}

/* The first error that libfyaml collected, in our form. */
static int parser_error(struct fy_diag *diag, struct err *e)
{
	void *prev = NULL;
	struct fy_diag_error *found = fy_diag_errors_iterate(diag, &prev);

	if (!found || !found->msg)
		return err_set(e, EX_BADCONFIG, "not valid YAML");
	return err_set_at(e, EX_BADCONFIG, (size_t)(found->line > 0 ? found->line : 1),
			  (size_t)(found->column > 0 ? found->column : 1), "%s", found->msg);
}

static void discard_output(struct fy_diag *diag, void *user, const char *text, size_t len)
{
	(void)diag;
	(void)user;
	(void)text;
	(void)len;
}

static int run_parser(struct builder *b, struct span text)
{
	struct fy_diag_cfg diag_cfg;
	struct fy_parse_cfg cfg = {.flags = FYPCF_DEFAULT_PARSE};
	struct fy_parser *fyp = NULL;
	struct fy_event *ev;
	int rc = 0;

	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.output_fn = discard_output;
	diag_cfg.fp = NULL;
	cfg.diag = fy_diag_create(&diag_cfg);
	if (!cfg.diag)
		mem_exhausted();
	fy_diag_set_collect_errors(cfg.diag, true);
	fyp = fy_parser_create(&cfg);
	if (!fyp || fy_parser_set_string(fyp, text.data ? text.data : "", text.len) != 0)
		mem_exhausted();
	while (rc == 0 && (ev = fy_parser_parse(fyp)) != NULL) {
		rc = take_event(b, ev);
		fy_parser_event_free(fyp, ev);
	}
	if (rc == 0 && fy_parser_get_stream_error(fyp))
		rc = parser_error(cfg.diag, b->e);
	while (b->depth > 0) { /* open containers of a broken document still have heap arrays */
		struct yaml_node *n = b->stack[--b->depth].node;

		free(n->pairs);
		free(n->items);
		n->n = 0;
	}
	fy_parser_destroy(fyp);
	fy_diag_destroy(cfg.diag);
	return rc;
}

/* What must hold before libfyaml sees a byte. */
static int check_bytes(struct span text, struct err *e)
{
	size_t bad;

	if (text.len > YAML_MAX_BYTES)
		return err_set(e, EX_BADCONFIG, "larger than %u bytes", YAML_MAX_BYTES);
	bad = utf8_valid_prefix(text);
	if (bad < text.len || memchr(text.data ? text.data : "", '\0', text.len)) {
		size_t at = bad < text.len
				    ? bad
				    : (size_t)((const char *)memchr(text.data, '\0', text.len) -
					       text.data);
		size_t line = 1, col = 1;

		for (size_t i = 0; i < at; i++) {
			col = text.data[i] == '\n' ? 1 : col + 1;
			line += text.data[i] == '\n';
		}
		return err_set_at(e, EX_BADCONFIG, line, col,
				  bad < text.len ? "not valid UTF-8" : "a NUL byte");
	}
	return 0;
}

struct yaml *yaml_parse(struct span text, struct err *e)
{
	struct builder b = {.e = e};

	if (check_bytes(text, e) != 0)
		return NULL;
	b.y = mem_zalloc(sizeof *b.y);
	if (run_parser(&b, text) != 0) {
		yaml_free(b.y);
		return NULL;
	}
	/* Nothing at all, comments only, or `---`: a map without members. */
	if (!b.y->root ||
	    (b.y->root->type == YAML_SCALAR && !b.y->root->quoted && b.y->root->text.len == 0))
		b.y->root = new_node(&b, YAML_MAP, NULL);
	return b.y;
}

struct yaml *yaml_load(const char *path, struct err *e)
{
	struct buf text = BUF_INIT(YAML_MAX_BYTES);
	struct yaml *y = NULL;

	if (file_read(path, &text, e) == 0)
		y = yaml_parse(buf_span(&text), e);
	else if (e->code == EX_BADDATA)
		e->code = EX_BADCONFIG; /* too large */
	buf_release(&text);
	return y;
}

void yaml_free(struct yaml *y)
{
	if (!y)
		return;
	while (y->chunks) {
		struct chunk *next = y->chunks->next;

		free(y->chunks);
		y->chunks = next;
	}
	free(y);
}

const struct yaml_node *yaml_root(const struct yaml *y)
{
	return y->root;
}
