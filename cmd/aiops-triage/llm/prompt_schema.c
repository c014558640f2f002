/*
 * The words that an answer may be made of, as lists and as a schema.
 */
#include <stdio.h>

#include "aiops-triage/llm/prompt_impl.h"

void prompt_write_list(struct jsonw *w, const char *key, const struct span *items, size_t n,
		       const char *last)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		jsonw_string(w, items[i]);
	if (last)
		jsonw_cstr(w, last);
	jsonw_array_end(w);
}

void prompt_write_components(struct jsonw *w, const struct prompt *p, const char *key)
{
	struct span names[PROMPT_COMPONENTS];

	for (size_t i = 0; i < p->n_components; i++)
		names[i] = span_cstr(p->components[i]);
	prompt_write_list(w, key, names, p->n_components, NULL);
}

void prompt_write_faults(struct jsonw *w, const struct prompt *p, const char *key)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < p->signatures->n; i++)
		jsonw_string(w, p->signatures->items[i].id);
	jsonw_cstr(w, "unknown");
	jsonw_array_end(w);
}

static void open_typed(struct jsonw *w, const char *key, const char *type)
{
	if (key)
		jsonw_key(w, key);
	jsonw_object(w);
	jsonw_member(w, "type", span_cstr(type));
}

static void begin_properties(struct jsonw *w)
{
	jsonw_key(w, "properties");
	jsonw_object(w);
}

/* Closes the properties and the object: all are required, and no others. */
static void end_properties(struct jsonw *w, const char *required)
{
	jsonw_object_end(w);
	jsonw_key(w, "required");
	jsonw_raw(w, span_cstr(required));
	jsonw_member_bool(w, "additionalProperties", false);
	jsonw_object_end(w);
}

static void schema_evidence(struct jsonw *w, const struct prompt *p)
{
	char labels[PROMPT_ITEMS][24];
	struct span names[PROMPT_ITEMS];

	for (size_t i = 0; i < p->n_items; i++) {
		(void)snprintf(labels[i], sizeof labels[i], "r%zu", i + 1); /* fits */
		names[i] = span_cstr(labels[i]);
	}
	open_typed(w, "evidence", "array");
	open_typed(w, "items", "object");
	begin_properties(w);
	open_typed(w, "record", "string");
	prompt_write_list(w, "enum", names, p->n_items, NULL);
	jsonw_object_end(w);
	open_typed(w, "quote", "string");
	jsonw_object_end(w);
	end_properties(w, "[\"record\",\"quote\"]");
	jsonw_object_end(w);
}

void prompt_schema(const struct prompt *p, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	open_typed(&w, NULL, "object");
	begin_properties(&w);
	open_typed(&w, "hypotheses", "array");
	open_typed(&w, "items", "object");
	begin_properties(&w);
	open_typed(&w, "component", "string");
	prompt_write_components(&w, p, "enum");
	jsonw_object_end(&w);
	open_typed(&w, "fault", "string");
	prompt_write_faults(&w, p, "enum");
	jsonw_object_end(&w);
	open_typed(&w, "text", "string");
	jsonw_object_end(&w);
	schema_evidence(&w, p);
	end_properties(&w, "[\"component\",\"fault\",\"text\",\"evidence\"]");
	jsonw_object_end(&w);
	open_typed(&w, "runbook", "string");
	prompt_write_list(&w, "enum", p->runbooks, p->n_runbooks, "none");
	jsonw_object_end(&w);
	open_typed(&w, "enough", "boolean");
	jsonw_object_end(&w);
	end_properties(&w, "[\"hypotheses\",\"runbook\",\"enough\"]");
}
