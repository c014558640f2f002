/* Forecasts told: see forecast_report.h. */
#include "aiops-drift/forecast/forecast_report.h"

#include <math.h>

#include "aiops-drift/compare/table.h"
#include "aiops-drift/watch/watch_view.h"
#include "base/num.h"
#include "cli/cli.h"
#include "record/jsonw.h"

#define SOURCE         "aiops-drift"
#define FORECAST_ALERT "ThresholdForecast"
#define TEXT_MAX       8192
#define DETAILS_MAX    16384
#define TIME_MAX       64
#define DIGITS         6
#define FAR_S          3e9 /* a century: beyond it no date is told */
#define PAST_CELLS     40
#define NUMBERS        69 /* columns before the name, without a drawing */
#define DRAWING        (PAST_CELLS + 22)
#define ETA            11 /* columns of a time */
#define NAME_LEAST     16
#define SOON           0.25 /* share of the horizon */

/* ---- words ---- */

static void add_number(struct buf *b, double d)
{
	num_add_double(b, significant(d, 4));
}

/* "3d4h", to the minute below a day, to the hour below a month, days else. */
static void add_time(struct buf *b, double seconds)
{
	double unit = seconds < 86400 ? 60 : seconds < 30 * 86400.0 ? 3600 : 86400;

	if (!(seconds < FAR_S))
		buf_add_cstr(b, "never");
	else if (seconds < 60)
		num_add_duration_ms(b, (int64_t)ceil(seconds) * 1000);
	else
		num_add_duration_ms(b, (int64_t)(round(seconds / unit) * unit) * 1000);
}

static void add_crossing(const struct forecast_result *r, struct buf *b)
{
	const struct forecast *f = r->forecast;

	buf_addf(b, "%s ", r->question->above ? "rises above" : "falls below");
	add_number(b, r->question->threshold);
	buf_add_cstr(b, " in ");
	add_time(b, f->eta);
	buf_add_cstr(b, " (");
	add_time(b, f->eta_low);
	buf_add_cstr(b, " to ");
	add_time(b, f->eta_high);
	buf_add_char(b, ')');
}

static void add_why(const struct forecast_result *r, struct buf *b)
{
	const struct forecast *f = r->forecast;

	switch (f->verdict) {
	case FORECAST_INSUFFICIENT:
		buf_add_cstr(
			b, f->n < 3
				   ? "too few points in time"
				   : "too few points in time, or numbers too large to reckon with");
		break;
	case FORECAST_NO_THRESHOLD:
		buf_add_cstr(b, "a trend, and no threshold to cross");
		break;
	case FORECAST_CROSSED:
		buf_addf(b, "is %s ", r->question->above ? "above" : "below");
		add_number(b, r->question->threshold);
		buf_add_cstr(b, " now");
		break;
	case FORECAST_NO_TREND:
		buf_add_cstr(
			b, r->question->method == METHOD_SEASONAL
				   ? "no change by the horizon beyond what season and noise explain"
				   : "no trend beyond what its noise explains");
		break;
	case FORECAST_NO_CROSSING:
		if (isinf(f->eta)) {
			buf_add_cstr(b, "moves away from ");
			add_number(b, r->question->threshold);
			buf_add_cstr(b, ", or stops before it");
			break;
		}
		__attribute__((fallthrough));
	default:
		add_crossing(r, b);
		if (f->verdict != FORECAST_WILL_CROSS)
			buf_add_cstr(b, "; not sure within the horizon");
	}
}

/* ---- records ---- */

static void member(struct jsonw *w, const char *key, double d)
{
	jsonw_member_double(w, key, isfinite(d) ? significant(d, DIGITS) : NAN); /* NaN is null */
}

static void member_when(struct jsonw *w, const char *key, double eta, int64_t last_ns)
{
	jsonw_key(w, key);
	if (eta < FAR_S)
		jsonw_time(w, instant_from_ns(last_ns + (int64_t)ceil(eta) * NS_PER_S));
	else
		jsonw_null(w);
}

