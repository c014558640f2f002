/*
 * What a step acts on, and how: target, action_type, target_type, target_selector.
 */
#include "aiops-runbook/schema/load.h"

#include <stdlib.h>

const char *const action_type_names[] = {"restart",       "scale", "rollback", "terminate",
					 "config_change", "other", NULL};

enum action_type step_action(const struct step *s)
{
	if (s->action_given)
		return s->action;
	return step_effect(s) == EFFECT_DESTRUCTIVE ? ACTION_TERMINATE : ACTION_OTHER;
}

static void load_action(struct reader *r, const struct yaml_node *n, struct step *s)
{
	int action;

	s->action_given = read_choice(r, n, action_type_names, &action);
	if (!s->action_given)
		return;
	s->action = (enum action_type)action;
	if (step_effect(s) == EFFECT_READ)
		finding_add(r->f, RB002, node_pos(n),
			    "a step that only reads is no action: it has no action_type");
	else if (s->action == ACTION_TERMINATE && step_effect(s) != EFFECT_DESTRUCTIVE)
		finding_add(r->f, RB002, node_pos(n),
			    "to terminate is destructive, but the step says '%s'",
			    effect_names[step_effect(s)]);
}

static int by_name(const void *a, const void *b)
{
	const struct selector_label *x = a, *y = b;

	return span_cmp(x->name, y->name);
}

static void load_selector(struct reader *r, const struct yaml_node *n, struct step *s)
{
	if (!read_is(r, n, YAML_MAP))
		return;
	if (n->n == 0)
		finding_add(r->f, RB002, node_pos(n),
			    "a selector without labels would select everything");
	s->selector = pool_array(&r->rb->pool, n->n, sizeof *s->selector);
	for (size_t i = 0; i < n->n; i++) {
		struct selector_label *l = &s->selector[s->n_selector];

		l->name = n->pairs[i].key;
		if (read_template(r, n->pairs[i].value, &l->value))
			s->n_selector++;
	}
	if (s->n_selector)
		qsort(s->selector, s->n_selector, sizeof *s->selector, by_name);
}

void load_target(struct reader *r, const struct yaml_node *map, struct step *s)
{
	const struct yaml_node *type = yaml_get(map, "target_type");

	s->has_target = read_template(r, yaml_get(map, "target"), &s->target);
	load_action(r, yaml_get(map, "action_type"), s);
	load_selector(r, yaml_get(map, "target_selector"), s);
	if (read_text(r, type, &s->target_type) && !load_is_name(s->target_type))
		finding_add(r->f, RB002, node_pos(type),
			    "'%.80s' is no type of a target: letters a-z, digits and _",
			    s->target_type.data);
}
