/*
 * Giving back: what was held back and fires on is told, once, as a record.
 */
#include "aiops-correlate/suppress/suppress.h"

#include "aiops-correlate/decide.h"
#include "base/instant.h"
#include "record/jsonw.h"

void suppress_say(struct engine *en)
{
	struct policy *p = en->policy;

	if (en->sink.line && !buf_overflowed(&p->line))
		en->sink.line(en->sink.ctx, buf_span(&p->line));
	buf_clear(&p->line);
}

/* ---- giving back ---- */

enum { TITLE_MAX = 1 << 16 };

struct given_back {
	const char *id;
	uint64_t fp;
	struct span name, component, service, host, env, layer, source;
	enum severity severity, effective;
	enum signal_kind signal;
	int64_t starts_ns;
	uint32_t count;
	struct pair *const *pairs;
	size_t n_pairs;
	const char *incident;
};

static struct span pair_text(const struct given_back *b, const char *name)
{
	for (size_t i = 0; i < b->n_pairs; i++)
		if (span_is(pair_name_span(b->pairs[i]), name))
			return pair_value_span(b->pairs[i]);
	return SPAN_NONE;
}

/* What the incident does not say (beyond --max-group it says nothing), from the labels and the
 * fields that count as such. */
static void fill_in(struct given_back *b)
{
	if (!b->name.len)
		b->name = pair_text(b, "alertname");
	if (!b->component.len)
		b->component = pair_text(b, "component");
	if (!b->service.len)
		b->service = pair_text(b, "service");
	if (!b->host.len)
		b->host = pair_text(b, "host");
	b->env = pair_text(b, "env");
	if (b->severity == SEVERITY_UNKNOWN)
		b->severity = severity_from_word(pair_text(b, "severity"), NULL);
}

/* "Slow on db still fires"; the words of the first report are not kept. */
static void write_title(struct jsonw *w, const struct given_back *b)
{
	struct buf title = BUF_INIT(TITLE_MAX);

	buf_add_span(&title, b->name.len ? b->name : SPAN("an alert"));
	if (b->component.len) {
		buf_add_cstr(&title, " on ");
		buf_add_span(&title, b->component);
	}
	buf_add_cstr(&title, " still fires");
	if (!buf_overflowed(&title))
		jsonw_member(w, "title", buf_span(&title));
	buf_release(&title);
}

static void write_labels(struct jsonw *w, const struct given_back *b)
{
	jsonw_key(w, "labels");
	jsonw_object(w);
	for (size_t i = 0; i < b->n_pairs; i++) {
		if (!pair_is_label(b->pairs[i]))
			continue;
		jsonw_key_span(w, pair_name_span(b->pairs[i]));
		jsonw_string(w, pair_value_span(b->pairs[i]));
	}
	jsonw_object_end(w);
}

static void write_correlate(struct jsonw *w, const struct given_back *b, const char *from,
			    struct span name)
{
	struct buf why = BUF_INIT(4096);

	buf_addf(&why, "fires on; held back no longer by %s", from);
	if (name.len) {
		buf_add_char(&why, ':');
		buf_add_span(&why, name);
	}
	jsonw_key(w, "correlate");
	jsonw_object(w);
	jsonw_key(w, "incident");
	jsonw_cstr(w, b->incident);
	jsonw_member(w, "role", SPAN("symptom"));
	jsonw_member(w, "given_back", span_cstr(b->id));
	jsonw_member_i64(w, "count", b->count);
	jsonw_key(w, "suppressed_by");
	jsonw_array(w);
	jsonw_array_end(w);
	jsonw_member(w, "effective_severity", span_cstr(severity_name(b->effective)));
	jsonw_member(w, "why", buf_span(&why));
	jsonw_object_end(w);
	buf_release(&why);
}

