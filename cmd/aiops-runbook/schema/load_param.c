/*
 * Declarations of values: parameters and the types of captures.
 */
#include "aiops-runbook/schema/load.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static const char *const keys[] = {"type",        "required", "default", "from",    "pattern",
				   "enum",        "allow",    "deny",    "min",     "max",
				   "max_length",  "under",    "hosts",   "schemes", "allow_dash",
				   "description", NULL};

bool load_is_name(struct span s)
{
	if (s.len == 0 || s.len > 63 || s.data[0] < 'a' || s.data[0] > 'z')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return true;
}

static void load_type(struct reader *r, const struct yaml_node *n, struct param *p)
{
	int type;

	if (read_choice(r, n, param_type_names, &type))
		p->type = (enum param_type)type;
}

/* Text that anyone who can make an alert can write. */
static bool is_free_text(struct span from)
{
	static const char *const sources[] = {"incident.annotations.",
					      "incident.title",
					      "incident.description",
					      "incident.summary",
					      "incident.body",
					      "alert.",
					      "log.",
					      "triage.",
					      "llm."};

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (span_starts(from, sources[i]))
			return true;
	return false;
}

/* The one source that a value may be taken from: what the members of an incident share. */
static void load_from(struct reader *r, const struct yaml_node *n, struct param *p)
{
	static const char prefix[] = "incident.labels.";
	struct span text;

	if (!read_text(r, n, &text))
		return;
	if (span_starts(text, prefix) && text.len >= sizeof prefix)
		p->label = span_of(text.data + sizeof prefix - 1, text.len - (sizeof prefix - 1));
	else if (is_free_text(text))
		finding_add(r->f, 106, node_pos(n),
			    "'%.60s' is free text, which whoever makes an alert can write: 'from' "
			    "takes incident.labels.NAME",
			    text.data);
	else
		finding_add(r->f, RB002, node_pos(n),
			    "'from' takes incident.labels.NAME, found '%.60s'", text.data);
}

static bool read_bound(struct reader *r, const struct yaml_node *n, const struct param *p,
		       double *d, int64_t *i)
{
	int64_t ms;

	switch (p->type) {
	case PARAM_INTEGER:
		return read_i64(r, n, INT64_MIN, INT64_MAX, i);
	case PARAM_NUMBER:
		return read_double(r, n, -1e300, 1e300, d);
	case PARAM_DURATION:
		if (!read_duration(r, n, 0, INT64_MAX, &ms))
			return false;
		*d = (double)ms;
		return true;
	default:
		if (n)
			finding_add(r->f, RB002, node_pos(n),
				    "a bound is for integer, number and duration, not for %s",
				    param_type_names[p->type]);
		return false;
	}
}

/* A key that only one type gives a meaning to. */
static bool only_for(struct reader *r, const struct yaml_node *map, const char *key, bool fits,
		     const char *types)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (n && !fits)
		finding_add(r->f, RB002, node_pos(n), "'%s' is for %s", key, types);
	return n && fits;
}

static void load_constraints(struct reader *r, const struct yaml_node *map, struct param *p)
{
	int64_t length = PARAM_MAX_LENGTH;

	p->has_min = read_bound(r, yaml_get(map, "min"), p, &p->min, &p->min_i64);
	p->has_max = read_bound(r, yaml_get(map, "max"), p, &p->max, &p->max_i64);
	if (yaml_get(map, "pattern")) {
		p->pattern_at = node_pos(yaml_get(map, "pattern"));
		(void)read_pattern(r, yaml_get(map, "pattern"), PATTERN_WHOLE, &p->pattern);
	}
	if (yaml_get(map, "enum") && yaml_get(map, "allow"))
		finding_add(r->f, RB002, node_pos(yaml_get(map, "allow")),
			    "'allow' and 'enum' say the same: give one");
	(void)read_words(r, yaml_get(map, "enum"), &p->allow);
	(void)read_words(r, yaml_get(map, "allow"), &p->allow);
	(void)read_words(r, yaml_get(map, "deny"), &p->deny);
	(void)read_i64(r, yaml_get(map, "max_length"), 1, PARAM_LONGEST, &length);
	p->max_length = (size_t)length;
	(void)read_bool(r, yaml_get(map, "allow_dash"), &p->allow_dash);
	if (only_for(r, map, "under", p->type == PARAM_PATH, "the type path"))
		(void)read_text(r, yaml_get(map, "under"), &p->under);
	if (only_for(r, map, "hosts", p->type == PARAM_URL, "the type url"))
		(void)read_words(r, yaml_get(map, "hosts"), &p->hosts);
	if (only_for(r, map, "schemes", p->type == PARAM_URL, "the type url"))
		(void)read_words(r, yaml_get(map, "schemes"), &p->schemes);
	if (p->under.data && p->under.data[0] != '/')
		finding_add(r->f, RB002, node_pos(yaml_get(map, "under")),
			    "'under' is an absolute directory");
	if (p->type == PARAM_ENUM && !p->allow.n)
		finding_add(r->f, RB002, p->at,
			    "the type enum needs 'enum', the list of its values");
	if (p->type == PARAM_URL && !p->hosts.n)
		finding_add(r->f, RB002, p->at,
			    "the type url needs 'hosts', the list of those that may stand in it");
}

