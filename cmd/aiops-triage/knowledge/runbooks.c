/*
 * Reading and choosing runbooks.
 */
#include "aiops-triage/knowledge/runbooks.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "yaml/yaml.h"

static const char label_prefix[] = "incident.labels.";

void runbooks_init(struct runbooks *rs)
{
	*rs = (struct runbooks){0};
}

static void runbook_release(struct runbook *rb)
{
	for (size_t i = 0; i < rb->n_triggers; i++)
		for (size_t k = 0; k < rb->triggers[i].n_pairs; k++)
			free(rb->triggers[i].pairs[k].values);
	free(rb->triggers);
	free(rb->parameters);
	yaml_free(rb->doc);
}

void runbooks_release(struct runbooks *rs)
{
	for (size_t i = 0; i < rs->n; i++)
		runbook_release(&rs->items[i]);
	free(rs->items);
	*rs = (struct runbooks){0};
}

const struct runbook *runbooks_find(const struct runbooks *rs, struct span id)
{
	for (size_t i = 0; i < rs->n; i++)
		if (span_eq(rs->items[i].id, id))
			return &rs->items[i];
	return NULL;
}

/* ---- reading ---- */

static int read_values(const struct yaml_node *n, struct wanted *w, struct err *e)
{
	size_t count = n->type == YAML_LIST ? n->n : 1;

	w->values = mem_array(NULL, count ? count : 1, sizeof *w->values);
	for (size_t i = 0; i < count; i++) {
		if (yaml_text(n->type == YAML_LIST ? n->items[i] : n, &w->values[i], e) != 0)
			return -1;
		w->n_values++;
	}
	return 0;
}

static int read_trigger(const struct yaml_node *n, struct trigger *t, struct err *e)
{
	const struct yaml_node *match = yaml_get(n, "match");

	if (!match)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "a trigger has no 'match'");
	if (yaml_expect(match, YAML_MAP, e) != 0)
		return -1;
	if (match->n == 0 || match->n > TRIGGER_PAIRS)
		return err_set_at(e, EX_BADCONFIG, match->line, match->col,
				  "a match names 1 to %d labels", TRIGGER_PAIRS);
	for (size_t i = 0; i < match->n; i++) {
		struct wanted *w = &t->pairs[t->n_pairs++];

		*w = (struct wanted){.name = match->pairs[i].key};
		if (read_values(match->pairs[i].value, w, e) != 0)
			return -1;
	}
	return 0;
}

static int read_triggers(const struct yaml_node *list, struct runbook *rb, struct err *e)
{
	if (!list)
		return 0;
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	rb->triggers = mem_zalloc((list->n ? list->n : 1) * sizeof *rb->triggers);
	for (size_t i = 0; i < list->n; i++) {
		rb->n_triggers++;
		if (read_trigger(list->items[i], &rb->triggers[i], e) != 0)
			return -1;
	}
	return 0;
}

static int read_parameter(const struct yaml_pair *pair, struct parameter *p, struct err *e)
{
	struct span from = SPAN_NONE;
	bool secret = false;

	*p = (struct parameter){.name = pair->key,
				.has_default = yaml_get(pair->value, "default") != NULL,
				.spec = pair->value};
	if (yaml_text(yaml_get(pair->value, "from"), &from, e) != 0 ||
	    yaml_bool(yaml_get(pair->value, "required"), &p->required, e) != 0 ||
	    yaml_bool(yaml_get(pair->value, "secret"), &secret, e) != 0)
		return -1;
	if (span_starts(from, label_prefix) && !secret)
		p->label = span_of(from.data + sizeof label_prefix - 1,
				   from.len - (sizeof label_prefix - 1));
	return 0;
}

static int read_parameters(const struct yaml_node *map, struct runbook *rb, struct err *e)
{
	if (!map)
		return 0;
	if (yaml_expect(map, YAML_MAP, e) != 0)
		return -1;
	rb->parameters = mem_zalloc((map->n ? map->n : 1) * sizeof *rb->parameters);
	for (size_t i = 0; i < map->n; i++)
		if (read_parameter(&map->pairs[i], &rb->parameters[rb->n_parameters++], e) != 0)
			return -1;
	return 0;
}

