#include "aiops-correlate/group/incident.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-correlate/cause/cause.h"
#include "aiops-correlate/group/incident_changes.h"
#include "aiops-correlate/suppress/severity.h"
#include "base/mem.h"
#include "record/jsonw.h"

enum { MAX_TITLE = 1000, MAX_WHY = 4096 };

static const char *const change_names[] = {"opened", "updated", "merged", "resolved"};
static const char *const ending_names[] = {NULL,    "alerts",       "expiry",
					   "limit", "end_of_input", "merge"};

static void member_time(struct jsonw *w, const char *key, int64_t ns)
{
	jsonw_member_time(w, key, instant_from_ns(ns));
}

/* True if m is on the cause, or on a replica of it. */
static bool is_on(const struct member *m, const struct cause *c)
{
	return span_eq(word_span(m->component), c->component) ||
	       span_eq(word_span(m->service), c->component);
}

/* "DiskFull on db-1 and 11 more alerts", "CallsFailing on cart-1 and 3 more alerts, likely by
 * session-store" */
static void write_title(struct jsonw *w, const struct group *g, const struct ranking *r,
			size_t root)
{
	struct buf title = BUF_INIT(MAX_TITLE);
	const struct member *m = g->n_members ? &g->members[root] : NULL;

	buf_add_span(&title, m && m->name ? word_span(m->name) : SPAN("alert"));
	if (m && m->component) {
		buf_add_cstr(&title, " on ");
		buf_add_span(&title, word_span(m->component));
	}
	if (g->unique > 1)
		buf_addf(&title, " and %u more alert%s", g->unique - 1, g->unique == 2 ? "" : "s");
	if (m && r->n && !is_on(m, &r->top[0])) {
		buf_add_cstr(&title, ", likely by ");
		buf_add_span(&title, r->top[0].component);
	}
	jsonw_member(w, "title", buf_span(&title));
	buf_release(&title);
}

/* What the members name, each once. */
struct places {
	const struct word **services, **layers;
	size_t n_services, n_layers;
};

static void places_init(struct places *p, const struct group *g)
{
	p->services = mem_array(NULL, g->n_members, sizeof *p->services);
	p->layers = mem_array(NULL, g->n_members, sizeof *p->layers);
	for (size_t i = 0; i < g->n_members; i++) {
		p->services[i] = g->members[i].service;
		p->layers[i] = g->members[i].layer;
	}
	p->n_services = words_distinct(p->services, g->n_members);
	p->n_layers = words_distinct(p->layers, g->n_members);
}

static void places_release(struct places *p)
{
	free(p->services);
	free(p->layers);
}

static void write_words(struct jsonw *w, const char *key, const struct word *const *list, size_t n)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		jsonw_string(w, word_span(list[i]));
	jsonw_array_end(w);
}

static int by_pair(const void *a, const void *b)
{
	return pair_cmp(*(const struct pair *const *)a, *(const struct pair *const *)b);
}

static void write_shared(struct jsonw *w, const struct group *g)
{
	jsonw_key(w, "labels");
	jsonw_object(w);
	if (g->n_shared)
		qsort(g->shared, g->n_shared, sizeof *g->shared, by_pair);
	for (size_t i = 0; i < g->n_shared; i++) {
		jsonw_key_span(w, pair_name_span(g->shared[i]));
		jsonw_string(w, pair_value_span(g->shared[i]));
	}
	jsonw_object_end(w);
}

static void write_merged(struct jsonw *w, const struct group *g)
{
	if (g->merged_into[0])
		jsonw_member(w, "merged_into", span_cstr(g->merged_into));
	jsonw_key(w, "merged");
	jsonw_array(w);
	for (size_t i = 0; i < g->n_merged; i++)
		jsonw_string(w, span_cstr(g->merged[i]));
	jsonw_array_end(w);
	if (g->merged_omitted)
		jsonw_member_i64(w, "merged_omitted", (int64_t)g->merged_omitted);
}

/* Four decimals: more would say nothing, and differ between mathematical libraries. */
static double rounded(double d)
{
	return round(d * 10000) / 10000;
}

