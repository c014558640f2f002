#include "aiops-runbook/schema/reader.h"

#include "base/mem.h"
#include "base/num.h"

struct pos node_pos(const struct yaml_node *n)
{
	return (struct pos){n->line, n->col};
}

const struct yaml_node *read_required(struct reader *r, const struct yaml_node *map,
				      const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (!n && map && map->type == YAML_MAP)
		finding_add(r->f, RB002, node_pos(map), "missing key '%s'", key);
	return n;
}

/* A typed read of lib/yaml failed: its message and place become a finding. */
static bool failed_by(struct reader *r, const struct yaml_node *n, unsigned rule,
		      const struct err *e)
{
	struct pos at = {e->line ? e->line : n->line, e->line ? e->col : n->col};

	finding_add(r->f, rule, at, "%s", e->text);
	return false;
}

static bool failed(struct reader *r, const struct yaml_node *n, const struct err *e)
{
	return failed_by(r, n, RB002, e);
}

/* A duration without its unit. */
static bool is_number(const struct yaml_node *n)
{
	return n->type == YAML_SCALAR && num_is_json(n->text);
}

/* What YAML 1.1 takes for true or false, and nobody else. */
static bool is_old_truth(const struct yaml_node *n)
{
	static const char *const words[] = {"yes", "no", "on", "off", NULL};

	for (size_t i = 0; n->type == YAML_SCALAR && !n->quoted && words[i]; i++)
		if (span_eq_nocase(n->text, span_cstr(words[i])))
			return true;
	return false;
}

bool read_is(struct reader *r, const struct yaml_node *n, enum yaml_type type)
{
	struct err e = ERR_INIT;

	if (!n)
		return false;
	return yaml_expect(n, type, &e) == 0 || failed(r, n, &e);
}

static bool is_among(struct span key, const char *const *words)
{
	for (size_t i = 0; words && words[i]; i++)
		if (span_is(key, words[i]))
			return true;
	return false;
}

void read_keys(struct reader *r, const struct yaml_node *map, const char *const *allowed,
	       const char *const *later)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_pair *p = &map->pairs[i];
		struct pos at = {p->line, p->col};
		const char *near;

		if (is_among(p->key, allowed))
			continue;
		if (is_among(p->key, later)) {
			finding_add(r->f, RB002, at, "'%s' is not supported by this version",
				    p->key.data);
			continue;
		}
		near = nearest_word(p->key, allowed);
		if (near)
			finding_add(r->f, RB003, at, "unknown key '%.60s' (did you mean '%s'?)",
				    p->key.data, near);
		else
			finding_add(r->f, RB003, at, "unknown key '%.60s'", p->key.data);
	}
}

/* `key:` alone, and YAML's words for nothing. */
static bool is_null(const struct yaml_node *n)
{
	return n->type == YAML_SCALAR && !n->quoted &&
	       (n->text.len == 0 || span_is(n->text, "null") || span_is(n->text, "~"));
}

bool read_is_text(struct reader *r, const struct yaml_node *n)
{
	if (!read_is(r, n, YAML_SCALAR))
		return false;
	if (is_null(n))
		finding_add(r->f, RB002, node_pos(n), "expected a text, found nothing");
	return !is_null(n);
}

bool read_text(struct reader *r, const struct yaml_node *n, struct span *out)
{
	if (!read_is_text(r, n))
		return false;
	if (span_trim(n->text).len == 0) {
		finding_add(r->f, RB002, node_pos(n), "expected a text, found nothing");
		return false;
	}
	*out = n->text;
	return true;
}

bool read_scalar(struct reader *r, const struct yaml_node *n, struct scalar *out)
{
	struct span text;

	if (!read_text(r, n, &text))
		return false;
	*out = (struct scalar){text, node_pos(n)};
	return true;
}

bool read_bool(struct reader *r, const struct yaml_node *n, bool *out)
{
	struct err e = ERR_INIT;

	if (!n)
		return false;
	return yaml_bool(n, out, &e) == 0 || failed_by(r, n, is_old_truth(n) ? RB005 : RB002, &e);
}

bool read_i64(struct reader *r, const struct yaml_node *n, int64_t min, int64_t max, int64_t *out)
{
	struct err e = ERR_INIT;

	if (!n)
		return false;
	return yaml_i64(n, min, max, out, &e) == 0 || failed(r, n, &e);
}