static void write_answer(struct jsonw *w, const struct forecast_result *r, struct span why)
{
	const struct forecast *f = r->forecast;
	const struct forecast_question *q = r->question;

	jsonw_member(w, "verdict", span_cstr(forecast_verdict_names[f->verdict]));
	jsonw_member(w, "why", why);
	jsonw_member(w, "method", span_cstr(forecast_method_names[q->method]));
	jsonw_member_double(w, "threshold", q->bounded ? q->threshold : NAN);
	jsonw_key(w, "condition");
	jsonw_cstr(w, !q->bounded ? NULL : q->above ? "above" : "below");
	jsonw_member_i64(w, "horizon_s", (int64_t)q->horizon_s);
	jsonw_member_double(w, "alpha", q->alpha);
	jsonw_member_i64(w, "n", (int64_t)f->n);
	member(w, "value_now", f->now);
	member(w, "slope_per_hour", f->slope * 3600);
	member(w, "slope_per_hour_lower", f->slope_low * 3600);
	member(w, "slope_per_hour_upper", f->slope_high * 3600);
	member(w, "autocorrelation", f->r1);
	member(w, "independent_points", f->independent);
	member(w, "r2", f->r2);
	member(w, "at_horizon", f->ahead);
	member(w, "at_horizon_lower", f->ahead_low);
	member(w, "at_horizon_upper", f->ahead_high);
	member(w, "eta_s", f->eta);
	member(w, "eta_s_earliest", f->eta_low);
	member(w, "eta_s_latest", f->eta_high);
	member_when(w, "crosses_at", f->eta, r->last_ns);
}

static void write_drift(const struct forecast_result *r, struct buf *out)
{
	struct buf why = BUF_INIT(TEXT_MAX);
	struct jsonw w = jsonw_to(out);

	add_why(r, &why);
	jsonw_object(&w);
	jsonw_member(&w, "feature", span_cstr(r->track->feature));
	jsonw_key(&w, "forecast");
	jsonw_object(&w);
	write_answer(&w, r, buf_span(&why));
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	buf_release(&why);
}

void forecast_write(const struct forecast_result *r, struct buf *out)
{
	struct buf when = BUF_INIT(TIME_MAX), drift = BUF_INIT(DETAILS_MAX);
	struct instant at = instant_from_ns(r->last_ns);
	struct jsonw w = jsonw_to(out);
	char id[EVENT_ID_LEN + 1];

	instant_add(&when, at);
	/* a forecast is not the drift result of the same feature and time */
	event_id(id, SPAN("drift"), SPAN(SOURCE), span_cstr(r->track->feature), SPAN("forecast"),
		 buf_span(&when));
	write_drift(r, &drift);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("drift"));
	jsonw_member(&w, "id", span_cstr(id));
	jsonw_member_time(&w, "timestamp", at);
	jsonw_member(&w, "source", SPAN(SOURCE));
	jsonw_member(&w, "source_id", span_cstr(r->track->feature));
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		jsonw_member_opt(&w, origin_names[i], span_cstr(r->track->origin[i]));
	jsonw_key(&w, "drift");
	jsonw_raw(&w, buf_span(&drift));
	jsonw_object_end(&w);
	buf_release(&drift);
	buf_release(&when);
}

bool forecast_alarms(const struct forecast_result *r)
{
	return r->forecast->verdict == FORECAST_WILL_CROSS ||
	       r->forecast->verdict == FORECAST_CROSSED;
}

static enum severity severity_of(const struct forecast_result *r)
{
	const struct forecast_question *q = r->question;
	enum watch_condition condition = q->above ? CONDITION_ABOVE : CONDITION_BELOW;

	if (r->forecast->verdict == FORECAST_CROSSED)
		return watch_severity(watch_ratio(condition, r->forecast->now, q->threshold));
	return r->forecast->eta <= SOON * q->horizon_s ? SEVERITY_HIGH : SEVERITY_MEDIUM;
}

void forecast_alert(const struct forecast_result *r, struct buf *out)
{
	struct buf title = BUF_INIT(TEXT_MAX), text = BUF_INIT(TEXT_MAX),
		   drift = BUF_INIT(DETAILS_MAX);
	struct instant at = instant_from_ns(r->last_ns);
	struct alert a = {.name = SPAN(FORECAST_ALERT),
			  .feature = span_cstr(r->track->feature),
			  .signal = "metric",
			  .severity = severity_of(r),
			  .at = at,
			  .starts_at = at,
			  .value = significant(r->forecast->now, DIGITS),
			  .threshold = r->question->threshold,
			  .condition = r->question->above ? "above" : "below"};

	buf_addf(&title, "%s is about to cross its threshold", r->track->feature);
	buf_addf(&text, "%s: ", r->track->feature);
	add_why(r, &text);
	write_drift(r, &drift);
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		a.origin[i] = span_cstr(r->track->origin[i]);
	a.title = buf_span(&title);
	a.description = buf_span(&text);
	a.details = buf_span(&drift);
	alert_write(&a, out);
	buf_release(&drift);
	buf_release(&text);
	buf_release(&title);
}

