/*
 * What steps take from their output: names first, since templates refer to them,
 * then the declarations.
 */
#include "aiops-runbook/engine/jsonpath.h"
#include "aiops-runbook/schema/load.h"

static const struct yaml_node *captures_of(const struct yaml_node *step)
{
	const struct yaml_node *map = yaml_get(step, "capture");

	return map && map->type == YAML_MAP ? map : NULL;
}

void load_capture_names(struct reader *r, const struct yaml_node *list)
{
	struct runbook *rb = r->rb;
	struct span *names;
	size_t n = 0;

	if (!list || list->type != YAML_LIST)
		return;
	for (size_t i = 0; i < list->n; i++)
		n += captures_of(list->items[i]) ? captures_of(list->items[i])->n : 0;
	names = pool_array(&rb->pool, n, sizeof *names);
	rb->captures = pool_array(&rb->pool, n, sizeof *rb->captures);
	for (size_t i = 0; i < list->n; i++) {
		const struct yaml_node *map = captures_of(list->items[i]);

		for (size_t k = 0; map && k < map->n; k++) {
			rb->captures[rb->n_captures].step = i;
			rb->captures[rb->n_captures].as.name = map->pairs[k].key;
			rb->captures[rb->n_captures].as.at =
				(struct pos){map->pairs[k].line, map->pairs[k].col};
			names[rb->n_captures++] = map->pairs[k].key;
		}
	}
	r->names.captures = names;
	r->names.n_captures = n;
}

static void load_capture(struct reader *r, const struct yaml_node *map, struct capture *c)
{
	static const char *const source_keys[] = {"regex", "json", NULL};
	struct err e = ERR_INIT;
	const struct yaml_node *json, *regex;

	if (!load_is_name(c->as.name))
		finding_add(r->f, RB002, c->as.at,
			    "'%.60s' is no name: letters a-z, digits and _, a letter first",
			    c->as.name.data);
	if (!read_is(r, map, YAML_MAP))
		return;
	load_value_type(r, map, source_keys, &c->as);
	if (c->as.type == PARAM_SECRET_REF)
		finding_add(r->f, RB002, c->as.at,
			    "a secret is not captured: what is printed stands in records");
	json = yaml_get(map, "json");
	regex = yaml_get(map, "regex");
	if (!json == !regex)
		finding_add(r->f, RB002, c->as.at,
			    "a capture takes its value by 'regex' or by 'json'");
	if (read_pattern(r, regex, 0, &c->pattern)) {
		c->pattern_text = regex->text;
		c->pattern_at = node_pos(regex);
	}
	if (read_text(r, json, &c->path) && jsonpath_check(c->path, &e) != 0)
		finding_add(r->f, RB002, node_pos(json), "%s", e.text);
	if (yaml_get(map, "default") || yaml_get(map, "from") || yaml_get(map, "required"))
		finding_add(
			r->f, RB002, c->as.at,
			"a capture has no default, from or required: without a value the step fails");
}

/* Parameters and captures are referred to alike, so they share their names. */
static void check_name_is_new(struct reader *r, size_t capture)
{
	const struct runbook *rb = r->rb;
	const struct param *as = &rb->captures[capture].as;

	for (size_t k = 0; k < rb->n_params; k++)
		if (span_eq(rb->params[k].name, as->name))
			finding_add(r->f, RB004, as->at, "'%s' is a parameter already",
				    as->name.data);
	for (size_t k = 0; k < capture; k++)
		if (span_eq(rb->captures[k].as.name, as->name))
			finding_add(r->f, RB004, as->at, "'%s' is captured twice", as->name.data);
}

void load_captures(struct reader *r, const struct yaml_node *map, size_t index, struct step *s)
{
	struct runbook *rb = r->rb;

	if (!read_is(r, map, YAML_MAP))
		return;
	s->captures = pool_array(&rb->pool, map->n, sizeof *s->captures);
	for (size_t i = 0; i < rb->n_captures && s->n_captures < map->n; i++) {
		struct capture *c = &rb->captures[i];

		if (c->step != index)
			continue;
		check_name_is_new(r, i);
		load_capture(r, map->pairs[s->n_captures].value, c);
		s->captures[s->n_captures++] = i;
	}
}
