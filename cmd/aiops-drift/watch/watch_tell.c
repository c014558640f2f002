/* Alerts of watch: see watch_tell.h. */
#include "aiops-drift/watch/watch_tell.h"

#include <math.h>

#include "base/instant.h"
#include "base/num.h"
#include "record/jsonw.h"

#define TEXT_MAX     8192
#define DETAILS_MAX  16384
#define DIGITS       6  /* of numbers that were computed */
#define EXACT_DIGITS 15 /* of values that were read, and perhaps put on another scale and back */

static struct span alarm_name(const struct series *s, size_t i)
{
	if (i >= ALARM_FIXED) {
		struct span name = s->rules[i - ALARM_FIXED]->name;

		return name.len ? name : SPAN("ThresholdCrossed");
	}
	switch ((enum alarm_kind)i) {
	case ALARM_ANOMALY:
		return s->kind == SERIES_LOGS ? SPAN("LogRateChanged") : SPAN("AnomalousValue");
	case ALARM_SHIFT:
		return SPAN("LevelShift");
	case ALARM_FLAT:
		return SPAN("FlatLine");
	case ALARM_MISSING:
		return s->kind == SERIES_HEARTBEAT ? SPAN("MissingHeartbeat") : SPAN("MissingData");
	case ALARM_NEW:
		return SPAN("NewErrorTemplate");
	default:
		return s->alarms[i].condition < 0 ? SPAN("Unhealthy") : SPAN("ThresholdCrossed");
	}
}

static void add_number(struct buf *b, double d)
{
	num_add_double(b, significant(d, DIGITS));
}

static void add_duration(struct buf *b, double seconds)
{
	num_add_duration_ms(b, (int64_t)seconds * 1000);
}

static void add_title(const struct series *s, size_t i, struct buf *b)
{
	static const char *const titles[ALARM_FIXED] = {
		[ALARM_ANOMALY] = "Anomalous value of ",
		[ALARM_SHIFT] = "New level of ",
		[ALARM_FLAT] = "No movement in ",
		[ALARM_MISSING] = "No data from ",
		[ALARM_THRESHOLD] = "Threshold crossed by ",
		[ALARM_NEW] = "New error: ",
	};

	if (i >= ALARM_FIXED && s->rules[i - ALARM_FIXED]->title.len) {
		buf_add_span(b, s->rules[i - ALARM_FIXED]->title);
		return;
	}
	if (i == ALARM_ANOMALY && s->kind == SERIES_LOGS)
		buf_add_cstr(b, "Changed rate of ");
	else
		buf_add_cstr(b, titles[i < ALARM_FIXED ? i : ALARM_THRESHOLD]);
	buf_add_cstr(b, s->text ? s->text : s->feature);
}

/* "1 point in 12000 of its past". */
static void add_odds(struct buf *b, double surprise)
{
	buf_add_cstr(b, "1 point in ");
	num_add_double(b, significant(pow(10, surprise), 2));
}

static void describe_anomaly(const struct series *s, const struct finding *f, struct buf *b)
{
	add_number(b, watch_shown(s, f->value));
	buf_add_cstr(b, ", expected ");
	add_number(b, watch_shown(s, f->expected));
	buf_addf(b, " (%s); as odd as ", f->method);
	add_odds(b, f->surprise);
	buf_add_cstr(b, " of its past");
}

static void describe_threshold(const struct finding *f, struct buf *b)
{
	static const char *const words[CONDITIONS] = {"above", "below", "equal to"};

	num_add_double(b, f->value);
	if (f->condition < 0) {
		buf_add_cstr(b, ", which the source calls unhealthy");
		return;
	}
	buf_addf(b, ", %s the threshold ", words[f->condition]);
	num_add_double(b, f->threshold);
}

