#include "aiops-audit/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/proportion.h"

void tally_init(struct tally *t)
{
	memset(t, 0, sizeof *t);
	map_init(&t->incidents);
	map_init(&t->runs);
	map_init(&t->alerts);
	map_init(&t->alert_ids);
	map_init(&t->kinds);
}

void tally_release(struct tally *t)
{
	for (struct map_entry *en = map_next(&t->incidents, NULL); en;
	     en = map_next(&t->incidents, en)) {
		struct tally_incident *i = en->value.ptr;

		free(i->class);
		free(i);
	}
	for (struct map_entry *en = map_next(&t->runs, NULL); en; en = map_next(&t->runs, en)) {
		struct tally_run *r = en->value.ptr;

		free(r->runbook);
		free(r->state);
		free(r->approver);
		free(r->requester);
		free(r->reason);
		free(r);
	}
	map_release(&t->incidents);
	map_release(&t->runs);
	map_release(&t->alerts);
	map_release(&t->alert_ids);
	map_release(&t->kinds);
}

/* ---- taking rows in ---- */

/* The element of this id, made (zeroed, size bytes) if it was missing. */
static void *element(struct map *m, struct span id, size_t size)
{
	bool added;
	struct map_entry *en = map_put(m, id, &added);

	if (added)
		en->value.ptr = mem_zalloc(size);
	return en->value.ptr;
}

static void set_text(char **to, struct span s)
{
	free(*to);
	*to = mem_dup(s.data ? s.data : "", s.len);
}

static void count_alert(struct tally *t, struct span id, struct span name)
{
	bool added = true;

	if (id.len)
		(void)map_put(&t->alert_ids, id, &added);
	if (added && name.len)
		map_put(&t->alerts, name, NULL)->value.num++;
}

static struct span member_text(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_STRING ? v.text : SPAN_NONE;
}

static void add_incident(struct tally *t, const struct row *row, const struct record *r)
{
	struct tally_incident *i = element(&t->incidents, row->incident, sizeof *i);
	struct span severity = record_text(r, "effective_severity.value");
	struct value_iter it = value_iter(record_get(r, "members"));
	struct value confidence = record_get(r, "triage.confidence"), m;
	struct span class = record_text(r, "triage.type.class");

	i->seen = true;
	i->severity = severity_from_name(severity.len ? severity : record_text(r, "severity"));
	if (record_get(r, "triage").type == VALUE_OBJECT) {
		set_text(&i->class, class.len ? class : SPAN("unknown"));
		i->answered = span_is(record_text(r, "triage.decision"), "answer");
		i->confidence = confidence.type == VALUE_NUMBER && isfinite(confidence.number)
					? confidence.number
					: 0;
	}
	while (value_next(&it, NULL, &m))
		count_alert(t, member_text(m, "id"), member_text(m, "name"));
}

static void add_feedback(struct tally *t, const struct row *row, const struct record *r)
{
	struct value agreed = record_get(r, "feedback.agreed");
	struct tally_incident *i;

	if (agreed.type != VALUE_BOOL || !row->incident.len)
		return;
	i = element(&t->incidents, row->incident, sizeof *i);
	i->judged = true;
	i->agreed = agreed.boolean;
}

static int64_t time_of(const struct record *r)
{
	struct err ignored = ERR_INIT;
	struct instant at;

	return record_timestamp(r, &at, &ignored) == 0 ? at.ns : 0;
}

static void add_run(struct tally *t, const struct row *row, const struct record *r)
{
	struct tally_run *run = element(&t->runs, row->run, sizeof *run);
	struct span state = record_text(r, "state"), reason = record_text(r, "reason");

	if (record_text(r, "runbook").len)
		set_text(&run->runbook, record_text(r, "runbook"));
	if (span_is(record_text(r, "approval.decision"), "approved")) {
		run->approved = true;
		set_text(&run->approver, record_text(r, "approval.approver"));
	}
	if (!run->requester && record_kind(r) == KIND_PLAN)
		set_text(&run->requester, record_text(r, "actor"));
	if (span_is(reason, "breaker_open"))
		t->breaker_trips++;
	if (span_is(state, "blocked") || span_is(state, "refused"))
		t->refused++;
	/* A step's state is not the run's. */
	if (record_get(r, "step").type != VALUE_NONE || !state.len)
		return;
	set_text(&run->state, state);
	set_text(&run->reason, reason);
	if (span_is(state, "running") && span_is(record_text(r, "mode"), "apply")) {
		run->applied = true;
		run->began_ns = time_of(r);
	}
	run->ended_ns = time_of(r);
}

void tally_add(struct tally *t, const struct row *row, const struct record *r)
{
	struct err ignored = ERR_INIT;
	struct instant at;

	t->rows++;
	map_put(&t->kinds, row->kind, NULL)->value.num++;
	if (instant_parse(row->ts, &at, &ignored) == 0) {
		t->first_ns = t->first_ns == 0 || at.ns < t->first_ns ? at.ns : t->first_ns;
		t->last_ns = at.ns > t->last_ns ? at.ns : t->last_ns;
	}
	if (!r) {
		t->redacted++;
		return;
	}
	add_feedback(t, row, r);
	if (record_kind(r) == KIND_ALERT)
		count_alert(t, record_text(r, "id"), record_text(r, "name"));
	else if (record_kind(r) == KIND_INCIDENT && row->incident.len)
		add_incident(t, row, r);
	else if (row->run.len && (record_kind(r) == KIND_RUN || record_kind(r) == KIND_PLAN))
		add_run(t, row, r);
}

