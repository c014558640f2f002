/* Points and silence judged: see watch_judge.h. */
#include "aiops-drift/watch/watch_judge.h"

#include <math.h>

#include "aiops-drift/watch/watch_tell.h"
#include "base/instant.h"

#define LEARN_MOST  1e150 /* beyond it squares overflow */
#define LEAST_RATIO 0.001 /* of the level: deviations below it are no news */
#define RARER       20    /* shifts and flat lines have this part of the budget of anomalies */
#define MANY_POINTS 1e5   /* points in which a flat line by chance may come, cadence unknown */

const char *const point_state_names[POINT_STATES] = {"warmup", "ok",        "anomaly",
						     "late",   "duplicate", "missing"};

/* ---- alarms ---- */

static void settle(struct series *s, size_t i, bool bad, int64_t ns, int64_t pending_ns,
		   int64_t resolve_ns, struct finding *finding, struct told *told)
{
	struct alarm *alarm = &s->alarms[i];

	switch (hold_step(&alarm->hold, bad, ns, pending_ns, resolve_ns)) {
	case HOLD_FIRED:
		alarm->starts_ns = alarm->hold.since_ns;
		alarm->severity = finding->severity;
		alarm->threshold = finding->threshold;
		alarm->condition = finding->condition;
		tell_firing(s, i, ns, finding, told);
		break;
	case HOLD_RESOLVED:
		tell_resolved(s, i, ns, told);
		break;
	case HOLD_NOTHING:
		break;
	}
}

static bool is_firing(const struct series *s, size_t i)
{
	return s->alarms[i].hold.state == HOLD_FIRING;
}

/* ---- anomaly ---- */

/* Alarms a point that chance may raise. */
static double rate_of(const struct series *s)
{
	double per_day = cadence_per_day(&s->cadence);

	return per_day > 0 ? fmin(s->set.false_alarms / per_day, ANOMALY_RATE_MOST)
			   : ANOMALY_RATE_MOST;
}

/* A regular series asks for the same limit again and again. */
static double limit_for(struct series *s, double rate)
{
	if (rate < s->limit_rate || rate > s->limit_rate) {
		s->limit = anomaly_limit(rate);
		s->limit_rate = rate;
	}
	return s->limit;
}

static bool large_enough(const struct series *s, double x, double expected)
{
	double d = fabs(x - expected);

	return d >= s->set.min_change && d >= s->set.min_change_ratio * fabs(expected);
}

static struct point judge_anomaly(struct series *s, struct ewma *slot, int64_t ns, double x,
				  double rate, struct told *told)
{
	double floor = LEAST_RATIO * fabs(s->anomaly.level.mean), limit = limit_for(s, rate);
	struct anomaly_verdict v = anomaly_step(&s->anomaly, slot, x, floor);
	struct point p = {POINT_WARMUP, v.surprise / limit, v.expected, NULL};
	bool odd = v.surprise >= limit && large_enough(s, x, v.expected);

	if (v.peak && v.surprise >= limit && !odd)
		anomaly_dismiss(&s->anomaly);
	if (v.warm) {
		p.state = odd && v.peak ? POINT_ANOMALY : POINT_OK;
		p.view = anomaly_view_names[v.view];
	}
	if (s->set.anomaly) {
		struct finding finding = {.value = x,
					  .expected = v.expected,
					  .score = p.score,
					  .surprise = v.surprise,
					  .method = anomaly_view_names[v.view],
					  .severity = watch_severity(p.score),
					  .threshold = NAN,
					  .condition = -1};
		bool firing = is_firing(s, ALARM_ANOMALY);

		settle(s, ALARM_ANOMALY, firing ? odd : odd && v.peak, ns, 0, s->set.cool_down_ns,
		       &finding, told);
	}
	return p;
}

/* ---- level, flat line ---- */

static void judge_shift(struct series *s, int64_t ns, double residual, double seasonal, double rate,
			struct told *told)
{
	double floor = LEAST_RATIO * fabs(s->anomaly.level.mean);
	double steps = RARER / (rate * SHIFT_BATCH);
	struct shift_verdict v = shift_add(&s->shift, residual, floor, steps);
	struct finding finding = {.value = v.to + seasonal,
				  .expected = v.from + seasonal,
				  .score = v.limit > 0 ? v.sum / v.limit : 0,
				  .method = "cusum",
				  .run = v.points_ago,
				  .threshold = NAN,
				  .condition = -1};
	bool bad = v.found && large_enough(s, v.to + seasonal, v.from + seasonal);

