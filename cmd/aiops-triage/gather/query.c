/* What to go and get: see query.h. */
#include "aiops-triage/gather/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "yaml/yaml.h"

#define DEADLINE_MS     5000
#define DEADLINE_MOST   60000
#define MAX_BYTES       (1u << 20)
#define MAX_BYTES_MOST  (64u << 20)
#define MAX_RECORDS     500
#define MAX_RECORDS_TOP 100000

static const char *const types[] = {"name",    "number",  "unix", "unix_ms",
				    "unix_ns", "rfc3339", NULL};
/* In the order of enum parameter_source; of a label it is how it begins. */
static const char *const sources[] = {"component", "service", "host",      "env", "incident",
				      "labels.",   "onset",   "last_seen", "now", NULL};
static const char *const times_each[] = {"place", "incident", NULL};

void queries_init(struct queries *qs)
{
	*qs = (struct queries){0};
}

void queries_release(struct queries *qs)
{
	for (size_t i = 0; i < qs->n; i++)
		yaml_free(qs->items[i].doc);
	free(qs->items);
	*qs = (struct queries){0};
}

struct span query_place(struct span *rest, struct span *before)
{
	const char *open = span_find(*rest, SPAN("{{")), *close;
	struct span behind;

	if (!open) {
		*before = *rest;
		*rest = SPAN_NONE;
		return SPAN_NONE;
	}
	behind = span_of(open + 2, rest->len - (size_t)(open + 2 - rest->data));
	close = span_find(behind, SPAN("}}"));
	if (!close) {
		*before = *rest;
		*rest = SPAN_NONE;
		return SPAN_NONE;
	}
	*before = span_of(rest->data, (size_t)(open - rest->data));
	*rest = span_of(close + 2, behind.len - (size_t)(close + 2 - behind.data));
	return span_trim(span_of(behind.data, (size_t)(close - behind.data)));
}

/* ---- reading ---- */

static int wrong(const struct yaml_node *n, struct err *e, const char *what)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", what);
}

/* The place of text among words, or -1. */
static int word_at(struct span text, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (span_is(text, words[i]))
			return i;
	return -1;
}

static int read_word(const struct yaml_node *n, const char *const *words, int *out, struct err *e)
{
	struct span text = SPAN_NONE;
	int at;

	if (!n)
		return 0;
	if (yaml_text(n, &text, e) != 0)
		return -1;
	at = word_at(text, words);
	if (at < 0)
		return wrong(n, e, "not one of the words that may stand here");
	*out = at;
	return 0;
}

static int read_source(const struct yaml_node *n, struct query_parameter *p, struct err *e)
{
	struct span text = SPAN_NONE;
	size_t prefix = strlen(sources[FROM_LABEL]);
	int at;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	if (span_starts(text, sources[FROM_LABEL]) && text.len > prefix) {
		p->label = span_of(text.data + prefix, text.len - prefix);
		p->source = FROM_LABEL;
		return 0;
	}
	at = word_at(text, sources);
	if (at < 0 || at == FROM_LABEL)
		return wrong(
			n, e,
			"'from' is component, service, host, env, incident, labels.NAME, onset,"
			" last_seen or now");
	p->source = (enum parameter_source)at;
	return 0;
}

