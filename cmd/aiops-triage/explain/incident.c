/*
 * Reading incident records.
 */
#include "aiops-triage/explain/incident.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static struct span text_of(struct value object, const char *key)
{
	return value_member(object, span_cstr(key)).text;
}

static int64_t time_of(struct span s, int64_t otherwise)
{
	struct err e = ERR_INIT;
	struct instant at;

	return s.len && instant_parse(s, &at, &e) == 0 ? at.ns : otherwise;
}

static void add_place(struct incident *inc, struct span place)
{
	if (place.len)
		(void)map_put(&inc->places, place, NULL);
}

static void read_members(struct incident *inc, const struct record *r)
{
	struct value_iter it = value_iter(record_get(r, "members"));
	struct value v;
	size_t cap = 0;

	while (value_next(&it, NULL, &v)) {
		struct member *m;

		if (v.type != VALUE_OBJECT || span_is(text_of(v, "kind"), "change"))
			continue; /* a change is no alert: it comes as a record of its own */
		if (inc->n_members == INCIDENT_MEMBERS) {
			inc->omitted++;
			continue;
		}
		mem_grow(inc->members, cap, inc->n_members + 1);
		m = &inc->members[inc->n_members++];
		*m = (struct member){
			.id = text_of(v, "id"),
			.name = text_of(v, "name"),
			.component = text_of(v, "component"),
			.service = text_of(v, "service"),
			.role = text_of(v, "role"),
			.severity = severity_from_name(text_of(v, "severity")),
			.onset_ns = time_of(text_of(v, "onset"), INT64_MAX),
		};
		add_place(inc, m->component);
		add_place(inc, m->service);
	}
}

static void read_cause_records(struct cause *c, struct value cause)
{
	struct value_iter it = value_iter(value_member(cause, SPAN("evidence")));
	struct value v;

	while (c->n_records < CAUSE_RECORDS && value_next(&it, NULL, &v)) {
		struct span id = text_of(v, "record_id");

		if (id.len)
			c->records[c->n_records++] = id;
	}
}

static void read_causes(struct incident *inc, const struct record *r)
{
	struct value_iter it = value_iter(record_get(r, "causes"));
	struct value v;

	while (inc->n_causes < INCIDENT_CAUSES && value_next(&it, NULL, &v)) {
		struct cause *c = &inc->causes[inc->n_causes];
		double share = value_member(v, SPAN("share")).number;

		*c = (struct cause){.component = text_of(v, "component")};
		if (!c->component.len)
			continue;
		c->share = isfinite(share) && share > 0 ? fmin(share, 1) : 0;
		read_cause_records(c, v);
		add_place(inc, c->component);
		inc->n_causes++;
	}
}

static void read_services(struct incident *inc, const struct record *r)
{
	struct value_iter it = value_iter(record_get(r, "services"));
	struct value v;

	while (inc->n_services < INCIDENT_SERVICES && value_next(&it, NULL, &v))
		if (v.type == VALUE_STRING && v.text.len) {
			inc->services[inc->n_services++] = v.text;
			add_place(inc, v.text);
		}
}

static void read_labels(struct incident *inc, const struct record *r)
{
	struct value_iter it = value_iter(record_get(r, "labels"));
	struct span key;
	struct value v;

	while (inc->n_labels < INCIDENT_LABELS && value_next(&it, &key, &v))
		if (v.type == VALUE_STRING)
			inc->labels[inc->n_labels++] = (struct label){.name = key, .value = v.text};
}

static void read_severity(struct incident *inc, const struct record *r)
{
	inc->severity = severity_from_name(record_text(r, "effective_severity.value"));
	if (inc->severity == SEVERITY_UNKNOWN)
		inc->severity = severity_from_name(record_text(r, "severity"));
	for (size_t i = 0; i < inc->n_members && record_text(r, "severity").len == 0; i++)
		if (inc->members[i].severity > inc->severity)
			inc->severity = inc->members[i].severity;
}

/* starts_at, else the first member's onset. */
static void read_times(struct incident *inc, const struct record *r)
{
	inc->starts_ns = time_of(record_text(r, "starts_at"), INT64_MAX);
	for (size_t i = 0; i < inc->n_members && !record_text(r, "starts_at").len; i++)
		if (inc->members[i].onset_ns < inc->starts_ns)
			inc->starts_ns = inc->members[i].onset_ns;
	inc->dated = inc->starts_ns != INT64_MAX;
	if (!inc->dated)
		return;
	inc->last_ns = time_of(record_text(r, "last_seen"), inc->starts_ns);
	if (inc->last_ns < inc->starts_ns)
		inc->last_ns = inc->starts_ns;
}

void incident_read(struct incident *inc, const struct record *r)
{
	double omitted = record_get(r, "members_omitted").number;

	*inc = (struct incident){
		.record_id = record_text(r, "id"),
		.id = record_text(r, "incident"),
		.title = record_text(r, "title"),
	};
	map_init(&inc->places);
	if (!inc->id.len)
		inc->id = inc->record_id;
	read_members(inc, r);
	if (omitted > 0 && omitted < 1e15)
		inc->omitted += (size_t)omitted;
	read_causes(inc, r);
	read_services(inc, r);
	read_labels(inc, r);
	read_severity(inc, r);
	read_times(inc, r);
}

void incident_release(struct incident *inc)
{
	free(inc->members);
	map_release(&inc->places);
	*inc = (struct incident){0};
}

bool incident_has_place(const struct incident *inc, struct span place)
{
	return place.len && map_get(&inc->places, place);
}