	finding.severity = watch_severity(finding.score);
	if (s->set.shift)
		settle(s, ALARM_SHIFT, bad, ns, 0, s->set.cool_down_ns, &finding, told);
}

static void judge_flat(struct series *s, int64_t ns, double x, double rate, struct told *told)
{
	double run = flat_add(&s->flat, x);
	double points = rate > 0 ? RARER / rate : MANY_POINTS;
	bool is_long = flat_is_long(&s->flat, points);
	struct finding finding = {.value = x,
				  .expected = NAN,
				  .score = is_long ? run / flat_limit(&s->flat, points) : 0,
				  .method = "flat_line",
				  .run = run,
				  .severity = SEVERITY_MEDIUM,
				  .threshold = NAN,
				  .condition = -1};
	bool firing = is_firing(s, ALARM_FLAT);

	if (s->set.flat)
		settle(s, ALARM_FLAT, firing ? run > 1 : is_long, ns, 0, 0, &finding, told);
}

/* ---- thresholds ---- */

static struct finding bound_finding(double x, enum watch_condition condition, double threshold)
{
	double ratio = watch_ratio(condition, x, threshold);

	return (struct finding){.value = x,
				.expected = NAN,
				.score = isfinite(ratio) ? ratio : NAN,
				.method = "threshold",
				.severity = watch_severity(ratio),
				.threshold = threshold,
				.condition = (int)condition};
}

static void judge_own(struct series *s, int64_t ns, double x, const struct own_bound *own,
		      struct told *told)
{
	bool bad = own->judged ? !own->healthy
			       : own->bounded && watch_breached(own->condition, x, own->threshold);
	struct finding finding = bound_finding(x, own->condition, own->threshold);

	if (!own->bounded) {
		finding.severity = SEVERITY_MEDIUM;
		finding.threshold = NAN;
		finding.condition = -1;
		finding.score = NAN;
	}
	if (bad || s->alarms[ALARM_THRESHOLD].hold.state != HOLD_IDLE)
		settle(s, ALARM_THRESHOLD, bad, ns, s->set.pending_ns, s->set.resolve_ns, &finding,
		       told);
}

static void judge_rules(struct series *s, int64_t ns, double x, struct told *told)
{
	for (size_t i = 0; i < s->n_rules; i++) {
		const struct watch_rule *rule = s->rules[i];
		size_t at = ALARM_FIXED + i;
		struct finding finding = bound_finding(x, rule->condition, rule->threshold);

		if (rule->severity != SEVERITY_UNKNOWN)
			finding.severity = rule->severity;
		settle(s, at, watch_rule_breached(rule, x, is_firing(s, at)), ns, s->set.pending_ns,
		       s->set.resolve_ns, &finding, told);
	}
}

/* ---- a point ---- */

/* It is there again: learns the gap, unless silence had been told of. */
static void note_time(struct series *s, int64_t ns, struct told *told)
{
	struct finding none = {.method = "cadence"};
	int64_t since_ns = s->alarms[ALARM_MISSING].hold.since_ns;

	if (s->seen && !is_firing(s, ALARM_MISSING))
		cadence_add(&s->cadence, (double)(ns - s->last_ns) / NS_PER_S);
	else if (s->seen && ns < since_ns) /* it came late: over as soon as it began */
		settle(s, ALARM_MISSING, false, since_ns, 0, 0, &none, told);
	settle(s, ALARM_MISSING, false, ns, 0, 0, &none, told);
	s->last_ns = ns;
	s->seen = true;
}

/* A counter's rate a second since the last point; NaN for the first. A reset counts from 0. */
static double rate_a_second(const struct series *s, int64_t ns, double x)
{
	if (!s->seen)
		return NAN;
	return (x < s->last ? x : x - s->last) / ((double)(ns - s->last_ns) / NS_PER_S);
}