static int read_parameter(const struct yaml_pair *pair, struct query_parameter *p, struct err *e)
{
	static const char *const keys[] = {"from", "as", "add", NULL};
	const struct yaml_node *from = yaml_get(pair->value, "from"),
			       *add = yaml_get(pair->value, "add");
	struct span text = SPAN_NONE;
	struct yaml_node plain;
	int type = -1;
	bool is_time, as_time;

	*p = (struct query_parameter){.name = pair->key};
	if (yaml_expect(pair->value, YAML_MAP, e) != 0 ||
	    yaml_check_keys(pair->value, keys, e) != 0)
		return -1;
	if (!from)
		return wrong(pair->value, e, "key 'from' is missing");
	if (read_source(from, p, e) != 0 ||
	    read_word(yaml_get(pair->value, "as"), types, &type, e) != 0 ||
	    yaml_text(add, &text, e) != 0)
		return -1;
	is_time = p->source >= FROM_ONSET;
	p->type = type >= 0 ? (enum parameter_type)type : is_time ? PARAMETER_UNIX : PARAMETER_NAME;
	as_time = p->type >= PARAMETER_UNIX;
	if (is_time != as_time)
		return wrong(pair->value, e,
			     is_time ? "a time is given as unix, unix_ms, unix_ns or rfc3339"
				     : "what is no time is given as name or number");
	if (!add)
		return 0;
	if (!is_time)
		return wrong(add, e, "'add' is for times");
	plain = *add;
	if (text.len && text.data[0] == '-')
		plain.text = span_of(text.data + 1, text.len - 1);
	if (yaml_duration_ms(&plain, &p->add_ms, e) != 0)
		return -1;
	if (plain.text.data != text.data)
		p->add_ms = -p->add_ms;
	return 0;
}

static int read_parameters(const struct yaml_node *map, struct query *q, struct err *e)
{
	if (!map)
		return 0;
	if (yaml_expect(map, YAML_MAP, e) != 0)
		return -1;
	if (map->n > QUERY_PARAMETERS)
		return wrong(map, e, "too many parameters");
	for (size_t i = 0; i < map->n; i++)
		if (read_parameter(&map->pairs[i], &q->parameters[q->n_parameters++], e) != 0)
			return -1;
	return 0;
}

/* Every place of a text must be a parameter. */
static int check_places(const struct query *q, const struct yaml_node *n, struct span text,
			struct err *e)
{
	struct span rest = text, before, name;

	while ((name = query_place(&rest, &before)).data) {
		bool known = false;

		for (size_t i = 0; i < q->n_parameters && !known; i++)
			known = span_eq(q->parameters[i].name, name);
		if (!known)
			return err_set_at(e, EX_BADCONFIG, n->line, n->col,
					  "'{{ %.*s }}' is no parameter",
					  (int)(name.len < 100 ? name.len : 100), name.data);
	}
	return span_find(before, SPAN("{{")) ? wrong(n, e, "'{{' without '}}'") : 0;
}

static int read_pairs(const struct yaml_node *map, const struct query *q, struct query_pair *pairs,
		      size_t *n, struct err *e)
{
	if (!map)
		return 0;
	if (yaml_expect(map, YAML_MAP, e) != 0)
		return -1;
	if (map->n > QUERY_PAIRS)
		return wrong(map, e, "too many");
	for (size_t i = 0; i < map->n; i++) {
		struct query_pair *p = &pairs[(*n)++];

		p->name = map->pairs[i].key;
		if (yaml_text(map->pairs[i].value, &p->value, e) != 0 ||
		    check_places(q, map->pairs[i].value, p->value, e) != 0)
			return -1;
	}
	return 0;
}

static int read_argv(const struct yaml_node *list, struct query *q, struct err *e)
{
	if (!list)
		return 0;
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	if (list->n == 0 || list->n > QUERY_PAIRS)
		return wrong(list, e, "a command has 1 to 32 words");
	for (size_t i = 0; i < list->n; i++)
		if (yaml_text(list->items[i], &q->argv[q->n_argv], e) != 0 ||
		    check_places(q, list->items[i], q->argv[q->n_argv++], e) != 0)
			return -1;
	if (span_find(q->argv[0], SPAN("{{")))
		return wrong(list->items[0], e, "what is executed is no parameter");
	return 0;
}

static int read_request(const struct yaml_node *root, struct query *q, struct err *e)
{
	const struct yaml_node *path = yaml_get(root, "path");

	if (yaml_text(yaml_get(root, "endpoint"), &q->endpoint, e) != 0 ||
	    yaml_text(path, &q->path, e) != 0 ||
	    read_pairs(yaml_get(root, "query"), q, q->pairs, &q->n_pairs, e) != 0 ||
	    read_argv(yaml_get(root, "argv"), q, e) != 0)
		return -1;
	if ((q->endpoint.len > 0) == (q->n_argv > 0))
		return wrong(root, e, "a query has either an endpoint or a command (argv)");
	if (q->n_argv && (path || q->n_pairs))
		return wrong(root, e, "a command has no path and no query");
	if (path &&
	    (q->path.len == 0 || q->path.data[0] != '/' || memchr(q->path.data, '?', q->path.len)))
		return wrong(path, e, "a path begins with '/' and has no '?'");
	return path ? check_places(q, path, q->path, e) : 0;
}

