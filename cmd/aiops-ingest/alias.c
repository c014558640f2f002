#include "aiops-ingest/alias.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "yaml/yaml.h"

/* Names of one field, its own included: a table of so many stays small enough to look through. */
enum { MAX_NAMES = 200, SLOTS = 4096, NO_RANK = UINT16_MAX };

static_assert(SLOTS >= 4 * MAX_NAMES * ALIAS_FIELDS,
	      "the hash table is never more than a quarter full");

static const char *const field_names[ALIAS_FIELDS] = {"service", "host", "env", "layer",
						      "component"};

/*
 * First match wins. Sources: OpenTelemetry's semantic conventions and its
 * Prometheus compatibility rules (job is service.name), both with dots and with
 * the underscores that Prometheus makes of them; the labels that Kubernetes
 * service discovery and kube-prometheus set.
 */
static const char *const built_in[ALIAS_FIELDS][11] = {
	[ALIAS_SERVICE] = {"service", "service_name", "service.name", "app", "application",
			   "app_kubernetes_io_name", "app.kubernetes.io/name", "k8s_app", "job"},
	[ALIAS_HOST] = {"host", "hostname", "host_name", "host.name", "node", "nodename",
			"node_name", "k8s_node_name", "k8s.node.name", "kubernetes_node"},
	[ALIAS_ENV] = {"env", "environment", "deployment_environment", "deployment.environment",
		       "deployment_environment_name", "deployment.environment.name", "stage"},
	[ALIAS_LAYER] = {"layer"},
	[ALIAS_COMPONENT] = {"component", "pod", "pod_name", "kubernetes_pod_name", "k8s_pod_name",
			     "k8s.pod.name", "instance", "service_instance_id",
			     "service.instance.id"},
};

/* A label name and its place in each field's list, NO_RANK where it is not in it. */
struct name {
	struct span text;
	uint16_t rank[ALIAS_FIELDS];
};

struct aliases {
	struct yaml *file; /* the users' names are borrowed from it */
	struct span order[ALIAS_FIELDS][MAX_NAMES];
	size_t n_order[ALIAS_FIELDS];
	struct name *names;
	size_t n_names, cap;
	uint16_t slots[SLOTS]; /* index + 1 into names, 0 free */
};

/* ---- the table ---- */

static uint64_t load(const char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

/* A hash of length, beginning and end of a name: enough for a fixed table of names that people
 * chose, whatever is looked up in it. */
static size_t slot_of(struct span name)
{
	uint64_t h = name.len;

	if (name.len >= 8)
		h += load(name.data, 8) ^ (load(name.data + name.len - 8, 8) << 1);
	else if (name.len >= 4)
		h += load(name.data, 4) << 8 ^ (load(name.data + name.len - 4, 4) << 27);
	else
		for (size_t i = 0; i < name.len; i++)
			h = h << 8 | (unsigned char)name.data[i];
	return (size_t)((h * UINT64_C(0x9E3779B97F4A7C15)) >> 52) & (SLOTS - 1);
}

static size_t slot_with(const struct aliases *a, struct span name)
{
	size_t slot = slot_of(name);

	while (a->slots[slot] && !span_eq(a->names[a->slots[slot] - 1].text, name))
		slot = (slot + 1) & (SLOTS - 1);
	return slot;
}

static const struct name *find(const struct aliases *a, struct span name)
{
	size_t index = a->slots[slot_with(a, name)];

	return index ? &a->names[index - 1] : NULL;
}

static struct name *put(struct aliases *a, struct span name)
{
	uint16_t *slot = &a->slots[slot_with(a, name)];

	if (*slot == 0) {
		mem_grow(a->names, a->cap, a->n_names + 1);
		a->names[a->n_names] = (struct name){.text = name};
		for (size_t f = 0; f < ALIAS_FIELDS; f++)
			a->names[a->n_names].rank[f] = NO_RANK;
		*slot = (uint16_t)++a->n_names;
	}
	return &a->names[*slot - 1];
}

/* A name that stands in the list already keeps its better place. */
static void append(struct aliases *a, enum alias_field field, struct span name)
{
	struct name *entry = put(a, name);

	if (entry->rank[field] != NO_RANK)
		return;
	entry->rank[field] = (uint16_t)a->n_order[field];
	a->order[field][a->n_order[field]++] = name;
}

static bool in_list(const struct yaml_node *list, const char *word)
{
	for (size_t i = 0; list && i < list->n; i++)
		if (span_is(list->items[i]->text, word))
			return true;
	return false;
}

static void append_built_in(struct aliases *a, const struct yaml_node *without)
{
	for (size_t f = 0; f < ALIAS_FIELDS; f++)
		for (const char *const *name = built_in[f]; *name; name++)
			if (!in_list(without, *name))
				append(a, (enum alias_field)f, span_cstr(*name));
}

struct aliases *aliases_new(void)
{
	struct aliases *a = mem_zalloc(sizeof *a);

	append_built_in(a, NULL);
	return a;
}

void aliases_free(struct aliases *a)
{
	if (!a)
		return;
	yaml_free(a->file);
	free(a->names);
	free(a);
}

/* ---- the users' file ---- */

static int check_names(const struct yaml_node *list, struct err *e)
{
	struct span name;

	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	if (list->n > MAX_NAMES / 2)
		return err_set_at(e, EX_BADCONFIG, list->line, list->col, "more than %d names",
				  MAX_NAMES / 2);
	for (size_t i = 0; i < list->n; i++) {
		const struct yaml_node *item = list->items[i];

		if (yaml_text(item, &name, e) != 0)
			return -1;
		if (name.len == 0)
			return err_set_at(e, EX_BADCONFIG, item->line, item->col,
					  "an empty label name");
	}
	return 0;
}

static bool is_built_in(struct span name)
{
	for (size_t f = 0; f < ALIAS_FIELDS; f++)
		for (const char *const *known = built_in[f]; *known; known++)
			if (span_is(name, *known))
				return true;
	return false;
}

static int check_without(const struct yaml_node *list, struct err *e)
{
	if (!list)
		return 0;
	if (check_names(list, e) != 0)
		return -1;
	for (size_t i = 0; i < list->n; i++)
		if (!is_built_in(list->items[i]->text))
			return err_set_at(e, EX_BADCONFIG, list->items[i]->line,
					  list->items[i]->col, "'%s' is no built-in name",
					  list->items[i]->text.data);
	return 0;
}

static int read_file(struct aliases *a, struct err *e)
{
	static const char *const keys[] = {"service",   "host",    "env", "layer",
					   "component", "without", NULL};
	const struct yaml_node *root = yaml_root(a->file), *without = yaml_get(root, "without");

	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, keys, e) != 0 ||
	    check_without(without, e) != 0)
		return -1;
	for (size_t f = 0; f < ALIAS_FIELDS; f++) {
		const struct yaml_node *list = yaml_get(root, field_names[f]);

		if (!list)
			continue;
		if (check_names(list, e) != 0)
			return -1;
		for (size_t i = 0; i < list->n; i++)
			append(a, (enum alias_field)f, list->items[i]->text);
	}
	append_built_in(a, without);
	return 0;
}

