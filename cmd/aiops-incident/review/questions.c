#include "aiops-incident/review/review.h"

static int check_type(const struct yaml_node *type, struct err *e)
{
	static const char *const keys[] = {"questions", "prevention", "detection", NULL};

	if (yaml_expect(type, YAML_MAP, e) != 0 || yaml_check_keys(type, keys, e) != 0)
		return -1;
	for (size_t i = 0; i < type->n; i++) {
		const struct yaml_node *list = type->pairs[i].value;
		struct span text;

		if (yaml_expect(list, YAML_LIST, e) != 0)
			return -1;
		for (size_t k = 0; k < list->n; k++) {
			if (yaml_text(list->items[k], &text, e) != 0)
				return -1;
		}
	}
	return 0;
}

static int check(struct questions *q, const struct yaml_node *root, struct err *e)
{
	static const char *const keys[] = {"general", "types", NULL};

	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, keys, e) != 0)
		return -1;
	q->general = yaml_get(root, "general");
	q->types = yaml_get(root, "types");
	if (!q->general)
		return err_set_at(e, EX_BADCONFIG, root->line, root->col, "`general` is missing");
	if (check_type(q->general, e) != 0 || (q->types && yaml_expect(q->types, YAML_MAP, e) != 0))
		return -1;
	for (size_t i = 0; q->types && i < q->types->n; i++) {
		if (check_type(q->types->pairs[i].value, e) != 0)
			return -1;
	}
	return 0;
}

int questions_load(struct questions *q, const char *path, struct err *e)
{
	*q = (struct questions){.document = yaml_load(path, e)};
	if (!q->document)
		return -1;
	if (check(q, yaml_root(q->document), e) == 0)
		return 0;
	questions_release(q);
	return -1;
}

void questions_release(struct questions *q)
{
	yaml_free(q->document);
	*q = (struct questions){0};
}