static void describe(const struct series *s, size_t i, const struct finding *f, struct buf *b)
{
	buf_addf(b, "%s: ", s->text ? s->text : s->feature);
	switch (i < ALARM_FIXED ? (enum alarm_kind)i : ALARM_THRESHOLD) {
	case ALARM_ANOMALY:
		describe_anomaly(s, f, b);
		break;
	case ALARM_SHIFT:
		buf_add_cstr(b, "level went from ");
		add_number(b, f->expected);
		buf_add_cstr(b, " to ");
		add_number(b, f->value);
		buf_addf(b, " about %.0f points ago", f->run);
		break;
	case ALARM_FLAT:
		add_number(b, f->value);
		buf_addf(b, " for %.0f points; it used to move", f->run);
		break;
	case ALARM_NEW:
		buf_add_cstr(b, "an error that had not been seen");
		break;
	case ALARM_MISSING:
		buf_add_cstr(b, "no record for ");
		add_duration(b, f->run);
		buf_add_cstr(b, "; due within ");
		add_duration(b, f->threshold);
		break;
	default:
		describe_threshold(f, b);
	}
}

static void member(struct jsonw *w, const char *key, double d)
{
	if (isfinite(d))
		jsonw_member_double(w, key, significant(d, DIGITS));
}

static void write_details(const struct series *s, const struct finding *f, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "feature", span_cstr(s->feature));
	jsonw_member(&w, "method", span_cstr(f->method));
	jsonw_member_opt(&w, "template", span_cstr(s->text));
	member(&w, "expected", watch_shown(s, f->expected));
	member(&w, "score", f->score);
	if (f->surprise > 0)
		member(&w, "surprise", f->surprise);
	jsonw_object_end(&w);
}

static void write_alert(struct series *s, size_t i, int64_t ns, struct alert *a, struct told *told)
{
	const struct alarm *alarm = &s->alarms[i];
	struct buf title = BUF_INIT(TEXT_MAX);

	add_title(s, i, &title);
	a->name = alarm_name(s, i);
	a->feature = span_cstr(s->feature);
	a->title = buf_span(&title);
	for (int k = 0; k < ORIGIN_FIELDS; k++)
		a->origin[k] = span_cstr(s->origin[k]);
	a->signal = s->kind == SERIES_LOGS ? "log" : s->kind == SERIES_METRIC ? "metric" : "event";
	a->severity = alarm->severity;
	a->at = instant_from_ns(ns);
	a->starts_at = instant_from_ns(alarm->starts_ns);
	a->condition = alarm->condition < 0 ? NULL : watch_condition_names[alarm->condition];
	a->threshold = i == ALARM_MISSING ? NAN : alarm->threshold;
	alert_write(a, told->queue);
	buf_add_char(told->queue, '\n');
	buf_release(&title);
}

void tell_firing(struct series *s, size_t i, int64_t ns, const struct finding *f, struct told *told)
{
	struct buf text = BUF_INIT(TEXT_MAX), details = BUF_INIT(DETAILS_MAX);
	struct alert a = {.value = significant(watch_shown(s, f->value), EXACT_DIGITS)};

	describe(s, i, f, &text);
	write_details(s, f, &details);
	a.description = buf_span(&text);
	a.details = buf_span(&details);
	write_alert(s, i, ns, &a, told);
	s->alerts += 1;
	told->fired++;
	buf_release(&details);
	buf_release(&text);
}

void tell_resolved(struct series *s, size_t i, int64_t ns, struct told *told)
{
	struct buf details = BUF_INIT(DETAILS_MAX);
	struct finding f = {NAN, NAN, NAN, 0, 0, "resolved", SEVERITY_UNKNOWN, NAN, -1};
	struct alert a = {.resolved = true, .value = NAN};

	write_details(s, &f, &details);
	a.details = buf_span(&details);
	if (s->kind == SERIES_METRIC)
		a.value = s->last;
	write_alert(s, i, ns, &a, told);
	told->resolved++;
	buf_release(&details);
}
