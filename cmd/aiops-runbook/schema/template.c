#include "aiops-runbook/schema/template.h"

#include <stdlib.h>

#include "base/mem.h"
#include "yaml/yaml.h"

static const struct {
	const char *name;
	enum ref ref;
} built_in[] = {
	{"run.id", REF_RUN_ID},
	{"run.started_at", REF_RUN_STARTED},
	{"incident.id", REF_INCIDENT_ID},
	{"runbook.id", REF_RUNBOOK_ID},
};
enum { N_BUILT_IN = sizeof built_in / sizeof *built_in };

static bool find(struct span name, const struct span *among, size_t n, size_t *index)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(name, among[i])) {
			*index = i;
			return true;
		}
	}
	return false;
}

/* REF_NONE if there is no such name. */
static enum ref resolve(struct span name, const struct names *names, size_t *index)
{
	for (size_t i = 0; i < N_BUILT_IN; i++)
		if (span_is(name, built_in[i].name))
			return built_in[i].ref;
	if (find(name, names->params, names->n_params, index))
		return REF_PARAM;
	return find(name, names->captures, names->n_captures, index) ? REF_CAPTURE : REF_NONE;
}

/* The nearest name there is, or NULL; borrowed from names or the table. */
static const char *suggestion(struct span name, const struct names *names)
{
	const char **words = mem_array(NULL, names->n_params + names->n_captures + N_BUILT_IN + 1,
				       sizeof *words);
	const char *nearest;
	size_t n = 0;

	for (size_t i = 0; i < names->n_params; i++)
		words[n++] = names->params[i].data;
	for (size_t i = 0; i < names->n_captures; i++)
		words[n++] = names->captures[i].data;
	for (size_t i = 0; i < N_BUILT_IN; i++)
		words[n++] = built_in[i].name;
	words[n] = NULL;
	nearest = nearest_word(name, words);
	free(words);
	return nearest;
}

static void undefined(struct span name, struct pos at, const struct names *names,
		      struct findings *f)
{
	const char *near = suggestion(name, names);

	if (near)
		finding_add(f, RB006, at, "{{%.*s}} is not defined (did you mean {{%s}}?)",
			    (int)name.len, name.data, near);
	else
		finding_add(f, RB006, at, "{{%.*s}} is not defined", (int)name.len, name.data);
}

static void add_literal(struct template *t, struct span text)
{
	if (text.len)
		t->parts[t->n++] = (struct part){.ref = REF_NONE, .text = text};
}

/* Parts that source can have at most: every "{{" ends one and starts one. */
static size_t count_parts(struct span source)
{
	size_t n = 1;

	for (size_t i = 0; i + 1 < source.len; i++)
		if (source.data[i] == '{' && source.data[i + 1] == '{')
			n += 2;
	return n;
}

/* What stands at s, which starts with "{{": returns how many bytes it takes. */
static size_t parse_braces(struct template *t, struct span s, const struct names *names,
			   struct findings *f)
{
	const char *end = span_find(s, SPAN("}}"));
	size_t index = 0, len;
	struct span name;
	enum ref ref;

	if (span_starts(s, "{{{{")) {
		add_literal(t, span_of(s.data, 2));
		return 4;
	}
	if (!end) {
		finding_add(f, RB006, t->at, "{{ without }} (for the two characters write {{{{)");
		add_literal(t, s);
		return s.len;
	}
	len = (size_t)(end - s.data) + 2;
	name = span_trim(span_of(s.data + 2, len - 4));
	ref = resolve(name, names, &index);
	if (ref == REF_NONE) {
		undefined(name, t->at, names, f);
		add_literal(t, span_of(s.data, len));
	} else {
		t->parts[t->n++] = (struct part){.ref = ref, .text = name, .index = index};
	}
	return len;
}

void template_parse(struct template *t, struct span source, struct pos at,
		    const struct names *names, struct pool *pool, struct findings *f)
{
	size_t from = 0;

	*t = (struct template){.source = source, .at = at};
	t->parts = pool_array(pool, count_parts(source), sizeof *t->parts);
	while (from < source.len) {
		struct span rest = span_of(source.data + from, source.len - from);
		const char *open = span_find(rest, SPAN("{{"));

		if (!open) {
			add_literal(t, rest);
			return;
		}
		add_literal(t, span_of(rest.data, (size_t)(open - rest.data)));
		from = (size_t)(open - source.data);
		from += parse_braces(t, span_of(open, source.len - from), names, f);
	}
}

bool template_is_constant(const struct template *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parts[i].ref != REF_NONE)
			return false;
	return true;
}

struct span part_value(const struct part *p, const struct bindings *b)
{
	switch (p->ref) {
	case REF_NONE:
		return p->text;
	case REF_PARAM:
		return b->params[p->index];
	case REF_CAPTURE:
		return b->captures[p->index];
	case REF_RUN_ID:
		return b->run_id;
	case REF_RUN_STARTED:
		return b->started_at;
	case REF_INCIDENT_ID:
		return b->incident;
	case REF_RUNBOOK_ID:
		return b->runbook;
	}
	return SPAN_NONE;
}

bool template_render(const struct template *t, const struct bindings *b, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		struct span v = part_value(&t->parts[i], b);

		if (!v.data)
			return false;
		buf_add_span(out, v);
	}
	return true;
}
