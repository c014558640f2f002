#include "aiops-incident/register/lifecycle.h"

static const char *const names[STATUSES] = {
	[STATUS_DETECTED] = "detected",
	[STATUS_INVESTIGATING] = "investigating",
	[STATUS_IDENTIFIED] = "identified",
	[STATUS_MITIGATING] = "mitigating",
	[STATUS_ESCALATED] = "escalated",
	[STATUS_RESOLVED] = "resolved",
	[STATUS_FALSE_POSITIVE] = "false_positive",
	[STATUS_POST_MORTEM] = "post_mortem",
};

#define TO(s) (1u << STATUS_##s)
#define WORKED_ON                                                                                  \
	(TO(INVESTIGATING) | TO(IDENTIFIED) | TO(MITIGATING) | TO(ESCALATED) | TO(RESOLVED) |      \
	 TO(FALSE_POSITIVE))

/* A bit for each state that may follow. Nothing goes back to detected: that somebody looked cannot
 * be undone. */
static const unsigned may_follow[STATUSES] = {
	[STATUS_DETECTED] = WORKED_ON,
	[STATUS_INVESTIGATING] = WORKED_ON,
	[STATUS_IDENTIFIED] = WORKED_ON,
	[STATUS_MITIGATING] = WORKED_ON,
	[STATUS_ESCALATED] = WORKED_ON,
	[STATUS_RESOLVED] = TO(INVESTIGATING) | TO(FALSE_POSITIVE) | TO(POST_MORTEM),
	[STATUS_FALSE_POSITIVE] = TO(INVESTIGATING),
	[STATUS_POST_MORTEM] = TO(INVESTIGATING),
};

const char *status_name(enum status s)
{
	return names[s];
}

enum status status_from_name(struct span s)
{
	enum status i = STATUS_DETECTED;

	while (i < STATUSES && !span_is(s, names[i]))
		i++;
	return i;
}

bool status_is_open(enum status s)
{
	return s < STATUS_RESOLVED;
}

bool status_may_become(enum status from, enum status to)
{
	return from != to && may_follow[from] >> to & 1;
}

void status_add_allowed(struct buf *out, enum status from)
{
	const char *between = "";

	for (enum status to = STATUS_DETECTED; to < STATUSES; to++) {
		if (!status_may_become(from, to))
			continue;
		buf_addf(out, "%s%s", between, names[to]);
		between = ", ";
	}
}

const char *severity_sev(enum severity s)
{
	static const char *const sevs[] = {
		[SEVERITY_UNKNOWN] = "SEV?", [SEVERITY_INFO] = "SEV4", [SEVERITY_LOW] = "SEV4",
		[SEVERITY_MEDIUM] = "SEV3",  [SEVERITY_HIGH] = "SEV2", [SEVERITY_CRITICAL] = "SEV1",
	};

	return sevs[s];
}

enum severity severity_from_either(struct span s)
{
	for (enum severity i = SEVERITY_CRITICAL; i > SEVERITY_INFO; i--) {
		if (span_eq_nocase(s, span_cstr(severity_sev(i))))
			return i;
	}
	return severity_from_name(s);
}
