#include "aiops-ingest/maps/jqmap_settle.h"

#include "base/num.h"

/* The source's word on the map's scale, else by the word table; never a default. */
static int settle_severity(struct ingest *in, const struct jqmap *m, const struct record *r,
			   struct event *ev, struct err *e)
{
	struct value v = record_get(r, "e.severity");
	struct span scale = record_text(r, "e.scale"), word = v.text;
	bool over = false;

	if (v.type == VALUE_NUMBER)
		word = record_token(r, "e.severity");
	else if (v.type != VALUE_STRING && v.type != VALUE_NULL && v.type != VALUE_NONE)
		return err_set(e, EX_BADDATA, "severity: neither a word nor a number");
	if (!word.data && ev->kind != KIND_ALERT)
		return 0;
	ev->has_severity = true;
	if (!ev->severity_text.data && word.len > 0)
		ev->severity_text = word;
	if (!jqmap_severity(m, scale, word, &ev->severity))
		ev->severity = ingest_severity(in, word, &over);
	else if (ev->severity == SEVERITY_UNKNOWN)
		in->counts.severity_unknown++;
	if (over && !ev->status.data && ev->kind == KIND_ALERT)
		ev->status = SPAN("resolved");
	return 0;
}

/* timestamp is when the state changed. A missing start says nothing, a missing end "not yet". */
static void settle_times(struct event *ev)
{
	bool over = span_is(ev->status, "resolved");

	if (ev->timestamp.state != TIME_GIVEN)
		ev->timestamp =
			over && ev->ends_at.state == TIME_GIVEN ? ev->ends_at : ev->starts_at;
	if (ev->starts_at.state == TIME_NULL)
		ev->starts_at.state = TIME_ABSENT;
	if (ev->updated_at.state == TIME_NULL)
		ev->updated_at.state = TIME_ABSENT;
}

/* A metric with a bound is judged by it: at the bound is bad already. Source: the defaults of the
 * health monitor, "unhealthy at 80 % and more". */
static void settle_healthy(struct event *ev)
{
	struct err ignored = ERR_INIT;
	double value, bound;
	bool bad;

	if (ev->kind != KIND_METRIC || ev->healthy.data || !ev->condition.data ||
	    num_parse_double(ev->value, &value, &ignored) != 0 ||
	    num_parse_double(ev->threshold, &bound, &ignored) != 0)
		return;
	if (span_is(ev->condition, "above"))
		bad = value >= bound;
	else if (span_is(ev->condition, "below"))
		bad = value <= bound;
	else
		bad = !(value < bound) && !(value > bound);
	ev->healthy = bad ? SPAN("false") : SPAN("true");
}

int jqmap_settle(struct ingest *in, const struct jqmap *m, const struct record *r, struct event *ev,
		 struct err *e)
{
	if (settle_severity(in, m, r, ev, e) != 0)
		return -1;
	settle_times(ev);
	settle_healthy(ev);
	return 0;
}
