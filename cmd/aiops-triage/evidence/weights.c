/*
 * How much each source of evidence counts.
 */
#include "aiops-triage/evidence/weights.h"

#include <math.h>

#include "yaml/yaml.h"

static int read_weight(const struct yaml_node *map, const char *name, double *out, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, name);

	if (!n)
		return err_set_at(e, EX_BADCONFIG, map->line, map->col, "key '%s' is missing",
				  name);
	if (yaml_double(n, out, e) != 0)
		return -1;
	if (!(*out >= 0) || *out > WEIGHT_MAX)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "a weight is from 0 to 100");
	return 0;
}

static int read_document(struct weights *w, const struct yaml_node *root, struct err *e)
{
	static const char *const keys[] = {"version", "weights", NULL};
	const char *names[SOURCES + 1] = {NULL};
	const struct yaml_node *map = yaml_get(root, "weights");
	int64_t version = 1;
	double sum = 0;

	for (size_t i = 0; i < SOURCES; i++)
		names[i] = evidence_sources[i].name;
	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, keys, e) != 0 ||
	    yaml_i64(yaml_get(root, "version"), 1, 1, &version, e) != 0)
		return -1;
	if (!map)
		return err_set_at(e, EX_BADCONFIG, root->line, root->col,
				  "key 'weights' is missing");
	if (yaml_expect(map, YAML_MAP, e) != 0 || yaml_check_keys(map, names, e) != 0)
		return -1;
	for (size_t i = 0; i < SOURCES; i++) {
		if (read_weight(map, names[i], &w->of[i], e) != 0)
			return -1;
		sum += w->of[i];
	}
	return sum > 0 ? 0 : err_set_at(e, EX_BADCONFIG, map->line, map->col, "all weights are 0");
}

static int take(struct weights *w, struct yaml *doc, struct err *e)
{
	struct weights read = {{0}};
	int rc = doc ? read_document(&read, yaml_root(doc), e) : -1;

	if (rc == 0)
		*w = read;
	yaml_free(doc);
	return rc;
}

int weights_parse(struct weights *w, struct span text, struct err *e)
{
	return take(w, yaml_parse(text, e), e);
}

int weights_load(struct weights *w, const char *path, struct err *e)
{
	return take(w, yaml_load(path, e), e);
}
