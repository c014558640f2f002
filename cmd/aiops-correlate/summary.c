#include "aiops-correlate/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/suppress/suppress.h"
#include "base/instant.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "record/jsonw.h"

enum { KEY_MAX = 1 << 21 };

void summary_init(struct summary *s)
{
	memset(s, 0, sizeof *s);
	map_init(&s->places);
}

void summary_release(struct summary *s)
{
	for (size_t i = 0; i < s->n_noisy; i++)
		free(s->noisy[i].key);
	map_release(&s->places);
}

/* ---- counting ---- */

static size_t quietest(const struct summary *s)
{
	size_t least = 0;

	for (size_t i = 1; i < s->n_noisy; i++)
		if (s->noisy[i].count < s->noisy[least].count)
			least = i;
	return least;
}

static void count_key(struct summary *s, struct span key)
{
	struct map_entry *it = map_get(&s->places, key);
	struct noisy *n;
	size_t at;

	if (it) {
		s->noisy[it->value.num].count++;
		return;
	}
	at = s->n_noisy < NOISY_KEPT ? s->n_noisy++ : quietest(s);
	n = &s->noisy[at];
	if (n->key)
		map_remove(&s->places, span_of(n->key, n->key_len));
	free(n->key);
	n->key = mem_dup(key.data, key.len);
	n->key_len = key.len;
	n->error = n->count;
	n->count++;
	map_put(&s->places, key, NULL)->value.num = (int64_t)at;
}

void summary_count(struct summary *s, enum severity severity, struct span name,
		   struct span component)
{
	struct buf key = BUF_INIT(KEY_MAX);

	s->by_severity[severity]++;
	buf_add_span(&key, name);
	buf_add_char(&key, '\0');
	buf_add_span(&key, component);
	count_key(s, buf_span(&key));
	buf_release(&key);
}

/* ---- what it comes to ---- */

struct totals {
	uint64_t active[SEVERITIES], n_active, open;
	double reduction; /* NaN: no alerts */
	const struct noisy *loudest[NOISY_SHOWN];
	size_t n_loudest;
};

static bool louder(const struct noisy *a, const struct noisy *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	return span_cmp(span_of(a->key, a->key_len), span_of(b->key, b->key_len)) < 0;
}

static void find_loudest(const struct summary *s, struct totals *t)
{
	for (size_t i = 0; i < s->n_noisy; i++) {
		size_t at = t->n_loudest < NOISY_SHOWN ? t->n_loudest++ : NOISY_SHOWN - 1;

		if (t->n_loudest == NOISY_SHOWN && at == NOISY_SHOWN - 1 && t->loudest[at] &&
		    !louder(&s->noisy[i], t->loudest[at]))
			continue;
		for (; at > 0 && louder(&s->noisy[i], t->loudest[at - 1]); at--)
			t->loudest[at] = t->loudest[at - 1];
		t->loudest[at] = &s->noisy[i];
	}
}

static struct totals add_up(const struct summary *s, const struct engine *en)
{
	struct totals t = {.reduction = NAN};
	const struct alert *a;

	for (size_t i = 0; (a = alerts_next(&en->alerts, &i));) {
		const struct group *g = groups_find(&en->groups, a->group);

		if (!a->active)
			continue;
		t.n_active++;
		t.active[g && a->member != MEMBER_NONE ? g->members[a->member].severity
						       : SEVERITY_UNKNOWN]++;
	}
	for (const struct group *g = groups_next(&en->groups, NULL); g;
	     g = groups_next(&en->groups, g))
		t.open += g->active > 0;
	if (en->counts.alerts)
		t.reduction = 1 - (double)en->counts.incidents / (double)en->counts.alerts;
	find_loudest(s, &t);
	return t;
}

static struct span name_of(const struct noisy *n)
{
	return span_of(n->key, strlen(n->key));
}

static struct span component_of(const struct noisy *n)
{
	size_t name = strlen(n->key) + 1;

	return span_of(n->key + name, n->key_len - name);
}

/* ---- the record ---- */

static void write_severities(struct jsonw *w, const char *key, const uint64_t n[static SEVERITIES])
{
	jsonw_key(w, key);
	jsonw_object(w);
	for (int i = SEVERITY_CRITICAL; i >= SEVERITY_UNKNOWN; i--)
		if (n[i])
			jsonw_member_i64(w, severity_name((enum severity)i), (int64_t)n[i]);
	jsonw_object_end(w);
}