/* The alert as a record of its own, with the status that it has. */
static void tell_again(struct engine *en, struct given_back *b, const struct group *g,
		       const char *from, struct span name)
{
	struct jsonw w = jsonw_to(&en->policy->line);
	char id[EVENT_ID_LEN + 1], fp[FINGERPRINT_HEX + 1], when[INSTANT_TEXT];
	struct instant at = instant_from_ns(en->now_ns);
	size_t n = instant_text(at, when);
	struct outcome weighed = {0};

	fill_in(b);
	b->incident = g ? g->id : NULL;
	outcome_weigh(en, &weighed, b->severity, g);
	b->effective = weighed.effective;
	event_id(id, SPAN("alert"), SPAN("aiops-correlate"), span_cstr(b->id), SPAN("firing"),
		 span_of(when, n));
	fingerprint_hex(b->fp, fp);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("alert"));
	jsonw_member(&w, "id", span_cstr(id));
	jsonw_member_time(&w, "timestamp", at);
	jsonw_member(&w, "source", b->source.len ? b->source : SPAN("aiops-correlate"));
	jsonw_member(&w, "signal", span_cstr(signal_name(b->signal)));
	jsonw_member(&w, "status", SPAN("firing"));
	jsonw_member(&w, "severity", span_cstr(severity_name(b->severity)));
	jsonw_member_i64(&w, "severity_number", severity_number(b->severity));
	jsonw_member_opt(&w, "name", b->name);
	write_title(&w, b);
	jsonw_member_opt(&w, "component", b->component);
	jsonw_member_opt(&w, "service", b->service);
	jsonw_member_opt(&w, "host", b->host);
	jsonw_member_opt(&w, "env", b->env);
	jsonw_member_opt(&w, "layer", b->layer);
	jsonw_member_time(&w, "starts_at", instant_from_ns(b->starts_ns));
	jsonw_member(&w, "fingerprint", span_cstr(fp));
	write_labels(&w, b);
	write_correlate(&w, b, from, name);
	jsonw_object_end(&w);
	suppress_say(en);
}

void suppress_give_back(struct engine *en, struct alert *a, const char *from, struct span name)
{
	const struct group *g = groups_find(&en->groups, a->group);
	struct given_back b = {.id = alert_first_id(a),
			       .fp = a->fp,
			       .starts_ns = a->first_ns,
			       .count = a->count,
			       .pairs = a->pairs,
			       .n_pairs = a->n_pairs};

	if (a->muted)
		return; /* something else still holds it back */
	if (g && a->member != MEMBER_NONE) {
		const struct member *m = &g->members[a->member];

		b.name = word_span(m->name);
		b.component = word_span(m->component);
		b.service = word_span(m->service);
		b.layer = word_span(m->layer);
		b.severity = m->severity;
		b.signal = m->signal;
		b.starts_ns = m->onset_ns;
	}
	a->told_ns = en->now_ns;
	(void)cap_take(&en->policy->told, en->now_ns, CLAIM_MUST);
	tell_again(en, &b, g, from, name);
}

void suppress_give_back_held(struct engine *en, uint64_t fp, struct span window)
{
	struct held *h = held_get(en->policy, fp);
	struct sighting *s = h->s;
	const struct alert *a;
	const struct group *g;
	struct given_back b = {.id = s->id,
			       .fp = fp,
			       .name = word_span(s->name),
			       .component = word_span(s->component),
			       .service = word_span(s->service),
			       .host = word_span(s->host),
			       .layer = word_span(s->layer),
			       .source = word_span(s->source),
			       .severity = s->severity,
			       .signal = s->signal,
			       .starts_ns = s->starts_ns,
			       .count = h->count};

	h->s = NULL;
	held_drop(en->policy, &en->words, fp);
	s->at_ns = en->now_ns;
	s->released = true;
	decide(en, s, NULL);
	a = alerts_get(&en->alerts, fp);
	g = a ? groups_find(&en->groups, a->group) : NULL;
	if (a) {
		b.pairs = a->pairs;
		b.n_pairs = a->n_pairs;
	}
	tell_again(en, &b, g, "maintenance", window);
	sighting_free(s, &en->words);
}