/* ---- tables ---- */

/* Where the drawing would leave no room for a name, the name is worth more. */
static bool draws(bool plot, size_t columns)
{
	return plot && (columns == 0 || columns > NUMBERS + DRAWING + NAME_LEAST);
}

/* Then what is expected must do, without its bounds. */
static bool is_narrow(size_t columns)
{
	return columns && columns < NUMBERS + NAME_LEAST;
}

static size_t numbers_width(size_t columns)
{
	return is_narrow(columns) ? NUMBERS - 2 * ETA : NUMBERS;
}

void forecast_head(bool plot, size_t columns, struct buf *out)
{
	buf_addf(out, "%-12s %9s %11s", "VERDICT", "NOW", "AN HOUR");
	if (!is_narrow(columns))
		buf_addf(out, " %10s", "EARLIEST");
	buf_addf(out, " %10s", "EXPECTED");
	if (!is_narrow(columns))
		buf_addf(out, " %10s", "LATEST");
	buf_add_cstr(out, "  ");
	if (draws(plot, columns))
		buf_addf(out, "%-*s ", DRAWING - 1, "PAST AND FORECAST");
	buf_add_cstr(out, "FEATURE\n");
}

static void add_cell(struct buf *out, double d)
{
	if (isfinite(d))
		buf_addf(out, " %9.4g", d);
	else
		buf_addf(out, " %9s", "-");
}

static void add_eta(struct buf *out, double seconds)
{
	struct buf text = BUF_INIT(TIME_MAX);

	if (isnan(seconds))
		buf_add_char(&text, '-');
	else
		add_time(&text, seconds);
	buf_addf(out, " %10s", buf_cstr(&text));
	buf_release(&text);
}

/* Means of neighbours as PAST_CELLS values, then what is expected, on one scale. */
static void add_plot(const struct forecast_result *r, bool unicode, struct buf *out)
{
	enum { AHEAD = sizeof r->forecast->path / sizeof *r->forecast->path };
	const struct track *t = r->track;
	float line[PAST_CELLS + AHEAD];
	struct buf text = BUF_INIT(TEXT_MAX);
	size_t bytes = 0;

	for (size_t i = 0; i < PAST_CELLS; i++) {
		size_t from = i * t->n / PAST_CELLS, to = (i + 1) * t->n / PAST_CELLS;
		double sum = 0;

		to = to > from ? to : from + 1;
		for (size_t k = from; k < to && t->n; k++)
			sum += t->points[k].x;
		line[i] = t->n ? (float)(sum / (double)(to - from)) : NAN;
	}
	for (size_t i = 0; i < AHEAD; i++)
		line[PAST_CELLS + i] =
			isfinite(r->forecast->now) ? (float)r->forecast->path[i] : NAN;
	sparkline(line, PAST_CELLS + AHEAD, unicode, &text);
	for (size_t cells = 0; cells < PAST_CELLS && bytes < text.len; cells++)
		bytes += text.data[bytes] == ' ' || !unicode ? 1 : 3; /* each block takes 3 bytes */
	buf_add(out, text.data, bytes);
	buf_add_cstr(out, unicode ? "│" : "|");
	buf_add(out, text.data + bytes, text.len - bytes);
	buf_add_char(out, ' ');
	buf_release(&text);
}

void forecast_row(const struct forecast_result *r, bool plot, bool unicode, size_t columns,
		  struct buf *out)
{
	const struct forecast *f = r->forecast;

	buf_addf(out, "%-12s", forecast_verdict_names[f->verdict]);
	add_cell(out, f->now);
	buf_add_cstr(out, "  ");
	add_cell(out, f->slope * 3600);
	if (!is_narrow(columns))
		add_eta(out, f->eta_low);
	add_eta(out, f->eta);
	if (!is_narrow(columns))
		add_eta(out, f->eta_high);
	buf_add_cstr(out, "  ");
	plot = draws(plot, columns);
	if (plot)
		add_plot(r, unicode, out);
	add_last(out, span_cstr(r->track->feature), numbers_width(columns) + (plot ? DRAWING : 0),
		 columns);
}