struct aliases *aliases_load(const char *path, struct err *e)
{
	struct aliases *a = mem_zalloc(sizeof *a);

	a->file = yaml_load(path, e);
	if (a->file && read_file(a, e) == 0)
		return a;
	aliases_free(a);
	return NULL;
}

/* ---- use ---- */

static bool all_digits(const char *p, const char *end)
{
	if (p == end)
		return false;
	for (; p < end; p++)
		if (*p < '0' || *p > '9')
			return false;
	return true;
}

struct span host_of_instance(struct span instance)
{
	const char *end = instance.data + instance.len, *colon = end, *from = instance.data;

	while (colon > from && colon[-1] != ':')
		colon--;
	if (colon == from || !all_digits(colon, end))
		return SPAN_NONE;
	colon--;
	if (colon - from >= 2 && *from == '[' && colon[-1] == ']') {
		from++;
		colon--;
	} else if (memchr(from, ':', (size_t)(colon - from))) {
		return SPAN_NONE; /* a bare IPv6 address or a URL with a port */
	}
	if (colon == from || memchr(from, '/', (size_t)(colon - from)))
		return SPAN_NONE;
	return span_of(from, (size_t)(colon - from));
}

struct promoted promote(const struct aliases *a, const struct label *labels, size_t n)
{
	struct span best[ALIAS_FIELDS] = {SPAN_NONE}, instance = SPAN_NONE;
	uint16_t rank[ALIAS_FIELDS];
	struct promoted p;

	memset(rank, 0xff, sizeof rank); /* NO_RANK */
	for (size_t i = 0; i < n; i++) {
		const struct name *name = labels[i].value.len > 0 ? find(a, labels[i].name) : NULL;

		for (size_t f = 0; name && f < ALIAS_FIELDS; f++)
			if (name->rank[f] < rank[f]) {
				rank[f] = name->rank[f];
				best[f] = labels[i].value;
			}
		if (span_eq(labels[i].name, SPAN("instance")))
			instance = labels[i].value;
	}
	p = (struct promoted){best[ALIAS_SERVICE], best[ALIAS_HOST], best[ALIAS_ENV],
			      best[ALIAS_LAYER], best[ALIAS_COMPONENT]};
	if (!p.host.data && instance.len > 0)
		p.host = host_of_instance(instance);
	return p;
}

bool aliases_know(const struct aliases *a, struct span name)
{
	return find(a, name) != NULL;
}

void promote_component(struct promoted *p)
{
	if (!p->component.data)
		p->component = p->service.data ? p->service : p->host;
}

void aliases_explain(const struct aliases *a, struct buf *out)
{
	static const char *const more[ALIAS_FIELDS] = {
		[ALIAS_HOST] = ", instance without its port",
		[ALIAS_COMPONENT] = ", service, host",
	};

	buf_add_cstr(out, "promoted from labels, the first that is there:\n");
	for (size_t f = 0; f < ALIAS_FIELDS; f++) {
		buf_addf(out, "  %-12s ", field_names[f]);
		for (size_t i = 0; i < a->n_order[f]; i++)
			buf_addf(out, "%s%.*s", i ? ", " : "", (int)a->order[f][i].len,
				 a->order[f][i].data);
		buf_addf(out, "%s\n", more[f] ? more[f] : "");
	}
}
