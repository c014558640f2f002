#include "aiops-correlate/group/label_rules.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-correlate/group/pairs.h"
#include "base/mem.h"
#include "yaml/yaml.h"

enum { LABELS_MAX = 1000 };

static const double weight_max = 100;

static const char *const group_keys[] = {"by", "apart", NULL};
static const char *const words[] = {"never", "learned", "place", "thing", NULL};

void label_rules_init(struct label_rules *lr)
{
	*lr = (struct label_rules){0};
	map_init(&lr->labels);
}

static void free_names(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

void label_rules_release(struct label_rules *lr)
{
	free_names(lr->by, lr->n_by);
	free_names(lr->apart, lr->n_apart);
	for (struct map_entry *it = map_next(&lr->labels, NULL); it; it = map_next(&lr->labels, it))
		free(it->value.ptr);
	map_release(&lr->labels);
	*lr = (struct label_rules){0};
}

static int read_names(const struct yaml_node *list, size_t max, char ***names, size_t *n,
		      struct err *e)
{
	struct span text = SPAN_NONE;

	if (!list)
		return 0;
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	if (list->n > max)
		return err_set_at(e, EX_BADCONFIG, list->line, list->col, "more than %zu labels",
				  max);
	*names = mem_array(NULL, list->n, sizeof **names);
	for (size_t i = 0; i < list->n; i++) {
		const struct yaml_node *item = list->items[i];

		if (yaml_text(item, &text, e) != 0)
			return -1;
		if (text.len == 0)
			return err_set_at(e, EX_BADCONFIG, item->line, item->col,
					  "a label without a name");
		(*names)[(*n)++] = mem_dup(text.data, text.len);
	}
	return 0;
}

/* "never", "learned", "place", "thing", or a number. */
static int read_rule(const struct yaml_node *n, struct span name, struct label_rule *out,
		     struct err *e)
{
	static const enum name_class kinds[] = {NAME_NEVER, NAME_OTHER, NAME_PLACE, NAME_IDENTITY};
	struct err ignored = ERR_INIT;
	struct span text = SPAN_NONE;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	*out = (struct label_rule){pair_name_class(name), 0};
	for (size_t i = 0; words[i]; i++)
		if (span_is(text, words[i])) {
			out->kind = kinds[i];
			return 0;
		}
	if (yaml_double(n, &out->weight, &ignored) != 0 ||
	    !(out->weight >= 0 && out->weight <= weight_max))
		return err_set_at(
			e, EX_BADCONFIG, n->line, n->col,
			"a label is never, learned, place, thing, or a number from 0 to 100");
	if (fpclassify(out->weight) == FP_ZERO)
		out->kind = NAME_NEVER;
	return 0;
}

static int read_labels(struct label_rules *lr, const struct yaml_node *n, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_MAP, e) != 0)
		return -1;
	if (n->n > LABELS_MAX)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "more than %d labels",
				  LABELS_MAX);
	for (size_t i = 0; i < n->n; i++) {
		struct label_rule rule;
		struct map_entry *it;

		if (read_rule(n->pairs[i].value, n->pairs[i].key, &rule, e) != 0)
			return -1;
		it = map_put(&lr->labels, n->pairs[i].key, NULL);
		it->value.ptr = mem_alloc(sizeof rule);
		*(struct label_rule *)it->value.ptr = rule;
	}
	return 0;
}

int label_rules_read(struct label_rules *lr, const struct yaml_node *group,
		     const struct yaml_node *labels, struct err *e)
{
	if (group &&
	    (yaml_expect(group, YAML_MAP, e) != 0 || yaml_check_keys(group, group_keys, e) != 0 ||
	     read_names(yaml_get(group, "by"), GROUP_BY_MAX, &lr->by, &lr->n_by, e) != 0 ||
	     read_names(yaml_get(group, "apart"), APART_MAX, &lr->apart, &lr->n_apart, e) != 0))
		return -1;
	return read_labels(lr, labels, e);
}

const struct label_rule *label_rules_get(const struct label_rules *lr, struct span name)
{
	const struct map_entry *it = lr ? map_get(&lr->labels, name) : NULL;

	return it ? it->value.ptr : NULL;
}

size_t label_rules_apart(const struct label_rules *lr, struct span name)
{
	for (size_t i = 0; lr && i < lr->n_apart; i++)
		if (span_is(name, lr->apart[i]))
			return i + 1;
	return 0;
}