static void write_evidence(struct jsonw *w, const char *record_id, const struct buf *text)
{
	jsonw_object(w);
	jsonw_member(w, "record_id", span_cstr(record_id));
	jsonw_member(w, "text", buf_span(text));
	jsonw_object_end(w);
}

static void write_cause(struct jsonw *w, const struct group *g, const struct ranking *r,
			const struct cause *c)
{
	struct buf text = BUF_INIT(MAX_WHY);

	jsonw_object(w);
	jsonw_member(w, "component", c->component);
	jsonw_member_double(w, "score", rounded(c->score));
	jsonw_member_double(w, "share", rounded(c->share));
	jsonw_key(w, "evidence");
	jsonw_array(w);
	for (size_t i = 0; i < c->n_evidence; i++) {
		const struct member *m = &g->members[c->evidence[i]];

		buf_clear(&text);
		cause_alert_words(c, m, r->first_onset_ns, &text);
		write_evidence(w, m->id, &text);
	}
	buf_clear(&text);
	cause_caller_words(c, g->members, &text);
	if (text.len)
		write_evidence(w, g->members[c->caller].id, &text);
	buf_clear(&text);
	cause_place_words(c, &text);
	if (text.len)
		write_evidence(w, g->members[c->n_evidence ? c->evidence[0] : c->caller].id, &text);
	if (g->n_changes && c->n_evidence)
		incident_change_evidence(w, g, c);
	jsonw_array_end(w);
	jsonw_object_end(w);
	buf_release(&text);
}

static void write_causes(struct jsonw *w, const struct group *g, const struct ranking *r)
{
	jsonw_key(w, "causes");
	jsonw_array(w);
	for (size_t i = 0; i < r->n; i++)
		write_cause(w, g, r, &r->top[i]);
	jsonw_array_end(w);
}

/* ---- members ---- */

static const char *role_of(const struct member *m, bool is_root)
{
	if (is_root)
		return "root";
	return m->severity == SEVERITY_INFO ? "context" : "symptom";
}

static void write_member(struct jsonw *w, const struct member *m, bool is_root)
{
	char fp[FINGERPRINT_HEX + 1];

	fingerprint_hex(m->fp, fp);
	jsonw_object(w);
	jsonw_literal_member(w, "id", span_cstr(m->id));
	jsonw_literal_member(w, "fingerprint", span_of(fp, FINGERPRINT_HEX));
	if (m->name)
		jsonw_literal_member(w, "name", word_span(m->name));
	if (m->component)
		jsonw_literal_member(w, "component", word_span(m->component));
	jsonw_literal_member(w, "role", span_cstr(role_of(m, is_root)));
	jsonw_literal_member(w, "signal", span_cstr(signal_name(m->signal)));
	jsonw_literal_member(w, "severity", span_cstr(severity_name(m->severity)));
	jsonw_literal_key(w, "onset");
	jsonw_time(w, instant_from_ns(m->onset_ns));
	jsonw_literal_key(w, "count");
	jsonw_i64(w, m->count);
	jsonw_literal_key(w, "active");
	jsonw_bool(w, m->active);
	jsonw_object_end(w);
}

/* The root first, then by onset; the rest of the order only makes it definite. */
static int by_onset(const void *a, const void *b)
{
	const struct member *x = *(const struct member *const *)a,
			    *y = *(const struct member *const *)b;

	if (x->onset_ns != y->onset_ns)
		return x->onset_ns < y->onset_ns ? -1 : 1;
	if (x->fp != y->fp)
		return x->fp < y->fp ? -1 : 1;
	return span_cmp(span_cstr(x->id), span_cstr(y->id));
}

/* Most come in order. */
static void sort_by_onset(const struct member **order, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (by_onset(&order[i - 1], &order[i]) > 0) {
			qsort(order, n, sizeof *order, by_onset);
			return;
		}
}

