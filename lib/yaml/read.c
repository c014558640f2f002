/*
 * Typed reads of YAML nodes, with the position in every message.
 */
#include "yaml/yaml.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (!map || map->type != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (span_is(map->pairs[i].key, key))
			return map->pairs[i].value;
	return NULL;
}

static const char *type_words(enum yaml_type t)
{
	static const char *const words[] = {"nothing", "a single value", "a list",
					    "a map (key: value)"};

	return words[t];
}

int yaml_expect(const struct yaml_node *n, enum yaml_type type, struct err *e)
{
	if (!n || n->type == type)
		return 0;
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "expected %s, found %s",
			  type_words(type), type_words(n->type));
}

int yaml_text(const struct yaml_node *n, struct span *out, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_SCALAR, e) != 0)
		return -1;
	*out = n->text;
	return 0;
}

static int expected(const struct yaml_node *n, const char *what, struct err *e)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "expected %s, found '%.60s'", what,
			  n->text.data);
}

int yaml_bool(const struct yaml_node *n, bool *out, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_SCALAR, e) != 0)
		return -1;
	if (n->quoted || (!span_is(n->text, "true") && !span_is(n->text, "false")))
		return expected(n, "true or false", e);
	*out = n->text.data[0] == 't';
	return 0;
}

/* Gives a parse error of a scalar its position. */
static int at_node(const struct yaml_node *n, int rc, struct err *e)
{
	if (rc != 0) {
		e->code = EX_BADCONFIG;
		e->line = n->line;
		e->col = n->col;
	}
	return rc;
}

int yaml_i64(const struct yaml_node *n, int64_t min, int64_t max, int64_t *out, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_SCALAR, e) != 0)
		return -1;
	if (n->quoted || (n->text.len > 1 && n->text.data[0] == '0'))
		return expected(n, "a whole number", e); /* 0755 is not decimal to everyone */
	return at_node(n, num_parse_i64(n->text, min, max, out, e), e);
}

int yaml_double(const struct yaml_node *n, double *out, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_SCALAR, e) != 0)
		return -1;
	if (n->quoted)
		return expected(n, "a number", e);
	return at_node(n, num_parse_double(n->text, out, e), e);
}

int yaml_duration_ms(const struct yaml_node *n, int64_t *out, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_SCALAR, e) != 0)
		return -1;
	return at_node(n, num_parse_duration_ms(n->text, out, e), e);
}

int yaml_check_keys(const struct yaml_node *map, const char *const *allowed, struct err *e)
{
	if (!map)
		return 0;
	if (yaml_expect(map, YAML_MAP, e) != 0)
		return -1;
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_pair *p = &map->pairs[i];
		const char *near;
		size_t k = 0;

		while (allowed[k] && !span_is(p->key, allowed[k]))
			k++;
		if (allowed[k])
			continue;
		near = nearest_word(p->key, allowed);
		if (near)
			return err_set_at(e, EX_BADCONFIG, p->line, p->col,
					  "unknown key '%.60s' (did you mean '%s'?)", p->key.data,
					  near);
		return err_set_at(e, EX_BADCONFIG, p->line, p->col, "unknown key '%.60s'",
				  p->key.data);
	}
	return 0;
}

enum { WORD_MAX = 64 };

/* Optimal string alignment distance (Damerau 1964, restricted), words up to WORD_MAX. */
static size_t edit_distance(struct span a, struct span b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= b.len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *spare = before;

		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t best = last[j - 1] + (a.data[i - 1] != b.data[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
			    a.data[i - 2] == b.data[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[b.len];
}

const char *nearest_word(struct span word, const char *const *words)
{
	const char *best = NULL;
	size_t best_distance = 3;

	if (word.len > WORD_MAX)
		return NULL;
	for (; *words; words++) {
		struct span candidate = span_cstr(*words);
		size_t d;

		if (candidate.len > WORD_MAX)
			continue;
		d = edit_distance(word, candidate);
		if (d < best_distance && d * 3 <= candidate.len + 1) {
			best = *words;
			best_distance = d;
		}
	}
	return best;
}