/* "pattern" is read for its text too: messages and the plan show it. */
static void load_default(struct reader *r, const struct yaml_node *n, struct param *p)
{
	struct err e = ERR_INIT;

	if (!n || !read_is_text(r, n))
		return;
	p->has_default = true;
	p->standard = n->text;
	p->standard_at = node_pos(n);
	if (param_check(p, n->text, &e) != 0)
		finding_add(r->f, RB002, node_pos(n),
			    "the default is not accepted by its own declaration: %s", e.text);
	if (p->required)
		finding_add(r->f, RB002, node_pos(n), "a required parameter has no default");
}

void load_value_type(struct reader *r, const struct yaml_node *map, const char *const *extra,
		     struct param *out)
{
	struct span description; /* for who reads the file */
	const char *all[32];
	size_t n = 0;

	for (size_t i = 0; keys[i]; i++)
		all[n++] = keys[i];
	for (size_t i = 0; extra && extra[i]; i++)
		all[n++] = extra[i];
	if (yaml_get(map, "secret"))
		finding_add(
			r->f, 107, node_pos(yaml_get(map, "secret")),
			"a secret is no value of a parameter: declare the type secret_ref, which names "
			"where it is");
	all[n++] = "secret";
	all[n] = NULL;
	read_keys(r, map, all, NULL);
	out->max_length = PARAM_MAX_LENGTH;
	(void)read_text(r, yaml_get(map, "description"), &description);
	load_type(r, read_required(r, map, "type"), out);
	load_constraints(r, map, out);
	if (yaml_get(map, "pattern") && yaml_get(map, "pattern")->type == YAML_SCALAR)
		out->pattern_text = yaml_get(map, "pattern")->text;
}

static void load_param(struct reader *r, const struct yaml_pair *pair, struct param *p)
{
	p->name = pair->key;
	p->at = (struct pos){pair->line, pair->col};
	if (!load_is_name(p->name))
		finding_add(r->f, RB002, p->at,
			    "'%.60s' is no name: letters a-z, digits and _, a letter first",
			    p->name.data);
	p->max_length = PARAM_MAX_LENGTH;
	if (!read_is(r, pair->value, YAML_MAP))
		return;
	load_value_type(r, pair->value, NULL, p);
	(void)read_bool(r, yaml_get(pair->value, "required"), &p->required);
	load_from(r, yaml_get(pair->value, "from"), p);
	load_default(r, yaml_get(pair->value, "default"), p);
}

void load_params(struct reader *r, const struct yaml_node *map)
{
	struct runbook *rb = r->rb;
	struct span *names;

	if (!read_is(r, map, YAML_MAP) || map->n == 0)
		return;
	rb->params = pool_array(&rb->pool, map->n, sizeof *rb->params);
	names = pool_array(&rb->pool, map->n, sizeof *names);
	rb->n_params = map->n;
	for (size_t i = 0; i < map->n; i++) {
		load_param(r, &map->pairs[i], &rb->params[i]);
		names[i] = map->pairs[i].key;
	}
	r->names.params = names;
	r->names.n_params = map->n;
}