/* ---- adding up ---- */

static int by_count(const void *a, const void *b)
{
	const struct tally_line *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return span_cmp(x->name, y->name);
}

static size_t lines_of(const struct map *m, struct tally_line **out)
{
	struct tally_line *lines = mem_array(NULL, m->live + 1, sizeof *lines);
	size_t n = 0;

	for (struct map_entry *en = map_next(m, NULL); en; en = map_next(m, en))
		lines[n++] = (struct tally_line){span_of(en->key, en->key_len), en->value.num};
	qsort(lines, n, sizeof *lines, by_count);
	*out = lines;
	return n;
}

size_t tally_noisiest(const struct tally *t, struct tally_line **out)
{
	return lines_of(&t->alerts, out);
}

size_t tally_kinds(const struct tally *t, struct tally_line **out)
{
	return lines_of(&t->kinds, out);
}

size_t tally_classes(const struct tally *t, struct tally_line **out)
{
	struct tally_line *lines = mem_array(NULL, t->incidents.live + 1, sizeof *lines);
	size_t n = 0;

	for (struct map_entry *en = map_next(&t->incidents, NULL); en;
	     en = map_next(&t->incidents, en)) {
		const struct tally_incident *i = en->value.ptr;
		struct span name = i->class ? span_cstr(i->class) : SPAN("not triaged");
		size_t at = 0;

		if (!i->seen)
			continue;
		while (at < n && !span_eq(lines[at].name, name))
			at++;
		if (at == n)
			lines[n++] = (struct tally_line){name, 0};
		lines[at].n++;
	}
	qsort(lines, n, sizeof *lines, by_count);
	*out = lines;
	return n;
}

void tally_severities(const struct tally *t, int64_t out[static SEVERITY_CRITICAL + 1])
{
	memset(out, 0, (SEVERITY_CRITICAL + 1) * sizeof *out);
	for (struct map_entry *en = map_next(&t->incidents, NULL); en;
	     en = map_next(&t->incidents, en)) {
		const struct tally_incident *i = en->value.ptr;

		out[i->severity] += i->seen;
	}
}

/* A record may say any number. */
static int bin_of(double confidence)
{
	double bin = confidence * TALLY_BINS;

	return bin >= TALLY_BINS ? TALLY_BINS - 1 : bin > 0 ? (int)bin : 0;
}

void tally_agreement(const struct tally *t, struct tally_agreement *out)
{
	double sums[TALLY_BINS] = {0};
	struct proportion share;

	memset(out, 0, sizeof *out);
	for (struct map_entry *en = map_next(&t->incidents, NULL); en;
	     en = map_next(&t->incidents, en)) {
		const struct tally_incident *i = en->value.ptr;
		int bin = bin_of(i->confidence);

		if (i->class && !i->answered)
			out->abstained++;
		if (!i->answered)
			continue;
		out->answered++;
		if (!i->judged)
			continue;
		out->judged++;
		out->agreed += i->agreed;
		out->bins[bin].judged++;
		out->bins[bin].agreed += i->agreed;
		sums[bin] += i->confidence;
	}
	for (int b = 0; b < TALLY_BINS; b++)
		out->bins[b].confidence =
			out->bins[b].judged ? sums[b] / (double)out->bins[b].judged : (double)NAN;
	share = proportion_of(out->agreed, out->judged);
	out->low = share.low;
	out->high = share.high;
}

static bool is_over(struct span state)
{
	static const char *const over[] = {"succeeded",        "failed",         "rolled_back",
					   "rollback_partial", "needs_operator", "cancelled"};

	for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
		if (span_is(state, over[i]))
			return true;
	}
	return false;
}

static void add_outcome(struct tally_runbook *b, const struct tally_run *r)
{
	struct span state = span_cstr(r->state ? r->state : "");

	b->runs++;
	if (r->approved)
		b->by_hand++;
	else
		b->by_machine++;
	if (span_is(state, "succeeded"))
		b->succeeded++;
	else if (is_over(state))
		b->failed++;
	else
		b->other++;
	if (is_over(state) && r->began_ns && r->ended_ns >= r->began_ns) {
		b->timed++;
		b->total_ms += (r->ended_ns - r->began_ns) / NS_PER_MS;
	}
}

static int by_name(const void *a, const void *b)
{
	return span_cmp(((const struct tally_runbook *)a)->name,
			((const struct tally_runbook *)b)->name);
}

size_t tally_runbooks(const struct tally *t, struct tally_runbook **out)
{
	struct tally_runbook *books = mem_array(NULL, t->runs.live + 1, sizeof *books);
	size_t n = 0;

	for (struct map_entry *en = map_next(&t->runs, NULL); en; en = map_next(&t->runs, en)) {
		const struct tally_run *r = en->value.ptr;
		size_t at = 0;

		if (!r->applied)
			continue;
		while (at < n && !span_is(books[at].name, r->runbook ? r->runbook : ""))
			at++;
		if (at == n) {
			memset(&books[n], 0, sizeof *books);
			books[n++].name = span_cstr(r->runbook ? r->runbook : "");
		}
		add_outcome(&books[at], r);
	}
	qsort(books, n, sizeof *books, by_name);
	*out = books;
	return n;
}