static int read_runbook(struct runbook *rb, struct err *e)
{
	const struct yaml_node *root = yaml_root(rb->doc);

	if (yaml_expect(root, YAML_MAP, e) != 0 ||
	    yaml_text(yaml_get(root, "id"), &rb->id, e) != 0 ||
	    yaml_text(yaml_get(root, "name"), &rb->name, e) != 0 ||
	    yaml_text(yaml_get(root, "description"), &rb->description, e) != 0 ||
	    yaml_bool(yaml_get(root, "ai_executable"), &rb->ai_executable, e) != 0)
		return -1;
	if (!rb->id.len)
		return err_set_at(e, EX_BADCONFIG, root->line, root->col, "key 'id' is missing");
	if (read_triggers(yaml_get(root, "triggers"), rb, e) != 0)
		return -1;
	return read_parameters(yaml_get(root, "parameters"), rb, e);
}

int runbooks_add(struct runbooks *rs, struct span yaml, struct err *e)
{
	struct runbook rb = {.doc = yaml_parse(yaml, e)};
	struct digest d;

	if (!rb.doc)
		return -1;
	if (read_runbook(&rb, e) == 0) {
		if (rs->n == RUNBOOKS_MAX) {
			err_set(e, EX_BADCONFIG, "more than %d runbooks", RUNBOOKS_MAX);
		} else if (runbooks_find(rs, rb.id)) {
			err_set(e, EX_BADCONFIG, "another runbook has the id '%.100s'", rb.id.data);
		} else {
			d = digest_of(&yaml, 1);
			digest_hex(&d, rb.digest);
			mem_grow(rs->items, rs->cap, rs->n + 1);
			rs->items[rs->n++] = rb;
			return 0;
		}
	}
	runbook_release(&rb);
	return -1;
}

int runbooks_load(struct runbooks *rs, const char *dir,
		  void (*skipped)(void *ctx, const char *where, const char *why), void *ctx,
		  struct err *e)
{
	struct buf text = BUF_INIT(YAML_MAX_BYTES), where = BUF_INIT(8192);
	char **names = NULL;
	size_t n = 0;
	int rc = file_list(dir, ".yaml", &names, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct err why = ERR_INIT;

		buf_clear(&text);
		buf_clear(&where);
		if (file_read(names[i], &text, &why) == 0 &&
		    runbooks_add(rs, buf_span(&text), &why) == 0)
			continue;
		rs->skipped++;
		buf_add_cstr(&where, names[i]);
		if (why.line)
			buf_addf(&where, ":%zu:%zu", why.line, why.col);
		skipped(ctx, buf_cstr(&where), why.text);
	}
	file_list_free(names, n);
	buf_release(&text);
	buf_release(&where);
	return rc;
}

/* ---- choosing ---- */

static struct span label_in(const struct label *labels, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(labels[i].name, name))
			return labels[i].value;
	return SPAN_NONE;
}

struct span subject_label(const struct subject *s, struct span name)
{
	struct span found = SPAN_NONE;

	if (s->item)
		found = label_in(s->item->labels, s->item->n_labels, name);
	if (!found.len)
		found = label_in(s->incident->labels, s->incident->n_labels, name);
	if (!found.len && s->member && span_is(name, "alertname"))
		found = s->member->name;
	return found;
}

static bool holds(const struct trigger *t, const struct subject *s)
{
	for (size_t i = 0; i < t->n_pairs; i++) {
		struct span value = subject_label(s, t->pairs[i].name);
		bool found = false;

		for (size_t k = 0; value.len && k < t->pairs[i].n_values && !found; k++)
			found = span_eq(t->pairs[i].values[k], value);
		if (!found)
			return false;
	}
	return t->n_pairs > 0;
}

static bool is_root(const struct subject *s)
{
	return s->member && span_is(s->member->role, "root");
}

static bool is_better(const struct trigger *t, const struct subject *s, const struct fit *than)
{
	if (!than->runbook)
		return true;
	if (t->n_pairs != than->trigger->n_pairs)
		return t->n_pairs > than->trigger->n_pairs;
	return is_root(s) && !is_root(&than->subject);
}

static void try_subject(const struct runbooks *rs, struct subject s, struct fit *best)
{
	for (size_t i = 0; i < rs->n; i++)
		for (size_t k = 0; k < rs->items[i].n_triggers; k++) {
			const struct trigger *t = &rs->items[i].triggers[k];

			if (holds(t, &s) && is_better(t, &s, best))
				*best = (struct fit){
					.runbook = &rs->items[i], .trigger = t, .subject = s};
		}
}

struct fit runbooks_choose(const struct runbooks *rs, const struct incident *inc,
			   const struct context *c)
{
	struct fit best = {.runbook = NULL};

	try_subject(rs, (struct subject){.incident = inc}, &best);
	for (size_t i = 0; i < inc->n_members; i++)
		try_subject(rs,
			    (struct subject){.incident = inc,
					     .member = &inc->members[i],
					     .item = context_find(c, inc->members[i].id)},
			    &best);
	return best;
}
