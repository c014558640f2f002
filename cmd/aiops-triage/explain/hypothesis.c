/*
 * Fusing what speaks for each suspect.
 *
 * Each source (evidence/source.h) gives a suspect a number from 0 to 1. The score is
 * their weighted mean over the sources that are there. One that is absent adds
 * nothing, and its weight is missing from the confidence.
 */
#include "aiops-triage/explain/hypothesis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/explain/confidence.h"
#include "base/mem.h"
#include "base/num.h"

/* A suspect with less than this is not worth a line. */
#define SCORE_FLOOR 0.005
/* A past incident of full similarity speaks for its class like a signal of this weight. */
#define PAST_POINTS 4.0
/* Within this of the best counts as being the best. */
#define NEARLY 0.95
/* What is always suspected beside: something that nobody measured. A quarter of incidents have a
 * cause that was not seen before (RCACopilot); and one candidate alone is not certain. */
#define SCORE_ELSEWHERE 0.25

struct ranked {
	size_t row;
	double score;
	const struct cause *cause; /* that was ranked by, NULL none */
	int64_t onset_ns;
	struct span name;
	const struct cause *replica; /* of a service that stands there already; NULL: the first */
};

/* What each source says at most, and what the sources that are there weigh. */
struct most {
	const struct weights *weights;
	double of[SOURCES];
	double present, all;
};

static struct most find_most(const struct suspects *ss, const struct weights *weights)
{
	struct most m = {.weights = weights};

	for (size_t k = 0; k < SOURCES; k++) {
		m.all += weights->of[k];
		if (ss->present[k])
			m.present += weights->of[k];
		for (size_t i = 1; i < ss->n; i++)
			m.of[k] = fmax(m.of[k], ss->scores[k][i]);
	}
	return m;
}

static double score_of(const struct suspects *ss, size_t row, const struct most *m)
{
	double sum = 0;

	for (size_t k = 0; k < SOURCES; k++)
		if (ss->present[k])
			sum += m->weights->of[k] * ss->scores[k][row];
	return m->present > 0 ? sum / m->present : 0;
}

static int best_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	if (x->cause && y->cause && x->cause != y->cause) /* of one array, in order */
		return x->cause < y->cause ? -1 : 1;
	if (x->onset_ns != y->onset_ns)
		return x->onset_ns < y->onset_ns ? -1 : 1;
	return span_cmp(x->name, y->name);
}

/* ---- one hypothesis ---- */

static size_t signature_of_class(const struct signatures *sigs, struct span id)
{
	for (size_t i = 0; i < sigs->n; i++)
		if (span_eq(sigs->items[i].id, id))
			return i;
	return NO_CLASS;
}

/* The class with most points, a past incident's class counted in. */
static size_t choose_fault(const struct suspects *ss, size_t row, const struct history *history)
{
	const struct suspect *s = &ss->items[row];
	size_t fault = suspects_class(ss, row), past = NO_CLASS;
	double most = fault == NO_CLASS ? 0 : suspects_points(ss, row, fault);

	if (s->past > 0)
		past = signature_of_class(ss->signatures,
					  past_text(&history->items[s->past_index], PAST_CLASS));
	if (past != NO_CLASS && suspects_points(ss, row, past) + PAST_POINTS * s->past >= most)
		return past;
	return fault;
}

static void add_replaced(struct buf *out, struct span text, struct span component)
{
	const char *mark = span_find(text, SPAN("{component}"));
	size_t before = mark ? (size_t)(mark - text.data) : text.len;

	buf_add(out, text.data, before);
	if (!mark)
		return;
	buf_add_span(out, component);
	before += sizeof "{component}" - 1;
	buf_add(out, text.data + before, text.len - before);
}

/* "; deploy orders-api 4s before the first alert" */
static void add_change(struct buf *out, const struct suspect *s, int64_t onset_ns)
{
	struct span name = s->changed->fields[ITEM_NAME];
	int64_t age_ms = (onset_ns - s->changed->at_ns) / NS_PER_MS;

	buf_add_cstr(out, "; ");
	buf_add_span(out, name.len ? name : s->changed->fields[ITEM_CHANGE_TYPE]);
	buf_add_char(out, ' ');
	num_add_duration_ms(out, age_ms < 1000 ? age_ms : age_ms / 1000 * 1000);
	buf_add_cstr(out, " before the first alert");
}

/* Three digits are enough for a person. */
static void add_rounded(struct buf *out, double x)
{
	double unit = x < 0 || x > 0 ? pow(10, floor(log10(fabs(x))) - 2) : 1;

	num_add_double(out, unit < 1 ? round(x / unit) / round(1 / unit) : round(x / unit) * unit);
}

