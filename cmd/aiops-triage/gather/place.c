/* Where an incident is: see place.h. */
#include "aiops-triage/gather/place.h"

static struct span label_of(const struct label *labels, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(labels[i].name, name))
			return labels[i].value;
	return SPAN_NONE;
}

struct span place_label(const struct place *p, struct span name)
{
	struct span found = SPAN_NONE;

	if (p->alert)
		found = label_of(p->alert->labels, p->alert->n_labels, name);
	if (!found.len)
		found = label_of(p->incident->labels, p->incident->n_labels, name);
	return found;
}

static struct span first(struct span a, struct span b)
{
	return a.len ? a : b;
}

static struct place describe(const struct incident *inc, const struct context *c,
			     struct span component)
{
	struct place p = {.component = component, .incident = inc};

	for (size_t i = 0; i < inc->n_members; i++) {
		const struct member *m = &inc->members[i];

		if (!span_eq(m->component, component) && !span_eq(m->service, component))
			continue;
		p.service = first(p.service, m->service);
		if (!p.alert)
			p.alert = context_find(c, m->id);
	}
	if (p.alert) {
		p.service = first(p.service, p.alert->fields[ITEM_SERVICE]);
		p.host = p.alert->fields[ITEM_HOST];
	}
	p.host = first(p.host, place_label(&p, SPAN("host")));
	p.env = place_label(&p, SPAN("env"));
	for (size_t i = 0; i < inc->n_services && !p.service.len; i++)
		if (span_eq(inc->services[i], component))
			p.service = inc->services[i];
	if (!p.service.len && inc->n_services == 1)
		p.service = inc->services[0];
	return p;
}

static void add(struct place *out, size_t *n, size_t max, const struct incident *inc,
		const struct context *c, struct span component)
{
	if (!component.len || *n == max)
		return;
	for (size_t i = 0; i < *n; i++)
		if (span_eq(out[i].component, component))
			return;
	out[(*n)++] = describe(inc, c, component);
}

size_t places_of(const struct incident *inc, const struct context *c, struct place *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < inc->n_causes; i++)
		add(out, &n, max, inc, c, inc->causes[i].component);
	for (size_t i = 0; i < inc->n_members; i++)
		add(out, &n, max, inc, c,
		    first(inc->members[i].component, inc->members[i].service));
	for (size_t i = 0; i < inc->n_services; i++)
		add(out, &n, max, inc, c, inc->services[i]);
	if (n == 0 && max > 0)
		out[n++] = describe(inc, c, SPAN_NONE);
	return n;
}
