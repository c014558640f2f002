#include "aiops-runbook/runs/site.h"

void site_fill_defaults(const struct site *s, struct runbook *rb)
{
	if (!rb->limits.max_actions_given && s->max_actions_per_hour)
		rb->limits.max_actions_per_hour = s->max_actions_per_hour;
	if (!rb->approval.expires_given && s->approval_open_ms)
		rb->approval.expires_in_ms = s->approval_open_ms;
	if (!rb->breaker.threshold_given && s->breaker_failures)
		rb->breaker.failure_threshold = s->breaker_failures;
	if (!rb->breaker.open_for_given && s->breaker_open_ms)
		rb->breaker.open_for_ms = s->breaker_open_ms;
}

void site_release(struct site *s)
{
	approvers_release(&s->approvers);
	zone_release(&s->zone);
}
