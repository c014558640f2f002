#include "aiops-runbook/risk/policy.h"

#include <stdarg.h>
#include <stdio.h>

static void answer(struct policy_answer *out, bool needs, const char *because, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

static void answer(struct policy_answer *out, bool needs, const char *because, const char *fmt, ...)
{
	va_list ap;

	*out = (struct policy_answer){.needs_approval = needs, .because = because};
	va_start(ap, fmt);
	(void)vsnprintf(out->text, sizeof out->text, fmt, ap); /* no text here is that long */
	va_end(ap);
}

static bool is_calibrated(struct span word)
{
	return span_is(word, "platt") || span_is(word, "isotonic");
}

/* Not below the least, whatever the site says; a NaN is no threshold. */
static double threshold(const struct site *site)
{
	return site->auto_above >= SITE_AUTO_LEAST ? site->auto_above : SITE_AUTO_LEAST;
}

static void judge_confidence(const struct request *q, const struct site *site,
			     struct policy_answer *out)
{
	if (!(q->confidence > 0))
		answer(out, true, "no_confidence", "triage gives no confidence");
	else if (!is_calibrated(q->calibration))
		answer(out, true, "uncalibrated",
		       "the confidence of triage is not calibrated: it is no probability");
	else if (!(q->confidence > threshold(site)) || q->confidence > 1)
		answer(out, true, "low_confidence", "the confidence, %.4g, is not above %.4g",
		       q->confidence, threshold(site));
	else
		answer(out, false, "automatic", "confidence %.4g is above %.4g", q->confidence,
		       threshold(site));
}

void policy_decide(const struct plan *p, const struct assessment *risk, const struct site *site,
		   struct policy_answer *out)
{
	if (!p->needs_approval)
		answer(out, false, "reads_only", "it changes nothing");
	else if (p->steps_need_approval)
		answer(out, true, "runbook", "the runbook asks for one (approval.required_for)");
	else if (risk->level >= RISK_HIGH)
		answer(out, true, "high_risk", "its risk is %s", risk_names[risk->level]);
	else if (site->authority != AUTHORITY_AUTO)
		answer(out, true, "authority", "the site's authority is not 'auto'");
	else if (!p->rb->ai_executable)
		answer(out, true, "not_ai_executable", "the runbook is not ai_executable");
	else
		judge_confidence(&p->request, site, out);
}

int policy_terms(struct store *s, const struct plan *p, const struct site *site, int64_t now_ns,
		 struct terms *out, struct err *e)
{
	int64_t failed = 0, runs = -1;

	if (s && risk_history(s, p->rb->id, &failed, &runs, e) != 0)
		return -1;
	risk_assess(p, &site->zone, now_ns, failed, runs, &out->risk);
	policy_decide(p, &out->risk, site, &out->policy);
	return 0;
}

void policy_write(const struct terms *t, struct jsonw *w)
{
	jsonw_key(w, "risk");
	risk_write(&t->risk, w);
	jsonw_key(w, "policy");
	jsonw_object(w);
	jsonw_member_bool(w, "needs_approval", t->policy.needs_approval);
	jsonw_member(w, "because", span_cstr(t->policy.because));
	jsonw_member(w, "why", span_cstr(t->policy.text));
	jsonw_object_end(w);
}
