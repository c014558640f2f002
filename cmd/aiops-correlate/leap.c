#include "aiops-correlate/leap.h"

/* Times lie within 584 years of one another, so their difference may pass int64. */
static bool is_leap(int64_t from_ns, int64_t to_ns)
{
	return to_ns > from_ns && (uint64_t)to_ns - (uint64_t)from_ns > (uint64_t)LEAP_NS;
}

static bool agree(int64_t a_ns, int64_t b_ns)
{
	return !is_leap(a_ns, b_ns) && !is_leap(b_ns, a_ns);
}

/* It is said once more; true if that is often enough. */
static bool is_said(struct leap *l, int64_t clock_ns)
{
	if (l->said && is_leap(clock_ns, l->at_ns)) /* clocks go on, not back */
		l->said = 0;
	if (l->said == 0 || clock_ns > l->at_ns)
		l->at_ns = clock_ns;
	return ++l->said >= LEAP_SAID;
}

void leap_move(struct leap *l, int64_t *newest_ns, int64_t clock_ns)
{
	if (*newest_ns == INT64_MIN || !is_leap(*newest_ns, clock_ns)) {
		if (agree(*newest_ns, clock_ns))
			l->said = 0;
		if (clock_ns > *newest_ns)
			*newest_ns = clock_ns;
		return;
	}
	if (!is_said(l, clock_ns))
		return;
	l->said = 0;
	l->taken++;
	l->from_ns = *newest_ns;
	l->to_ns = *newest_ns = l->at_ns;
}