static void write_members(struct jsonw *w, const struct group *g, size_t root)
{
	const struct member **order = mem_array(NULL, g->n_members, sizeof *order);
	size_t n = 0, carried, room = INCIDENT_MEMBERS - 1 - g->n_changes;

	for (size_t i = 0; i < g->n_members; i++)
		if (i != root)
			order[n++] = &g->members[i];
	sort_by_onset(order, n);
	carried = n < room ? n : room;
	jsonw_key(w, "members");
	jsonw_array(w);
	if (g->n_members)
		write_member(w, &g->members[root], true);
	for (size_t i = 0; i < carried; i++)
		write_member(w, order[i], false);
	incident_change_members(w, g);
	jsonw_array_end(w);
	jsonw_member_i64(w, "members_omitted",
			 (int64_t)(g->unique - (g->n_members ? carried + 1 : 0)));
	free(order);
}

/* ---- the record ---- */

static void write_head(struct jsonw *w, const struct group *g)
{
	struct buf id = BUF_INIT(64);
	bool over = g->ending != ENDING_NONE;

	buf_addf(&id, "%s#%u", g->id, g->revision);
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "kind", SPAN("incident"));
	jsonw_member(w, "id", buf_span(&id));
	jsonw_member(w, "incident", span_cstr(g->id));
	jsonw_member_i64(w, "revision", g->revision);
	jsonw_member(w, "change", span_cstr(change_names[g->change]));
	jsonw_member(w, "status", over ? SPAN("resolved") : SPAN("detected"));
	if (over)
		jsonw_member(w, "resolved_by", span_cstr(ending_names[g->ending]));
	member_time(w, "timestamp", g->changed_ns);
	jsonw_member(w, "source", SPAN("aiops-correlate"));
	member_time(w, "starts_at", g->starts_ns);
	if (g->ending == ENDING_ALERTS) {
		member_time(w, "ends_at", g->ends_ns);
	} else {
		jsonw_key(w, "ends_at");
		jsonw_null(w);
	}
	member_time(w, "last_seen", g->last_ns);
	buf_release(&id);
}

static void write_severity(struct jsonw *w, const struct group *g, size_t services,
			   const struct site_rules *rules)
{
	struct buf why = BUF_INIT(MAX_WHY);
	enum severity s = severity_weigh(
		&(struct severity_case){
			.highest = g->severity,
			.alerts = g->unique,
			.services = (uint32_t)services,
			.maintained = g->active > 0 && g->maintained == g->active,
			.least = g->least,
			.raise_alerts = rules ? rules->raise_alerts : 0,
			.raise_services = rules ? rules->raise_services : 0,
		},
		&why);

	jsonw_member(w, "severity", span_cstr(severity_name(g->severity)));
	jsonw_key(w, "effective_severity");
	jsonw_object(w);
	jsonw_member(w, "value", span_cstr(severity_name(s)));
	jsonw_member(w, "why", buf_span(&why));
	jsonw_object_end(w);
	buf_release(&why);
}

static void write_suppressed(struct jsonw *w, const struct suppressed *s)
{
	jsonw_key(w, "suppressed");
	jsonw_object(w);
	for (int i = 0; i < SUPPRESS_CAUSES; i++)
		if (s->n[i])
			jsonw_member_i64(w, suppress_cause_name((enum suppress_cause)i),
					 (int64_t)s->n[i]);
	jsonw_object_end(w);
}

void incident_render(const struct group *g, const struct topology *topo,
		     const struct site_rules *rules, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct ranking r;
	struct places places;
	size_t root;

	places_init(&places, g);
	causes_rank(g->members, g->n_members, topo, &r);
	root = g->n_members ? causes_root(&r, g->members, g->n_members) : 0;
	jsonw_object(&w);
	write_head(&w, g);
	write_severity(&w, g, places.n_services, rules);
	write_title(&w, g, &r, root);
	write_words(&w, "services", places.services, places.n_services);
	write_words(&w, "layers", places.layers, places.n_layers);
	write_shared(&w, g);
	jsonw_member_i64(&w, "alerts", (int64_t)g->alerts);
	jsonw_member_i64(&w, "unique", g->unique);
	jsonw_member_i64(&w, "active", g->active);
	write_suppressed(&w, &g->suppressed);
	write_merged(&w, g);
	jsonw_member_opt(&w, "detected_by", word_span(g->source));
	write_causes(&w, g, &r);
	write_members(&w, g, root);
	jsonw_object_end(&w);
	places_release(&places);
}