static void write_suppressed(struct jsonw *w, const struct policy *p)
{
	jsonw_key(w, "suppressed");
	jsonw_object(w);
	for (int i = 0; p && i < SUPPRESS_CAUSES; i++)
		jsonw_member_i64(w, suppress_cause_name((enum suppress_cause)i),
				 (int64_t)p->totals.n[i]);
	jsonw_object_end(w);
	jsonw_key(w, "maintenance");
	jsonw_array(w);
	for (size_t i = 0; p && p->maintenance && i < p->maintenance->n; i++) {
		const struct window *win = &p->maintenance->windows[i];

		jsonw_object(w);
		jsonw_member(w, "window", span_cstr(win->name));
		jsonw_member_bool(w, "active", win->active);
		jsonw_member_i64(w, "suppressed", (int64_t)win->total);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void write_loudest(struct jsonw *w, const struct totals *t)
{
	jsonw_key(w, "noisiest");
	jsonw_array(w);
	for (size_t i = 0; i < t->n_loudest; i++) {
		jsonw_object(w);
		jsonw_member(w, "name", name_of(t->loudest[i]));
		jsonw_member(w, "component", component_of(t->loudest[i]));
		jsonw_member_i64(w, "alerts", (int64_t)t->loudest[i]->count);
		if (t->loudest[i]->error)
			jsonw_member_i64(w, "at_most_too_many", (int64_t)t->loudest[i]->error);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void write_head(struct jsonw *w, int64_t at_ns)
{
	struct instant at = instant_from_ns(at_ns);
	char id[EVENT_ID_LEN + 1], when[INSTANT_TEXT];
	size_t n = instant_text(at, when);

	event_id(id, SPAN("summary"), SPAN("aiops-correlate"), SPAN_NONE, SPAN_NONE,
		 span_of(when, n));
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "kind", SPAN("summary"));
	jsonw_member(w, "id", span_cstr(id));
	jsonw_member_time(w, "timestamp", at);
	jsonw_member(w, "source", SPAN("aiops-correlate"));
}

/* The time of a summary of nothing is the epoch. */
static int64_t time_of(const struct engine *en)
{
	return en->newest_ns == INT64_MIN ? 0 : en->newest_ns;
}

void summary_render(const struct summary *s, const struct engine *en, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct totals t = add_up(s, en);

	jsonw_object(&w);
	write_head(&w, time_of(en));
	jsonw_key(&w, "summary");
	jsonw_object(&w);
	jsonw_member_i64(&w, "alerts", (int64_t)en->counts.alerts);
	jsonw_member_i64(&w, "resolutions", (int64_t)en->counts.resolutions);
	jsonw_member_i64(&w, "duplicates", (int64_t)en->counts.duplicates);
	jsonw_member_i64(&w, "late", (int64_t)en->counts.late);
	write_severities(&w, "by_severity", s->by_severity);
	jsonw_member_i64(&w, "active", (int64_t)t.n_active);
	write_severities(&w, "active_by_severity", t.active);
	jsonw_member_i64(&w, "kept_aside", en->policy ? (int64_t)en->policy->held.live : 0);
	jsonw_member_i64(&w, "incidents", (int64_t)en->counts.incidents);
	jsonw_member_i64(&w, "incidents_open", (int64_t)t.open);
	jsonw_member_i64(&w, "merges", (int64_t)en->counts.merges);
	jsonw_key(&w, "reduction");
	jsonw_double(&w, round(t.reduction * 10000) / 10000);
	write_suppressed(&w, en->policy);
	write_loudest(&w, &t);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
}

/* ---- the table ---- */

static void row(struct buf *out, const char *name, uint64_t n)
{
	buf_addf(out, "%-28s %12llu\n", name, (unsigned long long)n);
}

static void table_severities(struct buf *out, const struct summary *s, const struct totals *t)
{
	buf_addf(out, "\n%-12s %12s %12s\n", "severity", "alerts", "active");
	for (int i = SEVERITY_CRITICAL; i >= SEVERITY_UNKNOWN; i--)
		if (s->by_severity[i] || t->active[i])
			buf_addf(out, "%-12s %12llu %12llu\n", severity_name((enum severity)i),
				 (unsigned long long)s->by_severity[i],
				 (unsigned long long)t->active[i]);
}

static void table_suppressed(struct buf *out, const struct policy *p)
{
	buf_add_cstr(out, "\nheld back by\n");
	for (int i = 0; i < SUPPRESS_CAUSES; i++)
		row(out, suppress_cause_name((enum suppress_cause)i), p->totals.n[i]);
	for (size_t i = 0; p->maintenance && i < p->maintenance->n; i++) {
		const struct window *w = &p->maintenance->windows[i];

		buf_add_cstr(out, "  window ");
		term_line(out, span_cstr(w->name));
		if (w->total)
			buf_addf(out, ": %llu\n", (unsigned long long)w->total);
		else
			buf_add_cstr(out, ": matched nothing\n");
	}
}

void summary_table(const struct summary *s, const struct engine *en, struct buf *out)
{
	struct totals t = add_up(s, en);

	row(out, "alerts", en->counts.alerts);
	row(out, "duplicates among them", en->counts.duplicates);
	row(out, "resolutions", en->counts.resolutions);
	row(out, "active", t.n_active);
	row(out, "kept aside in maintenance", en->policy ? en->policy->held.live : 0);
	row(out, "incidents", en->counts.incidents);
	row(out, "merged into others of them", en->counts.merges);
	row(out, "incidents open", t.open);
	if (isfinite(t.reduction))
		buf_addf(out, "%-28s %11.2f%%\n", "reduction", t.reduction * 100);
	table_severities(out, s, &t);
	if (en->policy)
		table_suppressed(out, en->policy);
	buf_addf(out, "\n%12s  %s\n", "alerts", "noisiest");
	for (size_t i = 0; i < t.n_loudest; i++) {
		buf_addf(out, "%12llu  ", (unsigned long long)t.loudest[i]->count);
		term_line(out, name_of(t.loudest[i]));
		if (component_of(t.loudest[i]).len) {
			buf_add_cstr(out, " on ");
			term_line(out, component_of(t.loudest[i]));
		}
		buf_add_char(out, '\n');
	}
}
