#include "aiops-incident/apply/from_record.h"

#include <math.h>

#include "base/num.h"
#include "base/utf8.h"
#include "record/event.h"
#include "record/jsonw.h"

/* Of lists in a row; the record itself has the rest. */
enum { NAMES_MAX = 50, LIST_BYTES = 64 << 10, TEXT_BYTES = 8 << 10 };

struct incident incident_new(struct span id)
{
	struct incident inc = {
		.confidence = NAN,
		.agreed = -1,
		.starts_ns = INCIDENT_NEVER,
		.detected_ns = INCIDENT_NEVER,
		.acked_ns = INCIDENT_NEVER,
		.mitigated_ns = INCIDENT_NEVER,
		.resolved_ns = INCIDENT_NEVER,
		.last_seen_ns = INCIDENT_NEVER,
		.reopened_ns = INCIDENT_NEVER,
	};

	memcpy(inc.id, id.data, id.len < INCIDENT_ID_LEN ? id.len : INCIDENT_ID_LEN);
	return inc;
}

/* ---- small parts ---- */

static void say(struct buf *said, const char *fmt, struct span a)
{
	if (said->len)
		buf_add_cstr(said, "; ");
	buf_add_cstr(said, fmt);
	buf_add_span(said, a);
}

bool token_i64(struct span token, int64_t *out)
{
	struct err e = ERR_INIT;

	return token.len && num_parse_i64(token, 0, INT64_MAX, out, &e) == 0;
}

static bool time_at(const struct record *r, const char *path, int64_t *ns)
{
	struct span text = record_text(r, path);
	struct err e = ERR_INIT;
	struct instant at;

	if (!text.len || instant_parse(text, &at, &e) != 0)
		return false;
	*ns = at.ns;
	return true;
}

/* Sets *field to a copy of text if there is one and it is another; true if it was another. What is
 * longer than a page is cut: the record has all of it. */
static bool take_text(struct span *field, struct span text, struct pool *pool)
{
	if (text.len > TEXT_BYTES)
		text.len = utf8_valid_prefix(span_of(text.data, TEXT_BYTES));
	if (!text.len || span_eq(*field, text))
		return false;
	*field = pool_copy(pool, text);
	return true;
}

/* The distinct strings that `member` has among the elements of an array (or the elements
 * themselves, if it is NULL), as a JSON array. SPAN_NONE without any. */
static struct span names_in(struct value array, const char *member, struct pool *pool)
{
	struct buf json = BUF_INIT(LIST_BYTES);
	struct jsonw w = jsonw_to(&json);
	struct value_iter it = value_iter(array);
	struct span seen[NAMES_MAX];
	struct value v;
	size_t n = 0, i;

	jsonw_array(&w);
	while (n < NAMES_MAX && value_next(&it, NULL, &v)) {
		if (member)
			v = value_member(v, span_cstr(member));
		if (v.type != VALUE_STRING || !v.text.len)
			continue;
		for (i = 0; i < n && !span_eq(seen[i], v.text);)
			i++;
		if (i < n)
			continue;
		seen[n++] = v.text;
		jsonw_string(&w, v.text);
	}
	jsonw_array_end(&w);
	if (n == 0 || buf_overflowed(&json)) {
		buf_release(&json);
		return SPAN_NONE;
	}
	return pool_take(pool, &json);
}

/* ---- the parts of a record ---- */

static void take_severity(struct incident *inc, const struct record *r, struct buf *said)
{
	struct span word = record_text(r, "effective_severity.value");
	struct span why = record_text(r, "effective_severity.why");
	enum severity now = severity_from_name(word.len ? word : record_text(r, "severity"));

	if (inc->severity_set || now == inc->severity)
		return;
	if (inc->number) {
		say(said, "severity ", span_cstr(severity_name(inc->severity)));
		buf_addf(said, " -> %s", severity_name(now));
		if (why.len)
			buf_addf(said, " (%.*s)", (int)why.len, why.data);
	}
	inc->severity = now;
}

