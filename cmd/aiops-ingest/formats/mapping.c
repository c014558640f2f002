#include "aiops-ingest/formats/mapping.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/event.h"

static const char *const names[] = {
	[TARGET_KIND] = "kind",
	[TARGET_TIMESTAMP] = "timestamp",
	[TARGET_SOURCE_ID] = "source_id",
	[TARGET_SIGNAL] = "signal",
	[TARGET_STATUS] = "status",
	[TARGET_SEVERITY] = "severity",
	[TARGET_NAME] = "name",
	[TARGET_TITLE] = "title",
	[TARGET_DESCRIPTION] = "description",
	[TARGET_COMPONENT] = "component",
	[TARGET_SERVICE] = "service",
	[TARGET_HOST] = "host",
	[TARGET_ENV] = "env",
	[TARGET_LAYER] = "layer",
	[TARGET_VALUE] = "value",
	[TARGET_UNIT] = "unit",
	[TARGET_THRESHOLD] = "threshold",
	[TARGET_CONDITION] = "condition",
	[TARGET_STARTS_AT] = "starts_at",
	[TARGET_ENDS_AT] = "ends_at",
	[TARGET_TRACE_ID] = "trace_id",
	[TARGET_SPAN_ID] = "span_id",
	[TARGET_BODY] = "body",
	[TARGET_LABEL] = "labels.",
	[TARGET_ANNOTATION] = "annotations.",
	[TARGET_LINK] = "links.",
};

#define TARGETS (sizeof names / sizeof *names)

const char *target_name(enum target t)
{
	return names[t];
}

static bool find_target(struct span field, struct map_rule *out)
{
	for (size_t i = 0; i < TARGETS; i++) {
		size_t n = strlen(names[i]);

		if (i < TARGET_LABEL ? !span_is(field, names[i])
				     : field.len <= n || !span_starts(field, names[i]))
			continue;
		out->target = (enum target)i;
		out->name = i < TARGET_LABEL ? SPAN_NONE : span_of(field.data + n, field.len - n);
		return true;
	}
	return false;
}

static bool is_kind(const char *text)
{
	for (enum kind k = KIND_ALERT; k <= KIND_DEAD_LETTER; k++)
		if (strcmp(text, kind_name(k)) == 0)
			return true;
	return false;
}

static int parse_rule(const char *text, struct map_rule *out, struct err *e)
{
	const char *equals = strchr(text, '=');
	size_t len;

	if (!equals || equals == text || !equals[1])
		return err_set(e, EX_BADUSAGE, "--map '%s': not FIELD=PATH", text);
	if (!find_target(span_of(text, (size_t)(equals - text)), out))
		return err_set(e, EX_BADUSAGE, "--map '%s': no such field", text);
	len = strlen(equals + 1);
	out->path = equals + 1;
	out->literal = SPAN_NONE;
	if (len >= 2 && equals[1] == '"' && equals[len] == '"')
		out->literal = span_of(equals + 2, len - 2);
	else if (out->target == TARGET_KIND && is_kind(equals + 1))
		out->literal = span_cstr(equals + 1);
	if (out->literal.data)
		out->path = NULL;
	return 0;
}

static bool same_field(const struct map_rule *a, const struct map_rule *b)
{
	return a->target == b->target && span_eq(a->name, b->name);
}

static int check(const struct mapping *m, struct err *e)
{
	bool kind = false;

	for (size_t i = 0; i < m->n; i++) {
		kind |= m->rules[i].target == TARGET_KIND;
		for (size_t j = 0; j < i; j++)
			if (same_field(&m->rules[i], &m->rules[j]))
				return err_set(e, EX_BADUSAGE, "--map: %s%.*s is given twice",
					       names[m->rules[i].target], (int)m->rules[i].name.len,
					       m->rules[i].name.data ? m->rules[i].name.data : "");
	}
	return kind ? 0
		    : err_set(e, EX_BADUSAGE, "--map: says no kind; add kind=log, kind=alert, ...");
}

int mapping_parse(const char *const *texts, size_t n, struct mapping *out, struct err *e)
{
	struct mapping m = {.rules = mem_array(NULL, n, sizeof *m.rules), .n = n};

	for (size_t i = 0; i < n; i++)
		if (parse_rule(texts[i], &m.rules[i], e) != 0)
			goto fail;
	if (check(&m, e) != 0)
		goto fail;
	*out = m;
	return 0;
fail:
	mapping_release(&m);
	return -1;
}

void mapping_release(struct mapping *m)
{
	free(m->rules);
	m->rules = NULL;
	m->n = 0;
}