/* "; latency 0.146, 0.0912 before" of the metric that says most */
static void add_metric(struct buf *out, const struct hypothesis *h)
{
	const struct evidence *most = NULL;

	for (size_t i = 0; i < h->n_evidence; i++)
		if (h->evidence[i].series && (!most || h->evidence[i].weight > most->weight))
			most = &h->evidence[i];
	if (!most)
		return;
	buf_add_cstr(out, "; ");
	buf_add_span(out, most->quote);
	buf_add_char(out, ' ');
	add_rounded(out, most->value);
	buf_add_cstr(out, ", ");
	add_rounded(out, most->normal);
	buf_add_cstr(out, " before");
}

static struct span sentence(struct answer *a, const struct hypothesis *h, const struct suspect *s,
			    const struct incident *inc, const struct history *history)
{
	struct buf b = BUF_INIT(64u << 10);

	if (h->fault != NO_CLASS)
		add_replaced(&b, a->signatures->items[h->fault].text, h->component);
	else
		add_replaced(
			&b,
			SPAN("{component} is most likely where it began; what is wrong with it "
			     "is not known"),
			h->component);
	add_metric(&b, h);
	if (s->changed)
		add_change(&b, s, inc->starts_ns);
	if (s->past > 0 && span_eq(past_text(&history->items[s->past_index], PAST_CLASS),
				   answer_class(a, h->fault))) {
		buf_add_cstr(&b, "; as in ");
		buf_add_span(&b, past_text(&history->items[s->past_index], PAST_ID));
	}
	return answer_keep(a, &b);
}

static bool speaks_for(const struct suspects *ss, const struct evidence *ev, size_t fault)
{
	return ev->signal != SIZE_MAX && ss->signatures->signals[ev->signal].signature == fault;
}

/* For a replica only what it was ranked by itself. */
static bool is_of(const struct ranked *r, const struct evidence *ev)
{
	for (size_t i = 0; r->replica && i < r->replica->n_records; i++)
		if (span_eq(r->replica->records[i], ev->record_id))
			return true;
	return !r->replica;
}

/* First what bears out the fault (also from records without a place), then the rest. */
static void choose_evidence(struct hypothesis *h, struct suspects *ss, const struct ranked *from)
{
	const size_t rows[] = {from->row, SUSPECT_NOWHERE};

	for (int wanted = 1; wanted >= 0; wanted--)
		for (size_t r = 0; r < 2; r++) {
			struct evidence_list *l = &ss->items[rows[r]].evidence;

			evidence_sort(l);
			for (size_t i = 0; i < l->n && h->n_evidence < HYPOTHESIS_EVIDENCE; i++)
				if (speaks_for(ss, &l->items[i], h->fault) == wanted &&
				    (wanted || r == 0) && is_of(from, &l->items[i]))
					h->evidence[h->n_evidence++] = l->items[i];
		}
}

static bool is_most(double x, double most)
{
	return most > 0 && x >= NEARLY * most;
}

/* The sources that put it first, by weight, of those that are there; half of it for how many those
 * are. 0 to 1. */
static double agreement_on(const struct suspects *ss, size_t row, const struct most *m)
{
	double agree = 0;

	for (size_t k = 0; k < SOURCES; k++)
		if (ss->present[k] && is_most(ss->scores[k][row], m->of[k]))
			agree += m->weights->of[k];
	if (m->present <= 0)
		return 0;
	return agree / m->present * (1 + m->present / m->all) / 2;
}

static bool is_alone_first(const struct suspects *ss, size_t row, enum source_id k,
			   const struct most *m)
{
	size_t first = 0;

	for (size_t i = 1; i < ss->n; i++)
		first += is_most(ss->scores[k][i], m->of[k]);
	return first == 1 && is_most(ss->scores[k][row], m->of[k]);
}

/* Latency and errors move at victims, too. */
static bool moved_inside(const struct suspect *s)
{
	for (size_t i = 0; i < s->evidence.n; i++)
		if (s->evidence.items[i].series &&
		    s->evidence.items[i].series->kind->class == METRIC_INTERNAL)
			return true;
	return false;
}

/* Whether most of what was measured, by weight, puts it first, and nothing beside it. */
static bool is_borne_out(const struct suspects *ss, size_t row, const struct most *m)
{
	static const enum source_id measured[] = {SOURCE_METRICS, SOURCE_GRAPH, SOURCE_LOGS,
						  SOURCE_TRACES};
	double all = 0, own = 0;

	for (size_t i = 0; i < sizeof measured / sizeof *measured; i++) {
		enum source_id k = measured[i];

		if (!ss->present[k])
			continue;
		all += m->weights->of[k];
		if (is_alone_first(ss, row, k, m) &&
		    (k != SOURCE_METRICS || moved_inside(&ss->items[row])))
			own += m->weights->of[k];
	}
	return own > all / 2;
}