/* Those of services that do not stand in the JSON array of before. */
static void say_new(struct buf *said, struct value services, struct span before)
{
	struct value_iter it = value_iter(services);
	const char *between = said->len ? "; also affects " : "also affects ";
	struct buf quoted = BUF_INIT(LIST_BYTES);
	struct value v;

	while (value_next(&it, NULL, &v)) {
		buf_clear(&quoted);
		jsonw_quote(&quoted, v.text);
		if (v.type != VALUE_STRING || (before.len && span_find(before, buf_span(&quoted))))
			continue;
		buf_add_cstr(said, between);
		buf_add_span(said, v.text);
		between = ", ";
	}
	buf_release(&quoted);
}

static void take_places(struct incident *inc, const struct record *r, struct pool *pool,
			struct buf *said)
{
	struct value services = record_get(r, "services");
	struct span names = names_in(services, NULL, pool);

	struct span first = record_text(r, "services.0");
	struct span suspect = record_text(r, "causes.0.component");

	if (names.data && !span_eq(names, inc->services)) {
		if (inc->number)
			say_new(said, services, inc->services);
		inc->services = names;
		inc->service = pool_copy(pool, first);
	}
	if (take_text(&inc->component, suspect, pool) && inc->number)
		say(said, "first suspect is ", inc->component);
	names = names_in(record_get(r, "members"), "component", pool);
	inc->resources = names.data ? names : inc->resources;
	names = names_in(record_get(r, "members"), "name", pool);
	inc->metrics = names.data ? names : inc->metrics;
}

static void take_times(struct incident *inc, const struct record *r)
{
	int64_t at;

	if (time_at(r, "starts_at", &at) &&
	    (inc->starts_ns == INCIDENT_NEVER || at < inc->starts_ns))
		inc->starts_ns = at;
	if (time_at(r, "last_seen", &at) && at > inc->last_seen_ns)
		inc->last_seen_ns = at;
	if (inc->detected_ns == INCIDENT_NEVER && time_at(r, "timestamp", &at))
		inc->detected_ns = at;
	if (token_i64(record_token(r, "alerts"), &at))
		inc->alerts = at;
}

/* What aiops-triage said, if it did. */
static void take_triage(struct incident *inc, const struct record *r, struct pool *pool,
			struct buf *said)
{
	struct value confidence = record_get(r, "triage.confidence");
	struct span type = record_text(r, "triage.type.class");
	bool another;

	if (record_get(r, "triage").type != VALUE_OBJECT)
		return;
	if (!span_is(type, "unknown"))
		(void)take_text(&inc->type, type, pool);
	(void)take_text(&inc->first_action, record_text(r, "triage.first_action.text"), pool);
	(void)take_text(&inc->runbook, record_text(r, "triage.runbook.id"), pool);
	another = take_text(&inc->hypothesis, record_text(r, "triage.hypotheses.0.text"), pool);
	inc->confidence = confidence.type == VALUE_NUMBER ? confidence.number : inc->confidence;
	if (!another)
		return;
	say(said, "hypothesis: ", inc->hypothesis);
	if (!isnan(inc->confidence))
		buf_addf(said, " (confidence %.2f)", inc->confidence);
}

void incident_take(struct incident *inc, const struct record *r, struct pool *pool,
		   struct buf *said)
{
	struct span by = record_text(r, "detected_by");

	take_times(inc, r);
	take_severity(inc, r, said);
	if (!inc->title_set)
		(void)take_text(&inc->title, record_text(r, "title"), pool);
	take_places(inc, r, pool, said);
	take_triage(inc, r, pool, said);
	if (!inc->detected_by.data)
		(void)take_text(&inc->detected_by, by.len ? by : record_text(r, "source"), pool);
}

struct span incident_key_of(const struct record *r)
{
	struct value_iter it = value_iter(record_get(r, "members"));
	struct span best = SPAN_NONE, first = SPAN_NONE;
	struct value m;

	/* RFC 3339 times in UTC of one source sort as text; a difference in precision at most takes
	 * another member of the same second. */
	while (value_next(&it, NULL, &m)) {
		struct span onset = value_member(m, SPAN("onset")).text;
		struct span print = value_member(m, SPAN("fingerprint")).text;
		int order = best.data ? span_cmp(onset, first) : -1;

		if (!print.len || order > 0 || (order == 0 && span_cmp(print, best) >= 0))
			continue;
		best = print;
		first = onset;
	}
	return best;
}