static struct point judge_value(struct series *s, int64_t ns, double x, const struct own_bound *own,
				struct told *told)
{
	double learned = fmax(-LEARN_MOST, fmin(LEARN_MOST, x)), rate = rate_of(s);
	struct ewma *slot = &s->slots[season_slot(s->set.season, ns, s->set.zone_s)];
	double seasonal = season_at(&s->anomaly.season, slot).mean;
	struct point p = judge_anomaly(s, slot, ns, learned, rate, told);

	judge_shift(s, ns, learned - seasonal, seasonal, rate, told);
	judge_flat(s, ns, learned, rate, told);
	judge_own(s, ns, x, own, told);
	judge_rules(s, ns, x, told);
	s->recent[(size_t)fmod(s->points, 32)] = (float)learned;
	s->points += 1;
	return p;
}

/* Late or the same again; false: it is new. */
static bool is_old(const struct series *s, int64_t ns, double x, struct point *p)
{
	if (!s->seen || ns > s->last_ns)
		return false;
	*p = (struct point){POINT_LATE, 0, NAN, NULL};
	if (ns == s->last_ns && !(x < s->last || x > s->last))
		p->state = POINT_DUPLICATE;
	return true;
}

struct point judge_point(struct series *s, int64_t ns, double x, const struct own_bound *own,
			 struct told *told)
{
	struct point p = {POINT_WARMUP, 0, NAN, NULL};
	double value = x;

	if (is_old(s, ns, x, &p))
		return p;
	if (s->set.counter)
		value = rate_a_second(s, ns, x);
	note_time(s, ns, told);
	s->last = x;
	return isnan(value) ? p : judge_value(s, ns, value, own, told);
}

struct point judge_beat(struct series *s, int64_t ns, int64_t every_ns, struct told *told)
{
	struct point p = {POINT_OK, 0, NAN, NULL};

	if (is_old(s, ns, 0, &p))
		return p;
	note_time(s, ns, told);
	s->last = 0;
	s->every_ns = every_ns;
	s->points += 1;
	return p;
}

struct point judge_rate(struct series *s, int64_t ns, double count, struct told *told)
{
	static const struct own_bound none = {0};
	/* F. J. Anscombe 1948: makes the spread of counts alike at all rates */
	double steady = 2 * sqrt(count + 0.375);

	if (s->seen)
		cadence_add(&s->cadence, (double)(ns - s->last_ns) / NS_PER_S);
	s->seen = true;
	s->last_ns = ns;
	s->last = count;
	return judge_value(s, ns, steady, &none, told);
}

void judge_new(struct series *s, int64_t ns, bool fresh, enum severity severity, struct told *told)
{
	struct finding finding = {.value = NAN,
				  .expected = NAN,
				  .score = NAN,
				  .method = "template",
				  .severity = severity,
				  .threshold = NAN,
				  .condition = -1};
	bool again = is_firing(s, ALARM_NEW) && severity != SEVERITY_UNKNOWN;

	settle(s, ALARM_NEW, fresh || again, ns, 0, s->set.cool_down_ns, &finding, told);
}

double watch_shown(const struct series *s, double judged)
{
	double count = judged * judged / 4 - 0.375;

	if (s->kind != SERIES_LOGS)
		return judged;
	return count < 0 ? 0 : count; /* NaN stays */
}

/* ---- silence ---- */

void judge_silence(struct series *s, int64_t now_ns, struct told *told)
{
	int64_t deadline = series_deadline(s);
	bool beat = s->kind == SERIES_HEARTBEAT;
	double silence_s = (double)(now_ns - s->last_ns) / NS_PER_S;
	double limit_s = (double)(deadline - s->last_ns) / NS_PER_S;
	struct finding finding = {.value = NAN,
				  .expected = NAN,
				  .score = silence_s / limit_s,
				  .method = s->every_ns > 0 ? "every_ms" : "cadence",
				  .run = silence_s,
				  .severity = beat ? SEVERITY_HIGH : SEVERITY_MEDIUM,
				  .threshold = limit_s,
				  .condition = -1};

	if (deadline > now_ns || is_firing(s, ALARM_MISSING))
		return;
	settle(s, ALARM_MISSING, true, deadline, 0, 0, &finding, told);
}

void judge_forgotten(struct series *s, int64_t now_ns, struct told *told)
{
	for (size_t i = 0; i < series_alarms(s); i++)
		if (is_firing(s, i))
			tell_resolved(s, i, now_ns, told);
}