static double confidence_in(const struct hypothesis *h, const struct suspects *ss,
			    const struct ranked *r, double sum, const struct most *m,
			    size_t rejected)
{
	struct features f = {
		.share = r->score / (sum + SCORE_ELSEWHERE),
		.class_score = h->fault == NO_CLASS ? 0 : suspects_class_score(ss, h->fault),
		.agreement = agreement_on(ss, r->row, m),
		.evidence = h->n_evidence,
		.rejected = rejected,
	};

	return confidence_of(&f);
}

/* ---- all of them ---- */

/* A second component of a service, which the alerts tell from the first: it has less of their
 * ranking, and the same of the rest. */
static bool rank_replica(const struct suspects *ss, const struct most *m, const struct cause *c,
			 struct ranked *out)
{
	size_t row = suspects_find(ss, c->component);
	const struct suspect *s = &ss->items[row];

	if (row == SUSPECT_NOWHERE || !s->ranked.len || span_eq(s->ranked, c->component) ||
	    span_eq(suspect_name(s), c->component) || !(s->share > 0))
		return false;
	*out = (struct ranked){
		.row = row,
		.score = score_of(ss, row, m) - m->weights->of[SOURCE_ALERTS] / m->present *
							ss->scores[SOURCE_ALERTS][row] *
							(1 - c->share / s->share),
		.onset_ns = s->onset_ns,
		.name = c->component,
		.cause = c,
		.replica = c,
	};
	return out->score >= SCORE_FLOOR;
}

static const struct cause *cause_of(const struct incident *inc, struct span component)
{
	for (size_t i = 0; component.len && i < inc->n_causes; i++)
		if (span_eq(inc->causes[i].component, component))
			return &inc->causes[i];
	return NULL;
}

static size_t rank_all(const struct suspects *ss, const struct most *m, const struct incident *inc,
		       struct ranked *out, double *sum)
{
	size_t n = 0;

	*sum = 0;
	for (size_t i = 1; i < ss->n; i++) {
		const struct suspect *s = &ss->items[i];
		double score = score_of(ss, i, m);

		*sum += score;
		if (score >= SCORE_FLOOR)
			out[n++] = (struct ranked){.row = i,
						   .score = score,
						   .cause = cause_of(inc, s->ranked),
						   .onset_ns = s->onset_ns,
						   .name = suspect_name(s)};
	}
	for (size_t i = 0; m->present > 0 && i < inc->n_causes; i++)
		n += rank_replica(ss, m, &inc->causes[i], &out[n]);
	if (n)
		qsort(out, n, sizeof *out, best_first);
	return n;
}

/* The list is read from the top: nothing is trusted more than what stands before it. */
static void trust_in_order(struct hypothesis *h, size_t n)
{
	for (size_t i = 1; i < n; i++)
		h[i].confidence = fmin(h[i].confidence, h[i - 1].confidence);
}

void hypotheses_fuse(struct answer *a, struct suspects *ss, const struct incident *inc,
		     const struct history *history, const struct weights *weights)
{
	struct most m = find_most(ss, weights);
	struct ranked *ranked = mem_array(NULL, SUSPECTS_MAX + INCIDENT_CAUSES, sizeof *ranked);
	double sum;
	size_t n = rank_all(ss, &m, inc, ranked, &sum), first = SUSPECT_NOWHERE;

	a->fault = suspects_top_class(ss, &a->fault_score);
	memcpy(a->heard, ss->present, sizeof a->heard);
	for (size_t i = 0; i < ss->n; i++)
		a->rejected += ss->items[i].evidence.rejected;
	for (size_t i = 0; i < n && a->n_hypotheses < HYPOTHESES_MAX; i++) {
		const struct suspect *s = &ss->items[ranked[i].row];
		struct hypothesis h = {.component = ranked[i].name,
				       .fault = choose_fault(ss, ranked[i].row, history)};

		choose_evidence(&h, ss, &ranked[i]);
		if (!h.n_evidence)
			continue; /* nothing that could be shown for it */
		h.text = sentence(a, &h, s, inc, history);
		h.confidence = confidence_in(&h, ss, &ranked[i], sum, &m, a->rejected);
		first = a->n_hypotheses ? first : ranked[i].row;
		a->hypotheses[a->n_hypotheses++] = h;
	}
	free(ranked);
	trust_in_order(a->hypotheses, a->n_hypotheses);
	if (!a->n_hypotheses)
		a->hypotheses[0].fault = NO_CLASS;
	a->confidence = a->hypotheses[0].confidence;
	a->abstained = confidence_abstains(a->confidence, a->hypotheses[0].fault != NO_CLASS,
					   is_borne_out(ss, first, &m));
}