bool read_double(struct reader *r, const struct yaml_node *n, double min, double max, double *out)
{
	struct err e = ERR_INIT;
	double d;

	if (!n)
		return false;
	if (yaml_double(n, &d, &e) != 0)
		return failed(r, n, &e);
	if (d < min || d > max) {
		finding_add(r->f, RB002, node_pos(n), "%s is out of range (%g to %g)", n->text.data,
			    min, max);
		return false;
	}
	*out = d;
	return true;
}

static void out_of_range(struct reader *r, const struct yaml_node *n, int64_t min_ms,
			 int64_t max_ms)
{
	struct buf range = BUF_INIT(128);

	num_add_duration_ms(&range, min_ms);
	buf_add_cstr(&range, " to ");
	num_add_duration_ms(&range, max_ms);
	finding_add(r->f, RB002, node_pos(n), "%s is out of range (%s)", n->text.data,
		    buf_cstr(&range));
	buf_release(&range);
}

bool read_duration(struct reader *r, const struct yaml_node *n, int64_t min_ms, int64_t max_ms,
		   int64_t *out)
{
	struct err e = ERR_INIT;
	int64_t ms;

	if (!n)
		return false;
	if (yaml_duration_ms(n, &ms, &e) != 0)
		return failed_by(r, n, is_number(n) ? RB005 : RB002, &e);
	if (ms < min_ms || ms > max_ms) {
		out_of_range(r, n, min_ms, max_ms);
		return false;
	}
	*out = ms;
	return true;
}

/* "expected one of read, write, destructive, found 'wirte' (did you mean 'write'?)" */
static void bad_choice(struct reader *r, const struct yaml_node *n, const char *const *words)
{
	struct buf all = BUF_INIT(1024);
	const char *near = nearest_word(n->text, words);

	for (size_t i = 0; words[i]; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", words[i]);
	if (near)
		finding_add(r->f, RB002, node_pos(n),
			    "expected one of %s, found '%.60s' (did you mean '%s'?)",
			    buf_cstr(&all), n->text.data, near);
	else
		finding_add(r->f, RB002, node_pos(n), "expected one of %s, found '%.60s'",
			    buf_cstr(&all), n->text.data);
	buf_release(&all);
}

bool read_choice(struct reader *r, const struct yaml_node *n, const char *const *words, int *out)
{
	if (!read_is(r, n, YAML_SCALAR))
		return false;
	for (int i = 0; words[i]; i++) {
		if (span_is(n->text, words[i])) {
			*out = i;
			return true;
		}
	}
	bad_choice(r, n, words);
	return false;
}

bool read_words(struct reader *r, const struct yaml_node *n, struct words *out)
{
	struct span *items;

	if (!n)
		return false;
	if (n->type == YAML_SCALAR) {
		items = pool_array(&r->rb->pool, 1, sizeof *items);
		if (!read_text(r, n, &items[0]))
			return false;
		*out = (struct words){items, 1};
		return true;
	}
	if (!read_is(r, n, YAML_LIST))
		return false;
	items = pool_array(&r->rb->pool, n->n, sizeof *items);
	for (size_t i = 0; i < n->n; i++)
		if (!read_text(r, n->items[i], &items[i]))
			return false;
	*out = (struct words){items, n->n};
	return true;
}

bool read_pattern(struct reader *r, const struct yaml_node *n, unsigned flags, struct pattern **out)
{
	struct runbook *rb = r->rb;
	struct err e = ERR_INIT;
	struct span text;

	if (!read_text(r, n, &text))
		return false;
	if (pattern_compile(text, flags, out, &e) != 0)
		return failed(r, n, &e);
	mem_grow(rb->patterns, rb->cap_patterns, rb->n_patterns + 1);
	rb->patterns[rb->n_patterns++] = *out;
	return true;
}

bool read_template(struct reader *r, const struct yaml_node *n, struct template *out)
{
	if (!read_is_text(r, n))
		return false;
	template_parse(out, n->text, node_pos(n), &r->names, &r->rb->pool, r->f);
	return true;
}

void *read_list(struct reader *r, const struct yaml_node *list, size_t item_size, size_t *n)
{
	*n = 0;
	if (!read_is(r, list, YAML_LIST) || list->n == 0)
		return NULL;
	*n = list->n;
	return pool_array(&r->rb->pool, list->n, item_size);
}