static int read_limits(const struct yaml_node *root, struct query *q, struct err *e)
{
	const struct yaml_node *deadline = yaml_get(root, "deadline");
	int64_t bytes = MAX_BYTES, records = MAX_RECORDS;
	int each = 0;

	q->deadline_ms = DEADLINE_MS;
	if (yaml_duration_ms(deadline, &q->deadline_ms, e) != 0 ||
	    yaml_i64(yaml_get(root, "max_bytes"), 1, MAX_BYTES_MOST, &bytes, e) != 0 ||
	    yaml_i64(yaml_get(root, "max_records"), 1, MAX_RECORDS_TOP, &records, e) != 0 ||
	    read_word(yaml_get(root, "each"), times_each, &each, e) != 0)
		return -1;
	if (q->deadline_ms < 1 || q->deadline_ms > DEADLINE_MOST)
		return wrong(deadline, e, "a deadline is at most 60s");
	q->max_bytes = (size_t)bytes;
	q->max_records = (size_t)records;
	q->once = each == 1;
	return 0;
}

static int read_query(struct query *q, struct err *e)
{
	static const char *const keys[] = {"version",     "id",         "title",    "endpoint",
					   "path",        "query",      "argv",     "format",
					   "labels",      "each",       "deadline", "max_bytes",
					   "max_records", "parameters", NULL};
	const struct yaml_node *root = yaml_root(q->doc);

	int64_t version = 0;

	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, keys, e) != 0 ||
	    yaml_i64(yaml_get(root, "version"), 1, 1, &version, e) != 0 ||
	    yaml_text(yaml_get(root, "id"), &q->id, e) != 0 ||
	    yaml_text(yaml_get(root, "format"), &q->format, e) != 0)
		return -1;
	if (!version)
		return wrong(root, e, "key 'version' is missing");
	if (!q->id.len)
		return wrong(root, e, "key 'id' is missing");
	if (!q->format.len)
		return wrong(root, e, "key 'format' is missing");
	if (read_parameters(yaml_get(root, "parameters"), q, e) != 0 ||
	    read_request(root, q, e) != 0 ||
	    read_pairs(yaml_get(root, "labels"), q, q->labels, &q->n_labels, e) != 0)
		return -1;
	return read_limits(root, q, e);
}

int queries_add(struct queries *qs, struct span yaml, struct err *e)
{
	struct query q = {.doc = yaml_parse(yaml, e)};
	int rc = q.doc ? read_query(&q, e) : -1;

	for (size_t i = 0; rc == 0 && i < qs->n; i++)
		if (span_eq(qs->items[i].id, q.id))
			rc = err_set(e, EX_BADCONFIG, "another query has the id '%.100s'",
				     q.id.data);
	if (rc == 0 && qs->n == QUERIES_MAX)
		rc = err_set(e, EX_BADCONFIG, "more than %d queries", QUERIES_MAX);
	if (rc != 0) {
		yaml_free(q.doc);
		return -1;
	}
	mem_grow(qs->items, qs->cap, qs->n + 1);
	qs->items[qs->n++] = q;
	return 0;
}

int queries_load(struct queries *qs, const char *dir, struct err *e)
{
	struct buf text = BUF_INIT(YAML_MAX_BYTES);
	char **names = NULL;
	size_t n = 0;
	int rc = file_list(dir, ".yaml", &names, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		buf_clear(&text);
		rc = file_read(names[i], &text, e);
		if (rc == 0 && queries_add(qs, buf_span(&text), e) != 0)
			rc = err_prefix(e, "'%s'", names[i]);
	}
	file_list_free(names, n);
	buf_release(&text);
	return rc;
}
